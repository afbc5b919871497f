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
) -> list[Interval]:
    """Return the stretches in which the coach works, from `first` to `last`, in order.

    `overrides` are (opens, closes) in minutes from midnight; they replace the weekly hours of
    their date, and none at all closes it. Windows that overlap merge; windows that only touch stay
    apart, each with its own grid. A window that begins at a repeated wall time begins at the first
    and one that ends there ends as `end_instant` says, so that none leaves its date and each date
    is the same whatever dates are asked for with it. Raises ValueError for backward overrides.
    """
    weekly: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for window in hours:
        weekly[window.weekday].append((window.opens, window.closes))
    found = []
    for offset in range((last - first).days + 1):
        on = first + timedelta(days=offset)
        for opens, closes in overrides.get(on, weekly[on.weekday()]):
            _check(opens, closes)
            start, end = instant(on, opens, zone), end_instant(on, closes, zone)
            # The clocks can pass over a whole window.
            if start < end:
                found.append((start, end))
    return _merged(found)


def monday_of(on: date) -> date:
    """Return the Monday of a date's week."""
    return on - timedelta(days=on.weekday())


def _check(opens: int, closes: int) -> None:
    if not 0 <= opens < closes <= MINUTES_A_DAY:
        raise ValueError(f"a window must open before it closes, within a day: {opens} to {closes}")


def _merged(pairs: list[tuple[datetime, datetime]]) -> list[Interval]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(pairs):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return [Interval(start, end) for start, end in merged]
