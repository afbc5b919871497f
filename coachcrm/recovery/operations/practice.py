"""The verbs of steps 3, 5 and 6: practice, stories, the pulse, the target; the coach's own view."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coachcrm.kit.errors import Refusal
from coachcrm.recovery.core import guard_rails, story_bank
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    JobSearch,
    QuestionRow,
)
from coachcrm.recovery.models.search import (
    CheckInRow,
    PracticeRow,
    SearchTheme,
    StepOverride,
    StoryRow,
    TargetStatement,
)
from coachcrm.recovery.operations.dates import not_after, not_before
from coachcrm.recovery.operations.rows import Misfit, add, change
from coachcrm.recovery.reading import record

MOST_PRIORITIES = 3


class TooManyPriorities(Misfit):
    """Three themes at a time."""

    status = 409
    field = "priority"
    title = "Three at a time"
    sentence = "Three themes have a priority already, and nothing was saved."
    what_next = "Take the priority off one of them first."


class NeedsInterview(Misfit):
    """A test in a real interview is of one."""

    field = "application"
    title = "Which interview was it?"
    sentence = "A test in a real interview needs the interview, and nothing was saved."
    what_next = "Please choose the application whose interview it was."


class TooSoon(Refusal):
    """The pulse is not taken every day."""

    title = "Not yet"
    what_next = "A check-in is for once a week, and three days after a no."


def add_practice(
    session: Session, search: JobSearch, values: Mapping[str, Any], *, today: date
) -> PracticeRow:
    """Store work on a theme that was done, on its own or in a real interview."""
    check_practice(session, values, today=today)
    return add(session, PracticeRow, values, search_id=search.id)


def check_practice(session: Session, values: Mapping[str, Any], *, today: date) -> None:
    """Refuse days of a practice that cannot be: to come, or before the application it tests."""
    held_on, field = values.get("held_on"), "held_on"
    not_after(held_on, today, "The day of the practice", field)
    tested = session.get(ApplicationRow, values.get("application_id") or 0)
    if tested is not None:
        not_before(held_on, tested.applied_on, "The interview", "the day of applying", field)


def set_theme(session: Session, place: SearchTheme, values: Mapping[str, Any]) -> SearchTheme:
    """Set a theme's priority, learning goal and sharing. Raises `TooManyPriorities`."""
    if values.get("priority") and not place.priority:
        others = session.scalar(
            select(func.count())
            .select_from(SearchTheme)
            .where(SearchTheme.search_id == place.search_id, SearchTheme.priority.is_not(None))
        )
        if (others or 0) >= MOST_PRIORITIES:
            raise TooManyPriorities
    return change(session, place, values)


def change_story(session: Session, story: StoryRow, values: Mapping[str, Any]) -> StoryRow:
    """Change a story. Where its title changes, the questions that it was told for follow."""
    before = story_bank.folded(story.title)
    change(session, story, values)
    if before and before != story_bank.folded(story.title):
        asked = select(QuestionRow).where(
            QuestionRow.search_id == story.search_id, QuestionRow.story_used != ""
        )
        for question in session.scalars(asked):
            if story_bank.folded(question.story_used) == before:
                question.story_used = story.title
        session.flush()
    return story


def take_pulse(
    session: Session, coach_id: int, search: JobSearch, values: Mapping[str, Any], *, today: date
) -> CheckInRow:
    """Store a check-in: at most weekly, and once three days after a no. Raises `TooSoon`."""
    day = guard_rails.next_check_in(record.read(session, coach_id, search.id))
    if day is not None and today < day:
        raise TooSoon(f"The next check-in is from {day:%d/%m/%Y} on, and nothing was saved.")
    return add(session, CheckInRow, {**values, "taken_on": today}, search_id=search.id)


def state_target(
    session: Session, search: JobSearch, values: Mapping[str, Any], *, today: date
) -> TargetStatement:
    """Store a new version of what the search aims at; the ones before stay."""
    not_before(values.get("review_on"), today, "The day to look at it again", "today", "review_on")
    newest = session.scalar(
        select(func.max(TargetStatement.version)).where(TargetStatement.search_id == search.id)
    )
    more = {**values, "version": (newest or 0) + 1, "made_on": today}
    return add(session, TargetStatement, more, search_id=search.id)


def override_step(
    session: Session,
    search: JobSearch,
    *,
    step: int,
    state: str,
    reason: str,
    application_id: int | None = None,
    now: datetime,
) -> StepOverride:
    """Put the coach's view before the rule's, with his reason; an empty state takes it back.

    Every one is kept.
    """
    values = {"step": step, "state": state, "reason": reason, "made_at": now}
    values["application_id"] = application_id
    return add(session, StepOverride, values, search_id=search.id)
