"""The verbs of the fit: an advert against the person, and the stories that prove it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coachcrm.recovery.core import story_bank
from coachcrm.recovery.models.applications import ApplicationRow, FitAssessment, FitRow
from coachcrm.recovery.operations import feedback, rows
from coachcrm.recovery.operations.rows import add, change


def save_fit(
    session: Session,
    application: ApplicationRow,
    values: Mapping[str, Any],
    given: Iterable[tuple[str, str, int, int]],
    *,
    today: date,
) -> FitAssessment:
    """Replace the fit of an advert; `given` are (side, text, level, weight).

    A line that says the same as before keeps the story that proves it.
    """
    fit = session.scalar(
        select(FitAssessment).where(FitAssessment.application_id == application.id)
    )
    if fit is None:
        more = {**values, "assessed_on": today}
        fit = add(session, FitAssessment, more, application_id=application.id)
    else:
        change(session, fit, values)
    before = session.execute(
        select(FitRow.side, FitRow.text, FitRow.story_id).where(FitRow.fit_id == fit.id)
    )
    told = {(side, story_bank.folded(text)): story_id for side, text, story_id in before}
    session.execute(delete(FitRow).where(FitRow.fit_id == fit.id))
    for side, text, level, weight in given:
        more = {"side": side, "text": text[:200], "level": level, "weight": weight}
        more["story_id"] = told.get((side, story_bank.folded(text[:200])))
        add(session, FitRow, more, fit_id=fit.id)
    return fit


def link_fit(session: Session, fit: FitAssessment, stories: Mapping[int, int | None]) -> None:
    """Say which story proves which requirement: `stories` has a story's id by the row's id.

    Rows that the fit no longer has are passed over. Raises `NotFound` for a story of elsewhere.
    """
    search_id = rows.search_of(session, fit).id
    for row in requirements(session, fit.id):
        if row.id in stories:
            feedback.check_story(session, search_id, stories[row.id])
            row.story_id = stories[row.id]
    session.flush()


def lines(session: Session, fit_id: int) -> Sequence[FitRow]:
    """Return the lines of a fit, in their order."""
    query = select(FitRow).where(FitRow.fit_id == fit_id)
    return session.scalars(query.order_by(FitRow.id)).all()


def requirements(session: Session, fit_id: int) -> Sequence[FitRow]:
    """Return the lines of a fit that a story can prove."""
    return [line for line in lines(session, fit_id) if line.side != "want"]
