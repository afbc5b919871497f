"""Meetings, stages and sources of all clients, read for the figures of the practice."""

from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.availability.models import Service
from coachcrm.availability.operations import hours as availability
from coachcrm.bookings.models import Booking
from coachcrm.clients.models import Client, StageChange
from coachcrm.desk.clients.core import practice_figures
from coachcrm.recovery.models.applications import JobSearch


def talks_and_moves(
    session: Session, coach: Coach, *, now: datetime
) -> tuple[list[practice_figures.Talk], list[practice_figures.Move]]:
    """Return every meeting with a client and every move between stages, oldest first."""
    meetings = session.execute(
        select(Booking.client_id, Booking.starts_at, Booking.ends_at, Booking.status, Service.slug)
        .join(Service, Service.id == Booking.service_id)
        .where(Booking.coach_id == coach.id, Booking.client_id.is_not(None))
        .order_by(Booking.starts_at)
    )
    talks = [
        practice_figures.Talk(
            client_id=row.client_id,
            on=row.starts_at.astimezone(coach.zone).date(),
            status=row.status,
            is_free=row.slug == availability.FREE_CONSULTATION,
            is_over=row.ends_at <= now,
        )
        for row in meetings
    ]
    changes = session.execute(
        select(StageChange.client_id, StageChange.to_stage, StageChange.at)
        .join(Client, Client.id == StageChange.client_id)
        .where(Client.coach_id == coach.id)
        .order_by(StageChange.id)
    )
    moves = [
        practice_figures.Move(row.client_id, row.to_stage, row.at.astimezone(coach.zone).date())
        for row in changes
    ]
    return talks, moves


def consultations_by_source(
    session: Session, coach_id: int, *, since: datetime | None = None, now: datetime
) -> list[tuple[str, int, int]]:
    """Return (source, people who had a conversation, those of them who became clients).

    The source is what the record says of how they found the coach; the most first. `since` leaves
    out conversations that were over before.
    """
    held = (
        select(Booking.client_id)
        .where(
            Booking.coach_id == coach_id,
            Booking.status.in_(("confirmed", "completed")),
            Booking.ends_at <= now,
            Booking.ends_at > since if since else true(),
            Booking.client_id.is_not(None),
        )
        .distinct()
    )
    became = set(
        session.scalars(
            select(StageChange.client_id).where(
                StageChange.client_id.in_(held), StageChange.to_stage.in_(practice_figures.BECAME)
            )
        )
    )
    searches = session.execute(
        select(JobSearch.client_id, JobSearch.found_by)
        .where(JobSearch.client_id.in_(held), JobSearch.found_by != "")
        .order_by(JobSearch.id)
    ).all()
    found = {row[0]: row[1] for row in searches}
    counts: dict[str, list[int]] = {}
    for client_id in session.scalars(held):
        count = counts.setdefault(found.get(client_id, "Not written down"), [0, 0])
        count[0] += 1
        count[1] += client_id in became
    rows = [(source, consulted, clients) for source, (consulted, clients) in counts.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
