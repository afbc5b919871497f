"""What a form offers to choose from: rows of this very coach, client, search and application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from coachcrm.kit.time import words
from coachcrm.recovery.core import guard_rails
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.forms.fields import Pairs, offer_rungs
from coachcrm.recovery.models.applications import (
    AcceptanceRow,
    ApplicationRow,
    InterviewRound,
    JobSearch,
    QuestionRow,
    StageEvent,
)
from coachcrm.recovery.models.search import ItemTheme, StoryRow
from coachcrm.recovery.operations import feedback
from coachcrm.recovery.pieces.save import Place
from coachcrm.recovery.reading import ladder as ladder_reading

MOST_WORDS = 80


def fill(at: Place, noun: str, form: Any) -> None:
    """Give a form the lists that depend on where it is saved; take off what cannot be asked."""
    for offer in OFFERS.get(noun, ()):
        offer(at, form)


def stories(at: Place) -> Pairs:
    """Return the stories of the search, by name."""
    query = select(StoryRow.id, StoryRow.title).where(StoryRow.search_id == at.search.id)
    return [
        (str(number), title) for number, title in at.session.execute(query.order_by(StoryRow.id))
    ]


def _place_of_item(at: Place, form: Any) -> None:
    if at.application is None:
        for name in ("stage", "round_id", "question_id"):
            del form[name]
        form.rare = form.rare - {"source_label"}
        return
    reached = select(StageEvent.stage).where(
        StageEvent.application_id == at.application.id, StageEvent.struck_at.is_(None)
    )
    kept = {at.row.stage} - {""} if at.row else set()
    stages = {*at.session.scalars(reached), *kept}
    ladder = ladder_reading.ladder_of(at.session, at.coach_id)
    listed = [(rung.key, rung.name) for rung in ladder if rung.key in stages]
    form.stage.choices = [SelectChoice(*pair) for pair in [("", "No stage in particular"), *listed]]
    query = select(QuestionRow.id, QuestionRow.text).where(
        QuestionRow.application_id == at.application.id
    )
    asked = at.session.execute(query.order_by(QuestionRow.id)).all()
    form.question_id.offered = [(str(number), _short(text)) for number, text in asked]
    form.round_id.offered = _rounds(at)
    for name in ("round_id", "question_id"):
        if not form[name].offered:
            del form[name]


def _rungs(at: Place, form: Any) -> None:
    offer_rungs(form.stage, ladder_reading.ladder_of(at.session, at.coach_id))


def _round_of_question(at: Place, form: Any) -> None:
    form.round_id.offered = _rounds(at)
    if not form.round_id.offered:
        del form.round_id
    form.story_used.suggestions = tuple(title for _, title in stories(at))


def _rounds(at: Place) -> Pairs:
    if at.application is None:
        return []
    query = select(InterviewRound).where(InterviewRound.application_id == at.application.id)
    held = at.session.scalars(query.order_by(InterviewRound.held_on, InterviewRound.id))
    return [(str(r.id), _round(r, place)) for place, r in enumerate(held, start=1)]


def _round(held: InterviewRound, place: int) -> str:
    name = f"Interview {held.number or place}"
    return f"{name}, {words.day(held.held_on)}" if held.held_on else name


def _themes_to_add(at: Place, form: Any) -> None:
    tagged = set(
        at.session.scalars(select(ItemTheme.theme_id).where(ItemTheme.item_id == at.row.id))
        if at.row
        else ()
    )
    found = feedback.themes(at.session, at.coach_id)
    groups: dict[str, Pairs] = defaultdict(list)
    for theme in found:
        if theme.id not in tagged and not theme.is_aside:
            groups[v.THEME_GROUPS[theme.category]].append((str(theme.id), theme.name))
    form.theme.groups = dict(groups)
    form.theme.label.text = "More themes" if tagged else "Themes"
    # A theme that was tagged meanwhile, or put aside, does no harm.
    form.theme.accepted = frozenset(theme.id for theme in found)


def _theme(at: Place, form: Any) -> None:
    present = getattr(at.row, "theme_id", None)
    _list(form.theme, [
        (str(theme.id), theme.name)
        for theme in feedback.themes(at.session, at.coach_id)
        if not theme.is_aside or theme.id == present
    ])  # fmt: skip


def _applications(at: Place, form: Any) -> None:
    query = select(ApplicationRow).join(JobSearch).where(JobSearch.client_id == at.search.client_id)
    found = at.session.scalars(query.order_by(ApplicationRow.id))
    _list(form.application, [(str(a.id), f"{a.role} {a.employer}".strip()) for a in found])


def _story(at: Place, form: Any) -> None:
    form.story_id.offered = stories(at)


def _later(at: Place, form: Any) -> None:
    """Ask how much it is still on the mind, once the fortnight is over and not before."""
    file = at.row if isinstance(at.row, AcceptanceRow) else None
    if file is None or (
        file.on_mind_later is None and at.today < guard_rails.day_to_ask_again(file.accepted_on)
    ):
        del form.on_mind_later


def _list(field: Any, pairs: Pairs) -> None:
    field.choices = [SelectChoice(*pair) for pair in [("", v.REASONS[""]), *pairs]]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_WORDS else line[:MOST_WORDS].rsplit(" ", 1)[0] + " …"


OFFERS: dict[str, tuple[Callable[[Place, Any], None], ...]] = {
    "stage": (_rungs,),
    "item": (_place_of_item, _themes_to_add),
    "question": (_round_of_question,),
    "own-theme": (_theme,),
    "action": (_theme,),
    "practice": (_applications,),
    "strength": (_story,),
    "acceptance": (_later,),
}
