"""One booking under the coach's hand: looked at, moved, cancelled, and said how it went."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings import acts, finding, refusals
from coachcrm.bookings.change.operations import outcome
from coachcrm.bookings.change.operations.changes import Cancel, Reschedule
from coachcrm.bookings.core import rules
from coachcrm.bookings.letters.core import letter_history
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.pages.running_diary import diary_cache
from coachcrm.bookings.policies import ByCoach
from coachcrm.bookings.refusals import Changed, NotStanding, StillHeld
from coachcrm.desk import meetings
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.calendar.core import broken_rules
from coachcrm.desk.calendar.forms import EndForm, MoveForm
from coachcrm.desk.calendar.pages import booking as booking_page
from coachcrm.desk.calendar.pages import week
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.time import clock, zones
from coachcrm.kit.web.error_pages import refused
from coachcrm.kit.web.guard import form_problem, keeps_answers
from coachcrm.kit.web.site import site
from coachcrm.notes.operations import notes
from coachcrm.outbox.queue import operations as outbox

OUTCOMES = {
    "completed": outcome.mark_completed,
    "no_show": outcome.mark_no_show,
    "confirmed": outcome.take_back,
}


@bp.errorhandler(Changed)
@bp.errorhandler(StillHeld)
@bp.errorhandler(NotStanding)
@bp.errorhandler(outcome.NotYet)
def refuse_to_change(refusal: Refusal) -> Response:
    """Show why nothing was changed, with the way back to the booking."""
    booking_id = (request.view_args or {}).get("booking_id")
    url = url_for("desk.booking", booking_id=booking_id) if booking_id else url_for("desk.bookings")
    return refused(refusal, links=[("Look at the booking", url)])


@bp.get("/bookings/<id:booking_id>")
def booking(booking_id: int) -> str:
    """Show one booking as it is now, what it has been through, and what can be done."""
    now, coach, session = clock.now(), current_coach(), db.session()
    found = finding.booking_of(session, coach.id, booking_id)
    written = notes.note_of_booking(session, [found.id])
    letters = outbox.of_thread(session, found.thread)
    return render_template(
        "desk/calendar/booking.html",
        booking=booking_page.of(found, coach.zone, now=now),
        meeting=meetings.meeting(found, coach, written, now=now),
        history=letter_history.rows(letters, coach.zone),
        version=found.version,
        week_url=week.week_url(found.starts_at.astimezone(coach.zone).date()),
        zone_label=zones.label(coach.timezone),
        done=request.args.get("done", ""),
    )


@bp.get("/bookings/<id:booking_id>/move")
def moving(booking_id: int) -> Response:
    """Show the form for giving a booking another time."""
    found = _standing(booking_id)
    form = _move_form(found, blank=True)
    form.show(found.starts_at)
    return _move_page(found, form)


@bp.post("/bookings/<id:booking_id>/move")
@keeps_answers
def move(booking_id: int) -> ResponseReturnValue:
    """Give a booking another time; one that breaks rules is asked about first."""
    found = finding.booking_of(db.session(), g.coach_id, booking_id)
    form = _move_form(found)
    if problem := form_problem():
        return _move_page(found, form, problem.status, problem=problem.sentence)
    if not form.was_sent_well():
        return _move_page(found, form, 422)
    wanted = _move_wanted(found, form)
    if wanted.is_there(found):
        return _to(booking_id, "unchanged")
    try:
        acts.perform(wanted, site(), diary_cache())
    except (refusals.BreaksRules, refusals.SlotTaken, refusals.LengthToChoose) as refusal:
        return _ask_again(booking_id, form, refusal)
    return _to(booking_id, "moved")


@bp.get("/bookings/<id:booking_id>/cancel")
def ending(booking_id: int) -> Response:
    """Ask whether to cancel."""
    return _end_page(_standing(booking_id), EndForm(formdata=None))


@bp.post("/bookings/<id:booking_id>/cancel")
@keeps_answers
def end(booking_id: int) -> ResponseReturnValue:
    """Cancel a booking, with a word to the client."""
    form = EndForm()
    found = finding.booking_of(db.session(), g.coach_id, booking_id)
    if problem := form_problem():
        return _end_page(found, form, problem.status, problem=problem.sentence)
    if found.cancelled_by == "coach":
        return _to(booking_id, "already-cancelled")
    if not form.was_sent_well():
        return _end_page(found, form, 422)
    version, message = request.form.get("sequence", ""), form.message.data or ""
    acts.perform(
        Cancel(policy=ByCoach(), booking_id=booking_id, version=version, said=message),
        site(),
        diary_cache(),
    )
    return _to(booking_id, "cancelled")


@bp.post("/bookings/<id:booking_id>/outcome")
def settle(booking_id: int) -> ResponseReturnValue:
    """Say how a meeting went, or take that back."""
    said, coach_id = request.form.get("outcome", ""), g.coach_id
    if said not in OUTCOMES:
        raise NotFound
    version = request.form.get("sequence", "")
    with transaction() as session:
        OUTCOMES[said](session, coach_id, booking_id, version=version, now=clock.now())
    if request.form.get("back") == "today":
        settled = None if said == "confirmed" else booking_id
        return redirect(url_for("desk.today", settled=settled), 303)
    return _to(booking_id, said)


def _standing(booking_id: int) -> Booking:
    """Return a booking that can still be changed. Raises `NotStanding`."""
    found = finding.booking_of(db.session(), g.coach_id, booking_id)
    refusals.check_stands(found)
    return found


def _to(booking_id: int, done: str) -> ResponseReturnValue:
    return redirect(url_for("desk.booking", booking_id=booking_id, done=done), 303)


def _move_form(found: Booking, *, blank: bool = False) -> MoveForm:
    coach = current_coach()
    today = clock.now().astimezone(coach.zone).date()
    lengths = rules.lengths_of_move(found.interval.minutes, found.service.duration_min)
    more = {"formdata": None} if blank else {}
    return MoveForm(zone=coach.zone, today=today, lengths=lengths, **more)


def _move_wanted(found: Booking, form: MoveForm) -> Reschedule:
    """Return the move that a form means, with the coach's yes to what it breaks."""
    start, said = form.start(), request.form.get("allowed", "")
    return Reschedule(
        policy=ByCoach(broken_rules.allowed_by(said, start, _what(found, form))),
        booking_id=found.id,
        version=request.form.get("sequence", ""),
        start=start,
        minutes=form.chosen_minutes,
        message=form.message.data or "",
    )


