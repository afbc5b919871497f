"""Meetings to come whose calendar entries name somebody else than who invites today (C2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from coachcrm.bookings.letters.reading.booking_details import hosts_of
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.kit.web.site import Site


@dataclass(frozen=True, slots=True)
class InvitedElsewhere:
    """A meeting that was invited from another address, or with the coach at another one."""

    booking_id: int
    client_id: int
    name: str
    starts_at: datetime


def invited_elsewhere(
    site: Site, session: Session, coach: CoachCard, *, now: datetime
) -> Sequence[InvitedElsewhere]:
    """Return the meetings that stand and are to be invited anew, the next first.

    What is held was invited by nobody so far.
    """
    today = hosts_of(site, coach)
    rows = session.execute(
        select(Booking.id, Booking.client_id, Booking.name, Booking.starts_at)
        .where(
            Booking.coach_id == coach.id,
            Booking.status == "confirmed",
            Booking.starts_at > now,
            Booking.client_id.is_not(None),
            Booking.invited_from != "",
            or_(
                func.lower(Booking.invited_from) != today.organizer.lower(),
                func.lower(Booking.invited_coach) != today.coach.lower(),
            ),
        )
        .order_by(Booking.starts_at)
    )
    return [InvitedElsewhere(*row) for row in rows]
