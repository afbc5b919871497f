"""What a note's form has sent to this request, and whom the note is about."""

from urllib.parse import parse_qsl

from flask import g, request
from werkzeug.datastructures import MultiDict

from coachcrm.auth.access import current_coach
from coachcrm.auth.operations import held_forms
from coachcrm.bookings.models import Booking
from coachcrm.clients import operations as clients
from coachcrm.clients.models import Client
from coachcrm.kit.data.db import db
from coachcrm.kit.errors import NotFound
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import form_problem
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.forms import number_in
from coachcrm.notes.models import Note
from coachcrm.notes.operations import filing, notes


def desk() -> filing.Desk:
    """Return who files, when, and about which application."""
    coach, now = current_coach(), clock.now()
    return filing.Desk(
        coach_id=coach.id,
        today=now.astimezone(coach.zone).date(),
        now=now,
        application_id=number_in(request.form, "about"),
    )


def open_line() -> tuple[str, str] | None:
    """Return the line that the coach is still typing, as the note's script tells it."""
    if "open-text" not in request.form:
        return None
    return request.form.get("open-block", ""), request.form["open-text"]


def held(path: str | None = None) -> MultiDict[str, str] | None:
    """Return what was sent to this address after the login had ended, or None."""
    body = held_forms.held_form(db.session(), g.coach_id, path or request.path)
    pairs = parse_qsl(body or "", keep_blank_values=True)
    return MultiDict(pairs) if body else None


def whom(client_id: int, booking: str) -> tuple[Client, Booking | None]:
    """Return the client, and the meeting if one is named."""
    session = db.session()
    client = clients.get(session, g.coach_id, client_id)
    if not booking:
        return client, None
    booking_id = number_in(MultiDict({"booking": booking}), "booking")
    if booking_id is None:
        raise NotFound
    return client, notes.booking_for(session, g.coach_id, client_id, booking_id)


def about(note: Note) -> tuple[Client, Booking | None]:
    """Return the client and the meeting of a note."""
    session = db.session()
    client = clients.get(session, note.coach_id, note.client_id)
    if note.booking_id is None:
        return client, None
    return client, notes.booking_for(session, note.coach_id, client.id, note.booking_id)


def refused(blocks: list[Block]) -> tuple[int, str] | None:
    """Return the status and sentence for a form that cannot be saved, or None."""
    if problem := form_problem():
        return problem.status, problem.sentence
    if any(block.trouble for block in blocks):
        return 422, "Nothing is saved yet: please look at the passages marked below."
    return None
