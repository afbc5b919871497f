"""Who a client is and what is next with them, in one question."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking
from coachcrm.clients.models import Client
from coachcrm.kit.errors import NotFound


@dataclass(frozen=True, slots=True)
class Who:
    """A client, the meeting that is now or next, or else the newest, and an interview to come.

    The interview is the nearest that was told when booking; the record may know of a nearer one.
    """

    name: str
    stage: str
    phone: str
    email: str
    booking_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    interview_on: date | None


def who(session: Session, coach_id: int, client_id: int, *, today: date, now: datetime) -> Who:
    """Return who one of the coach's clients is; a foreign id is none (S44)."""
    one, interviewed = aliased(Booking), aliased(Booking)
    of_client = select(one.id).where(one.client_id == client_id)
    ahead = of_client.where(one.status.in_(STANDING), one.ends_at > now).order_by(one.starts_at)
    newest = of_client.where(one.status != "cancelled").order_by(one.starts_at.desc())
    interview = select(func.min(interviewed.interview_on)).where(
        interviewed.client_id == client_id, interviewed.interview_on >= today
    )
    found = session.execute(
        select(
            Client.name,
            Client.stage,
            Client.phone,
            Client.email,
            Booking.id,
            Booking.starts_at,
            Booking.ends_at,
            interview.scalar_subquery(),
        )
        .outerjoin(
            Booking,
            Booking.id
            == func.coalesce(ahead.limit(1).scalar_subquery(), newest.limit(1).scalar_subquery()),
        )
        .where(Client.id == client_id, Client.coach_id == coach_id)
    ).first()
    if found is None:
        raise NotFound
    return Who(*found)
