"""The verbs of a job search: its applications and the asks for feedback.

What is optional is given by name as the columns of the row are called; `today` is the coach's
date. Days that cannot be are refused in words (`dates.WrongDay`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.clients import operations as clients
from coachcrm.kit.time import words
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackRequest,
    JobSearch,
    StageEvent,
)
from coachcrm.recovery.operations import dates
from coachcrm.recovery.operations.rows import add, change
from coachcrm.recovery.operations.stages import record_stage
from coachcrm.recovery.reading.news import NEWEST_FIRST


@dataclass(frozen=True, slots=True)
class Rejection:
    """A no in four fields; any may be empty, but something must say which one it is."""

    employer: str = ""
    role: str = ""
    stage: str = "applied"
    told_on: date | None = None


def open_search(session: Session, coach_id: int, client_id: int, *, today: date) -> JobSearch:
    """Return the client's present job search, and begin one if there is none."""
    clients.get(session, coach_id, client_id, for_change=True)
    search = present_search(session, client_id)
    if search is None:
        search = JobSearch(client_id=client_id, opened_on=today)
        session.add(search)
        session.flush()
    return search


def present_search(session: Session, client_id: int) -> JobSearch | None:
    """Return the client's newest search that is not closed, or None."""
    return session.scalar(
        select(JobSearch)
        .where(JobSearch.client_id == client_id, JobSearch.closed_on.is_(None))
        .order_by(JobSearch.id.desc())
        .limit(1)
    )


def add_application(
    session: Session, search: JobSearch, *, today: date, now: datetime, **more: Any
) -> ApplicationRow:
    """Store an application; with a date of applying, its first stage too."""
    dates.check_application(more, today=today)
    application = add(session, ApplicationRow, more, search_id=search.id, created_at=now)
    if application.applied_on:
        add(
            session,
            StageEvent,
            {"stage": "applied", "entered_on": application.applied_on},
            application_id=application.id,
            created_at=now,
        )
    return application


def change_application(
    session: Session,
    application: ApplicationRow,
    values: Mapping[str, Any],
    *,
    today: date,
    now: datetime,
) -> ApplicationRow:
    """Change an application. Raises `WrongDay` where its day of applying would come too late.

    Where that day is put right, its stage is: the mistaken one is struck out, and stays.
    """
    dates.check_application(values, today=today)
    applied_on, before = values.get("applied_on"), application.applied_on
    first = dates.first_day(session, application)
    if applied_on is not None and first is not None and first < applied_on:
        raise dates.WrongDay(
            f"{words.day_year(first)} is in the record of this application already, "
            "and nothing was saved.",
            field="applied_on",
        )
    change(session, application, values)
    if applied_on is not None and applied_on != before:
        _put_right(session, application, before, now=now)
    return application


def _put_right(
    session: Session, application: ApplicationRow, before: date | None, *, now: datetime
) -> None:
    mistaken = session.scalar(
        select(StageEvent).where(
            StageEvent.application_id == application.id,
            StageEvent.stage == "applied",
            StageEvent.entered_on == before,
            StageEvent.struck_at.is_(None),
        )
    )
    if mistaken is None:
        return
    kept = ("stage", "result", "told_on", "told_by", "is_form_letter")
    values = {name: getattr(mistaken, name) for name in kept}
    mistaken.struck_at = now
    add(
        session,
        StageEvent,
        {**values, "entered_on": application.applied_on},
        application_id=application.id,
        created_at=now,
    )


def log_rejection(
    session: Session, search: JobSearch, new: Rejection, *, today: date, now: datetime
) -> ApplicationRow:
    """Store a rejection in four fields: who, what, how far, when they heard (today if unsaid)."""
    application = add_application(
        session, search, today=today, now=now, employer=new.employer, role=new.role
    )
    if new.stage != "applied":
        # Whoever was refused later has applied; when, nobody was asked.
        record_stage(session, application, stage="applied", result="passed", today=today, now=now)
    record_stage(
        session,
        application,
        stage=new.stage,
        result="rejected",
        told_on=new.told_on or today,
        today=today,
        now=now,
    )
    return application


def newest_application(session: Session, search: JobSearch) -> ApplicationRow | None:
    """Return the application that talk is most likely about: the newest rejected, else newest."""
    return session.scalar(
        select(ApplicationRow)
        .where(ApplicationRow.search_id == search.id)
        .order_by(
            (ApplicationRow.outcome != "rejected"),
            *NEWEST_FIRST,
        )
        .limit(1)
    )


def add_ask(
    session: Session, application: ApplicationRow, *, sent_on: date, today: date, **more: Any
) -> FeedbackRequest:
    """Store an ask for feedback; `reply` and `replied_on` may follow later."""
    values = {**more, "sent_on": sent_on}
    dates.check_ask(application, values, today=today)
    return add(session, FeedbackRequest, values, application_id=application.id)
