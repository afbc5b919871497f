"""When clocks change, and what becomes of hours on that date; checked against known dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coachcrm.availability.core.clock_changes import next_changes, window_that_day

NOW = datetime(2027, 3, 1, 12, 0, 17, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/London", ["2027-03-28 01:00>02:00", "2027-10-31 02:00>01:00"]),
        ("America/New_York", ["2027-03-14 02:00>03:00", "2027-11-07 02:00>01:00"]),
        ("Australia/Lord_Howe", ["2027-04-04 02:00>01:30", "2027-10-03 02:00>02:30"]),
        # At midnight it is the evening before that comes twice.
        ("Africa/Cairo", ["2027-04-30 00:00>01:00", "2027-10-28 00:00>23:00"]),
        ("Asia/Kolkata", []),
        ("UTC", []),
    ],
)
def test_the_next_two_changes_of_a_zone(zone: str, changes: list[str]) -> None:
    found = next_changes(ZoneInfo(zone), now=NOW)
    told = [f"{c.on} {c.shown_before:%H:%M}>{c.shown_after:%H:%M}" for c in found]
    assert told == changes
    for change in found:
        before, after = change.at - timedelta(seconds=1), change.at
        offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() for at in (before, after)]
        assert (offsets[1] > offsets[0]) is change.is_forward


def test_a_change_that_has_just_happened_is_behind() -> None:
    [first] = next_changes(ZoneInfo("Europe/London"), now=NOW, number=1)
    [later] = next_changes(ZoneInfo("Europe/London"), now=first.at, number=1)
    assert later.on == date(2027, 10, 31)


FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)


@pytest.mark.parametrize(
    ("on", "opens", "closes", "said", "lasts"),
    [
        (FORWARD, 540, 720, set(), 180),
        (FORWARD, 75, 180, {"begins_in_gap", "extra"}, 60),
        (FORWARD, 0, 90, {"ends_in_gap", "extra"}, 60),
        (FORWARD, 0, 240, {"extra"}, 180),
        (FORWARD, 75, 105, {"begins_in_gap", "ends_in_gap", "extra"}, 0),
        (FORWARD, 0, 1440, {"extra"}, 1380),
        (BACK, 0, 240, {"extra"}, 300),
        (BACK, 90, 180, {"begins_twice", "extra"}, 150),
        (BACK, 0, 90, {"ends_twice", "extra"}, 150),
        (BACK, 0, 60, {"ends_twice"}, 60),
        (BACK, 120, 180, set(), 60),
    ],
)
def test_what_becomes_of_a_window(on, opens, closes, said, lasts) -> None:
    found = window_that_day(on, opens, closes, ZoneInfo("Europe/London"))
    names = ("begins_in_gap", "ends_in_gap", "begins_twice", "ends_twice", "extra")
    assert {name for name in names if getattr(found, name)} == said
    assert found.end - found.start == timedelta(minutes=lasts)
    assert found.is_ordinary is (not said)


def test_half_an_hour_is_lost_on_lord_howe() -> None:
    found = window_that_day(date(2027, 10, 3), 60, 240, ZoneInfo("Australia/Lord_Howe"))
    assert found.extra == timedelta(minutes=-30)
