"""The booking's own pages, opened by its secret link; only a button acts (rule 10)."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, cast

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.bookings import acts, finding, refusals
from coachcrm.bookings.blueprint import booking as bp
from coachcrm.bookings.change.forms import CancelForm
from coachcrm.bookings.change.operations.changes import Cancel, Reschedule
from coachcrm.bookings.change.pages import (
    Asked,
    calendar_urls,
    other_times,
    view_of,
    what_comes,
)
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.pages.running_diary import diary_cache, diary_now
from coachcrm.bookings.offer.pages.zone_choice import kept, zone_choice
from coachcrm.bookings.offer.pages.zones import Zone, zone_for
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.policies import ByClient
from coachcrm.kit.data.db import db
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.text.typed import parse_minutes
from coachcrm.kit.time import clock, words
from coachcrm.kit.web.error_pages import is_read_in, refused
from coachcrm.kit.web.guard import form_problem, keeps_answers, token_page
from coachcrm.kit.web.site import letters_leave, site
from coachcrm.outbox.letter.compose import calendar_part
from coachcrm.outbox.queue import operations as outbox

# What was just done, as the page says it.
DONE = frozenset({"moved", "unchanged", "cancelled", "already-cancelled"})


@bp.errorhandler(refusals.Changed)
@bp.errorhandler(refusals.CannotChange)
def refuse_to_change(refusal: Refusal) -> Response:
    """Show why nothing was changed, with the way back to the booking."""
    token = (request.view_args or {}).get("token", "")
    return refused(refusal, links=[("To your booking", url_for("booking.show", token=token))])


@bp.get("")
@token_page
def show(token: str) -> str:
    """Show the booking as it is now."""
    now = clock.now()
    diary, booking = _found(token, now)
    done = request.args.get("done", "")
    sends_letters = letters_leave()
    return render_template(
        "bookings/change/booking.html",
        booking=view_of(diary, booking, now),
        coach=diary.coach,
        done=done if done in DONE else "",
        **what_comes(db.session(), diary, booking, sends_letters=sends_letters, now=now),
        urls=_urls(token, diary, booking),
    )


def _urls(token: str, diary: Diary, booking: Booking) -> dict[str, str]:
    again, where = diary.service_of(booking.service_id).where_again
    return {
        "here": site().link("booking.show", token=token),
        "reschedule": url_for("booking.reschedule", token=token),
        "cancel": url_for("booking.cancel", token=token),
        "ics": url_for("booking.invite", token=token),
        "again": url_for(again, **where),
        **calendar_urls(diary, booking),
    }


@bp.get("/invite.ics")
@token_page
def invite(token: str) -> Response:
    """Send the calendar part of the client's newest letter, unchanged."""
    _, booking = _found(token, clock.now())
    octets = outbox.newest_octets(db.session(), thread=booking.thread, audience="client")
    calendar = calendar_part(octets) if octets else None
    if calendar is None:
        raise NotFound
    response = Response(calendar, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


@bp.get("/reschedule")
@token_page
def reschedule(token: str) -> ResponseReturnValue:
    """Show the other times as choices."""
    now = clock.now()
    diary, booking = _found(token, now)
    if booking.status == "cancelled":
        return _back(token, "already-cancelled")
    refusals.check_may_move(booking, diary.coach, now=now)
    return _reschedule_page(diary, booking, token, now=now)


@bp.post("/reschedule")
@token_page
@keeps_answers
def move(token: str) -> ResponseReturnValue:
    """Give the booking the chosen time."""
    now = clock.now()
    diary, booking = _found(token, now)
    again = partial(_reschedule_page, diary, booking, token, now=now)
    if problem := form_problem():
        return again(status=problem.status, problem=problem.sentence)
    if booking.status == "cancelled":
        return _back(token, "already-cancelled")
    start = words.parse_stamp(request.form.get("start", ""))
    if start is None:
        return again(status=422, problem="Please choose one of the times.")
    wanted = _wanted(booking, start)
    if wanted.is_there(booking):
        # The button pressed twice has moved it once.
        return _back(token, "unchanged" if wanted.version == str(booking.version) else "moved")
    try:
        acts.perform(wanted, site(), diary_cache())
    except (refusals.SlotTaken, refusals.LengthToChoose) as refusal:
        return _choose_again(token, refusal, now=now)
    return _back(token, "moved")


def _wanted(booking: Booking, start: datetime) -> Reschedule:
    return Reschedule(
        policy=ByClient(),
        booking_id=booking.id,
        version=request.form.get("sequence", ""),
        start=start,
        minutes=parse_minutes(request.form.get("minutes")),
    )


@bp.get("/time-zones")
@token_page
def time_zones(token: str) -> str:
    """Let the client choose the zone in which the other times are shown."""
    now = clock.now()
    diary, booking = _found(token, now)
    zone = zone_for(
        request.args.get("tz") or booking.timezone,
        diary.coach,
        change_url="",
        twelve_hour=booking.twelve_hour,
    )
    choice = zone_choice(
        request.args.get("q"),
        zone,
        diary.coach.timezone,
        kept(request.args),
        back=url_for("booking.reschedule", token=token),
        now=now,
    )
    return render_template("bookings/offer/zones.html", choice=choice, hidden=[])


@bp.get("/cancel")
@token_page
def cancel(token: str) -> ResponseReturnValue:
    """Ask whether to cancel."""
    now = clock.now()
    diary, booking = _found(token, now)
    if booking.status == "cancelled":
        return _back(token, "already-cancelled")
    refusals.check_may_cancel(booking, diary.coach, now=now)
    return _cancel_page(diary, booking, CancelForm(formdata=None), token=token, now=now)


@bp.post("/cancel")
@token_page
@keeps_answers
def end(token: str) -> ResponseReturnValue:
    """Cancel the booking."""
    now = clock.now()
    diary, booking = _found(token, now)
    form = CancelForm()
    again = partial(_cancel_page, diary, booking, form, token=token, now=now)
    if problem := form_problem():
        return again(status=problem.status, problem=problem.sentence)
    if booking.status == "cancelled":
        return _back(token, "already-cancelled")
    if not form.was_sent_well():
        return again(status=422)
    version, reason = request.form.get("sequence", ""), form.reason.data or ""
    acts.perform(
        Cancel(policy=ByClient(), booking_id=booking.id, version=version, said=reason),
        site(),
        diary_cache(),
    )
    return _back(token, "cancelled")


def _found(token: str, now: datetime) -> tuple[Diary, Booking]:
    """Return the booking that the link names; every wrong link is one and the same 404."""
    public_id = site().bookings.text_of(token)
    booking = finding.find(db.session(), public_id)
    is_read_in(booking.timezone)
    return diary_now(now), booking


def _back(token: str, done: str) -> ResponseReturnValue:
    return redirect(url_for("booking.show", token=token, done=done), 303)


def _choose_again(token: str, refusal: Refusal, *, now: datetime) -> Response:
    """Show the times as they are by now, with the reason why nothing was done."""
    is_taken = isinstance(refusal, refusals.SlotTaken)
    why = refusals.not_free(refusal) if is_taken else refusal.sentence
    return _reschedule_page(*_found(token, now), token, now=now, status=refusal.status, problem=why)


def _reschedule_page(
    diary: Diary,
    booking: Booking,
    token: str,
    *,
    now: datetime,
    status: int = 200,
    problem: str | None = None,
) -> Response:
    here = url_for("booking.reschedule", token=token)
    shown = other_times(diary, booking, _asked(), here=here, now=now)
    back = url_for("booking.show", token=token)
    page = render_template(
        "bookings/change/reschedule.html",
        **shown | {"zone": _changeable(cast("Zone", shown["zone"]), token)},
        problem=problem,
        back_url=back,
    )
    return make_response(page, status)


def _asked() -> Asked:
    return Asked(
        zone_name=request.args.get("tz", ""),
        day=request.args.get("day"),
        first=request.args.get("from"),
        chosen=words.parse_stamp(request.form.get("start") or request.args.get("start", "")),
        minutes=parse_minutes(request.form.get("minutes")),
    )


def _changeable(zone: Zone, token: str) -> Zone:
    """Return the zone with the way to choose another, which leads back to what is shown now."""
    asked = kept({**request.args, "start": request.values.get("start", "")})
    if zone.chosen:
        asked["tz"] = zone.visitor
    return replace(
        zone, change_url=url_for("booking.time_zones", token=token, **cast("Any", asked))
    )


def _cancel_page(
    diary: Diary,
    booking: Booking,
    form: CancelForm,
    *,
    token: str,
    now: datetime,
    status: int = 200,
    problem: str | None = None,
) -> Response:
    page = render_template(
        "bookings/change/cancel.html",
        booking=view_of(diary, booking, now),
        coach=diary.coach,
        form=form,
        version=booking.version,
        problem=problem,
        back_url=url_for("booking.show", token=token),
        move_url=url_for("booking.reschedule", token=token),
    )
    return make_response(page, status)
