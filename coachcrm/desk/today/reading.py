"""Who waits for the coach: people who think it over, and clients with whom nothing happens."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

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
    """Return (id, name) of each active client with whom nothing has happened for 60 days.

    A meeting held or to come, a note, a stage and whatever was added to the record is something.
    """
    of_search = JobSearch.client_id
    happened = union_all(
        select(Booking.client_id, Booking.starts_at.label("at")).where(
            Booking.status != "cancelled", Booking.client_id.is_not(None)
        ),
        select(Note.client_id, Note.updated_at),
        select(StageChange.client_id, StageChange.at),
        *(
            select(of_search, kind.created_at).join(JobSearch, JobSearch.id == kind.search_id)
            for kind in (ApplicationRow, FeedbackItem, ActionRow)
        ),
    ).subquery()
    rows = session.execute(
        select(Client.id, Client.name, Client.stage, func.max(happened.c.at))
        .join(happened, happened.c.client_id == Client.id)
        .where(Client.coach_id == coach_id, Client.stage == "active")
        .group_by(Client.id, Client.name, Client.stage)
        .order_by(func.max(happened.c.at))
    )
    return [
        (client_id, name)
        for client_id, name, stage, last in rows
        if lifecycle.is_quiet(stage, last=last, now=now)
    ]
