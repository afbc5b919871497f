"""What stands around the form of a piece: what it is about, and what hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from coachcrm.recovery.core import guard_rails
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.forms.application import ProofForm, proof_form
from coachcrm.recovery.models.applications import AcceptanceRow, FitAssessment, InterviewRound
from coachcrm.recovery.models.search import ItemTheme, SearchTheme, StrengthRow, ThemeRow
from coachcrm.recovery.operations import fit
from coachcrm.recovery.operations import steps as step_verbs
from coachcrm.recovery.pages import linked
from coachcrm.recovery.pages.words import day
from coachcrm.recovery.pieces import choices
from coachcrm.recovery.pieces.save import Place
from coachcrm.recovery.reading import record


def of(at: Place, noun: str) -> dict[str, Any]:
    """Return what a page shows around a form: of a piece that is not stored yet, mostly nothing."""
    show = AROUND.get(noun)
    return show(at) if show and at.row is not None else {}


def proof(at: Place, **more: Any) -> ProofForm:
    """Make the form that links the requirements of a fit with stories."""
    lines = [(row.id, row.text, row.story_id) for row in fit.requirements(at.session, at.row.id)]
    return proof_form(lines, choices.stories(at), **more)


def _item(at: Place) -> dict[str, Any]:
    url = f"/coach/record/item/{at.row.id}"
    tags = [(t.name, f"{url}/themes/{t.id}/remove") for t in _themes(at)]
    if at.row.polarity != "positive":
        return {"tags": tags}
    taken = at.session.scalar(select(StrengthRow.id).where(StrengthRow.item_id == at.row.id))
    return {"tags": tags, "strength": {"url": f"{url}/strength", "is_taken": taken is not None}}


def _verdict(at: Place) -> dict[str, Any]:
    usual = [t for t in _themes(at) if t.changeable in v.CHANGEABLE and t.changeable]
    hints = [f"Your list says of “{t.name}”: {v.CHANGEABLE[t.changeable].lower()}." for t in usual]
    unfair = step_verbs.method(at.session, at.coach_id).unfair_text
    return {"about": at.row.text, "hints": hints, "unfair_text": unfair}


def _theme(at: Place) -> dict[str, Any]:
    theme = at.session.get_one(ThemeRow, at.row.theme_id)
    search = record.read(at.session, at.coach_id, at.search.id)
    return {
        "about": theme.name,
        "hints": [theme.definition] if theme.definition else [],
        "done": linked.practices(search, theme.id),
        "practice_url": f"/coach/clients/{at.search.client_id}/record/practice/new?of={at.row.id}"
        if isinstance(at.row, SearchTheme)
        else "",
    }


def _round(at: Place) -> dict[str, Any]:
    if not isinstance(at.row, InterviewRound):
        return {}
    search = record.read(at.session, at.coach_id, at.search.id)
    asked = record.questions(at.session, at.search.id)
    held = [
        one
        for application in search.applications
        if application.id == at.row.application_id
        for one in linked.interviews(application, asked)
        if one.url.endswith(f"/{at.row.id}")
    ]
    return {"hints": [one.told for one in held], "held": held}


def _story(at: Place) -> dict[str, Any]:
    search = record.read(at.session, at.coach_id, at.search.id)
    rows = linked.stories(search, record.questions(at.session, at.search.id))
    return {"uses": [row for row in rows if row.url.endswith(f"/{at.row.id}")]}


def _fit(at: Place) -> dict[str, Any]:
    if not isinstance(at.row, FitAssessment):
        return {}
    url = f"/coach/record/fit/{at.row.id}/stories"
    return {"proof": proof(at, formdata=None), "proof_url": url}


def _acceptance(at: Place) -> dict[str, Any]:
    if not isinstance(at.row, AcceptanceRow):
        return {}
    closed, again = at.row.accepted_on, guard_rails.day_to_ask_again(at.row.accepted_on)
    hints = [f"Closed on {day(closed)}."]
    if at.row.on_mind_later is None and at.today < again:
        hints.append(f"On {day(again)} it is asked once more how much it is on their mind.")
    return {"hints": hints}


def _themes(at: Place) -> Sequence[ThemeRow]:
    query = select(ThemeRow).join(ItemTheme, ItemTheme.theme_id == ThemeRow.id)
    return at.session.scalars(
        query.where(ItemTheme.item_id == at.row.id).order_by(ItemTheme.id)
    ).all()


AROUND: dict[str, Callable[[Place], dict[str, Any]]] = {
    "item": _item,
    "verdict": _verdict,
    "theme": _theme,
    "practice": _theme,
    "round": _round,
    "story": _story,
    "fit": _fit,
    "acceptance": _acceptance,
}
