"""The verbs of an application's stages and of its end."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.clients import operations as clients
from coachcrm.clients.core import lifecycle
from coachcrm.clients.models import Client
from coachcrm.recovery.models.applications import ApplicationRow, JobSearch, StageEvent
from coachcrm.recovery.operations import dates, ladder, rows
from coachcrm.recovery.operations.dates import not_after, not_before
from coachcrm.recovery.operations.rows import Misfit, add


class Ended(Misfit):
    """The application is over; a stage cannot follow its end."""

    status = 409
    field = "stage"
    title = "This application has ended"
    sentence = "This application has ended, so no stage can follow."
    what_next = "If it goes on after all, set its outcome to open first."


def record_stage(
    session: Session,
    application: ApplicationRow,
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

    Raises `Ended` after the end, `WrongDay` for days that cannot be, and `ladder.Gone` for a rung
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
    ladder.hold(session, application, stage)
    event = add(session, StageEvent, values, application_id=application.id, created_at=now)
    if stage == "accepted" and not result:
        set_outcome(session, application, "accepted", on=entered_on, today=today, now=now)
    elif result in {"rejected", "silent", "withdrew", "cancelled"}:
        set_outcome(session, application, result, on=told_on, today=today, now=now)
    return event


def set_outcome(
    session: Session,
    application: ApplicationRow,
    outcome: str,
    *,
    on: date | None,
    today: date,
    now: datetime,
) -> ApplicationRow:
    """Say how an application ended, or that it is open again; its stages stay as they are.

    With an accepted offer the client is placed, and is not if that is taken back.
    """
    not_after(on, today, "The day of the end", "closed_on")
    not_before(on, application.applied_on, "The day of the end", "the day of applying", "closed_on")
    if on is not None and outcome != "open":
        entered = dates.newest_stage_day(session, application)
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
    rows.remove(session, coach_id, StageEvent, event_id, now=now)
    event = rows.get_own(session, coach_id, StageEvent, event_id)
    application = session.get_one(ApplicationRow, event.application_id, with_for_update=True)
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
