"""Meetings without an outcome, clients without a meeting, and what was put aside."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking, to_come
from coachcrm.clients.models import Client
from coachcrm.desk.today.models import NeedAside

# How long Today asks how a meeting went; after that it is asked on the booking's own page.
ASKED_FOR = timedelta(days=30)
MOST = 50


def without_outcome(session: Session, coach_id: int, *, now: datetime) -> Sequence[Booking]:
    """Return the meetings of the last 30 days that are over and of which nothing is said yet."""
    since = now - ASKED_FOR
    return session.scalars(
        select(Booking)
        .where(
            Booking.coach_id == coach_id,
            Booking.client_id.is_not(None),
            Booking.status == "confirmed",
            Booking.starts_at > since,
            Booking.starts_at < now,
            Booking.ends_at <= now,
        )
        .order_by(Booking.starts_at)
        .limit(MOST)
        .options(joinedload(Booking.client))
    ).all()


def without_meeting(session: Session, coach_id: int, *, now: datetime) -> list[tuple[int, str]]:
    """Return (id, name) of the clients in the work with whom no next meeting is booked."""
    ahead = select(Booking.id).where(
        Booking.client_id == Client.id, Booking.status.in_(STANDING), to_come(now)
    )
    rows = session.execute(
        select(Client.id, Client.name)
        .where(Client.coach_id == coach_id, Client.stage == "active", ~ahead.exists())
        .order_by(Client.id)
        .limit(MOST)
    )
    return [(client_id, name) for client_id, name in rows]


def aside(session: Session, coach_id: int) -> dict[str, date | None]:
    """Return until which day each key is put aside; None is for ever."""
    rows = session.execute(
        select(NeedAside.key, NeedAside.until_on).where(NeedAside.coach_id == coach_id)
    )
    return {key: until_on for key, until_on in rows}  # noqa: C416 - rows are no pairs to mypy
