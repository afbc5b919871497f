"""Many bookings at once: the coach looks at them together, and keeps or takes back all of them."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings import acts
from coachcrm.bookings.change.operations import bursts
from coachcrm.bookings.offer.pages.running_diary import diary_cache
from coachcrm.desk import meetings
from coachcrm.desk.blueprint import bursts as bp
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock, zones
from coachcrm.kit.web.site import site

MOST = 500
DONE = ("confirmed", "back", "lost", "passed")


@bp.get("")
def show() -> str:
    """Show what came in a burst or is held, and what was cancelled together last."""
    now, coach, session = clock.now(), current_coach(), db.session()
    found = bursts.in_burst(session, coach.id, now=now)
    undone = bursts.newest_batch(session, coach.id, now=now)
    batch, cancelled = undone or ("", [])
    return render_template(
        "desk/calendar/bursts.html",
        rows=[
            (booking.public_id, booking.email, meetings.meeting(booking, coach, {}, now=now))
            for booking in found
        ],
        held=sum(booking.status == "held" for booking in found),
        batch=batch,
        cancelled=len(cancelled),
        done={name: request.args.get(name, type=int) for name in DONE},
        zone_label=zones.label(coach.timezone),
    )


@bp.post("/confirm")
def confirm() -> ResponseReturnValue:
    """Confirm the held bookings that the page showed, each in an act of its own."""
    chosen, coach_id = request.form.getlist("booking")[:MOST], g.coach_id
    held = bursts.held(db.session(), coach_id, chosen)
    wanted = [bursts.Confirm(booking_id=booking_id) for booking_id in held]
    confirmed = acts.perform_each(wanted, site(), diary_cache())
    passed = len(bursts.held(db.session(), coach_id, chosen))
    return redirect(url_for("bursts.show", confirmed=confirmed, passed=passed), 303)


@bp.post("/cancel")
def cancel() -> ResponseReturnValue:
    """Cancel the bookings that the page showed, and send nothing."""
    chosen, coach_id = request.form.getlist("booking")[:MOST], g.coach_id
    with transaction() as session:
        bursts.cancel_in_silence(session, coach_id, chosen, now=clock.now())
    return redirect(url_for("bursts.show"), 303)


@bp.post("/put-back")
def put_back() -> ResponseReturnValue:
    """Undo the last cancelling."""
    coach_id, batch = g.coach_id, request.form.get("batch", "")
    with transaction() as session:
        done = bursts.put_back(session, coach_id, batch, now=clock.now())
    return redirect(url_for("bursts.show", back=done.back, lost=done.lost, passed=done.passed), 303)
