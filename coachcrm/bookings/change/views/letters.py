"""The life of a booking's invitation, and what the coach does to it by hand."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings import acts, finding, refusals
from coachcrm.bookings.blueprint import letters as bp
from coachcrm.bookings.change.forms import AddressForm
from coachcrm.bookings.change.operations import resend
from coachcrm.bookings.core.rules import State
from coachcrm.bookings.letters.core import letter_history
from coachcrm.bookings.offer.pages.running_diary import diary_cache
from coachcrm.clients.models import email_key
from coachcrm.kit.data.db import db
from coachcrm.kit.errors import Refusal
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.web.error_pages import refused
from coachcrm.kit.web.site import as_letters_leave, site
from coachcrm.outbox.queue import operations as outbox

DONE = {
    "again": "The present state is on its way to both of you once more.",
    "address": "The letters of this booking go to the new address from now on.",
}


@bp.errorhandler(refusals.Changed)
@bp.errorhandler(refusals.StillHeld)
@bp.errorhandler(resend.Over)
@bp.errorhandler(resend.NobodyWasTold)
@bp.errorhandler(resend.NotToCome)
def refuse(refusal: Refusal) -> Response:
    """Show why nothing was done, with the way back to the letters of the booking."""
    booking_id = (request.view_args or {}).get("booking_id")
    back = url_for("letters.of_booking", booking_id=booking_id)
    return refused(refusal, links=[("To the letters of this booking", back)])


@bp.get("/bookings/<id:booking_id>/letters")
def of_booking(booking_id: int) -> Response:
    """Show the life of a booking's invitation."""
    return _page(booking_id, AddressForm(formdata=None))


@bp.post("/bookings/<id:booking_id>/letters/send-again")
def send_again(booking_id: int) -> ResponseReturnValue:
    """Send the present state of a booking to both once more."""
    version = request.form.get("sequence", "")
    acts.perform(resend.SendAgain(booking_id=booking_id, version=version), site(), diary_cache())
    return redirect(url_for("letters.of_booking", booking_id=booking_id, done="again"), 303)


@bp.post("/bookings/<id:booking_id>/letters/address")
def readdress(booking_id: int) -> ResponseReturnValue:
    """Send the letters of a booking to another address."""
    form, version = AddressForm(), request.form.get("sequence", "")
    booking = finding.booking_of(db.session(), g.coach_id, booking_id)
    if not form.was_sent_well():
        return _page(booking_id, form, 422)
    address = form.email.data or ""
    if email_key(address) == email_key(booking.email):
        form.email.errors = ["The letters go to this address already."]
        return _page(booking_id, form, 422)
    acts.perform(
        resend.Readdress(booking_id=booking_id, version=version, address=address),
        site(),
        diary_cache(),
    )
    return redirect(url_for("letters.of_booking", booking_id=booking_id, done="address"), 303)


def _page(booking_id: int, form: AddressForm, status: int = 200) -> Response:
    now, coach, session = clock.now(), current_coach(), db.session()
    booking = finding.booking_of(session, coach.id, booking_id)
    state = booking.facts.state(now)
    page = render_template(
        "bookings/change/letter_history.html",
        form=form,
        message=_said(request.args.get("done", "")),
        client_name=booking.client.name,
        client_url=url_for("desk.client", client_id=booking.client_id),
        when=words.when_year(booking.starts_at, coach.zone),
        zone_label=zones.label(coach.timezone),
        email=booking.email,
        version=booking.version,
        uid=booking.uid,
        former_uids=finding.former_uids(session, booking),
        history=letter_history.rows(outbox.of_thread(session, booking.thread), coach.zone),
        may_send_again=state is not State.PAST and not booking.is_cancelled_in_silence,
        may_readdress=state is State.UPCOMING,
        urls={
            "again": url_for("letters.send_again", booking_id=booking_id),
            "address": url_for("letters.readdress", booking_id=booking_id),
        },
    )
    return make_response(page, status)


def _said(done: str) -> str | None:
    """Return what is said of what was done."""
    return as_letters_leave(DONE[done]) if done == "again" else DONE.get(done)
