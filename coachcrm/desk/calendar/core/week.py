"""A week as a picture: where each stretch of time stands on it. Pure.

Every date is a column, and a clock time stands at one height on all of them. Where the clocks go
back within the week, what they show twice has two places, the second on that date alone; where they
go forward, what they pass over is marked as gone. So a meeting of half an hour is as high on a day
of 25 hours as on any other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, end_instant, exists, instant, is_repeated

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHORTEST = timedelta(minutes=15)  # less than that is no time to meet
ORDINARY = (9 * 60, 17 * 60)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a picture in a zone: `first` and so many days from it on."""

    first: date
    zone: ZoneInfo
    number: int = 7

    @property
    def all(self) -> list[date]:
        """Every date, in order."""
        return [self.first + DAY * n for n in range(self.number)]

    def parts(self, time: Interval) -> Iterator[tuple[date, Interval]]:
        """Yield what of a time lies on each date."""
        for on in self.all:
            begin, end = instant(on, 0, self.zone), instant(on, MINUTES_A_DAY, self.zone)
            if time.start < end and begin < time.end:
                yield on, Interval(max(begin, time.start), min(end, time.end))


@dataclass(frozen=True, slots=True)
class Axis:
    """The clock times from top to bottom, in minutes from midnight.

    `again` is what the clocks show twice, `gone` what they pass over, each with its date.
    """

    zone: ZoneInfo
    opens: int
    closes: int
    again: tuple[date, int, int] | None = None
    gone: tuple[date, int, int] | None = None

    @property
    def height(self) -> int:
        """The minutes from top to bottom."""
        return self._at(self.closes, is_end=True, on=self.again[0] if self.again else None)

    def extent(self, on: date, part: Interval) -> tuple[int, int] | None:
        """Return top and height, in minutes, of a time on one date; None if it is not in sight."""
        top = max(0, self._of(on, part.start, is_end=False))
        bottom = min(self.height, self._of(on, part.end, is_end=True))
        return (top, bottom - top) if top < bottom else None

    def void(self, on: date) -> tuple[int, int] | None:
        """Return top and height of what the clocks do not show on a date, or None."""
        if self.gone and self.gone[0] == on:
            top, bottom = (self._at(minute, is_end=False, on=on) for minute in self.gone[1:])
        elif self.again and self.again[0] != on:
            _, begin, end = self.again
            top = self._at(end, is_end=True, on=on)
            bottom = top + end - begin
        else:
            return None
        top, bottom = max(0, top), min(self.height, bottom)
        return (top, bottom - top) if top < bottom else None

    def hours(self) -> list[tuple[int, int]]:
        """Return (top, clock time) of each full hour, and of the first time that comes again."""
        found = [
            (self._at(minute, is_end=False, on=None), minute)
            for minute in range(-(-self.opens // 60) * 60, self.closes, 60)
        ]
        if self.again and self.opens <= self.again[1] < self.closes:
            _, begin, end = self.again
            top = self._at(end, is_end=True, on=None)
            # The first time that comes again, and every full hour behind it.
            more = (begin, *range((begin // 60 + 1) * 60, end, 60))
            found += [(top + minute - begin, minute) for minute in more]
        return sorted(found)

    def _of(self, on: date, at: datetime, *, is_end: bool) -> int:
        local = at.astimezone(self.zone)
        if local.date() > on:
            minute = MINUTES_A_DAY
        else:
            minute = local.hour * 60 + local.minute
            if is_end and self.gone and self.gone[0] == on and minute == self.gone[2]:
                minute = self.gone[1]  # What ends with the change ends before what is gone.
            if local.fold and self.again and is_repeated(local):
                return minute - self.again[1] + self.again[2] - self.opens
        return self._at(minute, is_end=is_end, on=on)

    def _at(self, minute: int, *, is_end: bool, on: date | None) -> int:
        """Return the place of a clock time shown once, or the first time."""
        more = 0
        if self.again and self.opens < self.again[2]:
            changes_on, begin, end = self.again
            # On the other dates a stretch up to then ends before the time that is not theirs.
            is_behind = minute > end or (minute == end and (not is_end or on == changes_on))
            more = end - begin if is_behind else 0
        return minute - self.opens + more


def axis(dates: Dates, seen: Iterable[Interval], *, spare: int = 60) -> Axis:
    """Return the axis of whole hours on which all of `seen` is in sight.

    At both ends there are `spare` minutes more.
    """
    zone, minutes = dates.zone, []
    for time in seen:
        for on, part in dates.parts(time):
            start, end = part.start.astimezone(zone), part.end.astimezone(zone)
            minutes.append(start.hour * 60 + start.minute)
            minutes.append(
                MINUTES_A_DAY if end.date() > on else end.hour * 60 + end.minute,
            )
    opens = min(minutes, default=ORDINARY[0]) // 60 * 60 - spare
    closes = -(-max(minutes, default=ORDINARY[1]) // 60) * 60 + spare
    again, gone = _changes(dates)
    return Axis(zone, max(0, opens), min(MINUTES_A_DAY, closes), again, gone)


def hours_of(on: date, zone: ZoneInfo) -> timedelta:
    """Return how long a date is: 24 hours, but for the two on which the clocks change."""
    return instant(on, MINUTES_A_DAY, zone) - instant(on, 0, zone)


def free_parts(
    on: date, shown: Axis, taken: Sequence[Interval], *, now: datetime
) -> list[Interval]:
    """Return what is left of each hour of a date that is in sight and still to come.

    Each lies within one hour of the clock and has at least a quarter of an hour.
    """
    zone, found = shown.zone, []
    at = instant(on, shown.opens, zone)
    end = end_instant(on, shown.closes, zone)
    while at < end:
        following = min(end, at + HOUR - timedelta(minutes=at.astimezone(zone).minute))
        start = at
        for time in sorted(taken, key=lambda time: time.start):
            if time.start < following and start < time.end:
                found.append((start, min(following, max(start, time.start))))
                start = max(start, time.end)
        found.append((start, following))
        at = following
    return [
        Interval(start, end)
        for start, end in found
        if end - start >= SHORTEST and start >= now.astimezone(UTC)
    ]


def _changes(
    dates: Dates,
) -> tuple[tuple[date, int, int] | None, tuple[date, int, int] | None]:
    again = gone = None
    for on in dates.all:
        if hours_of(on, dates.zone) == DAY:
            continue
        midnight = datetime.combine(on, datetime.min.time(), dates.zone)
        every = range(MINUTES_A_DAY)
        twice = [m for m in every if is_repeated(_wall(midnight, m))]
        never = [m for m in every if not exists(on, m, dates.zone)]
        again = (on, twice[0], twice[-1] + 1) if twice else again
        gone = (on, never[0], never[-1] + 1) if never else gone
    return again, gone


def _wall(midnight: datetime, minute: int) -> datetime:
    return midnight.replace(hour=minute // 60, minute=minute % 60)
