"""What holds of every offer, whatever the hours, the zone and the day: tried with many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coachcrm.availability.core.reasons import Offer, Rule, broken_rules
from coachcrm.availability.core.slots import Busy, Policy, first_and_last_date, offers, slots
from coachcrm.availability.core.windows import Hours, Window, windows
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import instant

# Half an hour's change, a change at midnight either way, quarter hours, far east and far west.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/London", "America/New_York", "America/St_Johns", "Australia/Lord_Howe",
        "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Auckland",
        "Pacific/Kiritimati", "Atlantic/Azores", "America/Havana", "America/Santiago",
        "Asia/Beirut", "Africa/Cairo", "Africa/Casablanca", "America/Nuuk", "Antarctica/Troll",
        "UTC",
    )
]  # fmt: skip
# The clocks change on many of these, in one zone or another.
DAYS = [
    date(2027, month, 1) + timedelta(days=offset)
    for month in (3, 4, 9, 10, 11)
    for offset in range(31)
]
MINUTE = timedelta(minutes=1)

many = settings(max_examples=80, derandomize=True, deadline=None, database=None)

spans = st.tuples(st.integers(0, 287), st.integers(1, 288)).filter(lambda s: s[0] < s[1])
opening = spans.map(lambda s: (s[0] * 5, s[1] * 5))
buffers = st.sampled_from([0, 5, 10, 15, 45]).map(lambda n: n * MINUTE)
policies = st.builds(
    Policy,
    duration=st.sampled_from([15, 30, 50, 60, 90]).map(lambda n: n * MINUTE),
    grid=st.sampled_from([5, 10, 15, 30, 45, 120]).map(lambda n: n * MINUTE),
    notice=st.sampled_from([0, 5, 120, 1440]).map(lambda n: n * MINUTE),
    horizon=st.integers(1, 6),
    before=buffers,
    after=buffers,
    day_cap=st.sampled_from([None, 1, 2, 3]),
    week_cap=st.sampled_from([None, 1, 3, 6]),
)


@st.composite
def intervals(draw: st.DrawFn, since: datetime) -> Interval:
    """Draw up to ten hours within five days, in steps small and few enough to meet the grid."""
    start = since + draw(st.integers(-120, 5 * 288)) * 5 * MINUTE
    return Interval(start, start + draw(st.integers(1, 120)) * 5 * MINUTE)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Draw everything that decides an offer of a few days."""
    zone, first = draw(st.sampled_from(ZONES)), draw(st.sampled_from(DAYS))
    hours = draw(st.lists(st.builds(_hours, st.integers(0, 6), opening), min_size=4, max_size=10))
    overrides = draw(
        st.dictionaries(
            st.integers(0, 3).map(lambda n: first + n * timedelta(days=1)),
            st.lists(opening, max_size=3),
            max_size=2,
        )
    )
    midnight = instant(first, 0, zone)
    return {
        "windows": windows(
            hours, zone=zone, first=first, last=first + timedelta(days=3), overrides=overrides
        ),
        "busy": draw(st.lists(st.builds(Busy, intervals(midnight), buffers, buffers), max_size=12)),
        "time_off": draw(st.lists(intervals(midnight), max_size=3)),
        "policy": draw(policies),
        "now": midnight + draw(st.integers(-500, 300)) * 5 * MINUTE,
        "zone": zone,
        "taken_on": draw(
            st.dictionaries(
                st.integers(-6, 9).map(lambda n: first + n * timedelta(days=1)),
                st.integers(1, 3),
                max_size=3,
            )
        ),
    }


def _hours(weekday: int, opens_closes: tuple[int, int]) -> Hours:
    return Hours(weekday, *opens_closes)


def by_the_letter(
    *,
    windows: list[Window],
    busy: list[Busy],
    time_off: list[Interval],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
    taken_on: dict[date, int],
) -> Iterator[Interval]:
    """Yield what the rules say, word for word, trying every step against everything."""
    last_day = now.astimezone(zone).date() + timedelta(days=policy.horizon)
    for window in windows:
        start = window.start
        while start < window.end and start + policy.duration <= window.until:
            slot = Interval(start, start + policy.duration)
            if (
                start - now >= policy.notice
                and start.astimezone(zone).date() <= last_day
                and not any(slot.overlaps(off) for off in time_off)
                and all(_keeps_apart(slot, other, policy) for other in busy)
                and _has_room(start.astimezone(zone).date(), policy, taken_on)
            ):
                yield slot
            start += policy.grid


def _keeps_apart(slot: Interval, other: Busy, policy: Policy) -> bool:
    if slot.overlaps(other.interval):
        return False
    if slot.end <= other.interval.start:
        return other.interval.start - slot.end >= max(policy.after, other.before)
    return slot.start - other.interval.end >= max(policy.before, other.after)


def _has_room(on: date, policy: Policy, taken_on: dict[date, int]) -> bool:
    week = sum(n for day, n in taken_on.items() if day.isocalendar()[:2] == on.isocalendar()[:2])
    return (policy.day_cap is None or taken_on.get(on, 0) < policy.day_cap) and (
        policy.week_cap is None or week < policy.week_cap
    )


@many
@given(questions())
def test_the_sweep_offers_just_what_the_rules_say(question: dict[str, Any]) -> None:
    assert list(slots(**question)) == list(by_the_letter(**question))


@many
@given(questions())
def test_every_slot_has_its_length_and_begins_in_one_window(question: dict[str, Any]) -> None:
    for slot in slots(**question):
        assert slot.duration == question["policy"].duration
        assert [w.holds(slot) for w in question["windows"] if w.start <= slot.start < w.end] == [
            True
        ]


