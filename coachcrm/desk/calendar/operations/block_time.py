"""Taking an hour off where meetings may stand already: nobody is surprised (cases 15 and 29)."""

from collections.abc import Set as AbstractSet
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coachcrm.availability.core.windows import TimeOff
from coachcrm.availability.operations import hours as availability
from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking
from coachcrm.desk import operations
from coachcrm.desk.availability.operations.touched_meetings import TouchesMeetings


def touched(session: Session, coach_id: int, off: TimeOff, zone: ZoneInfo) -> list[Booking]:
    """Return the standing meetings with a client that time off touches, in order."""
    span = off.interval(zone)
    if span is None:
        return []
    found = operations.meetings_between(session, coach_id, span.start, span.end)
    return [booking for booking in found if booking.status in STANDING]


def block(
    session: Session, coach_id: int, off: TimeOff, zone: ZoneInfo, *, shown: AbstractSet[int]
) -> int:
    """Take time off, and return its id; the meetings in it stay as they are.

    `shown` are the ids of the bookings that the coach has been shown. Raises `TouchesMeetings`
    while there is another one, whoever made it a moment ago.
    """
    availability.lock_calendar(session, coach_id)
    if any(booking.id not in shown for booking in touched(session, coach_id, off, zone)):
        raise TouchesMeetings
    return availability.add_time_off(session, coach_id, off)
