"""Days of the record that cannot be: refused in words, by the field in which they were typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackItem,
    FeedbackRequest,
    InterviewRound,
    StageEvent,
)
from coachcrm.recovery.operations.rows import Misfit

FIRST_YEAR = 1950


class WrongDay(Misfit):
    """A day that cannot be."""

    title = "Please check the date"
    what_next = "Please put the date right, and save again."


def not_after(day: date | None, today: date, what: str, field: str = "") -> None:
    """Refuse a day that has not come, or is of another age; `field` is where it was typed."""
    if day is not None and day.year < FIRST_YEAR:
        raise WrongDay(f"{what} is too long ago to be right, and nothing was saved.", field=field)
    if day is not None and day > today:
        raise WrongDay(f"{what} has not come yet, and nothing was saved.", field=field)


def not_before(
    day: date | None, first: date | None, what: str, other: str, field: str = ""
) -> None:
    """Refuse a day before another that must come first; `field` is where it was typed."""
    if day is not None and first is not None and day < first:
        raise WrongDay(f"{what} is before {other}, and nothing was saved.", field=field)


def check_application(values: Mapping[str, Any], *, today: date) -> None:
    """Refuse days of an application that cannot be; the next interview may lie behind us."""
    applied_on, interview_on = values.get("applied_on"), values.get("next_interview_on")
    not_after(applied_on, today, "The day of applying", "applied_on")
    not_before(
        interview_on, applied_on, "The interview", "the day of applying", "next_interview_on"
    )


def check_ask(application: ApplicationRow, values: Mapping[str, Any], *, today: date) -> None:
    """Refuse days of an ask or its reply that cannot be."""
    sent_on, replied_on = values["sent_on"], values.get("replied_on")
    not_after(sent_on, today, "The day of the ask", "sent_on")
    not_before(
        sent_on, application.applied_on, "The day of the ask", "the day of applying", "sent_on"
    )
    not_after(replied_on, today, "The day of the reply", "replied_on")
    not_before(replied_on, sent_on, "The day of the reply", "the day of the ask", "replied_on")


def first_day(session: Session, application: ApplicationRow) -> date | None:
    """Return the earliest day on which something happened to an application once it was sent."""
    own = StageEvent.application_id == application.id
    stood = StageEvent.struck_at.is_(None)
    days = (
        select(func.min(StageEvent.entered_on)).where(own, stood, StageEvent.stage != "applied"),
        select(func.min(StageEvent.told_on)).where(own, stood),
        *(
            select(func.min(day)).where(table.application_id == application.id)
            for table, day in (
                (InterviewRound, InterviewRound.held_on),
                (FeedbackRequest, FeedbackRequest.sent_on),
                (FeedbackItem, FeedbackItem.heard_on),
            )
        ),
    )
    found = [session.scalar(query) for query in days]
    return min([day for day in [*found, application.closed_on] if day], default=None)


def newest_stage_day(session: Session, application: ApplicationRow) -> date | None:
    """Return the last day on which a stage was entered."""
    return session.scalar(
        select(func.max(StageEvent.entered_on)).where(
            StageEvent.application_id == application.id, StageEvent.struck_at.is_(None)
        )
    )
