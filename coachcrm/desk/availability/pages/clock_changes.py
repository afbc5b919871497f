"""The next clock changes, and what they do to the coach's hours, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import url_for

from coachcrm.availability.core.clock_changes import (
    ClockChange,
    WindowThatDay,
    next_changes,
    window_that_day,
)
from coachcrm.bookings.offer.reading.practice import Practice, ServiceCard
from coachcrm.kit.time import words
from coachcrm.kit.time.zones import NOTHING

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One clock change: what happens, what it does to the hours, and the starts of that date."""

    heading: str
    what: str
    lines: list[str]
    times: list[str]
    change_url: str


def rehearse(practice: Practice, service: ServiceCard | None, *, now: datetime) -> list[Rehearsal]:
    """Return the next two clock changes of the coach's zone; none where there are none."""
    return [
        _rehearsal(change, practice, service)
        for change in next_changes(practice.coach.zone, now=now)
    ]


def _rehearsal(change: ClockChange, practice: Practice, service: ServiceCard | None) -> Rehearsal:
    on, zone = change.on, practice.coach.zone
    hours = practice.hours_on(on)
    lines = [sentence for pair in hours for sentence in window_words(on, [pair], zone)]
    if not hours:
        lines = ["You have no hours that day, so it changes nothing for you."]
    elif not lines:
        lines = ["Your hours that day lie apart from it, and are as always."]
    return Rehearsal(
        heading=words.day_year(on),
        what=f"On {words.day_year(on)} {change_words(change, zone)}.",
        lines=lines,
        times=_starts(practice, service, on),
        change_url=url_for("availability.dates", on=on.isoformat()),
    )


def _starts(practice: Practice, service: ServiceCard | None, on: date) -> list[str]:
    """Return the starts of a date by hours and time off alone: no meeting, notice or horizon."""
    if service is None:
        return []
    starts = practice.starts_on(service, on)
    return [words.clock_time(start.astimezone(practice.coach.zone)) for start in starts]


def change_words(change: ClockChange, zone: ZoneInfo) -> str:
    """Return what the clocks do: "the clocks go forward at 1:00 am, to 2:00 am BST"."""
    way = "forward" if change.is_forward else "back"
    shown = words.clock_time(change.shown_before)
    return (
        f"the clocks go {way} at {shown}, to {words.clock_time_named(change.at.astimezone(zone))}"
    )


def window_words(on: date, hours: Sequence[tuple[int, int]], zone: ZoneInfo) -> list[str]:
    """Return what is to be said of windows on a date whose clocks change; nothing otherwise."""
    return [
        sentence
        for opens, closes in hours
        if not (that_day := window_that_day(on, opens, closes, zone)).is_ordinary
        for sentence in _told(opens, closes, that_day, zone)
    ]


def _told(opens: int, closes: int, that_day: WindowThatDay, zone: ZoneInfo) -> list[str]:
    first, last = words.wall_time(opens), words.wall_time(closes)
    if that_day.start >= that_day.end:
        return [f"{first} to {last} does not exist that day, so nothing can be booked then."]
    start, end = that_day.start.astimezone(zone), that_day.end.astimezone(zone)
    begins, ends = words.clock_time_named(start), words.clock_time_named(end)
    told = []
    if that_day.begins_in_gap:
        told.append(f"{first} does not exist that day; times begin at {begins}.")
    if that_day.ends_in_gap:
        told.append(f"{last} does not exist that day; your hours end at {ends}.")
    if that_day.begins_twice:
        told.append(f"{first} comes twice; your hours begin at the first, {begins}.")
    if that_day.ends_twice:
        which = "second" if end.fold else "first"
        told.append(f"{last} comes twice; your hours end at the {which}, {ends}.")
    if that_day.extra:
        way = "longer" if that_day.extra > NOTHING else "shorter"
        by = words.clock_step(abs(that_day.extra))
        told.append(f"{first} to {last} is {by} {way} than the clock says.")
    return told
