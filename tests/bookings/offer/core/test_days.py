"""The days on which something is free: found in order, on either side, no further than asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coachcrm.bookings.offer.core.days import (
    Answer,
    FreeDays,
    to_show,
    weeks_of_month,
    weeks_to_show,
)
from coachcrm.kit.time.interval import Interval

TODAY, HORIZON = date(2027, 6, 1), date(2027, 9, 30)


def slot(text: str) -> Interval:
    start = datetime.fromisoformat(text).astimezone(UTC)
    return Interval(start, start + timedelta(minutes=30))


def free(*starts: str, zone: str = "Europe/London", asked: list | None = None) -> FreeDays:
    """Return the days of these times; `asked` gets what was looked at."""
    slots, info = [slot(text) for text in starts], ZoneInfo(zone)

    def look(first: date, last: date) -> list[Interval]:
        if asked is not None:
            asked.append((first, last))
        return [s for s in slots if first <= s.start.astimezone(info).date() <= last]

    return FreeDays(TODAY, HORIZON, info, look)


def test_each_time_is_on_its_date_by_the_clocks_of_the_zone() -> None:
    late, early = "2027-06-15T22:30Z", "2027-06-15T23:00Z"
    days = free(late, early)
    assert days.on(date(2027, 6, 15)) == [slot(late)]
    assert days.on(date(2027, 6, 16)) == [slot(early)]
    assert days.on(date(2027, 6, 14)) == []
    assert days.between(date(2027, 6, 10), date(2027, 6, 20)) == [slot(late), slot(early)]


def test_the_nearest_days_are_found_on_either_side() -> None:
    days = free("2027-06-03T08:00Z", "2027-06-15T08:00Z", "2027-09-30T08:00Z")
    assert (days.first, days.last) == (date(2027, 6, 3), date(2027, 9, 30))
    assert days.after(date(2027, 6, 3)) == date(2027, 6, 15)
    assert days.before(date(2027, 6, 3)) is None
    assert days.before(date(2027, 9, 30)) == date(2027, 6, 15)
    assert days.after(date(2027, 9, 30)) is None


def test_no_more_is_looked_at_than_what_is_asked_for() -> None:
    asked: list = []
    days = free("2027-06-03T08:00Z", "2027-09-01T08:00Z", asked=asked)
    assert days.first == date(2027, 6, 3)
    assert days.on(date(2027, 6, 20)) == []
    assert asked == [(TODAY, date(2027, 6, 28))]
    assert days.last == date(2027, 9, 1)
    assert len(asked) == 3, "from the far end, and never twice"


def test_what_is_outside_of_today_and_the_horizon_is_never_looked_at() -> None:
    asked: list = []
    days = free(asked=asked)
    for on in (date.min, date(2027, 5, 31), date(2027, 10, 1), date.max):
        assert days.on(on) == []
    assert asked == []
    assert (days.first, days.last) == (None, None)
    assert asked[-1][1] <= HORIZON


JUNE_3, SEPTEMBER_1 = date(2027, 6, 3), date(2027, 9, 1)


@pytest.mark.parametrize(
    ("asked", "shown", "answer"),
    [
        (None, JUNE_3, Answer.AS_ASKED),
        (JUNE_3, JUNE_3, Answer.AS_ASKED),
        (TODAY, TODAY, Answer.AS_ASKED),
        (date(2027, 9, 30), date(2027, 9, 30), Answer.AS_ASKED),
        (date(2027, 5, 31), JUNE_3, Answer.PASSED),
        (date.min, JUNE_3, Answer.PASSED),
        (date(2027, 10, 1), SEPTEMBER_1, Answer.TOO_FAR),
        (date.max, SEPTEMBER_1, Answer.TOO_FAR),
    ],
)
def test_a_date_is_answered_by_itself_or_the_nearest_with_a_time(asked, shown, answer) -> None:
    days = free("2027-06-03T08:00Z", "2027-09-01T08:00Z")
    assert to_show(asked, days) == (shown, answer)
    assert to_show(asked, free())[0] is None


@pytest.mark.parametrize(
    ("on", "first_week", "last_week"),
    [
        (date(2027, 6, 15), [None, 1, 2, 3, 4, 5, 6], [28, 29, 30, None, None, None, None]),
        (date(2027, 2, 28), [1, 2, 3, 4, 5, 6, 7], [22, 23, 24, 25, 26, 27, 28]),
        (date(2027, 8, 31), [None, None, None, None, None, None, 1], [30, 31] + [None] * 5),
    ],
)
def test_a_month_is_whole_weeks_from_monday_to_sunday(on, first_week, last_week) -> None:
    numbers = [[day and day.day for day in week] for week in weeks_of_month(on)]
    assert (numbers[0], numbers[-1]) == (first_week, last_week)


@pytest.mark.parametrize(
    ("on", "today", "first", "last"),
    [
        # In the middle of a month, and for any other, it is the month.
        ("2027-06-15", "2027-06-15", "2027-06-01", "2027-06-30"),
        ("2027-06-30", "2027-06-20", "2027-06-01", "2027-06-30"),
        ("2027-07-31", "2027-06-30", "2027-07-01", "2027-07-31"),
        ("2028-06-30", "2027-06-30", "2028-06-01", "2028-06-30"),
        # Near its end it is what is left, and what follows.
        ("2027-06-30", "2027-06-21", "2027-06-21", "2027-07-25"),
        ("2027-06-30", "2027-06-30", "2027-06-28", "2027-08-01"),
        ("2027-12-31", "2027-12-31", "2027-12-27", "2028-01-30"),
        ("2027-02-28", "2027-02-28", "2027-02-22", "2027-03-28"),
    ],
)
def test_a_month_that_is_all_but_over_goes_on_into_the_next(on, today, first, last) -> None:
    weeks = weeks_to_show(date.fromisoformat(on), date.fromisoformat(today))
    shown = [day for week in weeks for day in week if day]
    assert (str(shown[0]), str(shown[-1])) == (first, last)
    assert {len(week) for week in weeks} == {7}
