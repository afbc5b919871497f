"""A burst is one line to the coach, undoable; nothing is cancelled by a machine (S60, S63)."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event as sql_event

from coachcrm.kit.data import db as kit_db
from coachcrm.kit.data.db import db
from tests.support.cast import (
    ANN,
    FREE,
    TUESDAY_2PM,
    TUESDAY_9,
    at,
    book,
    change,
    deliver,
    rows,
    value,
)
from tests.support.ics import event

pytestmark = pytest.mark.usefixtures("coach")
PAGE = "/coach/bookings/at-once"
TIMES = [f"202706{day}T{hour}0000Z" for day in (14, 15, 16, 17) for hour in ("08", "09", "13")]


def burst(web, clock, number: int = 8) -> list[str]:
    """Book many times within the hour, under many names."""
    links = []
    for count in range(number):
        links.append(book(web, TIMES[count], ANN, email=f"p{count}@client.example"))
        clock.move(minutes=2)
    return links


def states(app) -> dict[str, int]:
    return dict(rows(app, "SELECT status, count(*) FROM booking GROUP BY status"))


def test_seven_bookings_are_a_good_day(web, coach_web, clock) -> None:
    burst(web, clock, 7)
    assert "came at once" not in coach_web.get("/coach/").text
    assert "nothing to look at" in coach_web.get(PAGE).text


def test_a_burst_is_one_line_and_one_button_takes_it_back_in_silence(
    app, web, coach_web, clock, mailbox
) -> None:
    links = burst(web, clock)
    page = coach_web.get("/coach/")
    assert page.text.count("8 bookings came at once") == 1
    page = coach_web.get(page.link("Look at them"))
    assert "p7@client.example" in page.text
    coach_web.submit(button="Cancel the ticked ones, and send nothing")
    assert states(app) == {"cancelled": 8}
    assert deliver(app) == 0
    assert mailbox.letters == []
    assert web.get(links[0]).h1 == "Cancelled"
    web.get(f"{FREE}/{TIMES[0]}")
    assert rows(app, "SELECT DISTINCT state FROM reminder") == [("dropped",)]


def test_what_was_taken_back_can_be_put_back_but_for_what_is_taken(
    app, web, coach_web, clock, mailbox
) -> None:
    burst(web, clock)
    coach_web.get(PAGE)
    coach_web.submit(button="Cancel the ticked ones, and send nothing")
    book(web, TIMES[3], ANN)
    page = coach_web.get(PAGE)
    assert "8 bookings are cancelled, and nobody was written to" in page.text
    coach_web.submit(button="Put them back")
    page = coach_web.follow()
    assert "Put back: 7. 1 could not be, because somebody else has the time now." in page.text
    assert states(app) == {"cancelled": 1, "confirmed": 8}
    assert deliver(app) == 2 * 8
    assert len(mailbox.to("p0@client.example")) == 1
    assert mailbox.to("p3@client.example") == []


def test_what_is_held_is_confirmed_with_its_invitations(
    app, web, coach_web, clock, mailbox
) -> None:
    link = book(web, TUESDAY_9)
    with_status(app, "held")
    clock.move(hours=3)
    page = coach_web.get("/coach/")
    assert "A booking is held" in page.text
    coach_web.get(PAGE)
    coach_web.submit(button="Confirm the ticked ones, and send the invitations")
    assert "Confirmed. The invitations are on their way." in coach_web.follow().text
    assert states(app) == {"confirmed": 1}
    deliver(app)
    [letter] = mailbox.to(ANN["email"])
    invited = event(letter.calendar)
    assert invited.one("DTSTART").instant == at(TUESDAY_9)
    assert invited.one("SEQUENCE").text == "0"
    assert "Move it" in web.get(link).text
    assert value(app, "SELECT count(*) FROM reminder WHERE state = 'due'") == 2


def with_status(app, status: str) -> None:
    """Leave the booking as the site's own limit leaves it: kept, and nobody told."""
    change(app, "UPDATE booking SET status = :status", status=status)
    change(app, "DELETE FROM outbox_message")
    change(app, "DELETE FROM reminder")


def test_a_page_that_is_out_of_date_confirms_nothing_twice(app, web, coach_web, clock) -> None:
    book(web, TUESDAY_9)
    with_status(app, "held")
    page = coach_web.get(PAGE)
    _, pairs = page.form().data()
    coach_web.post(f"{PAGE}/confirm", pairs, status=303)
    coach_web.post(f"{PAGE}/confirm", pairs, status=303)
    assert value(app, "SELECT count(*) FROM outbox_message") == 2
    assert value(app, "SELECT count(*) FROM reminder") == 2


