"""Taking an hour off where meetings may stand already: nobody is surprised (cases 15 and 29)."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coachcrm.availability.core.windows import TimeOff
from coachcrm.availability.operations import hours as availability
from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking
from coachcrm.kit.errors import Refusal


class TouchesMeetings(Refusal):
    """Meetings stand in the time that is to be blocked, and the coach has not seen them all."""

    title = "You have meetings then"
    sentence = "You have meetings in that time, and it is not blocked yet."
    what_next = "Please look at them: blocking the time does not cancel them."


def touched(session: Session, coach_id: int, off: TimeOff, zone: ZoneInfo) -> Sequence[Booking]:
    """Return the standing meetings with a client that time off touches, in order."""
    span = off.interval(zone)
    if span is None:
        return []
    return session.scalars(
        select(Booking)
        .where(
            Booking.coach_id == coach_id,
            Booking.client_id.is_not(None),
            Booking.status.in_(STANDING),
            Booking.ends_at > span.start,
            Booking.starts_at < span.end,
        )
        .options(joinedload(Booking.client), joinedload(Booking.service))
        .order_by(Booking.starts_at)
    ).all()


def block(
    session: Session, coach_id: int, off: TimeOff, zone: ZoneInfo, *, shown: AbstractSet[int]
) -> int:
    """Take time off, and return its id; the meetings in it stay as they are.

    `shown` are the ids of the bookings that the coach has been shown. Raises `TouchesMeetings`
    while there is another one, whoever made it a moment ago.
    """
    availability.lock_calendar(session, coach_id)
    found = touched(session, coach_id, off, zone)
    if any(booking.id not in shown for booking in found):
        raise TouchesMeetings
    return availability.add_time_off(session, coach_id, off)
