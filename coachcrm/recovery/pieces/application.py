"""The pieces of an application: its stages and its end, asks, interviews, the file, the fit."""

from typing import Any

from flask import url_for

from coachcrm.recovery.core import guard_rails
from coachcrm.recovery.forms import application as forms
from coachcrm.recovery.forms.fields import offer_rungs
from coachcrm.recovery.models.applications import (
    AcceptanceRow,
    ApplicationRow,
    FeedbackRequest,
    FitAssessment,
    InterviewRound,
    StageEvent,
)
from coachcrm.recovery.operations import applications, dates, fit, reviews, stages
from coachcrm.recovery.pages import connections
from coachcrm.recovery.pages.words import day
from coachcrm.recovery.pieces import choices
from coachcrm.recovery.pieces.piece import Around, OneEach, Piece, PieceContext, Values
from coachcrm.recovery.reading import ladder, record


class _Application(Piece[ApplicationRow, forms.ApplicationForm]):
    title, form, kept_in = "Application", forms.ApplicationForm, ApplicationRow

    def add(self, at: PieceContext, values: Values) -> None:
        applications.add_application(at.session, at.search, today=at.today, now=at.now, **values)

    def change(self, at: PieceContext, row: ApplicationRow, values: Values) -> None:
        applications.change_application(at.session, row, values, today=at.today, now=at.now)


class _Stage(Piece[StageEvent, forms.StageForm]):
    title, form, kept_in = "Stage", forms.StageForm, StageEvent
    hint = "A stage stays as it is written; nothing replaces it."
    has_page, on_application = False, True

    def offer(self, at: PieceContext, form: forms.StageForm, _row: StageEvent | None) -> None:
        offer_rungs(form.stage, ladder.ladder_of(at.session, at.coach_id))

    def add(self, at: PieceContext, values: Values) -> None:
        stages.record_stage(at.session, at.of, **values, today=at.today, now=at.now)

    def remove(self, at: PieceContext, row_id: int) -> None:
        stages.strike_stage(at.session, at.coach_id, row_id, today=at.today, now=at.now)


class _Outcome(Piece[ApplicationRow, forms.OutcomeForm]):
    title, form, kept_in = "Outcome", forms.OutcomeForm, ApplicationRow
    can_begin = can_go = False

    def change(self, at: PieceContext, row: ApplicationRow, values: Values) -> None:
        outcome, on = values["outcome"], values["closed_on"]
        stages.set_outcome(at.session, row, outcome, on=on, today=at.today, now=at.now)


class _Ask(Piece[FeedbackRequest, forms.AskForm]):
    title, form, kept_in = "Ask for feedback", forms.AskForm, FeedbackRequest
    on_application = True

    def add(self, at: PieceContext, values: Values) -> None:
        applications.add_ask(at.session, at.of, today=at.today, **values)

    def change(self, at: PieceContext, row: FeedbackRequest, values: Values) -> None:
        dates.check_ask(at.of, values, today=at.today)
        super().change(at, row, values)


class _Round(Piece[InterviewRound, forms.RoundForm]):
    title, form, kept_in = "Interview and debrief", forms.RoundForm, InterviewRound
    on_application = True

    def save(self, at: PieceContext, form: forms.RoundForm, row: InterviewRound | None) -> None:
        reviews.save_round(at.session, at.of, form.values(), held=row, today=at.today)

    def around(self, at: PieceContext, row: InterviewRound) -> Around:
        """Return what was asked there, and what was said of it."""
        search, found = record.application(at.session, at.coach_id, at.of)
        shown = connections.interviews(found, record.questions(at.session, search.id))
        held = [one for one in shown if one.id == row.id]
        return Around(hints=[one.told for one in held], held=held)


class _Acceptance(OneEach[AcceptanceRow, forms.AcceptanceForm]):
    title, form, kept_in = "Close the file", forms.AcceptanceForm, AcceptanceRow

    def offer(
        self, at: PieceContext, form: forms.AcceptanceForm, row: AcceptanceRow | None
    ) -> None:
        """Ask how much it is still on the mind once the fortnight is over, and not before."""
        if row is None or self._is_to_come(at, row):
            del form.on_mind_later

    def save(
        self, at: PieceContext, form: forms.AcceptanceForm, _row: AcceptanceRow | None
    ) -> None:
        reviews.close_file(at.session, at.of, form.values(), today=at.today)

    def around(self, at: PieceContext, row: AcceptanceRow) -> Around:
        hints = [f"Closed on {day(row.accepted_on)}."]
        if self._is_to_come(at, row):
            again = day(guard_rails.day_to_ask_again(row.accepted_on))
            hints.append(f"On {again} it is asked once more how much it is on their mind.")
        return Around(hints=hints)

    def _is_to_come(self, at: PieceContext, row: AcceptanceRow) -> bool:
        """Say whether it is too early to ask again; once that was asked, it is not any more."""
        again = guard_rails.day_to_ask_again(row.accepted_on)
        return row.on_mind_later is None and at.today < again


class FitPiece(OneEach[FitAssessment, forms.FitForm]):
    """How an advert and the client match, line by line."""

    title, form, kept_in = "Does the advert fit?", forms.FitForm, FitAssessment
    hint = (
        "Begin a line with how well it is proven: 0 not at all, 1 by something related, "
        "2 directly, 3 directly and with a result. *2 or *3 at the end of a want makes it weigh "
        "more."
    )

    def show(self, at: PieceContext, form: forms.FitForm, row: FitAssessment | None) -> None:
        """Show the lines as they are typed; a new one is hindsight where they have applied."""
        super().show(at, form, row)
        if row is not None:
            lines = fit.lines(at.session, row.id)
            form.show_lines((one.side, one.text, one.level, one.weight) for one in lines)
        else:
            applied_on = at.of.applied_on
            has_applied = applied_on is not None and applied_on < at.today
            form.is_hindsight.data = has_applied or at.of.outcome != "open"

    def save(self, at: PieceContext, form: forms.FitForm, _row: FitAssessment | None) -> None:
        """Store what was typed."""
        values = {name: form.values()[name] for name in ("is_hindsight", "exception")}
        fit.save_fit(at.session, at.of, values, form.rows(), today=at.today)

    def around(self, at: PieceContext, row: FitAssessment) -> Around:
        """Return the form that links the requirements with stories."""
        url = url_for("recovery.fit_stories", fit_id=row.id)
        return Around(proof=self.proof(at, row, formdata=None), proof_url=url)

    def proof(self, at: PieceContext, row: FitAssessment, **more: Any) -> forms.ProofForm:
        """Make the form that links the requirements with stories; `more` is the form's."""
        lines = fit.requirements(at.session, row.id)
        return forms.proof_form(
            [(line.id, line.text, line.story_id) for line in lines], choices.stories(at), **more
        )


FIT = FitPiece()
PIECES: dict[str, Piece[Any, Any]] = {
    "application": _Application(),
    "stage": _Stage(),
    "outcome": _Outcome(),
    "ask": _Ask(),
    "round": _Round(),
    "acceptance": _Acceptance(),
    "fit": FIT,
}
