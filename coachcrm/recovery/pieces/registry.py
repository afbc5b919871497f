"""The pieces of the record that have a form each: what they are called, and how they are saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.kit.data.db import Base
from coachcrm.recovery.forms import application, search
from coachcrm.recovery.forms.fields import PieceForm
from coachcrm.recovery.models.applications import (
    AcceptanceRow,
    ApplicationRow,
    FeedbackItem,
    FeedbackRequest,
    FitAssessment,
    FitRow,
    InterviewRound,
    JobSearch,
    QuestionRow,
    ReviewPoint,
    ReviewRow,
)
from coachcrm.recovery.models.search import (
    ActionRow,
    CriterionRow,
    PracticeRow,
    SearchTheme,
    StoryRow,
    StrengthRow,
)
from coachcrm.recovery.pieces import save as saving
from coachcrm.recovery.pieces.save import Place


@dataclass(frozen=True, slots=True)
class Piece:
    """A kind of thing: its title, its form, the table that its id is of, and how it is saved."""

    title: str
    form: type[PieceForm]
    save: saving.Save
    table: type[Base] | None = None
    hint: str = ""
    can_begin: bool = True
    on_application: bool = False


# By the word in the address. Those without a table are saved on what they belong to.
PIECES: dict[str, Piece] = {
    "application": Piece(
        "Application", application.ApplicationForm, saving.application, ApplicationRow
    ),
    "stage": Piece(
        "Stage",
        application.StageForm,
        saving.stage,
        on_application=True,
        hint="A stage stays as it is written; nothing replaces it.",
    ),
    "outcome": Piece(
        "Outcome", application.OutcomeForm, saving.outcome, ApplicationRow, can_begin=False
    ),
    "ask": Piece(
        "Ask for feedback", application.AskForm, saving.ask, FeedbackRequest, on_application=True
    ),
    "item": Piece("Feedback", application.ItemForm, saving.item, FeedbackItem),
    "verdict": Piece(
        "Verdict", application.VerdictForm, saving.verdict, FeedbackItem, can_begin=False
    ),
    "round": Piece(
        "Interview and debrief",
        application.RoundForm,
        saving.interview,
        InterviewRound,
        on_application=True,
    ),
    "question": Piece("Question asked", application.QuestionForm, saving.question, QuestionRow),
    "acceptance": Piece(
        "Close the file",
        application.AcceptanceForm,
        saving.acceptance,
        AcceptanceRow,
        on_application=True,
    ),
    "fit": Piece(
        "Does the advert fit?",
        application.FitForm,
        saving.fit,
        FitAssessment,
        hint="Begin a line with how well it is proven: 0 not at all, 1 by something related, "
        "2 directly, 3 directly and with a result. *2 or *3 at the end of a want makes it weigh "
        "more.",
        on_application=True,
    ),
    "theme": Piece("Theme", search.ThemeForm, saving.theme, SearchTheme, can_begin=False),
    "own-theme": Piece("A theme to work on", search.NewThemeForm, saving.own_theme),
    "practice": Piece("Practice", search.PracticeForm, saving.practice, PracticeRow),
    "action": Piece("Action", search.ActionForm, saving.action, ActionRow),
    "strength": Piece("Strength", search.StrengthForm, saving.strength, StrengthRow),
    "story": Piece("Story", search.StoryForm, saving.story, StoryRow),
    "checkin": Piece(
        "Check-in", search.CheckInForm, saving.checkin, hint="Every answer may be left out."
    ),
    "criterion": Piece("Want", search.CriterionForm, saving.criterion, CriterionRow),
    "target": Piece("Target", search.TargetForm, saving.target),
    "search": Piece("The search", search.SearchForm, saving.search, JobSearch),
}


def show(at: Place, form: Any, noun: str) -> None:
    """Fill a form with what is stored."""
    if at.row is not None:
        form.show(at.row)
    elif noun == "fit" and at.application is not None:
        applied_on = at.application.applied_on
        has_applied = applied_on is not None and applied_on < at.today
        form.is_hindsight.data = has_applied or at.application.outcome != "open"
    if noun == "fit" and at.row is not None:
        rows = at.session.scalars(
            select(FitRow).where(FitRow.fit_id == at.row.id).order_by(FitRow.id)
        )
        for row in rows:
            field = {"essential": form.essentials, "desirable": form.desirables}.get(
                row.side, form.wants
            )
            weight = f" *{row.weight}" if row.weight > 1 else ""
            field.data = f"{field.data or ''}{row.level} {row.text}{weight}\n"
    if noun == "practice" and isinstance(at.row, PracticeRow):
        form.application.data = str(at.row.application_id or "")
    if noun == "action" and at.row is not None:
        form.theme.data = str(at.row.theme_id or "")
    if noun == "practice" and not isinstance(at.row, PracticeRow):
        form.held_on.data = at.today


def review_of(session: Session, application_id: int) -> tuple[ReviewRow | None, list[ReviewPoint]]:
    """Return an application's review and its lines."""
    review = session.scalar(select(ReviewRow).where(ReviewRow.application_id == application_id))
    if review is None:
        return None, []
    query = select(ReviewPoint).where(ReviewPoint.review_id == review.id).order_by(ReviewPoint.id)
    return review, list(session.scalars(query))
