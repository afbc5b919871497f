"""The letters about a booking that nobody has to ask for, as far as they really go."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.bookings.letters.core.catalogue import words_for
from coachcrm.bookings.letters.core.reminder_rules import AFTER, BEFORE
from coachcrm.bookings.models import Booking, Reminder
from coachcrm.bookings.offer.reading.practice import CoachCard

_THANKS = AFTER["completed"]


def reminders_to_come(
    session: Session, booking: Booking, coach: CoachCard, *, now: datetime
) -> list[timedelta]:
    """Return how long before the start each reminder goes, the first one first.

    One that the coach has switched off is left out, and one that was too late to be planned.
    """
    planned = session.scalars(
        select(Reminder.kind)
        .where(
            Reminder.booking_id == booking.id,
            Reminder.kind.in_(BEFORE),
            Reminder.state == "due",
            Reminder.due_at > now,
        )
        .order_by(Reminder.due_at)
    )
    return [BEFORE[kind] for kind in planned if words_for(coach.letters, kind).is_on]


def thanks(session: Session, booking: Booking, coach: CoachCard) -> str:
    """Return whether the letter after a meeting is still "to come" or has "gone".

    It is neither where it is switched off, where the client wants none, and where the coach has
    written himself.
    """
    state = session.scalar(
        select(Reminder.state)
        .where(Reminder.booking_id == booking.id, Reminder.kind == _THANKS)
        .order_by(Reminder.id.desc())
        .limit(1)
    )
    if state == "queued":
        return "gone"
    is_wanted = booking.client.stopped_at is None
    may_come = state != "dropped" and booking.status in {"confirmed", "completed"}
    return "to come" if may_come and is_wanted and words_for(coach.letters, _THANKS).is_on else ""
