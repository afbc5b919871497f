"""The month shows exactly what visitors see, and says in words why all else is closed."""

from __future__ import annotations

import pytest

from tests.support.cast import FREE, RAVI, TUESDAY_9, book, change

MONTH = "/coach/availability/month"
CLOCKS = "/coach/availability/clock-changes"
only_sqlite = pytest.mark.engines("sqlite")


def day(page, on: str) -> str:
    return " ".join(page.one(f"#d{on}").text(separator=" ").split())


def test_it_shows_the_very_times_that_visitors_are_offered(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    book(web, "20270615T130000Z", RAVI)
    change(app, "UPDATE service SET day_cap = 3, before_min = 10, grid_min = 15")
    change(
        app,
        "INSERT INTO date_override (coach_id, falls_on, opens, closes) "
        "VALUES (1, '2027-06-19', 600, 655)",
    )
    page = coach_web.get(f"{MONTH}?month=2027-06")
    for first in ("2027-06-01", "2027-06-08", "2027-06-15", "2027-06-22"):
        week = web.get(f"{FREE}?from={first}&tz=Europe/London")
        for section in week.all("section.day"):
            on = section.css_first("h2").attributes["id"][1:]
            offered = [a.text().strip() for a in section.css("a.slot")]
            shown = [n.text().strip() for n in page.all(f"#d{on} .starts > span")]
            assert shown == offered, on


def test_every_closed_hour_says_why(app, coach_web, web, clock) -> None:
    book(web, TUESDAY_9)
    coach_web.get("/coach/availability/time-off")
    coach_web.submit("form.form", begins_on="2027-06-16", reason="Summer leave")
    page = coach_web.get(f"{MONTH}?month=2027-06")
    assert "9:00 am to 9:30 am Booked: Ann Lee" in day(page, "2027-06-15")
    assert "9:30 am to 10:00 am Kept free after a meeting" in day(page, "2027-06-15")
    assert "Off: Summer leave" in day(page, "2027-06-16")
    assert "Too soon: you ask for a day's notice" in day(page, "2027-06-01")
    assert "No hours on Saturdays" in day(page, "2027-06-19")
    later = coach_web.get(f"{MONTH}?month=2027-08")
    assert "Too far ahead: people book up to 60 days ahead" in day(later, "2027-08-02")
    assert "Off: Late Summer Bank Holiday" in day(later, "2027-08-30")
    change(app, "UPDATE service SET day_cap = 1")
    page = coach_web.get(f"{MONTH}?month=2027-06")
    assert "The day is full: 1 meetings are the most" not in day(page, "2027-06-15")
    assert "The day is full: one meeting is the most" in day(page, "2027-06-15")


@only_sqlite
def test_a_meeting_outside_his_hours_is_shown_too(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    change(app, "DELETE FROM weekly_hours WHERE weekday = 1")
    page = coach_web.get(f"{MONTH}?month=2027-06")
    assert "9:00 am to 9:30 am Booked: Ann Lee, outside your hours" in day(page, "2027-06-15")


@only_sqlite
def test_rule_4_what_is_left_after_midnight_is_for_a_meeting_that_begins_before(
    app, coach_web, web
) -> None:
    change(app, "DELETE FROM weekly_hours")
    hours = "INSERT INTO weekly_hours (coach_id, weekday, opens, closes) VALUES "
    change(app, f"{hours} (1, 1, 1425, 1440), (1, 2, 0, 15)")
    page = coach_web.get(f"{MONTH}?month=2027-06")
    assert "11:45 pm to 12:00 am free: 11:45 pm" in day(page, "2027-06-15")
    assert "For the end of a meeting that begins before" in day(page, "2027-06-16")
    book(web, "20270615T224500Z")
    coach_web.get("/coach/availability/time-off")
    coach_web.submit("form.form", begins_on="2027-06-23", reason="Summer leave")
    page = coach_web.get(f"{MONTH}?month=2027-06")
    assert "11:45 pm to 12:00 am Booked: Ann Lee" in day(page, "2027-06-15")
    assert "Off: Summer leave" in day(page, "2027-06-22")
    web.get(f"{FREE}/20270622T224500Z", status=409)


@only_sqlite
def test_each_service_has_its_own_month_and_none_is_said_in_words(app, coach_web) -> None:
    change(
        app,
        "INSERT INTO service (coach_id, slug, name, words, duration_min, grid_min, before_min, "
        "after_min, notice_min, horizon_days, cutoff_min, most_moves, place, is_public, is_active) "
        "VALUES (1, 'long', 'Long talk', '', 180, 30, 0, 0, 0, 90, 120, 3, 'phone', false, true)",
    )
    page = coach_web.get(f"{MONTH}?month=2027-06&service=long")
    assert "Long talk, 180 minutes" in page.text
    assert [n.text() for n in page.all("#d2027-06-15 .starts > span")] == ["9:00 am", "2:00 pm"]
    assert coach_web.click("Free consultation").has("#d2027-06-15")
    change(app, "UPDATE service SET is_active = false")
    assert "no service is open" in coach_web.get(MONTH).text
    assert "no service is open" in coach_web.get("/coach/availability").text
    coach_web.get(CLOCKS)


@only_sqlite
def test_months_follow_each_other_and_nonsense_is_this_month(coach_web) -> None:
    coach_web.get(MONTH)
    assert coach_web.click("July 2027 →").has("#month")
    assert "August 2027" in coach_web.page.text
    assert "June 2027" in coach_web.click("← June 2027").text
    for asked in ("2027-13", "0000-01", "9999-12", "2026-01", "x", "\0", "2027-06-01"):
        assert "June 2027" in coach_web.get(MONTH, status=200).text
        coach_web.get(f"{MONTH}?month={asked}".replace("\0", "%00"))
        assert "June 2027" in coach_web.page.one("#month").text()


# ---------------------------------------------------------------------------- clock changes


@only_sqlite
def test_the_clock_changes_are_rehearsed_with_his_hours(app, coach_web) -> None:
    said = coach_web.get(CLOCKS).text
    assert "On Sunday 31 October 2027 the clocks go back at 2:00 am, to 1:00 am GMT." in said
    assert "On Sunday 26 March 2028 the clocks go forward at 1:00 am, to 2:00 am BST." in said
    assert "You have no hours that day" in said
    change(
        app, "INSERT INTO weekly_hours (coach_id, weekday, opens, closes) VALUES (1, 6, 75, 180)"
    )
    said = coach_web.get(CLOCKS).text
    assert "1:15 am does not exist that day; times begin at 2:00 am BST." in said
    assert "Times to begin that day (Free consultation): 2:00 am, 2:30 am." in said
    assert "1:15 am comes twice; your hours begin at the first, 1:15 am BST." in said
    change(app, "UPDATE weekly_hours SET opens = 0, closes = 60 WHERE weekday = 6")
    said = coach_web.get(CLOCKS).text
    assert "1:00 am comes twice; your hours end at the first, 1:00 am BST." in said
    assert "Times to begin that day (Free consultation): 12:00 am, 12:30 am." in said


@only_sqlite
@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Australia/Lord_Howe", "the clocks go forward at 2:00 am, to 2:30 am UTC+11."),
        ("America/New_York", "the clocks go back at 2:00 am, to 1:00 am EST."),
        ("Asia/Kolkata", "clocks do not change in the next two years"),
    ],
)
def test_other_zones_have_their_own_changes_or_none(app, coach_web, zone: str, said: str) -> None:
    change(app, "UPDATE coach SET timezone = :zone", zone=zone)
    assert said in coach_web.get(CLOCKS).text
    coach_web.get(f"{MONTH}?month=2027-10")
    coach_web.get(f"{MONTH}?month=2027-11")
