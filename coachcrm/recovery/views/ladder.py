"""The coach's own ladder: its rungs in his words and order."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.core.ladder import START, Ladder, RungNameTaken
from coachcrm.recovery.forms.ladder import NewRungForm, RungForm, StartRungForm
from coachcrm.recovery.operations import ladder as ladder_verbs
from coachcrm.recovery.pages import ladder as ladder_page
from coachcrm.recovery.reading.ladder import ladder_of

LADDER = "/settings/method/ladder"


def _changing(deed: Callable[[Ladder, str], Ladder]) -> Callable[[Session, int, str], Ladder]:
    return lambda session, coach_id, key: ladder_verbs.change(
        session, coach_id, lambda old: deed(old, key)
    )


# The list goes from the first stage down to the last, so what rises on the page comes earlier.
ACTS: dict[str, Callable[[Session, int, str], Ladder]] = {
    "up": _changing(lambda old, key: old.moved(key, -1)),
    "down": _changing(lambda old, key: old.moved(key, 1)),
    "put-aside": _changing(Ladder.put_aside),
    "take-back": _changing(Ladder.taken_back),
    "remove": ladder_verbs.remove,
}


@bp.get(LADDER)
def ladder() -> Response:
    """Show the ladder."""
    return _ladder_page(NewRungForm(formdata=None))


@bp.post(LADDER)
def add_rung() -> ResponseReturnValue:
    """Put in a rung of the coach's own."""
    form, coach_id = NewRungForm(), g.coach_id
    form.offer_places(ladder_of(db.session(), coach_id))
    if not form.was_sent_well():
        return _ladder_page(form, status=422)
    name, kind, after = (form.values()[field] for field in ("name", "kind", "after"))
    try:
        with transaction() as session:
            new = ladder_verbs.change(
                session, coach_id, lambda ladder: ladder.with_own(name, kind, after=after)
            )
    except Refusal as refusal:
        return _refused(form, refusal, _ladder_page)
    return _done("added", next(rung.key for rung in new if rung.name == name))


@bp.route(f"{LADDER}/<rung>", methods=["GET", "POST"])
def rung(rung: str) -> ResponseReturnValue:
    """Show one rung, and give it other words."""
    coach_id = g.coach_id
    found = ladder_of(db.session(), coach_id)
    if rung not in found:
        raise NotFound
    form: Any = RungForm() if found[rung].is_own else StartRungForm()
    if request.method == "GET":
        form.show(found[rung])
        return _rung_page(found, rung, form)
    if not form.was_sent_well():
        return _rung_page(found, rung, form, status=422)
    name, kind = form.values()["name"], form.values().get("kind", "")
    try:
        with transaction() as session:
            ladder_verbs.change(
                session, coach_id, lambda old: old.named(rung, name).of_other_kind(rung, kind)
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _refused(form, refusal, partial(_rung_page, found, rung))
    return _done("saved", rung)


@bp.post(f"{LADDER}/<rung>/<act>")
def change_ladder(rung: str, act: str) -> ResponseReturnValue:
    """Move a rung, put it aside or take it back, remove it."""
    coach_id = g.coach_id
    if act not in ACTS:
        raise NotFound
    with transaction() as session:
        ACTS[act](session, coach_id, rung)
    return _done(act, rung)


def _done(act: str, key: str) -> ResponseReturnValue:
    """Go back to the list, where the rung stands now."""
    url = url_for("recovery.ladder", done=act, rung=key, _anchor=f"rung-{key}")
    return redirect(url, 303)


def _refused(form: Any, refusal: Refusal, show: Callable[..., Response]) -> Response:
    """Show a refusal by the name that it is about, or on top of the form."""
    if isinstance(refusal, RungNameTaken):
        form.name.errors = [refusal.sentence]
        return show(form, status=refusal.status)
    return show(form, status=refusal.status, problem=refusal.sentence)


def _ladder_page(form: NewRungForm, *, status: int = 200, problem: str = "") -> Response:
    found = ladder_of(db.session(), g.coach_id)
    form.offer_places(found)
    done, key = request.args.get("done", ""), request.args.get("rung", "")
    page = render_template(
        "recovery/ladder.html",
        form=form,
        problem=problem,
        lines=ladder_page.lines(found),
        done=done if key in found or done == "remove" else "",
        changed=found[key].name if key in found else "",
        changed_key=key,
    )
    return make_response(page, status)


def _rung_page(
    found: Ladder, key: str, form: Any, *, status: int = 200, problem: str = ""
) -> Response:
    page = render_template(
        "recovery/rung.html",
        form=form,
        problem=problem,
        rung=found[key],
        kind=ladder_page.KIND_WORDS[found[key].kind],
        first_name=START[key].name,
        is_used=bool(ladder_verbs.used(db.session(), g.coach_id, [key])),
    )
    return make_response(page, status)
