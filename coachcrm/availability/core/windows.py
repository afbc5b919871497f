"""When the coach works: weekly hours, overrides and time off in, windows of instants out. Pure.

Hours are wall time in the coach's zone; once they are windows, everything is counted in elapsed
time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, end_instant, instant

# No meeting lasts longer, by the laws `duration` and `booking_at_most_a_day`, and with it none
# reaches further than two dates on.
LONGEST_MEETING = timedelta(days=1)
DATES_AHEAD = timedelta(days=2)
ONE_DAY = timedelta(days=1)
_NO_OVERRIDES: Mapping[date, Sequence[tuple[int, int]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Hours:
    """A window on one day of every week, by the coach's clocks.

    `weekday` is 0 on Monday; `opens` and `closes` are minutes from midnight, and 1440 is the end
    of the day. Raises ValueError unless 0 <= opens < closes <= 1440.
    """

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:  # noqa: PLR2004 - Sunday
            raise ValueError(f"not a day of the week: {self.weekday}")
        _check(self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class Window(Interval):
    """A stretch in which the coach works, with a grid of its own.

    Windows that touch are one for a meeting that crosses the border (rule 4): one that begins in
    this window may last until `until`, the end of the last that follows without a gap, as far as
    any meeting can reach.
    """

    until: datetime

    def holds(self, time: Interval) -> bool:
        """Say whether a time begins in this window and lies within hours to its end."""
        return self.start <= time.start < self.end and time.end <= self.until


@dataclass(frozen=True, slots=True)
class TimeOff:
    """A stretch in which the coach does not work, by his clocks; it wins over all hours.

    From `begins_min` on `begins_on` to `ends_min` on `ends_on`, in minutes from midnight; 1440 is
    the end of a date. Raises ValueError unless it ends after it begins.
    """

    begins_on: date
    ends_on: date
    begins_min: int = 0
    ends_min: int = MINUTES_A_DAY
    reason: str = ""

    def __post_init__(self) -> None:
        if not (0 <= self.begins_min < MINUTES_A_DAY and 0 < self.ends_min <= MINUTES_A_DAY):
            raise ValueError("time off begins and ends within its dates")
        if (self.begins_on, self.begins_min) >= (self.ends_on, self.ends_min):
            raise ValueError("time off must end after it begins")

    def interval(self, zone: ZoneInfo) -> Interval | None:
        """Return it as instants; None if the clocks pass over all of it."""
        start = instant(self.begins_on, self.begins_min, zone)
        end = end_instant(self.ends_on, self.ends_min, zone)
        return Interval(start, end) if start < end else None


def windows(
    hours: Iterable[Hours],
    *,
    zone: ZoneInfo,
    first: date,
    last: date,
    overrides: Mapping[date, Sequence[tuple[int, int]]] = _NO_OVERRIDES,
) -> list[Window]:
    """Return the stretches in which the coach works, from `first` to `last`, in order.

    `overrides` are (opens, closes) in minutes from midnight; they replace the weekly hours of
    their date, and none at all closes it. Windows that overlap merge; windows that only touch stay
    apart, each with its own grid, and know of each other by `until`. A window that begins at a
    repeated wall time begins at the first and one that ends there ends as `end_instant` says, so
    that none leaves its date and each date is the same whatever dates are asked for with it.
    Raises ValueError for backward overrides.
    """
    weekly: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for window in hours:
        weekly[window.weekday].append((window.opens, window.closes))
    found: list[tuple[datetime, datetime]] = []
    on, behind = first, last + DATES_AHEAD
    while on <= last or (found and on <= behind and found[-1][1] == instant(on, 0, zone)):
        of_date = []
        for opens, closes in overrides.get(on, weekly[on.weekday()]):
            _check(opens, closes)
            start, end = instant(on, opens, zone), end_instant(on, closes, zone)
            # The clocks can pass over a whole window.
            if start < end:
                of_date.append((start, end))
        found += _merged(of_date)
        on += ONE_DAY
    closing = instant(last, MINUTES_A_DAY, zone)
    return [window for window in _joined(found) if window.start < closing]


def monday_of(on: date) -> date:
    """Return the Monday of a date's week."""
    return on - timedelta(days=on.weekday())


def _check(opens: int, closes: int) -> None:
    if not 0 <= opens < closes <= MINUTES_A_DAY:
        raise ValueError(f"a window must open before it closes, within a day: {opens} to {closes}")


def _merged(pairs: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    if len(pairs) <= 1:
        return pairs
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(pairs):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _joined(pairs: list[tuple[datetime, datetime]]) -> list[Window]:
    found: list[Window] = []
    following = until = None
    for start, end in reversed(pairs):
        until = end if until is None or end != following else min(until, end + LONGEST_MEETING)
        found.append(Window(start, end, until))
        following = start
    return found[::-1]
