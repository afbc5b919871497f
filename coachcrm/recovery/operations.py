"""The verbs of a job search: its applications, their stages and ends, and the asks for feedback.

What is optional is given by name as the columns of the row are called; `today` is the coach's
date. Days that cannot be are refused in words (`days.WrongDay`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from coachcrm.clients import lifecycle
from coachcrm.clients import operations as clients
from coachcrm.clients.models import Client
from coachcrm.kit import words
from coachcrm.recovery import days, rows, rungs
from coachcrm.recovery.days import not_after, not_before
from coachcrm.recovery.models import (
    Application,
    FeedbackRequest,
    JobSearch,
    StageEvent,
)
from coachcrm.recovery.rows import Misfit, add, change

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session


class Ended(Misfit):
    """The application is over; a stage cannot follow its end."""

    status = 409
    field = "stage"
    title = "This application has ended"
    sentence = "This application has ended, so no stage can follow."
    what_next = "If it goes on after all, set its outcome to open first."


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
) -> Application:
    """Store an application; with a date of applying, its first stage too."""
    days.check_application(more, today=today)
    application = add(session, Application, more, search_id=search.id, created_at=now)
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
    application: Application,
    values: Mapping[str, Any],
    *,
    today: date,
    now: datetime,
) -> Application:
    """Change an application. Raises `WrongDay` where its day of applying would come too late.

    Where that day is put right, its stage is: the mistaken one is struck out, and stays.
    """
    days.check_application(values, today=today)
    applied_on, before = values.get("applied_on"), application.applied_on
    first = days.first_day(session, application)
    if applied_on is not None and first is not None and first < applied_on:
        raise days.WrongDay(
            f"{words.day_year(first)} is in the record of this application already, "
            "and nothing was saved.",
            field="applied_on",
        )
    change(session, application, values)
    if applied_on is not None and applied_on != before:
        _put_right(session, application, before, now=now)
    return application


def _put_right(
    session: Session, application: Application, before: date | None, *, now: datetime
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
) -> Application:
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


def record_stage(
    session: Session,
    application: Application,
    *,
    stage: str,
    result: str = "",
    entered_on: date | None = None,
    told_on: date | None = None,
    told_by: str = "",
    is_form_letter: bool = False,
    today: date,
    now: datetime,
) -> StageEvent:
    """Write down that a stage was entered or how it ended; an end sets the outcome too.

    Raises `Ended` after the end, `WrongDay` for days that cannot be, and `rungs.Gone` for a rung
    that was taken off the ladder. The same again is harmless.
    """
    for day, what, field in (
        (entered_on, "The day of the stage", "entered_on"),
        (told_on, "The day of the news", "told_on"),
    ):
        not_after(day, today, what, field)
        not_before(day, application.applied_on, what, "the day of applying", field)
    not_before(told_on, entered_on, "The day of the news", "the day of the stage", "told_on")
    values = {
        "stage": stage,
        "entered_on": entered_on,
        "result": result,
        "told_on": told_on,
        "told_by": told_by,
        "is_form_letter": is_form_letter,
    }
    newest = session.scalar(
        select(StageEvent)
        .where(StageEvent.application_id == application.id, StageEvent.struck_at.is_(None))
        .order_by(StageEvent.id.desc())
        .limit(1)
    )
    if newest is not None and all(getattr(newest, name) == values[name] for name in values):
        return newest
    if application.outcome != "open":
        raise Ended
    rungs.hold(session, application, stage)
    event = add(session, StageEvent, values, application_id=application.id, created_at=now)
    if stage == "accepted" and not result:
        set_outcome(session, application, "accepted", on=entered_on, today=today, now=now)
    elif result in {"rejected", "silent", "withdrew", "cancelled"}:
        set_outcome(session, application, result, on=told_on, today=today, now=now)
    return event


def set_outcome(
    session: Session,
    application: Application,
    outcome: str,
    *,
    on: date | None,
    today: date,
    now: datetime,
) -> Application:
    """Say how an application ended, or that it is open again; its stages stay as they are.

    With an accepted offer the client is placed, and is not if that is taken back.
    """
    not_after(on, today, "The day of the end", "closed_on")
    not_before(on, application.applied_on, "The day of the end", "the day of applying", "closed_on")
    if on is not None and outcome != "open":
        entered = days.newest_stage_day(session, application)
        not_before(on, entered, "The day of the end", "the day of its last stage", "closed_on")
    follow_offer(
        session,
        session.get_one(JobSearch, application.search_id),
        was=application.outcome == "accepted",
        now_is=outcome == "accepted",
        now=now,
    )
    application.outcome = outcome
    application.closed_on = None if outcome == "open" else on or today
    session.flush()
    return application


def follow_offer(
    session: Session, search: JobSearch, *, was: bool, now_is: bool, now: datetime
) -> None:
    """Move the client when an offer is accepted, and back when it turns out that none was."""
    if was == now_is:
        return
    client = session.get_one(Client, search.client_id)
    if now_is:
        clients.follow(session, client, lifecycle.after_offer(client.stage), now=now)
    else:
        clients.undo_move(session, client, {lifecycle.BY_OFFER}, now=now)


def strike_stage(
    session: Session, coach_id: int, event_id: int, *, today: date, now: datetime
) -> None:
    """Strike out a mistaken stage; an end that nothing else says any more is open again."""
    rows.remove(session, coach_id, "stage", event_id, now=now)
    event = rows.mine(session, coach_id, StageEvent, event_id)
    application = session.get_one(Application, event.application_id, with_for_update=True)
    standing = session.scalars(
        select(StageEvent).where(
            StageEvent.application_id == application.id, StageEvent.struck_at.is_(None)
        )
    )
    said = {_end_of(one) for one in standing}
    if application.outcome != "open" and _end_of(event) == application.outcome not in said:
        set_outcome(session, application, "open", on=None, today=today, now=now)


def _end_of(event: StageEvent) -> str:
    return "accepted" if event.stage == "accepted" and not event.result else event.result


def newest_application(session: Session, search: JobSearch) -> Application | None:
    """Return the application that talk is most likely about: the newest rejected, else newest."""
    return session.scalar(
        select(Application)
        .where(Application.search_id == search.id)
        .order_by(
            (Application.outcome != "rejected"),
            func.coalesce(Application.closed_on, Application.applied_on).desc(),
            Application.id.desc(),
        )
        .limit(1)
    )


def add_ask(
    session: Session, application: Application, *, sent_on: date, today: date, **more: Any
) -> FeedbackRequest:
    """Store an ask for feedback; `reply` and `replied_on` may follow later."""
    values = {**more, "sent_on": sent_on}
    days.check_ask(application, values, today=today)
    return add(session, FeedbackRequest, values, application_id=application.id)
