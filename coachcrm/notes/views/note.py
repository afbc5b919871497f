"""The note's page: written as one goes, saved as typed."""

import secrets

from flask import Response, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from coachcrm.auth.operations import held_forms
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.web.guard import held_when_signed_out, keeps_answers, wants_json
from coachcrm.notes import forms
from coachcrm.notes.blueprint import bp
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.core.templates import PATTERNS
from coachcrm.notes.forms import read_blocks
from coachcrm.notes.models import Note
from coachcrm.notes.operations import filing, notes, versions
from coachcrm.notes.pages import answers, sent

LONGEST_DRAFT = 64


@bp.get("/clients/<id:client_id>/notes/new")
def new(client_id: int) -> Response:
    """Show an empty note; nothing is stored until it is saved."""
    held = sent.held()
    client, booking = sent.whom(client_id, (held or request.args).get("booking", ""))
    if held:
        blocks, draft = read_blocks(held), held.get("draft", "")
        return answers.note_page(client, booking, blocks, draft=draft, problem=answers.SIGNED_OUT)
    pattern = PATTERNS.get(request.args.get("template", ""))
    blocks = list(pattern.blocks) if pattern else [Block("")]
    return answers.note_page(client, booking, blocks, draft=secrets.token_urlsafe(24))


@bp.post("/clients/<id:client_id>/notes/new")
@keeps_answers
@held_when_signed_out
def create(client_id: int) -> ResponseReturnValue:
    """Store a new note."""
    client, booking = sent.whom(client_id, request.form.get("booking", ""))
    blocks, draft = read_blocks(request.form), request.form.get("draft", "")[:LONGEST_DRAFT]
    if refusal := sent.refused(blocks):
        return answers.answer_refusal(refusal, client, booking, blocks, draft=draft)
    draft = draft if draft.isascii() and len(draft) > 15 else secrets.token_urlsafe(24)  # noqa: PLR2004
    desk, booking_id = sent.desk(), booking.id if booking else None
    try:
        with transaction() as session:
            note = notes.create(
                session,
                desk.coach_id,
                client_id,
                draft=draft,
                blocks=blocks,
                booking_id=booking_id,
                now=desk.now,
            )
            note_id, version = _filed(session, note, desk)
    except notes.Stale:
        found = notes.of_draft(db.session(), desk.coach_id, draft)
        return answers.conflict(found.id if found else 0, blocks)
    return answers.saved(note_id, version)


@bp.get("/notes/<id:note_id>")
def edit(note_id: int) -> Response:
    """Show a note, ready to be written on."""
    note = notes.get(db.session(), g.coach_id, note_id)
    client, booking = sent.about(note)
    if note.locked_at is not None:
        return answers.locked(note_id)
    if held := sent.held():
        return answers.note_page(
            client,
            booking,
            read_blocks(held),
            note=note,
            version=held.get("version"),
            problem=answers.SIGNED_OUT,
        )
    blocks = versions.blocks_of(note)
    if not blocks or "more" in request.args:
        blocks = [*blocks, Block("")]
    return answers.note_page(client, booking, blocks, note=note)


@bp.post("/notes/<id:note_id>")
@keeps_answers
@held_when_signed_out
def save(note_id: int) -> ResponseReturnValue:
    """Store what is written now, unless somebody stored something newer."""
    note = notes.get(db.session(), g.coach_id, note_id)
    blocks, version = read_blocks(request.form), forms.number_in(request.form, "version") or 0
    if refusal := sent.refused(blocks):
        client, booking = sent.about(note)
        return answers.answer_refusal(refusal, client, booking, blocks, note=note)
    desk = sent.desk()
    try:
        with transaction() as session:
            note = notes.get(session, desk.coach_id, note_id, for_change=True)
            notes.save(session, note, version=version, blocks=blocks, now=desk.now)
            _, version = _filed(session, note, desk)
    except notes.Stale:
        return answers.conflict(note_id, blocks)
    except notes.Locked as no:
        if wants_json():
            raise
        typed = "\n\n".join(block.text for block in blocks)
        return answers.locked_page(
            note_id, problem=f"{no.sentence} {no.what_next}", typed=typed, status=no.status
        )
    return answers.saved(note_id, version)


@bp.post("/notes/<id:note_id>/lines/<id:line_id>/undo")
def undo_line(note_id: int, line_id: int) -> ResponseReturnValue:
    """Take back what a slash line has made; the line stays as text."""
    coach_id, desk = g.coach_id, sent.desk()
    with transaction() as session:
        note = notes.get(session, coach_id, note_id, for_change=True)
        undone = filing.undo(session, note, line_id, desk)
        booking_id, version = note.booking_id, note.version
    if wants_json():
        return answers.told(note_id, version, undone={"text": undone.text, "words": undone.words})
    return redirect(answers.way_back(note_id, booking_id), 303)


def _filed(session: Session, note: Note, desk: filing.Desk) -> tuple[int, int]:
    """File a saved note's lines, forget what was held of it; return its number and version."""
    filing.file_lines(session, note, desk, open_line=sent.open_line())
    held_forms.forget_held_form(session, desk.coach_id, request.path)
    return note.id, note.version
