"""Adding to a locked note: kept as it is typed, dated when it is added."""

from collections.abc import Callable

from flask import Response, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.auth.operations import held_forms
from coachcrm.kit.data.db import transaction
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.time import clock, words
from coachcrm.kit.web.guard import form_problem, held_when_signed_out, keeps_answers, wants_json
from coachcrm.notes.blueprint import bp
from coachcrm.notes.core.blocks import usable_key
from coachcrm.notes.forms import number_in
from coachcrm.notes.operations import additions, notes
from coachcrm.notes.pages import answers


@bp.post("/notes/<id:note_id>/additions")
@keeps_answers
@held_when_signed_out
def add(note_id: int) -> ResponseReturnValue:
    """Add a dated passage to a locked note."""
    refused, _ = _store(note_id, additions.add)
    return refused or redirect(url_for("notes.edit", note_id=note_id), 303)


@bp.post("/notes/<id:note_id>/additions/draft")
@keeps_answers
@held_when_signed_out
def keep(note_id: int) -> ResponseReturnValue:
    """Keep what is being written below a locked note; it is no part of the note yet."""
    refused, version = _store(note_id, additions.keep)
    if refused is not None:
        return refused
    if not wants_json():
        return redirect(url_for("notes.edit", note_id=note_id, _anchor="addition"), 303)
    saved_at = words.clock_time(clock.now().astimezone(current_coach().zone))
    return jsonify(version=version, saved_at=saved_at)


def _store(note_id: int, verb: Callable[..., object]) -> tuple[Response | None, int]:
    """Let a verb have what was typed; return why it did not, or None and the draft's version."""
    coach_id, form = g.coach_id, request.form
    text = form.get("text", "").replace("\r\n", "\n")
    key = usable_key(form.get("key", "")) or notes.new_key()
    if problem := form_problem():
        return _refusal(note_id, text, problem.sentence, problem.status), 0
    try:
        with transaction() as session:
            note = notes.get(session, coach_id, note_id, for_change=True)
            version = number_in(form, "version") or 0
            made = verb(session, note, text, key=key, version=version, now=clock.now())
            kept = getattr(made, "version", 0)
            for path in (url_for("notes.add", note_id=note_id), request.path):
                held_forms.forget_held_form(session, coach_id, path)
    except additions.AdditionChanged as refusal:
        return answers.addition_conflict(note_id, text, refusal), 0
    except NotFound:
        raise
    except Refusal as refusal:
        return _refusal(note_id, text, refusal.sentence, 422), 0
    return None, kept


def _refusal(note_id: int, typed: str, sentence: str, status: int) -> Response:
    if wants_json():
        answer = jsonify(error=sentence, reason=form_problem())
        answer.status_code = status
        return answer
    version = number_in(request.form, "version")
    return answers.locked_page(
        note_id, problem=sentence, typed=typed, version=version, status=status
    )
