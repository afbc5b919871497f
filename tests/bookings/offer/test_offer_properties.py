"""What visitors of any zone are shown, against the rules of hours tried minute by minute.

The brute force knows no window, no instant of a clock change and no reach: it looks at each minute
of a meeting on the coach's own clocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from coachcrm.availability.core.slots import Policy
from coachcrm.availability.core.windows import Hours, TimeOff
from coachcrm.bookings.core.rules import Terms
from coachcrm.bookings.offer.pages import times
from coachcrm.bookings.offer.pages.zones import zone_for
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import CoachCard, Practice, ServiceCard

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
STEP = 15
# As far apart as can be, half hours and quarter hours; the days hold no clock change of theirs.
FAR = ["Pacific/Midway", "Pacific/Kiritimati", "Etc/GMT+12"]
ZONES = [
    *FAR, *FAR, "Europe/London", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham",
    "Australia/Lord_Howe",
]  # fmt: skip
HOLIDAY = date(2027, 8, 30)
FIRST = date(2027, 8, 26)

quarters = st.integers(0, 95).map(lambda n: n * STEP)
# Often to and from midnight, so that windows touch.
opening = st.one_of(
    st.just((0, 1440)),
    st.tuples(quarters, st.just(1440)),
    st.tuples(st.just(0), quarters.filter(bool)),
    st.tuples(quarters, quarters).filter(lambda pair: pair[0] < pair[1]),
)
dates = st.integers(0, 9).map(lambda n: FIRST + DAY * n)


def practice_of(policy: Policy, **more: Any) -> Practice:
    """Return the practice of a coach with one service."""
    minutes, terms = policy.duration // MINUTE, Terms(timedelta(0), 3)
    service = ServiceCard(
        id=1, slug="talk", name="Talk", words="", minutes=minutes, place="phone", place_details="",
        place_zone="", price_pence=0, payment="", one_upcoming=False, is_public=True,
        is_active=True, policy=policy, terms=terms,
    )  # fmt: skip
    zone = more.pop("timezone", "Europe/London")
    coach = CoachCard(1, "Sam", "sam@practice.example", "", "", "", zone)
    kept = {"overrides": {}, "time_off": (), "opened": frozenset(), **more}
    return Practice(version=1, coach=coach, services=(service,), **kept)


def policy_of(duration: int, grid: int) -> Policy:
    """Return rules without notice and buffers; both are in minutes."""
    none = timedelta(0)
    return Policy(duration * MINUTE, grid * MINUTE, none, 60, none, none)


@st.composite
def practices(draw: st.DrawFn) -> Practice:
    """Draw hours of a week, single dates, a leave, and what is open of the bank holiday."""
    hours = st.builds(lambda day, window: Hours(day, *window), st.integers(0, 6), opening)
    begins_on, days = draw(dates), draw(st.integers(0, 1))
    off = TimeOff(begins_on, begins_on + DAY * days, draw(st.sampled_from([0, 0, 720])), 1440)
    return practice_of(
        policy_of(draw(st.sampled_from([30, 90, 480])), draw(st.sampled_from([15, 60]))),
        timezone=draw(st.sampled_from(ZONES)),
        hours=tuple(draw(st.lists(hours, min_size=10, max_size=16))),
        overrides=draw(
            st.dictionaries(dates, st.lists(opening, max_size=2).map(tuple), max_size=3)
        ),
        time_off=tuple([off] if draw(st.booleans()) else []),
        opened=frozenset([HOLIDAY] if draw(st.booleans()) else []),
    )


def is_open(practice: Practice, wall: datetime) -> bool:
    """Say whether the coach works in a minute of his own clocks."""
    on, minute = wall.date(), wall.hour * 60 + wall.minute
    special = practice.overrides.get(on)
    if on == HOLIDAY and on not in practice.opened and not special:
        return False
    if any(
        (off.begins_on, off.begins_min) <= (on, minute) < (off.ends_on, off.ends_min)
        for off in practice.time_off
    ):
        return False
    return any(opens <= minute < closes for opens, closes in practice.hours_on(on))


def starts_on(practice: Practice, on: date, policy: Policy) -> set[int]:
    """Return the minutes of a date at which the grid of one of its windows has a step."""
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(practice.hours_on(on)):
        if merged and opens < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    grid = policy.grid // MINUTE
    return {minute for opens, closes in merged for minute in range(opens, closes, grid)}


def by_the_minute(
    practice: Practice, theirs: ZoneInfo, first: date, last: date, now: datetime
) -> Iterator[datetime]:
    """Yield each start that lies on the visitor's dates and is free by the hours alone."""
    policy, mine = practice.services[0].policy, practice.coach.zone
    at = datetime(first.year, first.month, first.day, tzinfo=UTC) - 2 * DAY
    while at.date() < last + 2 * DAY:
        wall = at.astimezone(mine)
        if (
            first <= at.astimezone(theirs).date() <= last
            and at >= now
            and wall.hour * 60 + wall.minute in starts_on(practice, wall.date(), policy)
            and all(
                is_open(practice, (at + n * MINUTE).astimezone(mine))
                for n in range(0, policy.duration // MINUTE, STEP)
            )
        ):
            yield at
        at += STEP * MINUTE


@settings(max_examples=100, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
@given(practices(), st.sampled_from(ZONES), dates, st.integers(0, 2))
def test_a_visitor_is_shown_just_what_the_hours_say_minute_by_minute(
    practice: Practice, theirs: str, first: date, days: int
) -> None:
    now, last = datetime(2027, 8, 26, 9, 20, tzinfo=UTC), first + DAY * days
    diary, service = Diary(practice, ()), practice.services[0]
    zone = zone_for(theirs, practice.coach, change_url="")
    shown = times.slots_between(diary, service, zone, first, last, now=now)
    expected = list(by_the_minute(practice, zone.info, first, last, now))
    assert [slot.start for slot in shown] == expected
    # Moving, and being accepted, ask for the same in other ways.
    moving = times.slots_between(diary, service, zone, first, last, now=now, but_for=1)
    assert moving == shown
    for start in expected[::5]:
        assert diary.offers(service, start, now=now) is not None


def test_no_meeting_reaches_into_a_leave_that_begins_behind_the_dates_that_are_asked_for() -> None:
    round_the_clock = tuple(Hours(day, 0, 1440) for day in range(7))
    leave = TimeOff(FIRST + DAY, FIRST + DAY)
    practice = practice_of(policy_of(90, 60), hours=round_the_clock, time_off=(leave,))
    diary, now = Diary(practice, ()), datetime(2027, 8, 20, tzinfo=UTC)
    for own in (None, 1):
        found = diary.slots(practice.services[0], now=now, first=FIRST, last=FIRST, but_for=own)
        assert [slot.end for slot in found][-1] == datetime(2027, 8, 26, 22, 30, tzinfo=UTC)
