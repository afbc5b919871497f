"""The verbs of steps 2 and 4: interviews gone through, reviews, verdicts, closing a file."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coachcrm.recovery.models.applications import (
    AcceptanceRow,
    ApplicationRow,
    FeedbackItem,
    InterviewRound,
    ReviewPoint,
    ReviewRow,
)
from coachcrm.recovery.operations.dates import WrongDay, not_before
from coachcrm.recovery.operations.rows import Misfit, add, change


class NeedsEvidence(Misfit):
    """Out of hands is never just so."""

    field = "verdict_evidence"
    title = "This verdict needs its evidence"
    sentence = "“Out of my hands” needs its evidence: what shows that nothing could be done?"
    what_next = "Please write it down in a line, or choose another verdict."


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