def _what(found: Booking, form: MoveForm) -> str:
    """Return what a yes is for beside the time: the service, and the length that was chosen."""
    return f"{found.service.slug} {form.chosen_minutes or ''}".strip()


def _move_page(
    found: Booking,
    form: MoveForm,
    status: int = 200,
    *,
    problem: str | None = None,
    broken: list[str] | None = None,
    yes: str = "",
) -> Response:
    coach = current_coach()
    page = render_template(
        "desk/calendar/move.html",
        meeting=meetings.meeting(found, coach, {}, now=clock.now()),
        form=form,
        problem=problem,
        broken=broken,
        yes=yes,
        # What the coach saw when he began: a page shown again must not learn what he has not seen.
        version=request.form.get("sequence", str(found.version)),
        zone_label=zones.label(coach.timezone),
    )
    return make_response(page, status)


def _ask_again(booking_id: int, form: MoveForm, refusal: Refusal) -> Response:
    """Show why a booking was not moved: the rules to say yes to, or that the time is taken."""
    found = finding.booking_of(db.session(), g.coach_id, booking_id)
    if isinstance(refusal, refusals.BreaksRules):
        broken = broken_rules.named(refusal.rules, found.service.policy())
        yes = broken_rules.yes_to(refusal.rules, form.start(), _what(found, form))
        return _move_page(found, form, 409, broken=broken, yes=yes)
    if isinstance(refusal, refusals.LengthToChoose):
        return _move_page(found, _move_form(found), refusal.status, problem=refusal.sentence)
    why = f"{refusal.title}, so the booking stands as it was. {refusal.what_next}"
    return _move_page(found, form, 409, problem=why)


def _end_page(
    found: Booking, form: EndForm, status: int = 200, *, problem: str | None = None
) -> Response:
    coach = current_coach()
    page = render_template(
        "desk/calendar/cancel.html",
        meeting=meetings.meeting(found, coach, {}, now=clock.now()),
        form=form,
        problem=problem,
        version=request.form.get("sequence", str(found.version)),
        zone_label=zones.label(coach.timezone),
    )
    return make_response(page, status)
