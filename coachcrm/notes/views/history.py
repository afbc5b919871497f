"""What becomes of a written note: sharing its passages, its versions, the lock."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.clients import operations as clients
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from coachcrm.notes.blueprint import bp
from coachcrm.notes.forms import number_in
from coachcrm.notes.operations import notes, sharing, versions
from coachcrm.notes.pages import words as note_words


@bp.get("/notes/<id:note_id>/share")
def share(note_id: int) -> str:
    """Show every passage with what the client sees of it."""
    session, zone = db.session(), current_coach().zone
    note = notes.get(session, g.coach_id, note_id)
    return render_template(
        "notes/share.html",
        client_name=clients.get(session, g.coach_id, note.client_id).name,
        note_id=note_id,
        letter_url=(
            url_for("desk.wrap_up", booking_id=note.booking_id, _anchor="letter")
            if note.booking_id
            else None
        ),
        passages=[note_words.passage(block, zone) for block in note.blocks],
    )


@bp.post("/notes/<id:note_id>/share/<id:block_id>")
def share_passage(note_id: int, block_id: int) -> ResponseReturnValue:
    """Share one passage, as it was shown."""
    mark, coach_id = request.form.get("mark", ""), g.coach_id
    with transaction() as session:
        note = notes.get(session, coach_id, note_id, for_change=True)
        sharing.share(session, note, block_id, mark=mark, now=clock.now())
    return _back_to_passage(note_id, block_id)


@bp.post("/notes/<id:note_id>/take-back/<id:block_id>")
def take_back(note_id: int, block_id: int) -> ResponseReturnValue:
    """Make one passage private again."""
    coach_id = g.coach_id
    with transaction() as session:
        note = notes.get(session, coach_id, note_id, for_change=True)
        sharing.take_back(session, note, block_id)
    return _back_to_passage(note_id, block_id)


@bp.get("/notes/<id:note_id>/versions")
def version_list(note_id: int) -> str:
    """Show when the note was kept."""
    return _versions_page(note_id, None)


@bp.get("/notes/<id:note_id>/versions/<id:version_id>")
def compare(note_id: int, version_id: int) -> str:
    """Show a version beside the note as it is now."""
    return _versions_page(note_id, version_id)


@bp.post("/notes/<id:note_id>/versions/<id:version_id>/restore")
def restore(note_id: int, version_id: int) -> ResponseReturnValue:
    """Put an older text back."""
    version, coach_id = number_in(request.form, "version") or 0, g.coach_id
    with transaction() as session:
        note = notes.get(session, coach_id, note_id, for_change=True)
        notes.restore(session, note, version_id, version=version, now=clock.now())
    return redirect(url_for("notes.edit", note_id=note_id), 303)


@bp.get("/notes/<id:note_id>/lock")
def ask_to_lock(note_id: int) -> str:
    """Say what a lock means, with the button."""
    note = notes.get(db.session(), g.coach_id, note_id)
    client = clients.get(db.session(), g.coach_id, note.client_id)
    return render_template("notes/lock.html", client_name=client.name, note_id=note_id)


@bp.post("/notes/<id:note_id>/lock")
def lock(note_id: int) -> ResponseReturnValue:
    """Close the note for good."""
    coach_id = g.coach_id
    with transaction() as session:
        note = notes.get(session, coach_id, note_id, for_change=True)
        notes.lock(session, note, now=clock.now())
    return redirect(url_for("notes.edit", note_id=note_id), 303)


def _back_to_passage(note_id: int, block_id: int) -> ResponseReturnValue:
    return redirect(url_for("notes.share", note_id=note_id, _anchor=f"p{block_id}"), 303)


def _versions_page(note_id: int, version_id: int | None) -> str:
    session, zone = db.session(), current_coach().zone
    note = notes.get(session, g.coach_id, note_id)
    chosen = versions.one(session, note_id, version_id) if version_id else None
    lines = None
    if chosen:
        lines = versions.compared(versions.unpacked(chosen.content), versions.blocks_of(note))
    return render_template(
        "notes/versions.html",
        client_name=clients.get(session, g.coach_id, note.client_id).name,
        note_id=note_id,
        version=note.version,
        is_locked=note.locked_at is not None,
        versions=[note_words.version(v, zone) for v in versions.of(session, note_id)],
        chosen=note_words.version(chosen, zone) if chosen else None,
        lines=lines,
    )
