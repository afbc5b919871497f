"""A note's pages, and what its script is told."""

from dataclasses import replace
from typing import Any

from flask import Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings.models import Booking
from coachcrm.clients.models import Client
from coachcrm.kit.data.db import db
from coachcrm.kit.errors import Refusal
from coachcrm.kit.time import clock, words
from coachcrm.kit.web.guard import form_problem, wants_json
from coachcrm.notes import forms
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.models import Note
from coachcrm.notes.operations import additions, notes, versions
from coachcrm.notes.pages import sent
from coachcrm.notes.pages import words as note_words
from coachcrm.notes.pages.sent import about, desk

SIGNED_OUT = (
    "You were signed out before this was saved. "
    "It is here as you had written it: please press the Save button."
)


def note_page(
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
    """Show a note, ready to be written on; `stored` is what another window has saved."""
    zone = current_coach().zone
    form = (
        note_words.form_of(note, blocks, zone, version=version)
        if note
        else note_words.empty_form(client.id, booking, blocks, draft=draft)
    )
    page = render_template(
        "notes/edit.html",
        client_name=client.name,
        client_url=url_for("desk.client", client_id=client.id),
        meeting=note_words.meeting_line(booking, zone),
        note=replace(form, problem=problem),
        patterns=[] if note else note_words.pattern_links(client.id, booking),
        links=note_words.links(note) if note else [],
        stored=stored,
        lines=note_words.lines(db.session(), note, desk()) if note else None,
    )
    return make_response(page, status)


def locked(note_id: int) -> Response:
    """Show a locked note with what is being added: what was held, or the draft, or nothing."""
    add, keep = (url_for(f"notes.{verb}", note_id=note_id) for verb in ("add", "keep"))
    held = sent.held(add) or sent.held(keep)
    if held is None:
        return locked_page(note_id)
    return locked_page(
        note_id,
        problem=SIGNED_OUT,
        typed=held.get("text", ""),
        version=forms.number_in(held, "version"),
    )


def locked_page(
    note_id: int,
    *,
    problem: str | None = None,
    typed: str | None = None,
    version: int | None = None,
    stored: str | None = None,
    status: int = 200,
) -> Response:
    """Show a locked note with the form for an addition.

    `typed` is what to put into the form in the place of the draft, `stored` what another window
    has kept meanwhile, to be seen beside it.
    """
    zone, session = current_coach().zone, db.session()
    note = notes.get(session, g.coach_id, note_id)
    client, booking = about(note)
    draft = additions.draft_of(session, note_id)
    page = render_template(
        "notes/locked.html",
        client_name=client.name,
        client_url=url_for("desk.client", client_id=client.id),
        meeting=note_words.meeting_line(booking, zone),
        locked_at=words.when(note.locked_at, zone),
        passages=[note_words.passage(block, zone) for block in note.blocks],
        links=note_words.links(note),
        note_id=note_id,
        key=draft.key if draft else notes.new_key(),
        version=version if version is not None else draft.version if draft else 0,
        typed=typed if typed is not None else draft.text if draft else "",
        saved_at=words.when(draft.saved_at, zone) if draft and typed is None else "",
        problem=problem,
        stored=stored,
    )
    return make_response(page, status)


def addition_conflict(note_id: int, typed: str, refusal: Refusal) -> Response:
    """Show what was typed below a locked note beside what another window has kept."""
    if wants_json():
        return make_response(jsonify(error=refusal.sentence), refusal.status)
    draft = additions.draft_of(db.session(), note_id)
    return locked_page(
        note_id,
        problem=f"{refusal.sentence} {refusal.what_next}",
        typed=typed,
        stored=draft.text if draft else "",
        status=refusal.status,
    )


def answer_refusal(
    refusal: tuple[int, str],
    client: Client,
    booking: Booking | None,
    blocks: list[Block],
    *,
    note: Note | None = None,
    draft: str = "",
) -> Response:
    """Say why a form was not saved, with what was typed still in it."""
    status, sentence = refusal
    if wants_json():
        return make_response(jsonify(error=sentence, reason=form_problem()), status)
    return note_page(
        client, booking, blocks, note=note, draft=draft, status=status, problem=sentence
    )


def conflict(note_id: int, blocks: list[Block]) -> Response:
    """Show what was typed, beside what is stored; saving again then replaces it knowingly."""
    note = notes.get(db.session(), g.coach_id, note_id)
    sentence = notes.Stale.sentence
    if wants_json():
        return make_response(jsonify(error=sentence, version=note.version), 409)
    client, booking = about(note)
    return note_page(
        client,
        booking,
        blocks,
        note=note,
        status=409,
        problem=f"{sentence} {notes.Stale.what_next}",
        stored=versions.blocks_of(note),
    )


def saved(note_id: int, version: int) -> ResponseReturnValue:
    """Answer a save: the script with what is stored, a person with the page to go on with."""
    if wants_json():
        return told(note_id, version)
    booking_id = notes.get(db.session(), g.coach_id, note_id).booking_id
    more = {"more": 1, "_anchor": "last"} if request.form.get("action") == "add" else {}
    return redirect(way_back(note_id, booking_id, **more), 303)


def told(note_id: int, version: int, **more: object) -> Response:
    """Tell the note's script what is stored, and what its lines have made."""
    session = db.session()
    note = notes.get(session, g.coach_id, note_id)
    return jsonify(
        id=note_id,
        url=url_for("notes.edit", note_id=note_id),
        version=version,
        saved_at=words.clock_time(clock.now().astimezone(current_coach().zone)),
        **note_words.lines(session, note, desk()),
        **more,
    )


def way_back(note_id: int, booking_id: int | None, **more: Any) -> str:
    """Return where the note is being written: on the page of the call, or on its own."""
    if request.form.get("place") == "call" and booking_id is not None:
        return url_for("desk.call", booking_id=booking_id, **more)
    return url_for("notes.edit", note_id=note_id, **more)
