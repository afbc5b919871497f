"""The note's page: written as one goes, saved as typed."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import (
    Blueprint,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict

from coachcrm.auth import operations as auth
from coachcrm.auth.access import current_coach
from coachcrm.clients import operations as clients
from coachcrm.kit import clock, words
from coachcrm.kit.db import db, transaction
from coachcrm.kit.errors import NotFound
from coachcrm.kit.guard import form_problem, held_when_signed_out, keeps_answers, wants_json
from coachcrm.kit.text import parse_row_number
from coachcrm.notes import filing, operations, presenting, versions
from coachcrm.notes.blocks import Block, read_blocks
from coachcrm.notes.patterns import PATTERNS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from coachcrm.bookings.models import Booking
    from coachcrm.clients.models import Client
    from coachcrm.notes.models import Note

bp = Blueprint("notes", __name__, url_prefix="/coach")

LONGEST_DRAFT = 64
SIGNED_OUT = (
    "You were signed out before this was saved. "
    "It is here as you had written it: please press the Save button."
)


@bp.get("/clients/<id:client_id>/notes/new")
def new(client_id: int) -> Response:
    """Show an empty note; nothing is stored until it is saved."""
    held = _held()
    client, booking = _whom(client_id, (held or request.args).get("booking", ""))
    if held:
        blocks, draft = read_blocks(held), held.get("draft", "")
        return _page(client, booking, blocks, draft=draft, problem=SIGNED_OUT)
    pattern = PATTERNS.get(request.args.get("template", ""))
    blocks = list(pattern.blocks) if pattern else [Block("")]
    return _page(client, booking, blocks, draft=secrets.token_urlsafe(24))


@bp.post("/clients/<id:client_id>/notes/new")
@keeps_answers
@held_when_signed_out
def create(client_id: int) -> ResponseReturnValue:
    """Store a new note."""
    client, booking = _whom(client_id, request.form.get("booking", ""))
    blocks, draft = read_blocks(request.form), request.form.get("draft", "")[:LONGEST_DRAFT]
    if refusal := _refused(blocks):
        return _answer_refusal(refusal, client, booking, blocks, draft=draft)
    draft = draft if draft.isascii() and len(draft) > 15 else secrets.token_urlsafe(24)  # noqa: PLR2004
    coach_id, booking_id = g.coach_id, booking.id if booking else None
    desk = _desk()
    try:
        with transaction() as session:
            note = operations.create(
                session,
                coach_id,
                client_id,
                draft=draft,
                blocks=blocks,
                booking_id=booking_id,
                now=clock.now(),
            )
            filing.file_lines(session, note, desk, open_line=_open_line())
            auth.forget_held_form(session, coach_id, request.path)
            note_id, version = note.id, note.version
    except operations.Stale:
        found = operations.of_draft(db.session(), coach_id, draft)
        return _conflict(found.id if found else 0, blocks)
    return _saved(note_id, version)


@bp.get("/notes/<id:note_id>")
def edit(note_id: int) -> Response:
    """Show a note, ready to be written on."""
    note = operations.get(db.session(), g.coach_id, note_id)
    client, booking = _about(note)
    if note.locked_at is not None:
        held = _held(f"{request.path}/additions")
        return make_response(
            locked_page(note_id, problem=SIGNED_OUT, typed=held.get("text", ""))
            if held
            else locked_page(note_id)
        )
    if held := _held():
        return _page(
            client,
            booking,
            read_blocks(held),
            note=note,
            version=held.get("version"),
            problem=SIGNED_OUT,
        )
    blocks = versions.blocks_of(note)
    if not blocks or "more" in request.args:
        blocks = [*blocks, Block("")]
    return _page(client, booking, blocks, note=note)


@bp.post("/notes/<id:note_id>")
@keeps_answers
@held_when_signed_out
def save(note_id: int) -> ResponseReturnValue:
    """Store what is written now, unless somebody stored something newer."""
    note = operations.get(db.session(), g.coach_id, note_id)
    blocks, version = read_blocks(request.form), number_in(request.form, "version") or 0
    if refusal := _refused(blocks):
        client, booking = _about(note)
        return _answer_refusal(refusal, client, booking, blocks, note=note)
    coach_id, desk = g.coach_id, _desk()
    try:
        with transaction() as session:
            note = operations.get(session, coach_id, note_id, for_change=True)
            operations.save(session, note, version=version, blocks=blocks, now=desk.now)
            filing.file_lines(session, note, desk, open_line=_open_line())
            auth.forget_held_form(session, coach_id, request.path)
            version = note.version
    except operations.Stale:
        return _conflict(note_id, blocks)
    except operations.Locked as no:
        if wants_json():
            raise
        typed = "\n\n".join(block.text for block in blocks)
        page = locked_page(note_id, problem=f"{no.sentence} {no.what_next}", typed=typed)
        return make_response(page, no.status)
    return _saved(note_id, version)


@bp.post("/notes/<id:note_id>/lines/<id:line_id>/undo")
def undo_line(note_id: int, line_id: int) -> ResponseReturnValue:
    """Take back what a slash line has made; the line stays as text."""
    coach_id, desk = g.coach_id, _desk()
    with transaction() as session:
        note = operations.get(session, coach_id, note_id, for_change=True)
        undone = filing.undo(session, note, line_id, desk)
        booking_id, version = note.booking_id, note.version
    if wants_json():
        return _told(note_id, version, undone={"text": undone.text, "words": undone.words})
    return redirect(_way_back(note_id, booking_id), 303)


def _desk() -> filing.Desk:
    coach, now = current_coach(), clock.now()
    return filing.Desk(
        coach_id=coach.id,
        today=now.astimezone(coach.zone).date(),
        now=now,
        application_id=number_in(request.form, "about"),
    )


def _open_line() -> tuple[str, str] | None:
    """Return the line that the coach is still typing, as the note's script tells it."""
    if "open-text" not in request.form:
        return None
    return request.form.get("open-block", ""), request.form["open-text"]


