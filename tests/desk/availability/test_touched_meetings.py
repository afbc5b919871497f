"""A change that touches standing meetings shows them first, and no race gets past that."""

from __future__ import annotations

import threading
from datetime import date
from functools import partial

from coachcrm.availability.core.windows import TimeOff
from coachcrm.availability.operations.hours import add_time_off, lock_calendar
from coachcrm.kit.data.db import transaction
from tests.support.cast import (
    ANN,
    FREE,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    at_once,
    book,
    cancel,
    move,
    rows,
    value,
)

WEEK = "/coach/availability"
OFF = f"{WEEK}/time-off"
TUESDAY = "2027-06-15"


def close_tuesdays(coach_web, *, status: int):
    coach_web.get(WEEK)
    closed = {f"day-1-{kind}-{n}": "" for kind in ("opens", "closes") for n in (0, 1)}
    return coach_web.submit(fields=closed, status=status)


def take_tuesday_off(coach_web, *, status: int):
    coach_web.get(OFF)
    return coach_web.submit("form.form", begins_on=TUESDAY, reason="Away", status=status)


def test_weekly_hours_show_the_meetings_that_they_touch_and_keep_them(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    book(web, TUESDAY_10, RAVI)
    page = close_tuesdays(coach_web, status=409)
    assert "These 2 meetings stay in your diary" in page.text
    assert [node.text() for node in page.all(".list a")] == ["Ann Lee", "Ravi Rao"]
    assert value(app, "SELECT count(*) FROM weekly_hours") == 10
    coach_web.submit(button="Save, and keep these meetings")
    assert "Saved" in coach_web.follow().text
    assert value(app, "SELECT count(*) FROM weekly_hours") == 8
    assert rows(app, "SELECT status FROM booking") == [("confirmed",)] * 2


def test_he_goes_back_and_finds_what_he_typed(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    take_tuesday_off(coach_web, status=409)
    page = coach_web.submit(button="Go back and change it", status=200)
    data = page.form("form.form").data()[1]
    assert (data["begins_on"], data["reason"]) == (TUESDAY, "Away")
    close_tuesdays(coach_web, status=409)
    page = coach_web.submit(button="Go back and change it", status=200)
    assert page.form().data()[1]["day-1-opens-0"] == ""
    assert rows(app, "SELECT * FROM time_off") == []


def test_what_touches_nobody_is_saved_at_once(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    cancel(web, book(web, TUESDAY_10, RAVI))
    coach_web.get(OFF)
    coach_web.submit("form.form", begins_on=TUESDAY, begins="09:30", ends="11:00")
    assert value(app, "SELECT count(*) FROM time_off") == 1


def test_a_meeting_that_already_lay_outside_is_not_asked_about_again(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    close_tuesdays(coach_web, status=409)
    coach_web.submit(button="Save, and keep this meeting")
    coach_web.get(WEEK)
    coach_web.submit(fields={"day-0-opens-0": "10:00"})
    coach_web.follow()


def test_case_29_a_booking_that_came_in_after_the_list_is_shown_before_saving(
    app, coach_web, visitor
) -> None:
    book(visitor(), TUESDAY_9)
    take_tuesday_off(coach_web, status=409)
    book(visitor(), TUESDAY_10, RAVI)
    page = coach_web.submit(button="Save, and keep this meeting", status=409)
    assert "Meanwhile something has changed in your diary" in page.text
    assert "Ravi Rao" in page.one(".list li:has(.status)").text()
    assert value(app, "SELECT count(*) FROM time_off") == 0
    coach_web.submit(button="Save, and keep these meetings")
    assert value(app, "SELECT count(*) FROM time_off") == 1


def test_case_29_a_meeting_that_moved_after_the_list_is_shown_anew(app, coach_web, web) -> None:
    link = book(web, TUESDAY_9)
    take_tuesday_off(coach_web, status=409)
    move(web, link, TUESDAY_10)
    page = coach_web.submit(button="Save, and keep this meeting", status=409)
    assert "10:00 am" in page.one(".list").text()


def test_case_29_a_client_and_the_coach_at_once_end_booked_and_listed_or_refused(
    app, coach_web, visitor, settings
) -> None:
    """Whoever comes first, the other is told: never both in silence."""
    seen = set()
    for number in range(8):
        on = f"2027-06-{14 + number % 4:02}"
        start = f"{on.replace('-', '')}T{8 + number // 4:02}0000Z"
        web = visitor()
        web.get(f"{FREE}/{start}")
        answers = {**ANN, "email": f"ann{number}@client.example"}
        client = partial(_status, web, "form", answers)
        coach_web.get(OFF)
        begins = f"{9 + number // 4:02}:00"
        typed = {"begins_on": on, "begins": begins, "ends": f"{begins[:2]}:30"}
        blocks = partial(_status, coach_web, "form.form", typed)
        booked, blocked = at_once(client, blocks)
        assert (booked, blocked) in {(303, 409), (409, 303)}, "one of the two is always told"
        found = value(app, "SELECT count(*) FROM booking WHERE email = :e", e=answers["email"])
        assert found == (booked == 303)
        if blocked == 409:
            assert "Ann Lee" in coach_web.page.text
        seen.add(booked)
    assert seen <= {303, 409}


def _status(web, form: str, typed: dict[str, str]) -> int:
    """Press the button whatever comes of it, and return the status."""
    url, pairs = web.page.form(form).data(typed)
    answer = web.client.post(url, data=pairs, base_url=web.base_url)
    if answer.status_code != 303:
        web.page = type(web.page)(answer, url)
    return answer.status_code


def test_case_29_a_booking_waits_for_a_leave_that_is_being_saved(app, coach_web, web) -> None:
    """The coach is first at the lock: the client, already pressing the button, is refused."""
    web.get(f"{FREE}/{TUESDAY_9}")
    held, done = threading.Event(), []

    def press() -> None:
        held.wait()
        done.append(_status(web, "form", ANN))

    thread = threading.Thread(target=press)
    thread.start()
    with app.app_context(), transaction() as session:
        lock_calendar(session, 1)
        held.set()
        thread.join(0.5)
        assert not done, "the client waits"
        add_time_off(session, 1, TimeOff(date(2027, 6, 15), date(2027, 6, 15)))
    thread.join()
    assert done == [409]
    assert rows(app, "SELECT * FROM booking") == []
