"""When the clocks are put forward or back, and what that does to hours. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from coachcrm.kit.time.zones import (
    NOTHING,
    change_between,
    end_instant,
    exists,
    instant,
    is_repeated,
)

AHEAD = timedelta(days=800)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One instant at which the clocks of a zone jump.

    `shown_before` and `shown_after` are what they show just before and just after, without a zone.
    """

    at: datetime
    shown_before: datetime
    shown_after: datetime

    @property
    def is_forward(self) -> bool:
        """Whether the clocks are put forward."""
        return self.shown_after > self.shown_before

    @property
    def on(self) -> date:
        """The date that it makes shorter or longer: put back from midnight, its end comes twice."""
        return min(self.shown_before, self.shown_after).date()


def next_changes(zone: ZoneInfo, *, now: datetime, number: int = 2) -> list[ClockChange]:
    """Return the next changes after `now`, none where the clocks of two years do not change."""
    found: list[ClockChange] = []
    at, end = now.astimezone(UTC), now.astimezone(UTC) + AHEAD
    while at < end and len(found) < number:
        if _offset(at, zone) != _offset(at + DAY, zone):
            found.append(_change(at, at + DAY, zone))
        at += DAY
    return found


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> ClockChange:
    # The search may begin in the middle of a second; changes happen on whole ones.
    at = change_between(before, after, zone).replace(microsecond=0)
    naive = at.replace(tzinfo=None)
    return ClockChange(at, naive + _offset(before, zone), naive + _offset(after, zone))


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or NOTHING


@dataclass(frozen=True, slots=True)
class WindowThatDay:
    """What becomes of a window on one date: its instants, and which of its ends is out of order.

    `start` is not before `end` if the clocks pass over all of it. `extra` is how much longer it
    lasts than the clock times say, below nothing where it is shorter.
    """

    start: datetime
    end: datetime
    begins_in_gap: bool
    ends_in_gap: bool
    begins_twice: bool
    ends_twice: bool
    extra: timedelta

    @property
    def is_ordinary(self) -> bool:
        """Whether nothing is to be said of it."""
        return not (
            self.begins_in_gap
            or self.ends_in_gap
            or self.begins_twice
            or self.ends_twice
            or self.extra
        )


def window_that_day(on: date, opens: int, closes: int, zone: ZoneInfo) -> WindowThatDay:
    """Return what becomes of a window, in minutes from midnight, on a date (rule 4, case 7)."""
    start, end = instant(on, opens, zone), end_instant(on, closes, zone)
    return WindowThatDay(
        start=start,
        end=end,
        begins_in_gap=not exists(on, opens, zone),
        ends_in_gap=not exists(on, closes, zone),
        begins_twice=is_repeated(start.astimezone(zone)),
        ends_twice=is_repeated(end.astimezone(zone)),
        extra=(end - start) - timedelta(minutes=closes - opens),
    )
