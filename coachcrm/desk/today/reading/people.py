"""Who waits for the coach: people who think it over, and clients with whom nothing happens.

And how far he has come with setting up.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from coachcrm.auth.models import SetUpAside
from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking
from coachcrm.clients.core import lifecycle
from coachcrm.clients.models import Client, StageChange
from coachcrm.notes.models import Note
from coachcrm.recovery.core import workdays
from coachcrm.recovery.models.applications import ApplicationRow, FeedbackItem, JobSearch
from coachcrm.recovery.models.search import ActionRow

# Working days that somebody has to think before the coach asks.
PATIENCE = 3
MOST = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose answer is due: thinking since, and the last meeting, if there was one."""

    client_id: int
    name: str
    since: date
    booking_id: int | None


def answers_due(session: Session, coach_id: int, *, zone: ZoneInfo, now: datetime) -> list[Waiting]:
    """Return who has been thinking it over for three working days, the longest first.

    A note written since begins the days anew: the coach has been in touch. Who has a meeting to
    come has answered.
    """
    decided = (
        select(StageChange.client_id, func.max(StageChange.at).label("at"))
        .where(StageChange.to_stage == "deciding")
        .group_by(StageChange.client_id)
        .subquery()
    )
    noted = select(func.max(Note.created_at)).where(Note.client_id == Client.id).scalar_subquery()
    last = (
        select(Booking.id)
        .where(Booking.client_id == Client.id, Booking.status != "cancelled")
        .order_by(Booking.starts_at.desc(), Booking.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    to_come = select(Booking.id).where(
        Booking.client_id == Client.id, Booking.status.in_(STANDING), Booking.starts_at > now
    )
    rows = session.execute(
        select(Client.id, Client.name, decided.c.at, noted, last)
        .join(decided, decided.c.client_id == Client.id)
        .where(Client.coach_id == coach_id, Client.stage == "deciding", ~to_come.exists())
        .order_by(decided.c.at, Client.id)
        .limit(MOST)
    )
    found = []
    for client_id, name, at, noted_at, booking_id in rows:
        since = at.astimezone(zone).date()
        heard = max(at, noted_at or at).astimezone(zone).date()
        if workdays.after(heard, PATIENCE) <= now.astimezone(zone).date():
            found.append(Waiting(client_id, name, since, booking_id))
    return found


def quiet(session: Session, coach_id: int, *, now: datetime) -> list[tuple[int, str]]:
    """Return (id, name) of active clients with whom nothing has happened for 60 days.

    A meeting held or to come, a note, a stage and whatever was added to the record is something.
    Who has been quiet the longest comes first, and no more than can be looked at.
    """
    lately = now - lifecycle.QUIET_AFTER
    happened = _happened()
    rows = session.execute(
        select(
            Client.id,
            Client.name,
            Client.stage,
            *(one.with_only_columns(func.max(at)).scalar_subquery() for one, at in happened),
        )
        .where(
            Client.coach_id == coach_id,
            Client.stage == "active",
            *(~one.where(at > lately).exists() for one, at in happened),
        )
        .order_by(Client.id)
        .limit(MOST)
    )
    found = []
    for client_id, name, stage, *instants in rows:
        last = max((at for at in instants if at), default=None)
        if last and lifecycle.is_quiet(stage, last=last, now=now):
            found.append((last, client_id, name))
    return [(client_id, name) for _, client_id, name in sorted(found)]


def put_aside(session: Session, coach_id: int) -> set[str]:
    """Return which steps of setting up the coach has put aside."""
    return set(session.scalars(select(SetUpAside.step).where(SetUpAside.coach_id == coach_id)))


def was_ever_booked(session: Session, coach_id: int) -> bool:
    """Say whether there is any booking, cancelled ones included."""
    any_at_all = select(Booking.id).where(Booking.coach_id == coach_id).limit(1)
    return session.scalar(any_at_all) is not None


def _happened() -> list[tuple[Select[Any], InstrumentedAttribute[datetime]]]:
    """Return what happens with a client of the outer question, each kind with its instant.

    Each is asked for by itself: so a person with whom much happened costs no more than one look.
    """
    of_search = (
        (
            select(kind.id)
            .join(JobSearch, JobSearch.id == kind.search_id)
            .where(JobSearch.client_id == Client.id),
            kind.created_at,
        )
        for kind in (ApplicationRow, FeedbackItem, ActionRow)
    )
    return [
        (
            select(Booking.id).where(Booking.client_id == Client.id, Booking.status != "cancelled"),
            Booking.starts_at,
        ),
        (select(Note.id).where(Note.client_id == Client.id), Note.updated_at),
        (select(StageChange.id).where(StageChange.client_id == Client.id), StageChange.at),
        *of_search,
    ]
