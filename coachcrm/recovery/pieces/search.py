"""The pieces that go across a search: themes and practice, actions, strengths, the target."""

from typing import Any

from flask import url_for

from coachcrm.kit.errors import NotFound
from coachcrm.recovery.forms import search as forms
from coachcrm.recovery.models.applications import ApplicationRow, JobSearch
from coachcrm.recovery.models.search import (
    ActionRow,
    CheckInRow,
    CriterionRow,
    PracticeRow,
    SearchTheme,
    StoryRow,
    StrengthRow,
    TargetStatement,
    ThemeRow,
)
from coachcrm.recovery.operations import dates, feedback, practice, rows, stages
from coachcrm.recovery.pages import connections
from coachcrm.recovery.pieces import choices
from coachcrm.recovery.pieces.piece import Around, Piece, PieceContext, Values
from coachcrm.recovery.reading import record

# A practice is begun on a theme in the search.
Practised = PracticeRow | SearchTheme


class _Theme(Piece[SearchTheme, forms.ThemeForm]):
    title, form, kept_in = "Theme", forms.ThemeForm, SearchTheme
    can_begin = False

    def change(self, at: PieceContext, row: SearchTheme, values: Values) -> None:
        practice.set_theme(at.session, row, values)

    def around(self, at: PieceContext, row: SearchTheme) -> Around:
        return _around_theme(at, row)


class _OwnTheme(Piece[SearchTheme, forms.NewThemeForm]):
    title, form, kept_in = "A theme to work on", forms.NewThemeForm, SearchTheme
    has_page = can_go = False

    def offer(self, at: PieceContext, form: forms.NewThemeForm, _row: SearchTheme | None) -> None:
        choices.offer(form.theme, choices.themes(at))

    def add(self, at: PieceContext, values: Values) -> None:
        """Take it into the search, from the list or as a new one."""
        if values["name"]:
            theme = feedback.make_theme(at.session, at.coach_id, values["name"])
        else:
            number = int(values["theme"] or 0)
            theme = rows.get_own(at.session, at.coach_id, ThemeRow, number)
        feedback.take_theme(at.session, at.search.id, theme)


class _Practice(Piece[Practised, forms.PracticeForm]):
    title, form, kept_in = "Practice", forms.PracticeForm, PracticeRow

    def begin(self, at: PieceContext, of: int | None) -> SearchTheme:
        place = rows.get_own(at.session, at.coach_id, SearchTheme, of or 0)
        if place.search_id != at.search.id:
            raise NotFound
        return place

    def offer(self, at: PieceContext, form: forms.PracticeForm, _row: Practised | None) -> None:
        choices.offer(form.application, choices.applications(at))

    def show(self, at: PieceContext, form: forms.PracticeForm, row: Practised | None) -> None:
        """Show what is stored; a new one is of today."""
        super().show(at, form, row)
        if isinstance(row, PracticeRow):
            form.application.data = str(row.application_id or "")
        else:
            form.held_on.data = at.today

    def values(self, at: PieceContext, typed: Values, row: Practised | None) -> Values:
        """Make it a test where an interview is named; a test needs one."""
        if row is None:
            raise NotFound
        number = int(typed.pop("application") or 0) or None
        if number:
            rows.get_own(at.session, at.coach_id, ApplicationRow, number)
            typed["kind"] = "interview"
        elif typed["kind"] == "interview":
            raise practice.NeedsInterview
        return {**typed, "theme_id": row.theme_id, "application_id": number}

    def change(self, at: PieceContext, row: Practised, values: Values) -> None:
        if isinstance(row, PracticeRow):
            practice.check_practice(at.session, values, today=at.today)
            super().change(at, row, values)
        else:
            practice.add_practice(at.session, at.search, values, today=at.today)

    def around(self, at: PieceContext, row: Practised) -> Around:
        return _around_theme(at, row)


class _Action(Piece[ActionRow, forms.ActionForm]):
    title, form, kept_in = "Action", forms.ActionForm, ActionRow

    def offer(self, at: PieceContext, form: forms.ActionForm, row: ActionRow | None) -> None:
        choices.offer(form.theme, choices.themes(at, present=row.theme_id if row else None))

    def show(self, at: PieceContext, form: forms.ActionForm, row: ActionRow | None) -> None:
        super().show(at, form, row)
        if row is not None:
            form.theme.data = str(row.theme_id or "")

    def values(self, at: PieceContext, typed: Values, _row: ActionRow | None) -> Values:
        """Refuse that it was done in days to come."""
        dates.not_after(typed["done_on"], at.today, "The day of doing", "done_on")
        theme = typed.pop("theme")
        return {**typed, "theme_id": int(theme or 0) or None}

    def add(self, at: PieceContext, values: Values) -> None:
        done_on = values.pop("done_on")
        feedback.add_action(at.session, at.search, now=at.now, **values).done_on = done_on