@pytest.mark.engines("sqlite")
def test_what_is_held_is_neither_moved_cancelled_nor_told_before_it_is_confirmed(
    app, web, coach_web
) -> None:
    """Nobody has an invitation yet, so no letter may change one."""
    book(web, TUESDAY_9)
    pages = ("/coach/bookings/1/move", "/coach/bookings/1/cancel", "/coach/bookings/1/letters")
    forms = []
    for path in pages:
        coach_web.get(path)
        selector = "form[action$=send-again]" if path.endswith("letters") else None
        form = coach_web.page.form(selector)
        forms.append(form.data({"at": "11:00"} if "at" in form.names else {}))
    with_status(app, "held")
    page = coach_web.get("/coach/bookings/1")
    assert page.link("Confirm it or cancel it").endswith(PAGE)
    for url, pairs in forms:
        page = coach_web.post(url, pairs, status=409)
        assert page.h1 == "This booking is only held", url
    assert value(app, "SELECT count(*) FROM outbox_message") == 0


# ------------------------------------------------------------------------- whose time has passed


def test_what_is_held_is_confirmed_until_it_begins_and_not_after(
    app, web, coach_web, clock, mailbox
) -> None:
    book(web, TUESDAY_9)
    with_status(app, "held")
    clock.at("2027-06-15T07:59:59Z")
    coach_web.sign_in()
    page = coach_web.get(PAGE)
    _, pairs = page.form().data()
    clock.move(seconds=1)
    page = coach_web.post(f"{PAGE}/confirm", pairs, status=303)
    text = coach_web.follow().text
    assert "1 could not be confirmed, because its time has passed." in text
    assert "Confirmed." not in text
    assert states(app) == {"held": 1}
    assert value(app, "SELECT count(*) FROM outbox_message") == 0
    assert "nothing to look at" in text
    assert "A booking is held" not in coach_web.get("/coach/").text
    page = coach_web.get("/coach/bookings/1")
    assert "Not confirmed" in page.text
    assert "Confirm it or cancel it" not in page.text


def test_of_several_those_to_come_are_confirmed_and_the_others_named(
    app, web, coach_web, clock
) -> None:
    book(web, TUESDAY_9)
    book(web, TUESDAY_2PM, ANN, email="bo@client.example")
    with_status(app, "held")
    clock.at("2027-06-15T07:00:00Z")
    coach_web.sign_in()
    coach_web.get(PAGE)
    clock.at("2027-06-15T08:10:00Z")
    coach_web.submit(button="Confirm the ticked ones, and send the invitations")
    text = coach_web.follow().text
    assert "Confirmed. No letter leaves" in text
    assert "1 could not be confirmed, because its time has passed." in text
    assert states(app) == {"held": 1, "confirmed": 1}


def test_a_time_that_has_passed_is_neither_taken_back_nor_put_back(
    app, web, coach_web, clock, mailbox
) -> None:
    """What has been stays as it was: nobody is invited to a meeting that is over."""
    change(app, "UPDATE service SET notice_min = 60")
    clock.at("2027-06-13T08:00:00Z")
    burst(web, clock)
    coach_web.sign_in()
    coach_web.get(PAGE)
    coach_web.submit(button="Cancel the ticked ones, and send nothing")
    assert states(app) == {"cancelled": 8}
    # Three of them were on the 14th.
    clock.at("2027-06-15T07:59:00Z")
    coach_web.sign_in()
    page = coach_web.get(PAGE)
    assert "5 bookings are cancelled, and nobody was written to" in page.text
    clock.at("2027-06-15T08:00:00Z")
    coach_web.submit(button="Put them back")
    text = coach_web.follow().text
    assert "Put back: 4. 4 could not be, because their time has passed." in text
    assert states(app) == {"cancelled": 4, "confirmed": 4}
    deliver(app)
    assert mailbox.to("p3@client.example") == []
    assert len(mailbox.to("p4@client.example")) == 1


@pytest.mark.engines("sqlite")
def test_of_what_has_passed_nothing_is_cancelled_in_silence(app, web, coach_web, clock) -> None:
    book(web, TUESDAY_9)
    change(app, "UPDATE booking SET created_at = '2027-06-14 09:00:00'")
    with_status(app, "held")
    clock.at("2027-06-15T07:59:00Z")
    coach_web.sign_in()
    _, pairs = coach_web.get(PAGE).form().data()
    clock.at("2027-06-15T08:00:00Z")
    coach_web.post(f"{PAGE}/cancel", pairs, status=303)
    assert states(app) == {"held": 1}


