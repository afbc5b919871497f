"""A letter as octets, read back by the standard library: structure, headers, and no way in."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from coachcrm.invites.core.itip import CalendarPart, ItipMethod
from coachcrm.outbox.letter.compose import Letter, Mailbox, ascii_address, calendar_part, compose

CALENDAR = "BEGIN:VCALENDAR\r\nX:Zoë 🎯\r\nEND:VCALENDAR\r\n".encode()
LETTER = Letter(
    sender=Mailbox("Sam Carter", "bookings@practice.example"),
    recipient=Mailbox("Ann Lee", "ann@client.example"),
    reply_to=Mailbox("Sam Carter", "sam@practice.example"),
    subject="Booked: Tuesday",
    text="Hello Zoë,\n\n.\nFrom here: " + "long 漢字 " * 200 + "\n",
    html="<p>Zoë & 漢字</p>" + "x" * 2000,
    made_at=datetime(2027, 6, 1, 9, tzinfo=timezone(timedelta(hours=1))),
    calendar=CalendarPart(ItipMethod.REQUEST, CALENDAR),
)
NASTY = (
    "x\r\nBcc: evil@evil.example",
    "x\nBcc: evil@evil.example",
    "x\rBcc: evil@evil.example",
    "x\u2028Bcc: evil@evil.example",
    "x\0\x1b\x85y",
    "\u202egnp.exe",
    'Doe, "Jane" <jane@evil.example>',
    "=?utf-8?q?x=0D=0ABcc:_evil=40evil.example?=",
    "=?utf-8?b?eA0KQmNjOiB4QHguZXhhbXBsZQ0KDQo=?=",
    "==??utf-8?q?x=0D=0ABcc:_x?=?=",
    "🙂" * 200,
    "n" * 5000,
    "lone \ud800",
    "",
)


def read(octets: bytes):
    return email.message_from_bytes(octets, policy=email.policy.default)


def structure(part) -> object:
    if not part.is_multipart():
        return part.get_content_type()
    return (part.get_content_type(), *map(structure, part.iter_parts()))


def test_m1_the_parts_stand_in_their_order() -> None:
    assert structure(read(compose(LETTER).octets)) == (
        "multipart/mixed",
        ("multipart/alternative", "text/plain", "text/html", "text/calendar"),
        "application/ics",
    )


def test_m1_without_a_calendar_a_letter_is_text_and_html() -> None:
    letter = read(compose(replace(LETTER, calendar=None)).octets)
    assert structure(letter) == ("multipart/alternative", "text/plain", "text/html")


@pytest.mark.parametrize("method", list(ItipMethod))
def test_m2_one_part_names_the_method_in_capitals(method) -> None:
    part = CalendarPart(method, CALENDAR)
    letter = read(compose(replace(LETTER, calendar=part)).octets)
    methods = [p.get_param("method") for p in letter.walk() if p.get_param("method")]
    assert methods == [method.value]
    assert method.value.isupper()


def test_m3_the_calendar_travels_as_base64_in_utf_8() -> None:
    part = next(p for p in read(compose(LETTER).octets).walk() if p.get_param("method"))
    assert part.get_content_charset() == "utf-8"
    assert part["Content-Transfer-Encoding"] == "base64"
    assert part.get_payload(decode=True) == CALENDAR


def test_m4_the_calendar_alternative_is_no_attachment() -> None:
    part = next(p for p in read(compose(LETTER).octets).walk() if p.get_param("method"))
    assert part.get_content_disposition() is None


def test_m5_the_attachment_is_the_same_octets_as_invite_ics() -> None:
    [part] = read(compose(LETTER).octets).iter_attachments()
    assert part.get_filename() == "invite.ics"
    assert part.get_content_disposition() == "attachment"
    assert part.get_payload(decode=True) == CALENDAR


def test_the_words_come_out_as_they_went_in() -> None:
    letter = read(compose(LETTER).octets)
    assert letter.get_body(("plain",)).get_content() == LETTER.text.replace("\n", "\r\n")
    assert letter.get_body(("html",)).get_content().strip() == LETTER.html
    assert calendar_part(compose(LETTER).octets) == CALENDAR


def test_octets_are_ascii_in_short_lines_that_end_in_cr_lf() -> None:
    octets = compose(LETTER).octets
    assert octets.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", octets)
    assert max(map(len, octets.split(b"\r\n"))) <= 78


def test_h2_no_machine_answers() -> None:
    letter = read(compose(LETTER).octets)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert "Precedence" not in letter


def test_h3_each_letter_has_a_name_of_our_own_domain() -> None:
    one, other = compose(LETTER), compose(LETTER)
    assert re.fullmatch(r"<[0-9a-f]{32}@practice\.example>", one.message_id)
    assert read(one.octets)["Message-ID"] == one.message_id
    assert one.message_id != other.message_id


def test_h4_a_later_letter_names_the_first() -> None:
    first = compose(LETTER).message_id
    later = read(compose(replace(LETTER, first_message_id=first)).octets)
    assert later["In-Reply-To"] == later["References"] == first
    assert "In-Reply-To" not in read(compose(LETTER).octets)


def test_the_date_is_when_it_was_made() -> None:
    date = read(compose(LETTER).octets)["Date"].datetime
    assert date == datetime(2027, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_h5_no_name_or_subject_adds_a_header_or_a_recipient(nasty) -> None:
    letter = replace(
        LETTER,
        subject=nasty,
        sender=Mailbox(nasty, LETTER.sender.address),
        recipient=Mailbox(nasty, LETTER.recipient.address),
        reply_to=Mailbox(nasty, LETTER.reply_to.address),
    )
    composed = compose(letter)
    found, plain = read(composed.octets), read(compose(LETTER).octets)
    assert found.keys() == plain.keys()
    for header in ("From", "To", "Reply-To"):
        assert [a.addr_spec for a in found[header].addresses] == [
            a.addr_spec for a in plain[header].addresses
        ]
    assert composed.recipient == "ann@client.example"
    assert max(map(len, composed.octets.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "name",
    [
        "Doe, Jane (Coach)",
        "Zoë O'Connor-Łukasz",
        "李小龍 🙂",
        "محمد",
        'Lee, Ann: "MBA"; x',
        "a" * 120,
    ],
)
def test_case_12_a_name_stays_a_name(name) -> None:
    found = read(compose(replace(LETTER, sender=Mailbox(name, "b@practice.example"))).octets)
    assert str(found["From"].addresses[0].display_name) == name
    assert found["From"].addresses[0].addr_spec == "b@practice.example"


@pytest.mark.parametrize(
    ("typed", "ascii_form"),
    [
        ("ann@client.example", "ann@client.example"),
        ("  Ann@Client.example ", "Ann@Client.example"),
        ("ann@prüfung.example", "ann@xn--prfung-4ya.example"),
        ("ann@例え.example", "ann@xn--r8jz45g.example"),
    ],
)
def test_h7_a_domain_is_written_in_its_ascii_form(typed, ascii_form) -> None:
    assert ascii_address(typed) == ascii_form
    composed = compose(replace(LETTER, recipient=Mailbox("Ann", typed)))
    assert composed.recipient == ascii_form
    assert read(composed.octets)["To"].addresses[0].addr_spec == ascii_form


@pytest.mark.parametrize(
    "typed", ["zoë@client.example", "ann", "@x.example", "ann@", "", "a\nb@c.d"]
)
def test_h7_an_address_that_ordinary_mail_cannot_carry_is_refused(typed) -> None:
    with pytest.raises(ValueError, match="address"):
        ascii_address(typed)
