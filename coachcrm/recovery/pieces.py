"""The pieces of the record that have a form each: what they are called, and how they are saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from coachcrm.kit.errors import NotFound
from coachcrm.recovery import evidence, forms, operations, rows, work
from coachcrm.recovery import vocabulary as v
from coachcrm.recovery.models import (
    Acceptance,
    Application,
    FeedbackItem,
    FeedbackRequest,
    FitAssessment,
    FitRow,
    InterviewRound,
    JobSearch,
    Question,
    Review,
    ReviewPoint,
)
from coachcrm.recovery.search_models import (
    Action,
    Criterion,
    Practice,
    SearchTheme,
    Story,
    Strength,
    Theme,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from coachcrm.kit.db import Base


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is saved: whose search, which application, which row if it is there."""

    session: Session
    coach_id: int
    search: JobSearch
    today: date
    now: datetime
    application: Application | None = None
    row: Any = None

    @property
    def of(self) -> Application:
        """The application; without one there is nothing to save on."""
        if self.application is None:
            raise NotFound
        return self.application

    @property
    def application_id(self) -> int | None:
        """Its id, or None."""
        return self.application.id if self.application else None


Save = Callable[[Place, Any], object]


@dataclass(frozen=True, slots=True)
class Piece:
    """A kind of thing: its title, its form, the table that its id is of, and how it is saved."""

    title: str
    form: type[forms.PieceForm]
    save: Save
    table: type[Base] | None = None
    hint: str = ""
    can_begin: bool = True
    on_application: bool = False