def test_what_was_held_is_put_back_as_held_whatever_else_was_written_about_it(
    app, web, coach_web, clock, mailbox
) -> None:
    """A second attempt sends the link again; that is no invitation."""
    book(web, TUESDAY_9)
    with_status(app, "held")
    web.get(f"{FREE}/{TUESDAY_2PM}")
    web.submit(**ANN, status=409)
    assert rows(app, "SELECT kind FROM outbox_message") == [("standing",)]
    coach_web.get(PAGE)
    coach_web.submit(button="Cancel the ticked ones, and send nothing")
    coach_web.get(PAGE)
    coach_web.submit(button="Put it back")
    assert states(app) == {"held": 1}


@contextmanager
def when_confirmed(app, settings, number: int, do: Callable) -> Iterator[None]:
    """As soon as that many are confirmed let another program hold the database, and `do`."""
    path = settings.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    is_held = False

    def look(_session: object) -> None:
        nonlocal is_held
        count = "SELECT count(*) FROM booking WHERE status = 'confirmed'"
        if not is_held and other.execute(count).fetchone()[0] == number:
            is_held = True
            other.execute("BEGIN IMMEDIATE")
            do(other)

    with app.app_context():
        sql_event.listen(db.session, "after_commit", look)
        yield
        sql_event.remove(db.session, "after_commit", look)
    assert is_held
    if other.in_transaction:
        other.rollback()
    other.close()


@pytest.fixture
def three_held(app, web, coach_web, clock):
    burst(web, clock, 3)
    change(app, "UPDATE booking SET status = 'held', invited_from = '', invited_coach = ''")
    change(app, "DELETE FROM outbox_message")
    coach_web.get(PAGE)
    return coach_web


@pytest.mark.engines("sqlite")
def test_a_lock_after_two_of_three_is_told_as_that_and_one_more_press_does_the_rest_r8(
    app, three_held, settings, monkeypatch
) -> None:
    monkeypatch.setattr(kit_db, "PAGE_PATIENCE_S", 0.3)
    with when_confirmed(app, settings, 2, lambda _other: None):
        page = three_held.submit(
            button="Confirm the ticked ones, and send the invitations", status=503
        )
    assert "nothing was changed" not in page.text
    assert "Done: 2. Still to be done: 1." in page.text
    assert states(app) == {"confirmed": 2, "held": 1}
    three_held.submit(button="Send it again")
    assert states(app) == {"confirmed": 3}


@pytest.mark.engines("sqlite")
def test_each_of_many_waits_for_a_lock_as_long_as_the_first_would_r8(
    app, three_held, settings, monkeypatch
) -> None:
    monkeypatch.setattr(kit_db, "PAGE_PATIENCE_S", 1.5)

    def be_slow_and_let_go_soon(other: sqlite3.Connection) -> None:
        time.sleep(1.5)
        threading.Timer(0.6, other.rollback).start()

    with when_confirmed(app, settings, 2, be_slow_and_let_go_soon):
        three_held.submit(button="Confirm the ticked ones, and send the invitations")
    assert states(app) == {"confirmed": 3}


# ----------------------------------------------------------------------- what calendars are told


def take_back(app, coach_web) -> None:
    """Let the coach cancel Ann's booking as one that came with others, sending nothing."""
    change(app, "UPDATE booking SET status = 'held'")
    coach_web.get(PAGE)
    change(app, "UPDATE booking SET status = 'confirmed'")
    coach_web.submit(button="Cancel the ticked ones, and send nothing")
    assert states(app) == {"cancelled": 1}


def put_back(coach_web) -> None:
    coach_web.get(PAGE)
    coach_web.submit(button="Put it back")


@pytest.mark.engines("sqlite")
def test_a_cancelling_of_which_nobody_was_told_is_not_sent_again(app, web, coach_web) -> None:
    """Put back, it would stand in no calendar, and nothing may follow under a UID that ended."""
    book(web, TUESDAY_9)
    deliver(app)
    letters = "/coach/bookings/1/letters"
    url, pairs = coach_web.get(letters).form("form[action$=send-again]").data()
    take_back(app, coach_web)
    assert "Send the present state again" not in coach_web.get(letters).text
    pairs["sequence"] = str(value(app, "SELECT version FROM booking"))
    page = coach_web.post(url, pairs, status=409)
    assert page.h1 == "Nobody was told that this is cancelled"
    assert value(app, "SELECT count(*) FROM outbox_message WHERE method = 'CANCEL'") == 0
    put_back(coach_web)
    assert states(app) == {"confirmed": 1}
    assert "Send the present state again" in coach_web.get(letters).text
