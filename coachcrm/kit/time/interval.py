"""A stretch of time between two instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The time from `start` up to, and without, `end`: half-open, in UTC, never empty.

    Raises ValueError if either end is not in `datetime.UTC`, or if `end` is not after `start`.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        # An aware time in another zone is refused too: adding to it would be wall-clock arithmetic.
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            raise ValueError(f"an interval needs instants in UTC: {self.start!r}, {self.end!r}")
        if self.end <= self.start:
            raise ValueError(f"an interval must end after it starts: {self.start} to {self.end}")

    @property
    def duration(self) -> timedelta:
        """The elapsed time, which a clock change does not stretch."""
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """The elapsed time in whole minutes."""
        return self.duration // MINUTE

    def without(self, other: Interval) -> list[Interval]:
        """Return what is left of it where `other` is taken away: nothing, one part or two."""
        if not self.overlaps(other):
            return [self]
        before = [Interval(self.start, other.start)] if self.start < other.start else []
        after = [Interval(other.end, self.end)] if other.end < self.end else []
        return before + after

    def overlaps(self, other: Interval) -> bool:
        """Say whether the two share an instant; those that only touch do not."""
        return self.start < other.end and other.start < self.end
