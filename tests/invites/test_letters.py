"""The letters of a booking's life as the mail server gets them: two each time, and well told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.cast import (
    ANN,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    at,
    book,
    cancel,
    change,
    deliver,
    lift_rule_13,
    link_in,
    move,
    newest,
    rows,
)
from tests.support.ics import event, parse

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
SAM, CLIENT, AGENT = "sam@practice.example", "ann@client.example", "bookings@practice.example"
personal = pytest.mark.settings(MAIL_SENDER="Sam@Practice.example")
both_engines = pytest.mark.engines("sqlite", "postgresql")


@pytest.fixture
def life(app, web, mailbox):
    """Book, move and cancel; every letter is delivered at once."""
    link = book(web, message="I freeze.", topic="interview")
    deliver(app)
    move(web, link, TUESDAY_10)
    deliver(app)
    cancel(web, link, reason="I found work")
    deliver(app)
    return mailbox


def sequences(letters) -> list[tuple[str, int]]:
    return [
        (
            parse(letter.calendar).one("METHOD").value,
            int(event(letter.calendar).one("SEQUENCE").value),
        )
        for letter in letters
    ]


def methods(letter) -> list[str]:
    return [part.get_param("method") for part in letter.walk() if part.get_param("method")]


# -------------------------------------------------------------------------- two letters each time


@both_engines
def test_case_1_a_booking_is_told_to_both_in_a_letter_each(app, web, mailbox) -> None:
    book(web)
    assert deliver(app) == 2
    assert sorted(letter.envelope_to for letter in mailbox.letters) == [(CLIENT,), (SAM,)]
    for letter in mailbox.letters:
        found = event(letter.calendar)
        assert found.one("DTSTART").instant == at(TUESDAY_9)
        assert found.one("DTEND").instant == at(TUESDAY_9) + timedelta(minutes=30)
        assert [a.value for a in found.all("ATTENDEE")] == [f"mailto:{CLIENT}", f"mailto:{SAM}"]
        assert found.one("ORGANIZER").value == f"mailto:{AGENT}"
    assert event(newest(mailbox, CLIENT).calendar).one("SUMMARY").text == (
        "Free consultation with Sam Carter"
    )
    assert event(newest(mailbox, SAM).calendar).one("SUMMARY").text == "Free consultation: Ann Lee"


@both_engines
@pytest.mark.parametrize("address", [CLIENT, SAM])
def test_cases_2_and_3_the_same_uid_goes_from_request_to_update_to_cancel(life, address) -> None:
    letters = life.to(address)
    assert sequences(letters) == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    assert [methods(letter) for letter in letters] == [["REQUEST"], ["REQUEST"], ["CANCEL"]]
    events = [event(letter.calendar) for letter in letters]
    assert len({e.one("UID").value for e in events}) == 1
    assert len({e.one("ORGANIZER").value for e in events}) == 1
    assert [e.one("DTSTART").instant for e in events] == list(
        map(at, (TUESDAY_9, TUESDAY_10, TUESDAY_10))
    )
    assert [e.one("STATUS").value for e in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_u1_after_a_move_the_client_is_asked_anew(life) -> None:
    moved = event(life.to(CLIENT)[1].calendar)
    assert moved.all("ATTENDEE")[0].parameters["PARTSTAT"] == "NEEDS-ACTION"


@pytest.mark.parametrize("address", [CLIENT, SAM])
def test_h4_later_letters_name_the_first_to_the_same_person(life, address) -> None:
    first, *later = life.to(address)
    assert "In-Reply-To" not in first
    assert len(later) == 2
    for letter in later:
        assert letter["In-Reply-To"] == letter["References"] == first["Message-ID"]


def test_h1_the_sender_is_the_organizer_and_answers_go_to_the_other_person(life) -> None:
    for letter in life.letters:
        [sender] = letter["From"].addresses
        assert sender.addr_spec == AGENT
        assert sender.display_name == "Sam Carter"
        assert event(letter.calendar).one("ORGANIZER").value == f"mailto:{sender.addr_spec}"
    assert {str(letter["Reply-To"]) for letter in life.to(CLIENT)} == {f"Sam Carter <{SAM}>"}
    assert {str(letter["Reply-To"]) for letter in life.to(SAM)} == {CLIENT}


def test_h2_h3_h6_headers_and_envelope(life) -> None:
    for letter in life.letters:
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        assert re.fullmatch(r"<[0-9a-f]{32}@practice\.example>", letter["Message-ID"])
        assert letter.envelope_from == AGENT
    assert len({letter["Message-ID"] for letter in life.letters}) == len(life.letters) == 6


def test_m1_to_m6_the_build_of_every_letter(life) -> None:
    for letter in life.letters:
        assert [part.get_content_type() for part in letter.walk()] == [
            "multipart/mixed",
            *("multipart/alternative", "text/plain", "text/html", "text/calendar"),
            "application/ics",
        ]
        assert methods(letter) == [parse(letter.calendar).one("METHOD").value]
        [attached] = letter.iter_attachments()
        assert attached.get_filename() == "invite.ics"
        assert attached.get_payload(decode=True) == letter.calendar
        assert len(letter.envelope_to) == 1
        assert letter["Bcc"] is letter["Cc"] is None


def test_m7_both_forms_say_when_where_how_long_and_what_changed(life) -> None:
    booked, moved, ended = life.to(CLIENT)
    for body in (booked.text, booked.html):
        assert "Tuesday 15 June 2027" in body
        assert "9:00 am" in body
        assert "UK time" in body
        assert "30 minutes" in body
    assert "I will ring you on 07400 123456" in booked.text
    assert "I will ring you on 07400\N{NO-BREAK SPACE}123456" in booked.html
    for letter in (moved, life.to(SAM)[1]):
        for body in (letter.text, letter.html):
            assert "10:00 am" in body
            assert "It was Tuesday 15 June 2027, 9:00 am" in body
    for body in (ended.text, ended.html):
        assert "cancelled" in body
        assert "10:00 am" in body


def test_m7_the_coach_s_letter_holds_what_the_client_typed(life) -> None:
    booked, _, ended = life.to(SAM)
    for body in (booked.text, booked.html, event(booked.calendar).one("DESCRIPTION").text):
        assert "Ann Lee" in body
        assert "An interview is coming".lower() in body.lower()
        assert "I freeze." in body
    for body in (booked.text, booked.html):
        assert "07400 123456" in body
    assert "I found work" in ended.text
    assert "I found work" in ended.html


def test_s64_a_stranger_s_words_go_to_the_coach_only(life) -> None:
    for letter in life.to(CLIENT):
        everything = letter.text + letter.html + letter.calendar.decode()
        for words in ("I freeze.", "I found work"):
            assert words not in everything


def test_case_14_the_client_s_link_is_in_the_client_s_bodies_and_nowhere_else(app, life) -> None:
    link = link_in(life.to(CLIENT)[0])
    for letter in life.letters:
        assert link not in letter.calendar.decode()
    for letter in life.to(SAM):
        assert "/booking/" not in letter.text + letter.html
    for letter in life.to(CLIENT):
        assert "/coach/" not in letter.text + letter.html


def test_no_name_stands_in_a_subject(life) -> None:
    subjects = [letter["Subject"] for letter in life.letters]
    assert subjects[0] == "Booked: Tuesday 15 June 2027, 9:00 am (UK time)"
    assert not any("Ann" in subject or "Lee" in subject for subject in subjects)


def test_case_40_nothing_that_calendar_programs_misread(life) -> None:
    for letter in life.letters:
        for word in (b"VTIMEZONE", b"TZID", b"DURATION", b"METHOD:PUBLISH", b"VALARM", b"RRULE"):
            assert word not in letter.calendar


def test_c2_each_booking_has_a_uid_of_its_own(app, web) -> None:
    lift_rule_13(app)
    link = book(web)
    cancel(web, link)
    book(web)
    book(web, "20270616T080000Z")
    uids = [uid for (uid,) in rows(app, "SELECT uid FROM booking")]
    assert len(set(uids)) == 3
    for uid in uids:
        assert re.fullmatch(r"[!-~]{8,190}", uid)
        assert "ann" not in uid
        assert uid.endswith("@practice.example")


@both_engines
def test_case_4_stamps_never_fall_even_if_the_clock_is_set_back(app, web, mailbox, clock) -> None:
    change(app, "UPDATE service SET most_moves = 5")
    link = book(web)
    starts = [TUESDAY_10, "20270616T080000Z", "20270617T130000Z", TUESDAY_9]
    for start, hours in zip(starts, (1, -3, 0, 48), strict=True):
        clock.move(hours=hours)
        move(web, link, start)
    clock.move(hours=-30)
    cancel(web, link)
    clock.move(days=10)
    deliver(app)
    for address in (CLIENT, SAM):
        letters = mailbox.to(address)
        assert [sequence for _, sequence in sequences(letters)] == [0, 1, 2, 3, 4, 5]
        events = [event(letter.calendar) for letter in letters]
        stamps = [e.one("DTSTAMP").instant for e in events]
        assert stamps == sorted(stamps)
        for e in events:
            assert e.one("LAST-MODIFIED").instant >= e.one("CREATED").instant
        times = [e.one("DTSTART").instant for e in events]
        assert times == list(map(at, [TUESDAY_9, *starts, TUESDAY_9]))


# -------------------------------------------------------------------------------- the two zones


def test_m7_each_reads_the_time_in_their_own_zone(app, web, mailbox) -> None:
    book(web, answers=RAVI)
    deliver(app)
    theirs, coach_s = newest(mailbox, RAVI["email"]), newest(mailbox, SAM)
    for body in (theirs.text, theirs.html):
        assert "1:30 pm" in body
        assert "Kolkata time" in body
        assert "9:00 am UK time" in body
    for body in (coach_s.text, coach_s.html):
        assert "9:00 am" in body
        assert "1:30 pm Kolkata time" in body
    assert theirs["Subject"].endswith("1:30 pm (Kolkata time)")
    assert coach_s["Subject"].endswith("9:00 am (UK time)")


def test_case_10_of_booking_a_letter_across_the_date_line_names_both_dates(
    app, web, mailbox
) -> None:
    change(app, "UPDATE weekly_hours SET closes = 1230 WHERE opens = 840")
    book(web, "20270615T180000Z", timezone="Pacific/Auckland")
    deliver(app)
    text = newest(mailbox, CLIENT).text
    assert "Wednesday 16 June 2027" in text
    assert "6:00 am" in text
    assert "7:00 pm UK time on Tuesday 15 June" in text


@pytest.mark.parametrize(
    ("start", "says"), [("20270330T090000Z", True), ("20270325T100000Z", False)]
)
def test_case_8_of_booking_a_letter_says_that_the_clocks_change(
    app, web, mailbox, clock, start, says
) -> None:
    clock.at("2027-03-20T12:00:00Z")
    book(web, start, RAVI)
    deliver(app)
    for letter in mailbox.letters:
        assert ("clocks change" in letter.text) is says
        assert ("clocks change" in letter.html) is says


def test_case_5_of_booking_the_repeated_hour_is_unmistakable(app, web, mailbox, clock) -> None:
    clock.at("2027-10-25T12:00:00Z")
    change(app, "UPDATE weekly_hours SET weekday = 6, opens = 0, closes = 240 WHERE opens = 540")
    book(web, "20271031T003000Z")
    deliver(app)
    found = event(newest(mailbox, CLIENT).calendar)
    assert (found.one("DTSTART").value, found.one("DTEND").value) == (
        "20271031T003000Z",
        "20271031T010000Z",
    )
    assert "1:30 am BST" in newest(mailbox, CLIENT).text
    assert "1:00 am GMT" in newest(mailbox, CLIENT).text


# ------------------------------------------------------------------------------ names and texts


def test_case_7_a_difficult_name_is_readable_everywhere(app, web, mailbox) -> None:
    name = 'Zoë "Z" O\'Brien; Dr., Ing. ^n \\ 🎯'
    book(web, name=name)
    deliver(app)
    coach_s = newest(mailbox, SAM)
    assert name in coach_s.text
    assert name in event(coach_s.calendar).one("DESCRIPTION").text
    cn = event(coach_s.calendar).all("ATTENDEE")[0].parameters["CN"]
    assert cn == "Zoë Z O'Brien Dr., Ing. n 🎯"
    [to] = newest(mailbox, CLIENT)["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, CLIENT)


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?x=0D=0ABcc:_evil=40evil.example?=",
        "=?utf-8?b?eA0KDQo8aDE+RXZpbDwvaDE+?=",
        'x" <evil@evil.example>, "y',
        "evil@evil.example, Ann",
    ],
)
def test_case_8_a_name_adds_no_header_no_recipient_and_no_text(app, web, mailbox, name) -> None:
    book(web, name=name)
    plain = {"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    plain |= {"X-Auto-Response-Suppress", "MIME-Version", "Content-Type"}
    deliver(app)
    assert sorted(letter.envelope_to for letter in mailbox.letters) == [(CLIENT,), (SAM,)]
    for letter in mailbox.letters:
        assert set(letter.keys()) == plain
        assert len(letter["To"].addresses) == 1
        assert letter.get_content_type() == "multipart/mixed"
        assert b"\nBcc" not in letter.octets


def test_case_11_a_long_note_of_wide_characters_arrives_whole(app, web, mailbox) -> None:
    note = ("🙂漢字" * 167)[:500]
    book(web, message=note)
    deliver(app)
    letter = newest(mailbox, SAM)
    assert note in event(letter.calendar).one("DESCRIPTION").text
    assert note in letter.text.replace("\n", "")
    for each in mailbox.letters:
        assert max(map(len, each.octets.split(b"\r\n"))) <= 998


def test_case_12_a_coach_s_name_with_a_comma_stays_one_address(app, web, mailbox) -> None:
    change(app, "UPDATE coach SET name = 'Doe, Jane (Coach)'")
    book(web)
    deliver(app)
    [sender] = newest(mailbox, CLIENT)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Doe, Jane (Coach)", AGENT)


def test_h7_a_domain_with_an_umlaut_is_written_in_ascii(app, web, mailbox) -> None:
    book(web, email="ann@prüfung-client.example")
    deliver(app)
    [letter] = [each for each in mailbox.letters if each.envelope_to != (SAM,)]
    assert letter.envelope_to[0].startswith("ann@xn--prfung-client-")
    assert letter["To"].addresses[0].addr_spec == letter.envelope_to[0]
    for each in mailbox.letters:
        people = [a.value for a in event(each.calendar).all("ATTENDEE")]
        assert people[0] == f"mailto:{letter.envelope_to[0]}"
        assert each.octets.isascii()


@pytest.mark.settings(MAIL_SENDER="bookings@prüfung.example")
def test_h7_a_sender_with_an_umlaut_is_written_in_ascii(app, web, mailbox) -> None:
    book(web)
    assert deliver(app) == 2
    for letter in mailbox.letters:
        assert letter.envelope_from == "bookings@xn--prfung-4ya.example"
        assert event(letter.calendar).one("UID").value.isascii()
        assert letter["Message-ID"].endswith("@xn--prfung-4ya.example>")


# ------------------------------------------------------------------------------- personal mode


@personal
def test_case_25_in_personal_mode_only_the_client_is_asked(life) -> None:
    assert sequences(life.to(CLIENT)) == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    for letter in life.to(CLIENT):
        assert [a.value for a in event(letter.calendar).all("ATTENDEE")] == [f"mailto:{CLIENT}"]
        assert letter["From"].addresses[0].addr_spec.lower() == SAM


@personal
def test_case_25_in_personal_mode_the_coach_gets_a_published_copy(life) -> None:
    letters = life.to(SAM)
    assert sequences(letters) == [("PUBLISH", 0), ("PUBLISH", 1), ("PUBLISH", 2)]
    assert [methods(letter) for letter in letters] == [["PUBLISH"]] * 3
    for letter in letters:
        assert event(letter.calendar).all("ATTENDEE") == []


def test_the_letter_is_dated_when_it_was_made_not_when_it_left(app, web, mailbox, clock) -> None:
    book(web, answers=ANN)
    clock.move(hours=5)
    deliver(app)
    assert newest(mailbox, CLIENT)["Date"].datetime == datetime(2027, 6, 1, 8, tzinfo=UTC)
