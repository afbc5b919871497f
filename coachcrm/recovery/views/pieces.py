"""The pieces of the record, one form each: adding, changing, taking back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.auth.access import forget_held_here, held_here
from coachcrm.clients import operations as clients
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import held_when_signed_out, keeps_answers
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.models.applications import (
    AcceptanceRow,
    ApplicationRow,
    FeedbackItem,
    FitAssessment,
    JobSearch,
)
from coachcrm.recovery.models.search import ActionRow, SearchTheme
from coachcrm.recovery.operations import applications, feedback, rows, stages
from coachcrm.recovery.pieces import around, choices
from coachcrm.recovery.pieces.registry import PIECES, Piece, show
from coachcrm.recovery.pieces.save import Place
from coachcrm.recovery.views.record import SignedOut, back, not_saved, number_in_query, today

__all__ = ["bp"]

# An application has one of these at most: a new one is the present one, opened again.
ONE_EACH: dict[str, type[AcceptanceRow | FitAssessment]] = {
    "acceptance": AcceptanceRow,
    "fit": FitAssessment,
}


@bp.route("/clients/<id:client_id>/record/<noun>/new", methods=["GET", "POST"])
@keeps_answers
@held_when_signed_out
def new_piece(client_id: int, noun: str) -> ResponseReturnValue:
    """Add a piece to the record."""
    clients.get(db.session(), g.coach_id, client_id)
    if not _piece(noun).can_begin:
        raise NotFound

    def shown(session: Session) -> Place:
        search = _search_named(session, client_id) or applications.present_search(
            session, client_id
        )
        return _place(session, search or JobSearch(id=0, client_id=client_id), noun)

    def begun(session: Session) -> Place:
        search = _search_named(session, client_id)
        if search is None:
            search = applications.open_search(session, g.coach_id, client_id, today=today())
        return _place(session, search, noun)

    at = shown(db.session())
    if request.method == "GET":
        return _piece_page(at, noun, client_id)
    return _save(at, begun, noun, client_id)


@bp.route("/record/<noun>/<id:row_id>", methods=["GET", "POST"])
@keeps_answers
@held_when_signed_out
def piece(noun: str, row_id: int) -> ResponseReturnValue:
    """Show one piece of the record, and change it."""
    table, session = _piece(noun).table, db.session()
    if table is None:
        raise NotFound
    row = rows.mine(session, g.coach_id, table, row_id)
    search = rows.search_of(session, row)
    at = _place(session, search, noun, row)
    if request.method == "GET":
        return _piece_page(at, noun, search.client_id)

    def again(fresh: Session) -> Place:
        kept = rows.mine(fresh, g.coach_id, table, row_id, for_change=True)
        return _place(fresh, rows.search_of(fresh, kept), noun, kept)

    return _save(at, again, noun, search.client_id)


@bp.post("/record/<noun>/<id:row_id>/remove")
def remove(noun: str, row_id: int) -> ResponseReturnValue:
    """Take a piece of the record back."""
    table = rows.KINDS.get(noun)
    if table is None:
        raise NotFound
    coach_id, on, now = g.coach_id, today(), clock.now()
    with transaction() as session:
        row = rows.mine(session, coach_id, table, row_id)
        client_id = rows.search_of(session, row).client_id
        application_id = getattr(row, "application_id", None)
        if noun == "stage":
            stages.strike_stage(session, coach_id, row_id, today=on, now=now)
        else:
            rows.remove(session, coach_id, noun, row_id, now=now)
    return redirect(back(client_id, application_id), 303)


@bp.post("/record/item/<id:item_id>/strength")
def to_strengths(item_id: int) -> ResponseReturnValue:
    """Add a positive to the client's strengths."""
    coach_id, now = g.coach_id, clock.now()
    with transaction() as session:
        item = rows.mine(session, coach_id, FeedbackItem, item_id)
        search = rows.search_of(session, item)
        source = "appraisal" if item.source == "appraisal" else "feedback"
        feedback.add_strength(
            session, search, statement=item.text, source=source, item_id=item.id, now=now
        )
        client_id, application_id = search.client_id, item.application_id
    if request.args.get("from") == "record":
        return redirect(url_for("recovery.record", client_id=client_id, _anchor="strengths"), 303)
    return redirect(back(client_id, application_id), 303)