@many
@given(questions())
def test_slots_come_in_order_and_never_share_a_start(question: dict[str, Any]) -> None:
    rules = question["policy"]
    for one, other in pairwise(slots(**question)):
        assert one.start < other.start
        assert rules.grid < rules.duration or not one.overlaps(other)


@many
@given(questions(), st.data())
def test_offered_and_accepted_agree(question: dict[str, Any], data: st.DataObject) -> None:
    offered = {slot.start: slot for slot in slots(**question)}
    since = min(offered, default=question["now"])
    tried = data.draw(st.lists(st.integers(-60, 600), max_size=20), label="minutes")
    for start in [*list(offered)[:20], *(since + n * 5 * MINUTE for n in tried)]:
        assert offers(start, **question) == offered.get(start)


@many
@given(questions())
def test_nothing_is_offered_outside_the_dates_that_are_named(question: dict[str, Any]) -> None:
    zone = question["zone"]
    first, last = first_and_last_date(question["policy"], question["now"], zone)
    for slot in slots(**question):
        assert first <= slot.start.astimezone(zone).date() <= last


@many
@given(st.sampled_from(ZONES), st.sampled_from(DAYS), st.lists(opening, max_size=4))
def test_windows_never_overlap_and_never_leave_their_date(
    zone: ZoneInfo, first: date, openings: list[tuple[int, int]]
) -> None:
    hours = [Hours(day, *window) for day in range(7) for window in openings]
    dates = [first + timedelta(days=n) for n in range(5)]
    together = windows(hours, zone=zone, first=dates[0], last=dates[-1])
    assert all(one.end <= other.start for one, other in pairwise(together))
    # So that a slot is on offer or not whatever span of dates it is looked up in.
    assert together == [w for on in dates for w in windows(hours, zone=zone, first=on, last=on)]
    for window in together:
        start, end = window.start.astimezone(zone), window.end - timedelta.resolution
        assert start.date() == end.astimezone(zone).date()


@many
@given(st.sampled_from(ZONES), st.sampled_from(DAYS), st.lists(opening, max_size=5))
def test_a_meeting_may_last_as_long_as_no_minute_of_it_is_outside_hours(
    zone: ZoneInfo, first: date, openings: list[tuple[int, int]]
) -> None:
    """Tried minute by minute, in steps of five, up to the day that a meeting lasts at most."""
    hours = [Hours(day, *window) for day in range(7) for window in openings]
    around = windows(hours, zone=zone, first=first, last=first + timedelta(days=4))
    is_open = {w.start + n * 5 * MINUTE for w in around for n in range(w.minutes // 5)}
    for window in windows(hours, zone=zone, first=first, last=first + timedelta(days=1)):
        until = window.end
        while until in is_open and until < window.end + timedelta(days=1):
            until += 5 * MINUTE
        assert window.until == until


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_whole_days_leave_nothing_out_and_count_nothing_twice(zone: ZoneInfo) -> None:
    round_the_clock = [Hours(day, 0, 1440) for day in range(7)]
    whole_year = windows(
        round_the_clock, zone=zone, first=date(2027, 1, 1), last=date(2027, 12, 31)
    )
    assert len(whole_year) == 365
    assert all(one.end == other.start for one, other in pairwise(whole_year))
    start, end = whole_year[0].start.astimezone(zone), whole_year[-1].end.astimezone(zone)
    # Havana begins 2027 with other clocks than it ends it.
    later = start.utcoffset() - end.utcoffset()
    assert whole_year[-1].end - whole_year[0].start == timedelta(days=365) + later


@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        ("Europe/London", date(2027, 3, 28), 23),
        ("Europe/London", date(2027, 6, 15), 24),
        ("Europe/London", date(2027, 10, 31), 25),
        ("Australia/Lord_Howe", date(2027, 10, 3), 23.5),
        ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
        ("America/Santiago", date(2027, 9, 5), 23),
        ("Atlantic/Azores", date(2027, 10, 31), 25),
        ("Antarctica/Troll", date(2027, 3, 28), 22),
        ("Antarctica/Troll", date(2027, 10, 31), 26),
    ],
)
def test_a_day_has_the_hours_that_it_has(zone: str, on: date, hours: float) -> None:
    info = ZoneInfo(zone)
    offered = slots(
        windows=windows([Hours(on.weekday(), 0, 1440)], zone=info, first=on, last=on),
        busy=[],
        policy=Policy(30 * MINUTE, 30 * MINUTE, 0 * MINUTE, 7, 0 * MINUTE, 0 * MINUTE),
        now=datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(days=2),
        zone=info,
    )
    starts = [slot.start for slot in offered]
    assert len(starts) == hours * 2
    assert {at.astimezone(info).date() for at in starts} == {on}


@many
@given(questions())
def test_what_breaks_no_rule_is_offered_and_the_other_way_round(question: dict[str, Any]) -> None:
    """The coach is told by name why a time is not on offer; for one on offer there is no reason."""
    offer, policy = Offer(**question), question["policy"]
    offered = {slot.start for slot in slots(**question)}
    for window in question["windows"]:
        slot = Interval(window.start, window.start + policy.duration)
        while window.holds(slot):
            broken = broken_rules(slot, offer)
            assert (slot.start in offered) == (broken == ()), broken
            assert Rule.HOURS not in broken
            slot = Interval(slot.start + 5 * MINUTE, slot.end + 5 * MINUTE)
