"""Finding one booking: by the secret link that names it, or by the coach's number of it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coachcrm.bookings.models import Booking, FormerUid
from coachcrm.bookings.refusals import DeadLink
from coachcrm.kit.errors import NotFound


def find(session: Session, public_id: str | None) -> Booking:
    """Return the booking that a good link names, or raise `DeadLink`."""
    booking = session.scalar(select(Booking).where(Booking.public_id == (public_id or "")))
    if booking is None or booking.client_id is None:
        raise DeadLink
    return booking


def booking_of(session: Session, coach_id: int, booking_id: int) -> Booking:
    """Return one of the coach's bookings with a client; a foreign id is the same as none (S44)."""
    booking = session.scalar(
        select(Booking)
        .where(Booking.id == booking_id, Booking.coach_id == coach_id)
        .options(joinedload(Booking.client), joinedload(Booking.service))
    )
    if booking is None or booking.client_id is None:
        raise NotFound
    return booking


def former_uids(session: Session, booking: Booking) -> Sequence[str]:
    """Return the UIDs that a booking has given up, in that order (C2)."""
    return session.scalars(
        select(FormerUid.uid)
        .where(FormerUid.booking_id == booking.id)
        .order_by(FormerUid.ended_at, FormerUid.uid)
    ).all()