def _application(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    if at.row is None:
        return operations.add_application(
            at.session, at.search, today=at.today, now=at.now, **values
        )
    operations.not_after(values["applied_on"], at.today, "The day of applying")
    return rows.change(at.session, at.row, values)


def _stage(at: Place, form: forms.PieceForm) -> object:
    return operations.record_stage(at.session, at.of, **form.values(), today=at.today, now=at.now)


def _outcome(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    return operations.set_outcome(
        at.session, at.row, values["outcome"], on=values["closed_on"], today=at.today
    )


def _ask(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    if at.row is None:
        return operations.add_ask(at.session, at.of, today=at.today, **values)
    operations.not_after(values["sent_on"], at.today, "The day of the ask")
    operations.not_after(values["replied_on"], at.today, "The day of the reply")
    operations.not_before(
        values["replied_on"], values["sent_on"], "The day of the reply", "the day of the ask"
    )
    return rows.change(at.session, at.row, values)


def _item(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    theme_id = values.pop("theme")
    operations.not_after(values["heard_on"], at.today, "The day that it was heard")
    values["specificity"] = int(values["specificity"])
    item = at.row
    if item is None:
        values["application_id"] = at.application_id
        item = evidence.add_item(at.session, at.search, now=at.now, **values)
    else:
        rows.change(at.session, item, values)
    if theme_id:
        theme = rows.mine(at.session, at.coach_id, Theme, int(theme_id))
        evidence.tag_item(at.session, item, theme)
    return item


def _verdict(at: Place, form: forms.PieceForm) -> object:
    return work.judge(at.session, at.row, form.values(), today=at.today)


def _round(at: Place, form: forms.PieceForm) -> object:
    return work.save_round(at.session, at.of, form.values(), held=at.row, today=at.today)


def _question(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    if at.row is not None:
        return rows.change(at.session, at.row, values)
    values["application_id"] = at.application_id
    return evidence.add_question(at.session, at.search, now=at.now, **values)


def _acceptance(at: Place, form: forms.PieceForm) -> object:
    return work.close_file(at.session, at.of, form.values(), today=at.today)


def _fit(at: Place, form: Any) -> object:
    values = {name: form.values()[name] for name in ("is_hindsight", "exception")}
    return work.save_fit(at.session, at.of, values, form.rows(), today=at.today)


def _theme(at: Place, form: forms.PieceForm) -> object:
    return work.set_theme(at.session, at.row, form.values())


def _own_theme(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    if values["name"]:
        theme = evidence.make_theme(at.session, at.coach_id, values["name"])
    else:
        theme = rows.mine(at.session, at.coach_id, Theme, int(values["theme"] or 0))
    return evidence.take_theme(at.session, at.search.id, theme)


def _practice(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    application = values.pop("application")
    if at.row is None:
        raise NotFound
    values |= {"theme_id": at.row.theme_id, "application_id": int(application or 0) or None}
    if values["application_id"]:
        rows.mine(at.session, at.coach_id, Application, values["application_id"])
        values["kind"] = "interview"
    elif values["kind"] == "interview":
        raise work.NeedsInterview
    if isinstance(at.row, Practice):
        operations.not_after(values["held_on"], at.today, "The day of the practice")
        return rows.change(at.session, at.row, values)
    return work.add_practice(at.session, at.search, values, today=at.today)


def _action(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    values["theme_id"] = int(values.pop("theme") or 0) or None
    done_on = values.pop("done_on")
    operations.not_after(done_on, at.today, "The day of doing")
    if at.row is not None:
        return rows.change(at.session, at.row, {**values, "done_on": done_on})
    action = evidence.add_action(at.session, at.search, now=at.now, **values)
    action.done_on = done_on
    return action


def _strength(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    if at.row is not None:
        return rows.change(at.session, at.row, values)
    return evidence.add_strength(at.session, at.search, now=at.now, **values)


def _plain(table: type[Base]) -> Save:
    def save(at: Place, form: forms.PieceForm) -> object:
        values = form.values()
        if "weight" in values:
            values["weight"] = values["weight"] or 1
        if at.row is not None:
            return rows.change(at.session, at.row, values)
        return rows.add(at.session, table, values, search_id=at.search.id)

    return save


def _checkin(at: Place, form: forms.PieceForm) -> object:
    return work.take_pulse(at.session, at.coach_id, at.search, form.values(), today=at.today)


def _target(at: Place, form: forms.PieceForm) -> object:
    return work.state_target(at.session, at.search, form.values(), today=at.today)


def _search(at: Place, form: forms.PieceForm) -> object:
    values = form.values()
    if values["outcome"] and not values["closed_on"]:
        values["closed_on"] = at.today
    return rows.change(at.session, at.search, values)


# By the word in the address. Those without a table are saved on what they belong to.
PIECES: dict[str, Piece] = {
    "application": Piece("Application", forms.ApplicationForm, _application, Application),
    "stage": Piece(
        "Stage",
        forms.StageForm,
        _stage,
        on_application=True,
        hint="A stage stays as it is written; nothing replaces it.",
    ),
    "outcome": Piece("Outcome", forms.OutcomeForm, _outcome, Application, can_begin=False),
    "ask": Piece("Ask for feedback", forms.AskForm, _ask, FeedbackRequest, on_application=True),
    "item": Piece("Feedback", forms.ItemForm, _item, FeedbackItem),
    "verdict": Piece("Verdict", forms.VerdictForm, _verdict, FeedbackItem, can_begin=False),
    "round": Piece(
        "Interview and debrief", forms.RoundForm, _round, InterviewRound, on_application=True
    ),
    "question": Piece("Question asked", forms.QuestionForm, _question, Question),
    "acceptance": Piece(
        "Close the file", forms.AcceptanceForm, _acceptance, Acceptance, on_application=True
    ),
    "fit": Piece(
        "Fit",
        forms.FitForm,
        _fit,
        FitAssessment,
        hint="A line may begin with its level: 0 none, 1 related, 2 direct, 3 direct with a "
        "result. A want may end with its weight, as *3.",
        on_application=True,
    ),
    "theme": Piece("Theme", forms.ThemeForm, _theme, SearchTheme, can_begin=False),
    "own-theme": Piece("A theme to work on", forms.NewThemeForm, _own_theme),
    "practice": Piece("Practice", forms.PracticeForm, _practice, Practice),
    "action": Piece("Action", forms.ActionForm, _action, Action),
    "strength": Piece("Strength", forms.StrengthForm, _strength, Strength),
    "story": Piece("Story", forms.StoryForm, _plain(Story), Story),
    "checkin": Piece("Check-in", forms.CheckInForm, _checkin, hint="Every answer may be left out."),
    "criterion": Piece("Want", forms.CriterionForm, _plain(Criterion), Criterion),
    "target": Piece("Target", forms.TargetForm, _target),
    "search": Piece("The search", forms.SearchForm, _search, JobSearch),
}


def fill_choices(session: Session, coach_id: int, client_id: int, form: Any) -> None:
    """Give the lists that depend on who it is: the coach's themes, the client's applications."""
    if "theme" in form:
        _offer(form.theme, [(str(t.id), t.name) for t in evidence.themes(session, coach_id)])
    if "application" in form:
        query = select(Application).join(JobSearch).where(JobSearch.client_id == client_id)
        pairs = [(str(a.id), f"{a.role} {a.employer}".strip()) for a in session.scalars(query)]
        _offer(form.application, pairs)


def show(at: Place, form: Any, noun: str) -> None:
    """Fill a form with what is stored."""
    if at.row is not None:
        form.show(at.row)
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
    if noun == "practice" and isinstance(at.row, Practice):
        form.application.data = str(at.row.application_id or "")
    if noun == "action" and at.row is not None:
        form.theme.data = str(at.row.theme_id or "")


def review_of(session: Session, application_id: int) -> tuple[Review | None, list[ReviewPoint]]:
    """Return an application's review and its lines."""
    review = session.scalar(select(Review).where(Review.application_id == application_id))
    if review is None:
        return None, []
    query = select(ReviewPoint).where(ReviewPoint.review_id == review.id).order_by(ReviewPoint.id)
    return review, list(session.scalars(query))


def _offer(field: Any, pairs: list[tuple[str, str]]) -> None:
    none = ("", v.REASONS[""])
    field.choices = [SelectChoice(*pair) for pair in [none, *pairs]]
