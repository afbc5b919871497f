"""After a backup was put back: what calendars hold may be newer than what it knows."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking, to_come

# More changes than one meeting sees between a copy and the day on which it is needed.
AHEAD = 100


def outrank(session: Session, *, now: datetime) -> None:
    """Let the next message of each standing meeting to come outrank all that were sent (C3).

    What was told after the copy was made is not in it, and calendars refuse a SEQUENCE that is
    lower than theirs.
    """
    session.execute(
        update(Booking)
        .where(Booking.status.in_(STANDING), to_come(now))
        .values(sequence=Booking.sequence + AHEAD)
    )
