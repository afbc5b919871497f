"""People who think it over, and those who do not go on: what the coach does after the call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking
from coachcrm.clients import operations as clients
from coachcrm.clients.core.lifecycle import BEFORE_THE_WORK
from coachcrm.clients.models import Client, StageChange
from coachcrm.notes.models import Note
from coachcrm.recovery.core import workdays

# Working days that somebody has to think before the coach asks.
PATIENCE = 3
MOST = 50
# Why people do not go on, each one tap; another reason is typed.
REASONS = (
    "Not the right time",
    "Too expensive",
    "Found work",
    "Goes on alone",
    "Chose somebody else",
    "No answer",
)


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


def let_think(session: Session, coach_id: int, client_id: int, *, now: datetime) -> None:
    """Note that somebody thinks it over; who works with the coach already stays what they are."""
    client = clients.get(session, coach_id, client_id, for_change=True)
    if client.stage in BEFORE_THE_WORK:
        clients.move_to_stage(
            session, client, "deciding", by="coach", now=now, reason="Thinks it over"
        )
