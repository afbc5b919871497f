"""What paid sessions cost and where they are booked: told to a client who asked on the call.

What somebody asks for is a reply; the same unasked would be marketing. So that the coach can show
that it was asked for, his tick is kept with the meeting: who made it, and when.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.availability.core.service_rules import price_words
from coachcrm.availability.models import Service
from coachcrm.bookings.models import Booking
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.web.site import Site


class AlreadyTold(Refusal):
    """A letter with the prices has left."""

    title = "The prices have been sent"
    sentence = "A letter has left since you noted that they asked, so the note stays."
    what_next = "It says why the prices were in the letter."


@dataclass(frozen=True, slots=True)
class PricedService:
    """A service that costs something, and the page where it can be booked."""

    name: str
    minutes: int
    price: str
    url: str


def offers(session: Session, coach_id: int, site: Site) -> list[PricedService]:
    """Return what can be booked and costs something, the oldest first."""
    rows = session.scalars(
        select(Service)
        .where(Service.coach_id == coach_id, Service.is_active, Service.price_pence > 0)
        .order_by(Service.id)
    )
    return [
        PricedService(
            name=row.name,
            minutes=row.duration_min,
            price=price_words(row.price_pence),
            url=site.link("bookings.times", service=row.slug),
        )
        for row in rows
    ]


def note_asked(session: Session, booking_id: int, *, by: str, now: datetime) -> None:
    """Keep that the client asked on the call; twice keeps the first time."""
    booking = _locked(session, booking_id)
    if booking.prices_asked_at is None:
        booking.prices_asked_at, booking.prices_asked_by = now, by
    session.flush()


def take_back(session: Session, booking_id: int, *, sent_at: datetime | None) -> None:
    """Undo a tick made by mistake; `sent_at` is when the last letter on the meeting was written.

    Raises `AlreadyTold` once a letter rests on it.
    """
    booking = _locked(session, booking_id)
    asked_at = booking.prices_asked_at
    if asked_at is not None and sent_at is not None and sent_at >= asked_at:
        raise AlreadyTold
    booking.prices_asked_at = booking.prices_asked_by = None
    session.flush()


def _locked(session: Session, booking_id: int) -> Booking:
    booking = session.get(Booking, booking_id, with_for_update={"key_share": True})
    if booking is None:
        raise NotFound
    return booking
