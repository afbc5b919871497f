"""The coach's bookings, found: by time, state, service, or the client's name or address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from coachcrm.availability.models import TimeOffRow
from coachcrm.bookings.models import IS_CANCELLED, Booking, over, to_come
from coachcrm.clients.models import Client
from coachcrm.kit.errors import NotFound
from coachcrm.kit.text.typed import folded

Row = TypeVar("Row")
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class BookingSearch:
    """What the coach looks for. `show` is `coming`, `past` or `cancelled`; empty means any."""

    show: str = "coming"
    q: str = ""
    status: str = ""
    service: str = ""


def bookings(
    session: Session,
    coach_id: int,
    wanted: BookingSearch,
    *,
    now: datetime,
    limit: int,
    after: int | None = None,
) -> Sequence[Booking]:
    """Return bookings with a client, from behind the one with the id `after` on.

    Those to come are in order, past and cancelled ones the newest first.
    """
    query = (
        select(Booking)
        .join(Client, Booking.client_id == Client.id)
        .where(Booking.coach_id == coach_id)
        .options(joinedload(Booking.client), joinedload(Booking.service))
    )
    query = _matching(query, wanted, now=now)
    place = select(Booking.starts_at).where(Booking.id == after).scalar_subquery()
    if wanted.show == "coming":
        query = query.order_by(Booking.starts_at, Booking.id)
        behind = (Booking.starts_at > place) | (
            (Booking.starts_at == place) & (Booking.id > (after or 0))
        )
    else:
        query = query.order_by(Booking.starts_at.desc(), Booking.id.desc())
        behind = (Booking.starts_at < place) | (
            (Booking.starts_at == place) & (Booking.id < (after or 0))
        )
    if after is not None:
        query = query.where(behind)
    return session.scalars(query.limit(limit)).all()


def _matching(query: Select[Row], wanted: BookingSearch, *, now: datetime) -> Select[Row]:
    if wanted.show == "cancelled":
        query = query.where(IS_CANCELLED)
    else:
        is_of = over(now) if wanted.show == "past" else to_come(now)
        query = query.where(Booking.status != "cancelled", is_of)
    for word in folded(wanted.q).split()[:MOST_WORDS]:
        query = query.where(Client.search_text.contains(word, autoescape=True))
    if wanted.status:
        query = query.where(Booking.status == wanted.status)
    if wanted.service:
        query = query.where(Booking.service.has(slug=wanted.service))
    return query


def time_off_between(
    session: Session, coach_id: int, first: date, last: date
) -> Sequence[TimeOffRow]:
    """Return the time off that touches the dates `first` to `last`, in order."""
    return session.scalars(
        select(TimeOffRow)
        .where(
            TimeOffRow.coach_id == coach_id,
            TimeOffRow.begins_on <= last,
            TimeOffRow.ends_on >= first,
        )
        .order_by(TimeOffRow.begins_on, TimeOffRow.begins_min)
    ).all()


def time_off(session: Session, coach_id: int, time_off_id: int) -> TimeOffRow:
    """Return one stretch of time off; a foreign id is the same as none (S44)."""
    row = session.get(TimeOffRow, time_off_id)
    if row is None or row.coach_id != coach_id:
        raise NotFound
    return row
