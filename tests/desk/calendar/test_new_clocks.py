"""A country changes its clocks: each meeting at another time of day is shown to the coach."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from coachcrm.bookings import acts
from coachcrm.bookings.change.operations import new_clocks
from coachcrm.bookings.change.operations.changes import Cancel
from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.bookings.policies import ByClient
from coachcrm.kit.web.site import site
from tests.support.cast import (
    ANN,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    change,
    deliver,
    move,
    newest,
    rows,
    value,
)

PAGE = "/coach/bookings/new-clocks"
NEED = "A country’s new rules for its clocks change the time"
CLIENT, SAM = RAVI["email"], "sam@practice.example"
sqlite = pytest.mark.engines("sqlite")


def told_before(app, wall: str = "2027-06-15 12:30", *, column: str = "client_start") -> None:
    """Leave a booking as one whose time of day was told by the rules of another day."""
    change(app, f"UPDATE booking SET {column} = :wall", wall=wall)


def flat(letter) -> str:
    return " ".join(letter.text.split())


def test_a_booking_keeps_what_the_clocks_of_both_were_to_show(app, coach_web, web) -> None:
    link = book(web, TUESDAY_9, RAVI)
    told = "SELECT local_zone, local_start, timezone, client_start FROM booking"
    assert rows(app, told) == [
        ("Europe/London", "2027-06-15 09:00", "Asia/Kolkata", "2027-06-15 13:30")
    ]
    move(web, link, TUESDAY_10)
    assert rows(app, told) == [
        ("Europe/London", "2027-06-15 10:00", "Asia/Kolkata", "2027-06-15 14:30")
    ]
    assert NEED not in coach_web.get("/coach/").text
    assert "at the time of day that was told" in coach_web.get(PAGE).text


def test_rule_14_the_coach_is_shown_it_and_both_are_told_with_one_press(
    app, coach_web, web, mailbox
) -> None:
    link = book(web, TUESDAY_9, RAVI)
    deliver(app)
    told_before(app)
    page = coach_web.get("/coach/")
    assert f"{NEED} of a meeting" in page.text
    page = coach_web.get(page.link("Look at it"))
    assert "1:30 pm Kolkata time, not 12:30 pm as told." in page.text
    assert "not 12:30 pm as told" in coach_web.get("/coach/bookings/1").text
    coach_web.get(PAGE)
    coach_web.submit(button="Send the ticked ones the time as it is now")
    assert "Both letters of one meeting are on their way" in coach_web.follow().text
    deliver(app)
    letter = newest(mailbox, CLIENT)
    assert "it is 1:30 pm Kolkata time, not 12:30 pm. The moment itself is as it was." in flat(
        letter
    )
    assert "not 12:30 pm" in letter.html
    assert b"METHOD:REQUEST" in letter.calendar
    assert len(mailbox.to(SAM)) == 2
    assert NEED not in coach_web.get("/coach/").text
    move(web, link, TUESDAY_10)
    deliver(app)
    assert "rules for the clocks" not in flat(newest(mailbox, CLIENT))


def test_it_can_be_left_so_and_then_nobody_is_told(app, coach_web, web) -> None:
    book(web, TUESDAY_9, RAVI)
    told_before(app)
    letters = value(app, "SELECT count(*) FROM outbox_message")
    coach_web.get(PAGE)
    coach_web.submit(button="Leave the ticked ones, and tell nobody")
    assert "Left as it is: one meeting. Nobody was told." in coach_web.follow().text
    assert NEED not in coach_web.get("/coach/").text
    assert value(app, "SELECT count(*) FROM outbox_message") == letters
    assert value(app, "SELECT sequence FROM booking") == 0


@sqlite
def test_what_is_not_ticked_stays_to_be_looked_at(app, coach_web, web) -> None:
    book(web, TUESDAY_9, RAVI)
    told_before(app)
    coach_web.post(f"{PAGE}/leave", {"csrf_token": csrf(coach_web)}, status=303)
    coach_web.post(f"{PAGE}/tell", {"csrf_token": csrf(coach_web)}, status=303)
    assert NEED in coach_web.get("/coach/").text


def csrf(web) -> str:
    return web.get(PAGE).all("input[name=csrf_token]")[0].attributes["value"]


@sqlite
def test_the_coach_s_own_country_can_do_it_too(app, coach_web, web) -> None:
    book(web, TUESDAY_9, RAVI)
    told_before(app, "2027-06-15 08:00", column="local_start")
    assert "9:00 am UK time, not 8:00 am as told." in coach_web.get(PAGE).text


@sqlite
def test_a_coach_who_moves_house_changes_no_rules(app, coach_web, web) -> None:
    book(web, TUESDAY_9, RAVI)
    change(app, "UPDATE coach SET timezone = 'Asia/Tokyo'")
    assert NEED not in coach_web.get("/coach/").text


@sqlite
def test_what_is_over_or_cancelled_is_not_shown(app, coach_web, web, clock) -> None:
    link = book(web, TUESDAY_9, RAVI)
    told_before(app)
    clock.at("2027-06-15T08:00:00Z")
    coach_web.sign_in()
    assert NEED not in coach_web.get("/coach/").text
    clock.at("2027-06-14T08:00:00Z")
    coach_web.sign_in()
    assert NEED in coach_web.get("/coach/").text
    cancel(web, link)
    told_before(app)
    assert NEED not in coach_web.get("/coach/").text


@sqlite
def test_who_is_only_held_has_had_no_letter_and_gets_none_now(app, coach_web, web) -> None:
    book(web, TUESDAY_9, RAVI)
    told_before(app)
    change(app, "UPDATE booking SET status = 'held'")
    letters = value(app, "SELECT count(*) FROM outbox_message")
    coach_web.get(PAGE)
    coach_web.submit(button="Send the ticked ones the time as it is now")
    assert value(app, "SELECT count(*) FROM outbox_message") == letters


@sqlite
@pytest.mark.parametrize(("gone", "stays"), [(RAVI, ANN), (ANN, RAVI)], ids=["first", "last"])
def test_who_cancels_while_the_coach_presses_is_not_told_it_twice(
    app, coach_web, visitor, monkeypatch, gone, stays
) -> None:
    """Whoever else was ticked is told all the same."""
    links = {
        who["email"]: book(visitor(), start, who)
        for start, who in ((TUESDAY_9, RAVI), (TUESDAY_10, ANN))
    }
    told_before(app)
    listed = new_clocks.shifted

    def cancelled_meanwhile(*args, **more):
        found = listed(*args, **more)
        with ThreadPoolExecutor() as elsewhere:
            elsewhere.submit(cancel, visitor(), links[gone["email"]]).result()
        return found

    coach_web.get(PAGE)
    with monkeypatch.context() as patch:
        patch.setattr(new_clocks, "shifted", cancelled_meanwhile)
        coach_web.submit(button="Send the ticked ones the time as it is now")
    assert "No letter leaves, for no mail server is set" in coach_web.follow().text
    told = "SELECT method FROM outbox_message WHERE recipient = :to ORDER BY id"
    assert rows(app, told, to=gone["email"]) == [("REQUEST",), ("CANCEL",)]
    assert rows(app, told, to=stays["email"]) == [("REQUEST",), ("REQUEST",)]


@sqlite
def test_who_cancels_just_before_their_turn_is_not_told_it_twice(
    app, coach_web, web, monkeypatch
) -> None:
    book(web, TUESDAY_9, RAVI)
    told_before(app)
    perform = acts.perform

    def after_the_client(act, *where):
        perform(Cancel(policy=ByClient(), booking_id=1), *where)
        return perform(act, *where)

    coach_web.get(PAGE)
    monkeypatch.setattr(acts, "perform", after_the_client)
    coach_web.submit(button="Send the ticked ones the time as it is now")
    told = "SELECT method FROM outbox_message WHERE recipient = :to ORDER BY id"
    assert rows(app, told, to=CLIENT) == [("REQUEST",), ("CANCEL",)]


@sqlite
def test_a_reminder_that_goes_before_the_coach_has_looked_says_it(
    app, coach_web, web, clock, mailbox
) -> None:
    book(web, TUESDAY_9, RAVI)
    told_before(app)
    clock.at("2027-06-14T08:00:00Z")
    with app.app_context():
        send_what_is_due(site(), app.extensions["coachcrm.diary"], now=clock.now)
    deliver(app)
    assert "not 12:30 pm. The moment itself is as it was." in flat(newest(mailbox, CLIENT))
    coach_web.sign_in()
    assert NEED in coach_web.get("/coach/").text
