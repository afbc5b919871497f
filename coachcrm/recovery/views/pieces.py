"""The pieces of the record, one form each: adding, changing, taking back, tying together."""

from collections.abc import Callable
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coachcrm.auth.access import forget_held_here, held_here
from coachcrm.clients import operations as clients
from coachcrm.kit.data.db import Base, db, transaction
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import held_when_signed_out, keeps_answers
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackItem,
    FitAssessment,
    JobSearch,
)
from coachcrm.recovery.models.search import ActionRow
from coachcrm.recovery.operations import applications, feedback, fit, rows
from coachcrm.recovery.pieces.application import FIT
from coachcrm.recovery.pieces.piece import Around, Piece, PieceContext
from coachcrm.recovery.pieces.registry import PIECES
from coachcrm.recovery.views.record import SignedOut, back, not_saved, number_in_query, today

# Where a form is saved, and the row that it changes or begins on.
Found = tuple[PieceContext, Base | None]


@bp.route("/clients/<id:client_id>/record/<noun>/new", methods=["GET", "POST"])
@keeps_answers
@held_when_signed_out
def new_piece(client_id: int, noun: str) -> ResponseReturnValue:
    """Add a piece to the record."""
    clients.get(db.session(), g.coach_id, client_id)
    piece = _piece(noun)
    if not piece.can_begin:
        raise NotFound

    def begun(session: Session) -> Found:
        search = _search_named(session, client_id)
        if search is None:
            search = applications.open_search(session, g.coach_id, client_id, today=today())
        return _begun(session, piece, search)

    session = db.session()
    search = _search_named(session, client_id) or applications.present_search(session, client_id)
    at, row = _begun(session, piece, search or JobSearch(id=0, client_id=client_id))
    if request.method == "GET":
        return _piece_page(piece, at, row)
    return _save(piece, at, row, begun)


@bp.route("/record/<noun>/<id:row_id>", methods=["GET", "POST"])
@keeps_answers
@held_when_signed_out
def piece(noun: str, row_id: int) -> ResponseReturnValue:
    """Show one piece of the record, and change it."""
    piece = _piece(noun)
    if piece.table is None:
        raise NotFound

    def stored(session: Session, *, for_change: bool = True) -> Found:
        row = rows.get_own(session, g.coach_id, piece.kept_in, row_id, for_change=for_change)
        return _context(session, rows.search_of(session, row), row), row

    at, row = stored(db.session(), for_change=False)
    if request.method == "GET":
        return _piece_page(piece, at, row)
    return _save(piece, at, row, stored)


@bp.post("/record/<noun>/<id:row_id>/remove")
def remove(noun: str, row_id: int) -> ResponseReturnValue:
    """Take a piece of the record back."""
    piece = _piece(noun)
    if not piece.can_go:
        raise NotFound
    with transaction() as session:
        row = rows.get_own(session, g.coach_id, piece.kept_in, row_id)
        at = _context(session, rows.search_of(session, row), row)
        client_id = at.search.client_id
        application_id = getattr(row, "application_id", None)
        piece.remove(at, row_id)
    return redirect(back(client_id, application_id), 303)


@bp.post("/record/item/<id:item_id>/themes/<id:theme_id>/remove")
def take_theme_off(item_id: int, theme_id: int) -> ResponseReturnValue:
    """Take a theme off what was said."""
    coach_id = g.coach_id
    with transaction() as session:
        item = rows.get_own(session, coach_id, FeedbackItem, item_id)
        feedback.untag_item(session, item, theme_id)
    return redirect(url_for("recovery.piece", noun="item", row_id=item_id), 303)


@bp.route("/record/fit/<id:fit_id>/stories", methods=["GET", "POST"])
def fit_stories(fit_id: int) -> ResponseReturnValue:
    """Say which story proves which requirement of an advert."""
    session = db.session()
    row = rows.get_own(session, g.coach_id, FitAssessment, fit_id)
    at = _context(session, rows.search_of(session, row), row)
    form = FIT.proof(at, row)
    url = f"{back(at.search.client_id, row.application_id)}#fit"
    if request.method == "POST" and form.was_sent_well():
        with transaction() as fresh:
            kept = rows.get_own(fresh, g.coach_id, FitAssessment, fit_id, for_change=True)
            fit.link_fit(fresh, kept, form.stories())
        return redirect(url, 303)
    page = render_template(
        "recovery/fit_stories.html",
        form=form,
        name=at.of.role or at.of.employer,
        url=url,
        fit_url=url_for("recovery.piece", noun="fit", row_id=fit_id),
        proof_url=request.path,
        client_id=at.search.client_id,
    )
    return make_response(page, 422 if request.method == "POST" else 200)


