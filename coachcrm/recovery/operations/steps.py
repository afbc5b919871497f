"""The verbs of steps 2 to 6: reviews, verdicts, closing a file, practice, pulse, overrides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coachcrm.kit.errors import Refusal
from coachcrm.recovery.core import guard_rails, story_bank
from coachcrm.recovery.models.applications import (
    AcceptanceRow,
    ApplicationRow,
    FeedbackItem,
    InterviewRound,
    JobSearch,
    QuestionRow,
    ReviewPoint,
    ReviewRow,
)
from coachcrm.recovery.models.search import (
    CheckInRow,
    MethodRow,
    PracticeRow,
    SearchTheme,
    StepOverride,
    StoryRow,
    TargetStatement,
)
from coachcrm.recovery.operations.dates import WrongDay, not_after, not_before
from coachcrm.recovery.operations.rows import Misfit, add, change
from coachcrm.recovery.reading import record

MOST_PRIORITIES = 3


class NeedsEvidence(Misfit):
    """Out of hands is never just so."""

    field = "verdict_evidence"
    title = "This verdict needs its evidence"
    sentence = "“Out of my hands” needs its evidence: what shows that nothing could be done?"
    what_next = "Please write it down in a line, or choose another verdict."


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


def judge(
    session: Session, item: FeedbackItem, values: Mapping[str, Any], *, today: date
) -> FeedbackItem:
    """Store the verdicts on a negative, of the client and of the coach apart.

    `out` needs evidence (`NeedsEvidence`). Of possible unfair treatment only the mark is kept: no
    detail, and no evidence is asked for.
    """
    new = dict(values)
    if new.get("reason") == "unfair":
        new["verdict_evidence"] = ""
    elif "out" in {new.get("client_verdict"), new.get("coach_verdict")} and not new.get(
        "verdict_evidence"
    ):
        raise NeedsEvidence
    return change(session, item, {**new, "judged_on": item.judged_on or today})


def save_review(
    session: Session,
    application: ApplicationRow,
    values: Mapping[str, Any],
    points: Iterable[tuple[str, str, str, str]],
    *,
    today: date,
) -> ReviewRow:
    """Replace the review of an application; `points` are (kind, stage, text, aside)."""
    review = session.scalar(select(ReviewRow).where(ReviewRow.application_id == application.id))
    if review is None:
        review = add(
            session, ReviewRow, {**values, "created_on": today}, application_id=application.id
        )
    else:
        change(session, review, values)
    session.execute(delete(ReviewPoint).where(ReviewPoint.review_id == review.id))
    for kind, stage, text, aside in points:
        more = {"kind": kind, "stage": stage, "text": text, "aside": aside}
        add(session, ReviewPoint, more, review_id=review.id)
    return review


def review_of(session: Session, application_id: int) -> tuple[ReviewRow | None, list[ReviewPoint]]:
    """Return an application's review and its lines."""
    review = session.scalar(select(ReviewRow).where(ReviewRow.application_id == application_id))
    if review is None:
        return None, []
    query = select(ReviewPoint).where(ReviewPoint.review_id == review.id).order_by(ReviewPoint.id)
    return review, list(session.scalars(query))


def close_file(
    session: Session, application: ApplicationRow, values: Mapping[str, Any], *, today: date
) -> AcceptanceRow:
    """Store the sentence with which a no is put down, and how much it is on the mind.

    The later answer (`on_mind_later`) is asked once; its day is kept with it.
    """
    new = dict(values)
    if new.get("on_mind_later") is not None:
        new["asked_again_on"] = today
    file = session.scalar(
        select(AcceptanceRow).where(AcceptanceRow.application_id == application.id)
    )
    if file is None:
        return add(
            session, AcceptanceRow, {**new, "accepted_on": today}, application_id=application.id
        )
    change(session, file, new)
    return file


def save_round(
    session: Session,
    application: ApplicationRow,
    values: Mapping[str, Any],
    *,
    held: InterviewRound | None = None,
    today: date,
) -> InterviewRound:
    """Store an interview. Once it was rated or told of, it counts as gone through.

    Whether that was before the news is written then, and never changed. Raises `WrongDay`, also
    for an interview that is told of before it was.
    """
    held_on, told = values.get("held_on"), ("mood", "own_rating", "signals", "differently")
    not_before(held_on, application.applied_on, "The interview", "the day of applying", "held_on")
    not_before(
        values.get("promised_by"), held_on, "What was promised", "the interview", "promised_by"
    )
    if held_on is not None and held_on > today and any(values.get(name) for name in told):
        # What is told of it beforehand would count as gone through.
        raise WrongDay(
            "The interview has not come yet, so it cannot be told of, and nothing was saved.",
            field="held_on",
        )
    if held is None:
        held = add(session, InterviewRound, values, application_id=application.id)
    else:
        change(session, held, values)
    if any(getattr(held, name) for name in told) and held.debriefed_on is None:
        held.debriefed_on = today
        held.debriefed_before_news = application.outcome == "open"
    session.flush()
    return held


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


def method(session: Session, coach_id: int) -> MethodRow:
    """Return what the coach has set himself, or what holds until he does."""
    return session.get(MethodRow, coach_id) or MethodRow(
        coach_id=coach_id,
        unfair_text=guard_rails.UNFAIR_TEXT,
        low_text=guard_rails.LOW_TEXT,
        gamble_percent=record.DEFAULT_GAMBLE,
        offers_notes_request=False,
    )


def set_method(session: Session, coach_id: int, values: Mapping[str, Any]) -> None:
    """Store the coach's texts and thresholds; what is left empty is as we began."""
    row = session.merge(method(session, coach_id))
    new = dict(values)
    new["unfair_text"] = new.get("unfair_text") or guard_rails.UNFAIR_TEXT
    new["low_text"] = new.get("low_text") or guard_rails.LOW_TEXT
    if new.get("gamble_percent") is None:
        new["gamble_percent"] = record.DEFAULT_GAMBLE
    change(session, row, new)
