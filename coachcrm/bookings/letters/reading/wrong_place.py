"""Who has been told another place than the one where the coach means to meet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coachcrm.bookings.core import places
from coachcrm.bookings.letters.reading.booking_details import details_of, meeting_of
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.invites.core.itip import Role, invitation, location_of
from coachcrm.outbox.letter.compose import calendar_part
from coachcrm.outbox.queue import operations as outbox


@dataclass(frozen=True, slots=True)
class Misled:
    """A meeting whose client has another place in the calendar; `told` is that place.

    `lacks_number` is true where the coach is to ring somebody who has left none.
    """

    booking_id: int
    client_id: int
    name: str
    starts_at: datetime
    told: str
    lacks_number: bool


def misled(session: Session, diary: Diary, service_id: int, *, now: datetime) -> list[Misled]:
    """Return the meetings of a service to come whose newest invitation names another place.

    It is read off the invitations themselves, so it is right whatever was sent, and by whom. A
    coach with another name rings at the same place: an entry is told that with its next change.
    """
    standing = session.scalars(
        select(Booking)
        .where(
            Booking.service_id == service_id,
            Booking.coach_id == diary.coach.id,
            Booking.status == "confirmed",
            Booking.starts_at > now,
            Booking.client_id.is_not(None),
        )
        .order_by(Booking.starts_at)
        .options(joinedload(Booking.client), joinedload(Booking.service))
    )
    found = []
    for booking in standing:
        told = _told(session, booking)
        if told is not None and not places.are_one(told, _place_of(diary, booking)):
            is_by_phone = booking.place.kind == "phone"
            found.append(
                Misled(
                    booking_id=booking.id,
                    client_id=booking.client_id,
                    name=booking.name,
                    starts_at=booking.starts_at,
                    told=told,
                    lacks_number=is_by_phone and not booking.phone,
                )
            )
    return found


def _told(session: Session, booking: Booking) -> str | None:
    octets = outbox.newest_octets(session, thread=booking.thread, audience="client")
    calendar = calendar_part(octets) if octets else None
    return location_of(calendar) if calendar else None


def _place_of(diary: Diary, booking: Booking) -> str:
    details = details_of(booking, diary, time=booking.interval, stamp=booking.stamp_at, raised_by=0)
    return location_of(invitation(meeting_of(details), Role.CLIENT).octets)