class _Strength(Piece[StrengthRow, forms.StrengthForm]):
    title, form, kept_in = "Strength", forms.StrengthForm, StrengthRow

    def offer(self, at: PieceContext, form: forms.StrengthForm, _row: StrengthRow | None) -> None:
        form.story_id.offered = choices.stories(at)

    def add(self, at: PieceContext, values: Values) -> None:
        feedback.add_strength(at.session, at.search, now=at.now, **values)

    def change(self, at: PieceContext, row: StrengthRow, values: Values) -> None:
        feedback.check_story(at.session, at.search.id, values["story_id"])
        super().change(at, row, values)


class _Story(Piece[StoryRow, forms.StoryForm]):
    title, form, kept_in = "Story", forms.StoryForm, StoryRow

    def values(self, at: PieceContext, typed: Values, _row: StoryRow | None) -> Values:
        """Refuse that it was told in days to come."""
        dates.not_after(typed["last_used_on"], at.today, "The day of its last use", "last_used_on")
        return typed

    def change(self, at: PieceContext, row: StoryRow, values: Values) -> None:
        practice.change_story(at.session, row, values)

    def around(self, at: PieceContext, row: StoryRow) -> Around:
        """Return what it is used by."""
        search = record.read(at.session, at.coach_id, at.search.id)
        shown = connections.stories(search, record.questions(at.session, search.id))
        return Around(uses=[story for story in shown if story.id == row.id])


class _CheckIn(Piece[CheckInRow, forms.CheckInForm]):
    title, form, kept_in = "Check-in", forms.CheckInForm, CheckInRow
    hint = "Every answer may be left out."
    has_page = False

    def add(self, at: PieceContext, values: Values) -> None:
        practice.take_pulse(at.session, at.coach_id, at.search, values, today=at.today)


class _Criterion(Piece[CriterionRow, forms.CriterionForm]):
    title, form, kept_in = "Want", forms.CriterionForm, CriterionRow

    def values(self, _at: PieceContext, typed: Values, _row: CriterionRow | None) -> Values:
        return {**typed, "weight": typed["weight"] or 1}


class _Target(Piece[TargetStatement, forms.TargetForm]):
    title, form, kept_in = "Target", forms.TargetForm, TargetStatement
    has_page = can_go = False

    def add(self, at: PieceContext, values: Values) -> None:
        practice.state_target(at.session, at.search, values, today=at.today)


class _Search(Piece[JobSearch, forms.SearchForm]):
    title, form, kept_in = "The search", forms.SearchForm, JobSearch
    can_go = False

    def values(self, at: PieceContext, typed: Values, _row: JobSearch | None) -> Values:
        """Refuse days that cannot be; a search that has ended without a day ended today."""
        opened = typed["opened_on"] = typed["opened_on"] or at.search.opened_on
        for name, what in (
            ("opened_on", "The day of opening"),
            ("closed_on", "The day of closing"),
            ("referred_on", "The day of referring on"),
        ):
            dates.not_after(typed[name], at.today, what, name)
        closed = typed["closed_on"] or (at.today if typed["outcome"] else None)
        dates.not_before(closed, opened, "The day of closing", "the day of opening", "closed_on")
        return {**typed, "closed_on": closed}

    def add(self, at: PieceContext, values: Values) -> None:
        """Change the one that was begun for it."""
        self.change(at, at.search, values)

    def change(self, at: PieceContext, row: JobSearch, values: Values) -> None:
        """Change it, and move the client where an offer was accepted."""
        found = ("accepted", "promoted")
        was, is_now = row.outcome in found, values["outcome"] in found
        stages.follow_offer(at.session, row, was=was, now_is=is_now, now=at.now)
        super().change(at, row, values)


def _around_theme(at: PieceContext, row: Practised) -> Around:
    """Return a theme, and the work that was done on it."""
    theme = at.session.get_one(ThemeRow, row.theme_id)
    search = record.read(at.session, at.coach_id, at.search.id)
    url, client_id = "", at.search.client_id
    if isinstance(row, SearchTheme):
        url = url_for("recovery.new_piece", client_id=client_id, noun="practice", of=row.id)
    return Around(
        about=theme.name,
        hints=[theme.definition] if theme.definition else [],
        done=connections.practices(search, theme.id),
        practice_url=url,
    )


PIECES: dict[str, Piece[Any, Any]] = {
    "theme": _Theme(),
    "own-theme": _OwnTheme(),
    "practice": _Practice(),
    "action": _Action(),
    "strength": _Strength(),
    "story": _Story(),
    "checkin": _CheckIn(),
    "criterion": _Criterion(),
    "target": _Target(),
    "search": _Search(),
}