@bp.post("/clients/<id:client_id>/record/homework/<int:step>/<int:number>")
def give_homework(client_id: int, step: int, number: int) -> ResponseReturnValue:
    """Make an action of a step's homework; the client sees it when the coach shares it."""
    coach_id, on, now = g.coach_id, today(), clock.now()
    with transaction() as session:
        search = applications.open_search(session, coach_id, client_id, today=on)
        action = feedback.give_homework(session, search, step, number, now=now)
        action_id = action.id
    return redirect(url_for("recovery.piece", noun="action", row_id=action_id), 303)


@bp.post("/record/action/<id:action_id>/done")
def action_done(action_id: int) -> ResponseReturnValue:
    """Mark an action as done today."""
    coach_id, on = g.coach_id, today()
    with transaction() as session:
        action = rows.mine(session, coach_id, ActionRow, action_id, for_change=True)
        rows.change(session, action, {"done_on": action.done_on or on})
        client_id = rows.search_of(session, action).client_id
    return redirect(back(client_id, None), 303)


def _piece(noun: str) -> Piece:
    if noun not in PIECES:
        raise NotFound
    return PIECES[noun]


def _search_named(session: Session, client_id: int) -> JobSearch | None:
    """Return the search of the application that the address names: it may be closed by now."""
    number = number_in_query("application")
    if number is None:
        return None
    search = rows.search_of(session, rows.mine(session, g.coach_id, ApplicationRow, number))
    if search.client_id != client_id:
        raise NotFound
    return search


def _place(session: Session, search: JobSearch, noun: str, row: Any = None) -> Place:
    """Return where a piece is saved: what the address names must be of this very search."""
    number = getattr(row, "application_id", None) or number_in_query("application")
    application = None
    if number is not None:
        application = rows.mine(session, g.coach_id, ApplicationRow, number)
        if application.search_id != search.id:
            raise NotFound
    if application is None and row is None and _piece(noun).on_application:
        raise NotFound
    if noun in ONE_EACH and row is None:
        query = select(ONE_EACH[noun]).where(ONE_EACH[noun].application_id == number)
        row = session.scalar(query)
    if noun == "practice" and row is None:
        row = rows.mine(session, g.coach_id, SearchTheme, number_in_query("of") or 0)
        if row.search_id != search.id:
            raise NotFound
    return Place(session, g.coach_id, search, today(), clock.now(), application, row)


def _save(
    at: Place, place: Callable[[Session], Place], noun: str, client_id: int
) -> ResponseReturnValue:
    """Save what a form holds; what is refused is shown on the form, with nothing lost."""
    piece = _piece(noun)
    form: Any = piece.form()
    choices.fill(at, noun, form)
    if refusal := not_saved():
        return _form_page(at, form, noun, client_id, problem=refusal, status=refusal.status)
    if not form.was_sent_well():
        return _form_page(at, form, noun, client_id, status=422)
    try:
        with transaction() as session:
            now = place(session)
            piece.save(now, form)
            application_id = now.application_id
            forget_held_here(session)
    except NotFound:
        raise
    except rows.Misfit as misfit:
        problem = None if form.put_beside_field(misfit) else misfit
        return _form_page(at, form, noun, client_id, problem=problem, status=misfit.status)
    except Refusal as no:
        return _form_page(at, form, noun, client_id, problem=no, status=no.status)
    return redirect(back(client_id, application_id), 303)


def _piece_page(at: Place, noun: str, client_id: int) -> Response:
    held = held_here()
    form: Any = _piece(noun).form(formdata=held)
    choices.fill(at, noun, form)
    if held:
        refusal = SignedOut()
        return _form_page(at, form, noun, client_id, problem=refusal, status=refusal.status)
    show(at, form, noun)
    return _form_page(at, form, noun, client_id)


def _form_page(
    at: Place,
    form: Any,
    noun: str,
    client_id: int,
    *,
    problem: Refusal | None = None,
    status: int = 200,
) -> Response:
    person = clients.get(at.session, at.coach_id, client_id)
    is_stored = "row_id" in (request.view_args or {})
    page = render_template(
        "recovery/piece.html",
        form=form,
        piece=_piece(noun),
        problem=problem,
        client={"id": client_id, "name": person.name},
        action=request.full_path.rstrip("?"),
        remove_url=f"{request.path}/remove" if is_stored and noun in rows.KINDS else "",
        around=around.of(at, noun),
    )
    return make_response(page, status)
