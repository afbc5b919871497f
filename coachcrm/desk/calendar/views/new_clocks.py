"""Meetings at another time of day by new rules of the clocks: shown, told to both, or left so."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings import acts
from coachcrm.bookings.change.operations import new_clocks as clocks
from coachcrm.bookings.change.operations.resend import SendAgain
from coachcrm.bookings.offer.pages.running_diary import diary_cache
from coachcrm.desk import meetings
from coachcrm.desk.blueprint import desk as bp
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock, zones
from coachcrm.kit.web.site import site


@bp.get("/bookings/new-clocks")
def new_clocks() -> str:
    """Show the meetings whose clocks show another time than both were told."""
    now, coach = clock.now(), current_coach()
    return render_template(
        "desk/calendar/new_clocks.html",
        rows=[
            (
                one.booking.public_id,
                meetings.meeting(one.booking, coach, {}, now=now),
                one.words,
            )
            for one in clocks.shifted(db.session(), coach.id, now=now)
        ],
        release=zones.data_version(),
        done={name: request.args.get(name, type=int) for name in ("told", "left")},
        zone_label=zones.label(coach.timezone),
    )


@bp.post("/bookings/new-clocks/tell")
def tell_new_clocks() -> ResponseReturnValue:
    """Send the chosen invitations again, with the time as it is now; what is held has none."""
    chosen = set(request.form.getlist("booking"))
    wanted = [
        SendAgain(booking_id=one.booking.id, version=str(one.booking.version))
        for one in clocks.shifted(db.session(), g.coach_id, now=clock.now())
        if one.booking.public_id in chosen and one.booking.status == "confirmed"
    ]
    told = acts.perform_each(wanted, site(), diary_cache())
    return redirect(url_for("desk.new_clocks", told=told), 303)


@bp.post("/bookings/new-clocks/leave")
def leave_new_clocks() -> ResponseReturnValue:
    """Leave the chosen meetings as they are, and tell nobody."""
    chosen, coach_id = set(request.form.getlist("booking")), g.coach_id
    with transaction() as session:
        left = clocks.leave(session, coach_id, chosen, now=clock.now())
    return redirect(url_for("desk.new_clocks", left=left), 303)
