"""Clients with whom nothing has happened for long: a suggestion for the coach, and no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from coachcrm.bookings.models import Booking
from coachcrm.clients.core import lifecycle
from coachcrm.clients.models import Client, StageChange
from coachcrm.notes.models import Note
from coachcrm.recovery.models.applications import ApplicationRow, FeedbackItem, JobSearch
from coachcrm.recovery.models.search import ActionRow


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
