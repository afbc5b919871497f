"""Meetings, stages and sources of all clients, read for the figures of the practice."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from coachcrm.auth.models import Coach
from coachcrm.availability.models import Service
from coachcrm.availability.operations.hours import FREE_CONSULTATION
from coachcrm.bookings.models import STATUSES, Booking, over, to_come
from coachcrm.clients.models import Client, StageChange
from coachcrm.desk.clients.core import practice_figures
from coachcrm.kit.time import zones
from coachcrm.recovery.models.applications import JobSearch


def period(
    session: Session, coach: Coach, *, first: date | None, last: date, now: datetime
) -> practice_figures.Period:
    """Return what happened on the coach's dates from `first` (None: the beginning) to `last`.

    All is counted by the database: what comes back grows with the people, not with the meetings.
    """
    # What is asked of bookings stands in one index, which begins with the service and the status.
    services = session.execute(
        select(Service.id, Service.slug).where(Service.coach_id == coach.id)
    ).all()
    free = Booking.service_id.in_([row.id for row in services if row.slug == FREE_CONSULTATION])
    paid = Booking.service_id.in_([row.id for row in services if row.slug != FREE_CONSULTATION])
    with_client = Booking.client_id.is_not(None)
    of_dates = and_(free, with_client, _within(Booking.starts_at, coach, first, last))
    states = select(Booking.status, func.count()).where(of_dates, Booking.status.in_(STATUSES))
    unsaid = select(func.count()).where(of_dates, Booking.status == "confirmed", over(now))
    took_place = _firsts(Booking.client_id, Booking.starts_at).where(
        with_client, Booking.status == "completed"
    )
    held = session.execute(took_place.where(of_dates))
    sessions = session.execute(took_place.add_columns(func.count()).where(paid)).all()
    moves = (
        _firsts(StageChange.client_id, StageChange.at)
        .join(Client)
        .where(Client.coach_id == coach.id)
    )
    became = session.execute(moves.where(StageChange.to_stage.in_(practice_figures.BECAME)))
    placed = session.execute(moves.where(StageChange.to_stage == "placed"))
    return practice_figures.Period(
        booked={row[0]: row[1] for row in session.execute(states.group_by(Booking.status))},
        unsaid=session.scalar(unsaid) or 0,
        held=_dates(held, coach),
        placed={
            client: on
            for client, on in _dates(placed, coach).items()
            if (first is None or on >= first) and on <= last
        },
        became=_dates(became, coach),
        sessions={row[0]: row[2] for row in sessions},
        begun=_dates(sessions, coach),
        is_anybody_moved=session.scalar(
            select(StageChange.id)
            .join(Client)
            .where(Client.coach_id == coach.id, _within(StageChange.at, coach, first, last))
            .limit(1)
        )
        is not None,
    )


def _within(
    at: ColumnElement[datetime] | InstrumentedAttribute[datetime],
    coach: Coach,
    first: date | None,
    last: date,
) -> ColumnElement[bool]:
    """Return the condition that an instant falls on the coach's dates `first` to `last`."""
    begins = at >= zones.instant(first, 0, coach.zone) if first else true()
    return and_(begins, at < zones.instant(last, zones.MINUTES_A_DAY, coach.zone))


def _firsts(
    client: InstrumentedAttribute[int], at: InstrumentedAttribute[datetime]
) -> Select[int, datetime]:
    """Return the question for the first instant of each client."""
    return select(client, func.min(at)).group_by(client)


def _dates(rows: Iterable[Row[*tuple[Any, ...]]], coach: Coach) -> dict[int, date]:
    return {row[0]: row[1].astimezone(coach.zone).date() for row in rows}


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
            over(now),
            to_come(since) if since else true(),
            Booking.client_id.is_not(None),
        )
        .distinct()
        .subquery()
    )
    source = (
        select(JobSearch.found_by)
        .where(JobSearch.client_id == held.c.client_id, JobSearch.found_by != "")
        .order_by(JobSearch.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    became = exists().where(
        StageChange.client_id == held.c.client_id,
        StageChange.to_stage.in_(practice_figures.BECAME),
    )
    people = (
        select(func.coalesce(source, "Not written down").label("source"), became.label("became"))
        .select_from(held)
        .subquery()
    )
    rows = session.execute(
        select(people.c.source, func.count(), func.count().filter(people.c.became)).group_by(
            people.c.source
        )
    )
    return sorted(((row[0], row[1], row[2]) for row in rows), key=lambda row: (-row[1], row[0]))