@bp.post("/record/item/<id:item_id>/strength")
def to_strengths(item_id: int) -> ResponseReturnValue:
    """Add a positive to the client's strengths."""
    coach_id, now = g.coach_id, clock.now()
    with transaction() as session:
        item = rows.get_own(session, coach_id, FeedbackItem, item_id)
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
        action = rows.get_own(session, coach_id, ActionRow, action_id, for_change=True)
        rows.change(session, action, {"done_on": action.done_on or on})
        client_id = rows.search_of(session, action).client_id
    return redirect(back(client_id, None), 303)


def _piece(noun: str) -> Piece[Any, Any]:
    if noun not in PIECES:
        raise NotFound
    return PIECES[noun]


def _search_named(session: Session, client_id: int) -> JobSearch | None:
    """Return the search of the application that the address names: it may be closed by now."""
    number = number_in_query("application")
    if number is None:
        return None
    search = rows.search_of(session, rows.get_own(session, g.coach_id, ApplicationRow, number))
    if search.client_id != client_id:
        raise NotFound
    return search


def _begun(session: Session, piece: Piece[Any, Any], search: JobSearch) -> Found:
    """Return where a new piece is saved, and the row that it begins on."""
    at = _context(session, search)
    if at.application is None and piece.on_application:
        raise NotFound
    return at, piece.begin(at, number_in_query("of"))


def _context(session: Session, search: JobSearch, row: Base | None = None) -> PieceContext:
    """Return where a piece is saved: what the address names must be of this very search."""
    number = getattr(row, "application_id", None) or number_in_query("application")
    application = None
    if number is not None:
        application = rows.get_own(session, g.coach_id, ApplicationRow, number)
        if application.search_id != search.id:
            raise NotFound
    return PieceContext(session, g.coach_id, search, today(), clock.now(), application)


def _save(
    piece: Piece[Any, Any], at: PieceContext, row: Base | None, find: Callable[[Session], Found]
) -> ResponseReturnValue:
    """Save what a form holds; what is refused is shown on the form, with nothing lost."""
    form = piece.form()
    piece.offer(at, form, row)
    if refusal := not_saved():
        return _form_page(piece, at, form, row, problem=refusal)
    if not form.was_sent_well():
        return _form_page(piece, at, form, row, status=422)
    client_id = at.search.client_id
    try:
        with transaction() as session:
            now, kept = find(session)
            piece.save(now, form, kept)
            application_id = now.application_id
            forget_held_here(session)
    except NotFound:
        raise
    except Refusal as no:
        is_beside = isinstance(no, rows.Misfit) and form.put_beside_field(no)
        problem = None if is_beside else no
        return _form_page(piece, at, form, row, problem=problem, status=no.status)
    return redirect(back(client_id, application_id), 303)


def _piece_page(piece: Piece[Any, Any], at: PieceContext, row: Base | None) -> Response:
    held = held_here()
    form = piece.form(formdata=held)
    piece.offer(at, form, row)
    if held:
        return _form_page(piece, at, form, row, problem=SignedOut())
    piece.show(at, form, row)
    return _form_page(piece, at, form, row)


def _form_page(
    piece: Piece[Any, Any],
    at: PieceContext,
    form: Any,
    row: Base | None,
    *,
    problem: Refusal | None = None,
    status: int = 200,
) -> Response:
    person = clients.get(at.session, at.coach_id, at.search.client_id)
    address = request.view_args or {}
    can_go = piece.can_go and "row_id" in address
    page = render_template(
        "recovery/piece.html",
        form=form,
        piece=piece,
        problem=problem,
        client={"id": person.id, "name": person.name},
        action=request.full_path.rstrip("?"),
        remove_url=url_for("recovery.remove", **address) if can_go else "",
        around=Around() if row is None else piece.around(at, row),
    )
    return make_response(page, problem.status if problem else status)
