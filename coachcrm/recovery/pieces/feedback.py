"""The pieces of what was said: feedback, the verdicts on it, the questions of interviews."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.forms import application as forms
from coachcrm.recovery.forms.fields import Pairs, Refs
from coachcrm.recovery.models.applications import FeedbackItem, QuestionRow
from coachcrm.recovery.models.search import ItemTheme, StrengthRow, ThemeRow
from coachcrm.recovery.operations import dates, feedback, reviews, rows
from coachcrm.recovery.operations.method import method_of
from coachcrm.recovery.pieces import choices
from coachcrm.recovery.pieces.piece import Around, Piece, PieceContext, Values


class _Item(Piece[FeedbackItem, forms.ItemForm]):
    title, form, kept_in = "Feedback", forms.ItemForm, FeedbackItem

    def offer(self, at: PieceContext, form: forms.ItemForm, row: FeedbackItem | None) -> None:
        """Offer the stages, interviews and questions of its application, and more themes."""
        tagged = {theme.id for theme in _themes_of(at, row)}
        _offer_themes(form.theme, feedback.themes(at.session, at.coach_id), tagged)
        if at.application is None:
            for name in ("stage", "round_id", "question_id"):
                del form[name]
            form.rare = form.rare - {"source_label"}
            return
        stages = choices.stages(at, kept=row.stage if row else "")
        choices.offer(form.stage, stages, none="No stage in particular")
        form.question_id.offered = choices.questions(at)
        form.round_id.offered = choices.rounds(at)
        choices.drop_empty(form, "round_id", "question_id")

    def values(self, at: PieceContext, typed: Values, _row: FeedbackItem | None) -> Values:
        """Refuse that it was heard in days to come, or before they applied."""
        heard_on, what = typed["heard_on"], "The day that it was heard"
        dates.not_after(heard_on, at.today, what, "heard_on")
        if at.application is not None:
            first = at.application.applied_on
            dates.not_before(heard_on, first, what, "the day of applying", "heard_on")
        return {**typed, "specificity": int(typed["specificity"])}

    def save(self, at: PieceContext, form: forms.ItemForm, row: FeedbackItem | None) -> None:
        """Store it, and the themes that are added."""
        values = self.values(at, form.values(), row)
        added = values.pop("theme")
        if row is None:
            values["application_id"] = at.application_id
            row = feedback.add_item(at.session, at.search, now=at.now, **values)
        else:
            feedback.check_place(at.session, row.application_id, values)
            rows.change(at.session, row, values)
        for number in added:
            theme = rows.get_own(at.session, at.coach_id, ThemeRow, number)
            feedback.tag_item(at.session, row, theme)

    def around(self, at: PieceContext, row: FeedbackItem) -> Around:
        """Return its themes; of a positive, whether it is among the strengths."""
        tags = [
            (t.name, url_for("recovery.take_theme_off", item_id=row.id, theme_id=t.id))
            for t in _themes_of(at, row)
        ]
        if row.polarity != "positive":
            return Around(tags=tags)
        taken = at.session.scalar(select(StrengthRow.id).where(StrengthRow.item_id == row.id))
        url = url_for("recovery.to_strengths", item_id=row.id)
        return Around(tags=tags, strength_url=url, is_strength=taken is not None)


class _Verdict(Piece[FeedbackItem, forms.VerdictForm]):
    title, form, kept_in = "Verdict", forms.VerdictForm, FeedbackItem
    can_begin = can_go = False

    def change(self, at: PieceContext, row: FeedbackItem, values: Values) -> None:
        reviews.judge(at.session, row, values, today=at.today)

    def around(self, at: PieceContext, row: FeedbackItem) -> Around:
        """Return what was said, and what the coach's list of themes says of the like."""
        usual = [t for t in _themes_of(at, row) if t.changeable and t.changeable in v.CHANGEABLE]
        told = [(t.name, v.CHANGEABLE[t.changeable].lower()) for t in usual]
        return Around(
            about=row.text,
            hints=[f"Your list says of “{name}”: {words}." for name, words in told],
            unfair_text=method_of(at.session, at.coach_id).unfair_text,
        )


class _Question(Piece[QuestionRow, forms.QuestionForm]):
    title, form, kept_in = "Question asked", forms.QuestionForm, QuestionRow

    def offer(self, at: PieceContext, form: forms.QuestionForm, _row: QuestionRow | None) -> None:
        form.round_id.offered = choices.rounds(at)
        choices.drop_empty(form, "round_id")
        form.story_used.suggestions = tuple(title for _, title in choices.stories(at))

    def add(self, at: PieceContext, values: Values) -> None:
        values["application_id"] = at.application_id
        feedback.add_question(at.session, at.search, now=at.now, **values)

    def change(self, at: PieceContext, row: QuestionRow, values: Values) -> None:
        feedback.check_place(at.session, row.application_id, values)
        super().change(at, row, values)


def _themes_of(at: PieceContext, row: FeedbackItem | None) -> Sequence[ThemeRow]:
    """Return the themes that an item is tagged with, in that order; of a new one none."""
    if row is None:
        return ()
    query = select(ThemeRow).join(ItemTheme, ItemTheme.theme_id == ThemeRow.id)
    return at.session.scalars(query.where(ItemTheme.item_id == row.id).order_by(ItemTheme.id)).all()


def _offer_themes(field: Refs, found: Sequence[ThemeRow], tagged: set[int]) -> None:
    groups: dict[str, Pairs] = defaultdict(list)
    for theme in found:
        if theme.id not in tagged and not theme.is_aside:
            groups[v.THEME_GROUPS[theme.category]].append((str(theme.id), theme.name))
    field.groups = dict(groups)
    field.label.text = "More themes" if tagged else "Themes"
    # A theme that was tagged meanwhile, or put aside, does no harm.
    field.accepted = frozenset(theme.id for theme in found)


PIECES: dict[str, Piece[Any, Any]] = {
    "item": _Item(),
    "verdict": _Verdict(),
    "question": _Question(),
}
