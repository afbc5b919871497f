"""Meetings whose time of day has changed, because a country has changed its clocks (rule 14).

The moment stays. The coach is shown each of them, and tells both the time as it is now, leaves it
as it is, or moves the meeting.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.core.wall_times import Told, shifts
from coachcrm.bookings.models import Booking


@dataclass(frozen=True, slots=True)
class Shifted:
    """A meeting to come, and what its clocks show now, in words: one sentence for each zone."""

    booking: Booking
    words: tuple[str, ...]


def shifted_ids(session: Session, coach_id: int, *, now: datetime) -> list[int]:
    """Return the ids of the standing meetings to come whose clocks show another time than told."""
    rows = session.execute(
        select(
            Booking.id,
            Booking.starts_at,
            Booking.local_zone,
            Booking.local_start,
            Booking.timezone,
            Booking.client_start,
        )
        .where(
            Booking.coach_id == coach_id,
            Booking.client_id.is_not(None),
            Booking.status.in_(STANDING),
            Booking.starts_at > now,
        )
        .order_by(Booking.starts_at)
    )
    return [
        row.id
        for row in rows
        if shifts(
            row.starts_at,
            Told(row.local_zone, row.local_start),
            Told(row.timezone, row.client_start),
        )
    ]


def shifted(session: Session, coach_id: int, *, now: datetime) -> list[Shifted]:
    """Return those meetings, in the order of time."""
    ids = shifted_ids(session, coach_id, now=now)
    return [Shifted(row, tuple(s.words() for s in row.shifts)) for row in _rows(session, ids)]


def leave(session: Session, coach_id: int, public_ids: Collection[str], *, now: datetime) -> int:
    """Take the time of day that these meetings have now for the one that is meant; tell nobody.

    Returns how many that were.
    """
    lock_calendar(session, coach_id)
    chosen = [
        row
        for row in _rows(session, shifted_ids(session, coach_id, now=now))
        if row.public_id in public_ids
    ]
    for booking in chosen:
        booking.note_clocks(booking.coach.timezone)
    session.flush()
    return len(chosen)


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Booking]:
    if not ids:
        return ()
    return session.scalars(
        select(Booking)
        .where(Booking.id.in_(ids))
        .options(joinedload(Booking.client), joinedload(Booking.service))
        .order_by(Booking.starts_at)
    ).all()
