"""Three times out of all that are free: on different days, in different parts of the day.

Who reads the first page is at work, asleep or on a train at some of them; three half hours of one
morning suit the same people.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from coachcrm.kit.time import words
from coachcrm.kit.time.interval import Interval

MOST = 3
# A first evening that is weeks off would be no offer beside a morning that is near.
REACH = timedelta(days=14)
DAY = timedelta(days=1)

# As they stand after the name of a day: "Tuesday afternoon", "Tomorrow at lunch".
MORNING, LUNCH, AFTERNOON, EVENING = "morning", "at lunch", "afternoon", "after five"
# By the hours of the reader's clock, from and until; what lies outside of them is for sleeping.
PARTS = ((8, 12, MORNING), (12, 14, LUNCH), (14, 17, AFTERNOON), (17, 22, EVENING))
# What is wanted besides the first time, most of all first: hours outside of people's work.
WANTED = (LUNCH, EVENING, MORNING, AFTERNOON)


@dataclass(frozen=True, slots=True)
class Offer:
    """A time with what it is called, and its date: "Tomorrow", "Tue 1 December".

    The date says the weekday only where the name does not.
    """

    slot: Interval
    name: str
    day: str


@dataclass(frozen=True, slots=True)
class _Time:
    slot: Interval
    on: date
    part: str | None


def three(found: Iterable[Interval], zone: ZoneInfo, *, today: date) -> list[Offer]:
    """Return at most three of the slots `found`, all in order of time.

    The soonest is the first; the others are on other days and in other parts of the day as far as
    there are any. `today` is the date in `zone`, the reader's own.
    """
    times = _within_reach(found, zone)
    # Where a waking hour is free, nobody is offered one in the night.
    times = [time for time in times if time.part] or times
    named = {time: _day_name(time.on, today) for time in times[:1]}
    while len(named) < MOST and (other := _of_another_part(times, named)):
        named[other] = _part_name(other, today)
    while len(named) < MOST and (other := _of_another_day(times, named)):
        named[other] = _day_name(other.on, today)
    while len(named) < MOST and (other := _furthest(times, named)):
        named[other] = _name_within_day(other, named, today)
    return [
        Offer(time.slot, named[time], _date(time.on, named[time]))
        for time in sorted(named, key=lambda time: time.slot.start)
    ]


def _within_reach(found: Iterable[Interval], zone: ZoneInfo) -> list[_Time]:
    times: list[_Time] = []
    for slot in found:
        if times and slot.start - times[0].slot.start > REACH:
            break
        local = slot.start.astimezone(zone)
        part = next((name for since, until, name in PARTS if since <= local.hour < until), None)
        times.append(_Time(slot, local.date(), part))
    return times


def _of_another_part(times: Sequence[_Time], chosen: Collection[_Time]) -> _Time | None:
    """Return a time in a part of the day that is not yet there, on another day if there is one."""
    there, days = {time.part for time in chosen}, {time.on for time in chosen}
    for part in WANTED:
        of_part = [time for time in times if time.part == part]
        if of_part and part not in there:
            return next((time for time in of_part if time.on not in days), of_part[0])
    return None


def _of_another_day(times: Sequence[_Time], chosen: Collection[_Time]) -> _Time | None:
    """Return the first time of a day that is not yet there."""
    days = {time.on for time in chosen}
    return next((time for time in times if time.on not in days), None)


def _furthest(times: Sequence[_Time], chosen: Collection[_Time]) -> _Time | None:
    """Return the time that is furthest from all that are there."""

    def gap(time: _Time) -> timedelta:
        return min(abs(time.slot.start - other.slot.start) for other in chosen)

    return max((time for time in times if time not in chosen), key=gap, default=None)


def _part_name(time: _Time, today: date) -> str:
    """Return the day with its part, so that three offers are read as three days."""
    part = time.part or ""
    if time.on == today and part in {MORNING, AFTERNOON}:
        return f"This {part}"
    return f"{_day_name(time.on, today)} {part}"


def _day_name(on: date, today: date) -> str:
    near = {today: "Today", today + DAY: "Tomorrow"}
    return near.get(on, words.WEEKDAYS[on.weekday()])


def _name_within_day(time: _Time, chosen: Collection[_Time], today: date) -> str:
    before = [
        other for other in chosen if other.on == time.on and other.slot.start < time.slot.start
    ]
    after = [
        other for other in chosen if other.on == time.on and time.slot.start < other.slot.start
    ]
    if not before:
        return _day_name(time.on, today)
    return "In between" if after else "Later that day"


def _date(on: date, name: str) -> str:
    weekday = words.WEEKDAYS[on.weekday()]
    short = "" if weekday in name else f"{weekday[:3]} "
    return f"{short}{on.day} {words.MONTHS[on.month - 1]}"
