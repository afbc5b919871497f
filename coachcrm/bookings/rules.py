"""What may be done with a booking, and when. Pure: its state and `now` in, a verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

STANDING = frozenset({"held", "confirmed"})


class State(StrEnum):
    """What a booking is to the person who looks at it."""

    UPCOMING = "upcoming"
    PAST = "past"
    CANCELLED = "cancelled"


class Objection(StrEnum):
    """Why a booking cannot be changed by its link."""

    CANCELLED = "cancelled"
    OVER = "over"
    TOO_LATE = "too late"
    TOO_OFTEN = "too often"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client may do by the link: until `cutoff` before the start, at most so many moves."""

    cutoff: timedelta
    most_moves: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts about a booking that decide what may be done with it."""

    status: str
    starts_at: datetime
    moves: int

    def state(self, now: datetime) -> State:
        """Return what the booking is at `now`; a meeting that has begun is past changing."""
        if self.status == "cancelled":
            return State.CANCELLED
        is_coming = self.status in STANDING and now < self.starts_at
        return State.UPCOMING if is_coming else State.PAST


def objection_to_cancel(standing: Standing, terms: Terms, *, now: datetime) -> Objection | None:
    """Return why the client cannot cancel at `now`, or None; exactly at the cut-off he can."""
    state = standing.state(now)
    if state is State.CANCELLED:
        return Objection.CANCELLED
    if state is State.PAST:
        return Objection.OVER
    return Objection.TOO_LATE if now > standing.starts_at - terms.cutoff else None


def objection_to_move(standing: Standing, terms: Terms, *, now: datetime) -> Objection | None:
    """Return why the client cannot move the booking at `now`, or None."""
    objection = objection_to_cancel(standing, terms, now=now)
    if objection is None and standing.moves >= terms.most_moves:
        return Objection.TOO_OFTEN
    return objection


def next_stamp(previous: datetime, now: datetime) -> datetime:
    """Return the DTSTAMP of a new message: now, yet never before the last one (RFC 5546 2.1.5)."""
    return max(previous, now)
