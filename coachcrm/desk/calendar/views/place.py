"""Where one meeting is, if that is elsewhere than its service says."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings import acts, finding
from coachcrm.bookings.change.operations import resend
from coachcrm.bookings.core import places
from coachcrm.bookings.models import Booking, place_of
from coachcrm.bookings.offer.pages.running_diary import diary_cache
from coachcrm.desk import meetings
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.calendar.forms import PlaceForm
from coachcrm.desk.calendar.views.booking import refuse_to_change
from coachcrm.kit.data.db import db
from coachcrm.kit.text.phone_numbers import spoken
from coachcrm.kit.time import clock, zones
from coachcrm.kit.web.guard import form_problem, keeps_answers
from coachcrm.kit.web.site import site

bp.register_error_handler(resend.NotToCome, refuse_to_change)


@bp.get("/bookings/<id:booking_id>/place")
def placing(booking_id: int) -> Response:
    """Show where a meeting is, to be changed for this once."""
    found = finding.booking_of(db.session(), g.coach_id, booking_id)
    resend.check_to_come(found, now=clock.now())
    form = PlaceForm(formdata=None, usual=_usual(found))
    form.show(found.own)
    return _page(found, form)


@bp.post("/bookings/<id:booking_id>/place")
@keeps_answers
def meet_elsewhere(booking_id: int) -> ResponseReturnValue:
    """Give a meeting a place of its own, or its service's again, and tell both."""
    found = finding.booking_of(db.session(), g.coach_id, booking_id)
    form = PlaceForm(usual=_usual(found))
    if problem := form_problem():
        return _page(found, form, problem.status, problem=problem.sentence)
    if not form.was_sent_well():
        return _page(found, form, 422)
    own = form.own()
    if (own or place_of(found.service)) == found.place:
        return redirect(url_for("desk.booking", booking_id=booking_id, done="same-place"), 303)
    version, message = request.form.get("sequence", ""), form.message.data or ""
    wanted = resend.MeetElsewhere(
        booking_id=booking_id, version=version, place=own, message=message
    )
    acts.perform(wanted, site(), diary_cache())
    return redirect(url_for("desk.booking", booking_id=booking_id, done="placed"), 303)


def _usual(booking: Booking) -> str:
    usual = place_of(booking.service)
    phone = spoken(booking.phone, current_coach().country)
    return places.for_coach(usual.kind, usual.details, phone=phone)


def _page(
    found: Booking, form: PlaceForm, status: int = 200, *, problem: str | None = None
) -> Response:
    coach = current_coach()
    page = render_template(
        "desk/calendar/place.html",
        meeting=meetings.meeting(found, coach, {}, now=clock.now()),
        form=form,
        problem=problem,
        # What the coach saw when he began: a page shown again must not learn what he has not seen.
        version=request.form.get("sequence", str(found.version)),
        lacks_number=not found.phone,
        zone_label=zones.label(coach.timezone),
    )
    return make_response(page, status)
