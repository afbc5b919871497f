"""The call on one screen: the note in the middle, and all that one needs around it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.desk import operations
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.call.pages import call as call_page
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.typed import has_unusable, one_line, parse_date
from coachcrm.kit.time import clock, zones
from coachcrm.recovery.operations import applications as recovery
from coachcrm.recovery.reading.ladder import ladder_of

MOST_TYPED = 200


@bp.get("/bookings/<id:booking_id>/call")
def call(booking_id: int) -> str:
    """Show everything that a call needs on one screen, and no other client's name."""
    now, coach, session = clock.now(), current_coach(), db.session()
    booking = operations.meeting_of(session, coach.id, booking_id)
    return render_template(
        "desk/call/call.html",
        **call_page.shown(session, coach, booking, more="more" in request.args, now=now),
        zone_label=zones.label(coach.timezone),
        booking_id=booking_id,
    )


@bp.post("/bookings/<id:booking_id>/call/rejection")
def log_rejection(booking_id: int) -> ResponseReturnValue:
    """Write a rejection down in four fields, in the middle of the call."""
    coach, now, form = current_coach(), clock.now(), request.form
    coach_id, today = coach.id, now.astimezone(coach.zone).date()
    stage, ladder = form.get("stage", ""), ladder_of(db.session(), coach_id)
    new = recovery.Rejection(
        employer=typed_line("employer"),
        role=typed_line("role"),
        stage=stage if stage in ladder else "applied",
        told_on=parse_date(form.get("told_on")),
    )
    with transaction() as session:
        booking = operations.meeting_of(session, coach_id, booking_id)
        search = recovery.open_search(session, coach_id, booking.client_id, today=today)
        recovery.log_rejection(session, search, new, today=today, now=now)
    return redirect(url_for("desk.call", booking_id=booking_id), 303)


def typed_line(name: str) -> str:
    """Return a field of the posted form as a line that can be kept, or an empty text."""
    text = request.form.get(name, "")[:MOST_TYPED]
    return "" if has_unusable(text) else one_line(text)