def _way_back(note_id: int, booking_id: int | None) -> str:
    """Return where the note is being written: on the page of the call, or on its own."""
    if request.form.get("place") == "call" and booking_id is not None:
        return url_for("desk.call", booking_id=booking_id)
    return url_for("notes.edit", note_id=note_id)


def number_in(fields: MultiDict[str, str], name: str) -> int | None:
    """Return a field that is a number a row could have, or None."""
    return parse_row_number(fields.get(name))


def _held(path: str | None = None) -> MultiDict[str, str] | None:
    """Return what was sent to this address after the login had ended, or None."""
    body = auth.held_form(db.session(), g.coach_id, path or request.path)
    pairs = parse_qsl(body or "", keep_blank_values=True)
    return MultiDict(pairs) if body else None


def _whom(client_id: int, booking: str) -> tuple[Client, Booking | None]:
    """Return the client, and the meeting if one is named."""
    session = db.session()
    client = clients.get(session, g.coach_id, client_id)
    if not booking:
        return client, None
    booking_id = number_in(MultiDict({"booking": booking}), "booking")
    if booking_id is None:
        raise NotFound
    return client, operations.booking_for(session, g.coach_id, client_id, booking_id)


def _about(note: Note) -> tuple[Client, Booking | None]:
    session = db.session()
    client = clients.get(session, note.coach_id, note.client_id)
    if note.booking_id is None:
        return client, None
    return client, operations.booking_for(session, note.coach_id, client.id, note.booking_id)


def _refused(blocks: list[Block]) -> tuple[int, str] | None:
    """Return the status and sentence for a form that cannot be saved, or None."""
    if problem := form_problem():
        return problem.status, problem.sentence
    if any(block.trouble for block in blocks):
        return 422, "Nothing is saved yet: please look at the passages marked below."
    return None


def _saved(note_id: int, version: int) -> ResponseReturnValue:
    if wants_json():
        return _told(note_id, version)
    booking_id = operations.get(db.session(), g.coach_id, note_id).booking_id
    tail = "?more=1#last" if request.form.get("action") == "add" else ""
    return redirect(_way_back(note_id, booking_id) + tail, 303)


def _told(note_id: int, version: int, **more: object) -> Response:
    """Tell the note's script what is stored, and what its lines have made."""
    session = db.session()
    note = operations.get(session, g.coach_id, note_id)
    return jsonify(
        id=note_id,
        url=url_for("notes.edit", note_id=note_id),
        version=version,
        saved_at=words.clock_time(clock.now().astimezone(current_coach().zone)),
        **presenting.lines(session, note, _desk()),
        **more,
    )


def _answer_refusal(
    refusal: tuple[int, str],
    client: Client,
    booking: Booking | None,
    blocks: list[Block],
    *,
    note: Note | None = None,
    draft: str = "",
) -> Response:
    status, sentence = refusal
    if wants_json():
        return make_response(jsonify(error=sentence, reason=form_problem()), status)
    return _page(client, booking, blocks, note=note, draft=draft, status=status, problem=sentence)


def _conflict(note_id: int, blocks: list[Block]) -> Response:
    """Show what was typed, beside what is stored; saving again then replaces it knowingly."""
    note = operations.get(db.session(), g.coach_id, note_id)
    sentence = operations.Stale.sentence
    if wants_json():
        return make_response(jsonify(error=sentence, version=note.version), 409)
    client, booking = _about(note)
    return _page(
        client,
        booking,
        blocks,
        note=note,
        status=409,
        problem=f"{sentence} {operations.Stale.what_next}",
        stored=versions.blocks_of(note),
    )


def _page(
    client: Client,
    booking: Booking | None,
    blocks: list[Block],
    *,
    note: Note | None = None,
    version: str | int | None = None,
    draft: str = "",
    status: int = 200,
    problem: str | None = None,
    stored: list[Block] | None = None,
) -> Response:
    zone = current_coach().zone
    form = (
        presenting.form_of(note, blocks, zone, version=version)
        if note
        else presenting.empty_form(client.id, booking, blocks, draft=draft)
    )
    page = render_template(
        "notes/edit.html",
        client_name=client.name,
        client_url=url_for("desk.client", client_id=client.id),
        meeting=presenting.meeting_line(booking, zone),
        note=replace(form, problem=problem),
        patterns=[] if note else presenting.pattern_links(client.id, booking),
        links=presenting.links(note) if note else [],
        stored=stored,
        lines=presenting.lines(db.session(), note, _desk()) if note else None,
    )
    return make_response(page, status)


def locked_page(note_id: int, *, problem: str | None = None, typed: str = "") -> str:
    """Return the page of a locked note, with the form for an addition."""
    zone = current_coach().zone
    note = operations.get(db.session(), g.coach_id, note_id)
    client, booking = _about(note)
    return render_template(
        "notes/locked.html",
        client_name=client.name,
        client_url=url_for("desk.client", client_id=client.id),
        meeting=presenting.meeting_line(booking, zone),
        locked_at=presenting.when(note.locked_at, zone) if note.locked_at else "",
        passages=[presenting.passage(block, zone) for block in note.blocks],
        links=presenting.links(note),
        add_url=f"/coach/notes/{note_id}/additions",
        key=operations.new_key(),
        typed=typed,
        problem=problem,
    )
