"""Where a time stands on the picture of a week, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coachcrm.desk.calendar.core.week import Axis, Dates, axis, free_parts, hours_of
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import instant

LONDON, LORD_HOWE = ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe")
HAVANA = ZoneInfo("America/Havana")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)
SATURDAY_BEFORE = date(2027, 10, 30)


def time(start: str, end: str) -> Interval:
    return Interval(*(datetime.fromisoformat(f"{text}Z").astimezone(UTC) for text in (start, end)))


def whole(on: date, zone: ZoneInfo) -> tuple[Axis, Interval]:
    """Return the axis of a week with a whole date in sight, and that date."""
    monday = on - timedelta(days=on.weekday())
    span = Interval(instant(on, 0, zone), instant(on, 1440, zone))
    return axis(Dates(monday, zone), [span]), span


def test_an_ordinary_day_has_an_hour_to_spare_at_both_ends() -> None:
    shown = axis(Dates(date(2027, 6, 14), LONDON), [time("2027-06-15T08:00", "2027-06-15T16:00")])
    assert (shown.opens, shown.closes, shown.height) == (480, 1080, 600)
    nine = time("2027-06-15T08:00", "2027-06-15T08:30")
    assert shown.extent(date(2027, 6, 15), nine) == (60, 30)
    assert shown.hours()[:2] == [(0, 480), (60, 540)]
    assert shown.void(date(2027, 6, 15)) is None


def test_a_week_without_anything_is_nine_to_five() -> None:
    shown = axis(Dates(date(2027, 6, 14), LONDON), [])
    assert (shown.opens, shown.closes) == (480, 1080)


@pytest.mark.parametrize(
    ("on", "zone", "hours", "height"),
    [
        (date(2027, 6, 15), LONDON, 24, 1440),
        (FORWARD, LONDON, 23, 1440),
        (BACK, LONDON, 25, 1500),
        (date(2027, 10, 3), LORD_HOWE, 23.5, 1440),
        (date(2027, 4, 4), LORD_HOWE, 24.5, 1470),
        (date(2027, 11, 7), HAVANA, 25, 1500),
    ],
)
def test_a_day_is_as_long_as_it_is(on, zone, hours, height) -> None:
    shown, span = whole(on, zone)
    assert hours_of(on, zone) == timedelta(hours=hours)
    assert shown.height == height
    assert shown.extent(on, span) == (0, height)


@pytest.mark.parametrize(
    ("on", "zone"),
    [
        (FORWARD, LONDON),
        (BACK, LONDON),
        (date(2027, 10, 3), LORD_HOWE),
        (date(2027, 4, 4), LORD_HOWE),
        (date(2027, 11, 7), HAVANA),
    ],
)
def test_every_half_hour_of_a_change_is_as_high_as_any_other_and_none_overlap(on, zone) -> None:
    shown, span = whole(on, zone)
    half = timedelta(minutes=30)
    number = span.duration // half
    places = [
        shown.extent(on, Interval(span.start + half * n, span.start + half * (n + 1)))
        for n in range(number)
    ]
    void = shown.void(on)
    bottom = 0
    for top, height in places:
        # Only what the clocks pass over lies between two that follow each other.
        assert top == bottom or (void is not None and (bottom, top - bottom) == void)
        assert height == 30
        bottom = top + height


def test_the_hour_that_comes_again_is_the_changing_days_alone() -> None:
    shown, _ = whole(BACK, LONDON)
    first, second = (
        time("2027-10-31T00:30", "2027-10-31T01:00"),
        time("2027-10-31T01:30", "2027-10-31T02:00"),
    )
    assert shown.extent(BACK, first) == (90, 30)
    assert shown.extent(BACK, second) == (150, 30)
    assert shown.void(BACK) is None
    assert shown.void(SATURDAY_BEFORE) == (120, 60)
    ends_at_two = time("2027-10-30T00:00", "2027-10-30T01:00")
    assert shown.extent(SATURDAY_BEFORE, ends_at_two) == (60, 60)
    assert [pair for pair in shown.hours() if pair[1] in {60, 120}] == [
        (60, 60),
        (120, 60),
        (180, 120),
    ]


def test_the_hour_that_is_passed_over_is_marked() -> None:
    shown, _ = whole(FORWARD, LONDON)
    assert shown.void(FORWARD) == (60, 60)
    assert shown.extent(FORWARD, time("2027-03-28T01:00", "2027-03-28T01:30")) == (120, 30)
    assert shown.extent(date(2027, 3, 27), time("2027-03-27T01:00", "2027-03-27T02:00")) == (60, 60)


def test_a_change_that_is_out_of_sight_moves_nothing() -> None:
    dates = Dates(date(2027, 10, 25), LONDON)
    shown = axis(dates, [time("2027-10-31T09:00", "2027-10-31T17:00")])
    assert shown.extent(BACK, time("2027-10-31T09:00", "2027-10-31T09:30")) == (60, 30)
    assert shown.height == 600
    assert shown.void(SATURDAY_BEFORE) is None


def test_a_time_across_midnight_has_a_part_on_each_date() -> None:
    dates = Dates(date(2027, 6, 14), LONDON)
    late = time("2027-06-15T22:30", "2027-06-16T00:30")
    assert dict(dates.parts(late)) == {
        date(2027, 6, 15): time("2027-06-15T22:30", "2027-06-15T23:00"),
        date(2027, 6, 16): time("2027-06-15T23:00", "2027-06-16T00:30"),
    }


# ------------------------------------------------------------------------------------ free times


def starts(on: date, shown: Axis, taken: list[Interval], now: datetime = LONG_AGO) -> list[str]:
    found = free_parts(on, shown, taken, now=now)
    return [f"{part.start.astimezone(shown.zone):%H:%M %Z}" for part in found]


def test_free_is_what_meetings_leave_of_each_hour() -> None:
    shown = Axis(LONDON, 540, 720)
    on = date(2027, 6, 15)
    assert starts(on, shown, []) == ["09:00 BST", "10:00 BST", "11:00 BST"]
    half = time("2027-06-15T08:00", "2027-06-15T08:30")
    assert starts(on, shown, [half]) == ["09:30 BST", "10:00 BST", "11:00 BST"]
    most = time("2027-06-15T08:10", "2027-06-15T09:50")
    assert starts(on, shown, [most]) == ["11:00 BST"]
    assert starts(on, shown, [time("2027-06-14T00:00", "2027-06-17T00:00")]) == []
    now = datetime(2027, 6, 15, 8, 30, tzinfo=UTC)
    assert starts(on, shown, [], now) == ["10:00 BST", "11:00 BST"]


def test_free_hours_follow_the_clocks() -> None:
    assert starts(FORWARD, Axis(LONDON, 0, 240), []) == ["00:00 GMT", "02:00 BST", "03:00 BST"]
    assert starts(BACK, Axis(LONDON, 0, 180), []) == [
        "00:00 BST", "01:00 BST", "01:00 GMT", "02:00 GMT",
    ]  # fmt: skip
    assert starts(date(2027, 4, 4), Axis(LORD_HOWE, 60, 180), []) == [
        "01:00 +11", "01:30 +1030", "02:00 +1030",
    ]  # fmt: skip
