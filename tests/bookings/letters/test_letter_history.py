"""The life of an invitation as the coach sees it: its rows, its state again, a new address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.cast import (
    ANN,
    TUESDAY_9,
    TUESDAY_10,
    at,
    at_once,
    book,
    cancel,
    change,
    deliver,
    dump,
    link_in,
    move,
    newest,
    rows,
    value,
)
from tests.support.ics import event, parse

pytestmark = pytest.mark.usefixtures("coach", "mailbox")
sqlite = pytest.mark.engines("sqlite")
personal = pytest.mark.settings(MAIL_SENDER="Sam@Practice.example")
CLIENT, SAM, NEW = "ann@client.example", "sam@practice.example", "ann.lee@new.example"
LETTERS = "/coach/bookings/1/letters"


def told(letter) -> tuple[str, int]:
    return (
        parse(letter.calendar).one("METHOD").value,
        int(event(letter.calendar).one("SEQUENCE").value),
    )


def send_again(coach_web, *, status: int = 303):
    coach_web.get(LETTERS)
    return coach_web.submit(f'form[action="{LETTERS}/send-again"]', status=status)


def readdress(coach_web, address: str, *, status: int = 303):
    coach_web.get(LETTERS)
    return coach_web.submit(
        f'form[action="{LETTERS}/address"]', fields={"email": address}, status=status
    )


# ----------------------------------------------------------------------------------- the rows


def test_every_calendar_letter_is_a_row_with_uid_sequence_and_method(app, web) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    cancel(web, link)
    uid = value(app, "SELECT uid FROM booking")
    query = "SELECT thread, sequence, method, recipient, state FROM outbox_message ORDER BY id"
    assert rows(app, query) == [
        (uid, sequence, method, recipient, "queued")
        for sequence, method in [(0, "REQUEST"), (1, "REQUEST"), (2, "CANCEL")]
        for recipient in (CLIENT, SAM)
    ]


def test_the_coach_reads_what_became_of_each(app, web, coach_web, mailbox, clock) -> None:
    link = book(web)
    clock.at("2027-06-01T13:02:00Z")
    deliver(app)
    mailbox.refuse(550, "5.1.1 unknown", address=CLIENT)
    move(web, link, TUESDAY_10)
    deliver(app)
    text = coach_web.get(LETTERS).text
    assert "delivered to ann@client.example on Tuesday 1 June, 2:02 pm" in text
    assert "REQUEST, SEQUENCE 0" in text
    assert "Moved" in text
    assert "not delivered on Tuesday 1 June, 2:02 pm" in text
    assert "5.1.1 unknown" in text
    cancel(web, link)
    assert "waiting since Tuesday 1 June, 2:02 pm" in coach_web.get(LETTERS).text


@sqlite
def test_a_foreign_or_unknown_booking_has_no_letters_s44(app, coach_web) -> None:
    coach_web.get("/coach/bookings/7/letters", status=404)


# ------------------------------------------------------------------------------ the state again


def test_the_present_state_goes_again_with_the_same_sequence_and_a_later_stamp(
    app, web, coach_web, mailbox
) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    send_again(coach_web)
    send_again(coach_web)
    deliver(app)
    for address in (CLIENT, SAM):
        letters = mailbox.to(address)
        assert [told(letter) for letter in letters] == [
            ("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 1), ("REQUEST", 1),
        ]  # fmt: skip
        events = [event(letter.calendar) for letter in letters]
        assert len({e.one("UID").value for e in events}) == 1
        assert {e.one("DTSTART").instant for e in events[1:]} == {at(TUESDAY_10)}
        stamps = [e.one("DTSTAMP").instant for e in events]
        assert stamps == sorted(stamps)
        assert len(set(stamps[1:])) == 3
        assert letters[2]["In-Reply-To"] == letters[0]["Message-ID"]
    assert link_in(newest(mailbox, CLIENT)) == link


def test_of_a_cancelled_booking_the_cancel_goes_again(app, web, coach_web, mailbox) -> None:
    cancel(web, book(web))
    send_again(coach_web)
    deliver(app)
    for address in (CLIENT, SAM):
        assert [told(letter) for letter in mailbox.to(address)] == [
            ("REQUEST", 0), ("CANCEL", 1), ("CANCEL", 1),
        ]  # fmt: skip
        assert "cancelled" in newest(mailbox, address).text


@sqlite
def test_of_a_meeting_that_is_over_nothing_goes_again(app, web, coach_web, clock) -> None:
    book(web)
    coach_web.get(LETTERS)
    clock.at(at(TUESDAY_9))
    coach_web.sign_in()
    page = coach_web.get(LETTERS)
    assert not page.has(f'form[action="{LETTERS}/send-again"]')


@sqlite
def test_a_page_that_is_behind_sends_nothing(app, web, coach_web) -> None:
    link = book(web)
    coach_web.get(LETTERS)
    move(web, link, TUESDAY_10)
    before = dump(app)
    coach_web.submit(f'form[action="{LETTERS}/send-again"]', status=409)
    assert dump(app) == before


def test_two_presses_at_once_have_two_stamps(app, web, coach_web, mailbox) -> None:
    book(web)
    page = coach_web.get(LETTERS)
    url, data = page.form(f'form[action="{LETTERS}/send-again"]').data()
    answers = at_once(
        *[lambda: coach_web.client.post(url, data=data, base_url="http://127.0.0.1")] * 2
    )
    assert {answer.status_code for answer in answers} <= {303, 503}
    deliver(app)
    stamps = [event(letter.calendar).one("DTSTAMP").value for letter in mailbox.to(CLIENT)]
    assert len(set(stamps)) == len(stamps)


# -------------------------------------------------------------------------------- a new address


def test_case_24_the_old_address_gets_cancel_the_new_one_and_the_coach_request(
    app, web, coach_web, mailbox
) -> None:
    link = book(web)
    readdress(coach_web, NEW)
    move(web, link, TUESDAY_10)
    cancel(web, link)
    deliver(app)
    life = {address: [told(x) for x in mailbox.to(address)] for address in (CLIENT, NEW, SAM)}
    assert life == {
        CLIENT: [("REQUEST", 0), ("CANCEL", 1)],
        NEW: [("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)],
        SAM: [("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)],
    }
    withdrawn = event(mailbox.to(CLIENT)[1].calendar)
    assert withdrawn.one("STATUS").value == "CANCELLED"
    assert withdrawn.one("DTSTART").instant == at(TUESDAY_9)
    assert f"mailto:{CLIENT}" in [a.value for a in withdrawn.all("ATTENDEE")]
    for letter in (*mailbox.to(NEW), *mailbox.to(SAM)[1:]):
        people = [a.value for a in event(letter.calendar).all("ATTENDEE")]
        assert people == [f"mailto:{NEW}", f"mailto:{SAM}"]
    assert "In-Reply-To" not in mailbox.to(NEW)[0]


def test_case_24_the_old_address_learns_nothing_of_the_new_one(
    app, web, coach_web, mailbox
) -> None:
    link = book(web)
    readdress(coach_web, NEW)
    deliver(app)
    letter = mailbox.to(CLIENT)[1]
    everything = letter.text + letter.html + letter.calendar.decode()
    assert NEW not in everything
    assert link not in everything
    assert link_in(mailbox.to(NEW)[0]) == link


def test_the_client_s_record_follows_and_the_reminders_go_to_the_new_address(
    app, web, coach_web
) -> None:
    book(web)
    readdress(coach_web, NEW)
    assert rows(app, "SELECT email, email_key FROM client") == [(NEW, NEW)]
    due = "SELECT kind, version FROM reminder WHERE state = 'due' ORDER BY due_at"
    assert rows(app, due) == [("day_before", 1), ("hour_before", 1)]
    assert "Ann Lee" in coach_web.get("/coach/clients?q=ann.lee").text


@sqlite
def test_an_address_that_is_somebody_else_s_changes_no_record(app, web, visitor, coach_web) -> None:
    book(web)
    book(visitor(), TUESDAY_10, {**ANN, "name": "Ben Hughes", "email": NEW})
    readdress(coach_web, NEW)
    assert rows(app, "SELECT email FROM client ORDER BY id") == [(CLIENT,), (NEW,)]
    assert value(app, "SELECT email FROM booking WHERE id = 1") == NEW


@sqlite
@pytest.mark.parametrize(
    "address",
    ["", "ann", "a@b\r\nBcc: x@evil.example", "zoë@client.example", CLIENT, "ANN@client.example"],
)
def test_an_address_that_will_not_do_is_refused_at_the_field(app, web, coach_web, address) -> None:
    book(web)
    before = dump(app)
    page = readdress(coach_web, address, status=422)
    assert "email" in page.errors
    assert dump(app) == before


@sqlite
def test_a_cancelled_booking_goes_to_no_other_address(app, web, coach_web) -> None:
    link = book(web)
    coach_web.get(LETTERS)
    cancel(web, link)
    before = dump(app)
    coach_web.submit(f'form[action="{LETTERS}/address"]', fields={"email": NEW}, status=409)
    assert dump(app) == before


@sqlite
@personal
def test_case_25_in_personal_mode_the_coach_is_told_by_a_published_copy(
    app, web, coach_web, mailbox
) -> None:
    book(web)
    readdress(coach_web, NEW)
    send_again(coach_web)
    deliver(app)
    assert [told(x) for x in mailbox.to(CLIENT)] == [("REQUEST", 0), ("CANCEL", 1)]
    assert [told(x) for x in mailbox.to(NEW)] == [("REQUEST", 1), ("REQUEST", 1)]
    assert [told(x)[0] for x in mailbox.to(SAM)] == ["PUBLISH"] * 3
    for letter in mailbox.to(SAM):
        assert event(letter.calendar).all("ATTENDEE") == []


@sqlite
def test_the_clock_set_back_lets_no_stamp_fall(app, web, coach_web, mailbox, clock) -> None:
    book(web)
    clock.move(hours=-3)
    readdress(coach_web, NEW)
    send_again(coach_web)
    clock.move(hours=4)
    deliver(app)
    stamps = [event(x.calendar).one("DTSTAMP").instant for x in mailbox.to(SAM)]
    assert stamps == sorted(stamps)
    assert stamps[2] - stamps[1] == timedelta(seconds=1)


def test_case_23_two_tabs_move_at_once_and_one_wins(app, web, visitor, mailbox) -> None:
    link = book(web)
    tabs = [visitor(), visitor()]
    sent = []
    for tab, start in zip(tabs, (TUESDAY_10, "20270616T080000Z"), strict=True):
        tab.get(f"{link}/reschedule?from=2027-06-15")
        sent.append((tab, *tab.page.form().data({"start": start})))
    answers = at_once(
        *[
            lambda tab=tab, url=url, data=data: tab.client.post(
                url, data=data, base_url="http://127.0.0.1"
            )
            for tab, url, data in sent
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    change(app, "UPDATE outbox_message SET due_at = created_at")
    deliver(app)
    for address in (CLIENT, SAM):
        assert [told(letter) for letter in mailbox.to(address)] == [("REQUEST", 0), ("REQUEST", 1)]
