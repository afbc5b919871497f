"""The coach's bookings: the week as a picture, the list, and blocking an hour."""

from datetime import date, timedelta

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.availability.core.windows import TimeOff
from coachcrm.availability.operations import hours as availability
from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.desk import meetings
from coachcrm.desk.availability.operations.touched_meetings import TouchesMeetings
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.calendar import reading
from coachcrm.desk.calendar.forms import BlockForm
from coachcrm.desk.calendar.operations import block_time
from coachcrm.desk.calendar.pages import booking_list, week
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.typed import parse_date, parse_row_number
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.web.guard import form_problem, keeps_answers
from coachcrm.kit.web.site import site

AN_HOUR = timedelta(hours=1)


@bp.get("/bookings")
def bookings() -> str:
    """Show a week as a picture, and bookings as a list that can be searched."""
    now, coach, session = clock.now(), current_coach(), db.session()
    practice = diary_now(now).practice
    return render_template(
        "desk/calendar/week.html",
        week=week.read(session, practice, parse_date(request.args.get("from")), now=now),
        **booking_list.listed(
            session, coach, practice.services, request.args, site=site(), now=now
        ),
        zone_label=zones.label(coach.timezone),
    )


@bp.get("/bookings/block")
def new_block() -> Response:
    """Show the form for blocking an hour."""
    coach = current_coach()
    form = BlockForm(formdata=None, zone=coach.zone, today=_today())
    start = words.parse_stamp(request.args.get("start", ""))
    if start is not None:
        form.show(start, start + AN_HOUR)
    else:
        form.on.data = _today().isoformat()
    return _block_page(form)


@bp.post("/bookings/block")
@keeps_answers
def block() -> ResponseReturnValue:
    """Take an hour off, once the bookings in it have been shown."""
    coach = current_coach()
    form = BlockForm(zone=coach.zone, today=_today())
    if problem := form_problem():
        return _block_page(form, problem.status, problem=problem.sentence)
    if not form.was_sent_well():
        return _block_page(form, 422)
    coach_id, zone, off = coach.id, coach.zone, form.time_off()
    sent = request.form.get("shown", "").split()
    shown = {number for part in sent if (number := parse_row_number(part))}
    try:
        with transaction() as session:
            block_id = block_time.block(session, coach_id, off, zone, shown=shown)
    except TouchesMeetings:
        return _block_page(form, 409, is_asking=True)
    return redirect(url_for("desk.show_block", time_off_id=block_id, done="blocked"), 303)


@bp.get("/bookings/block/<id:time_off_id>")
def show_block(time_off_id: int) -> str:
    """Show time that is blocked."""
    coach = current_coach()
    row = reading.time_off(db.session(), coach.id, time_off_id)
    off = row.time_off()
    span = off.interval(coach.zone)
    return render_template(
        "desk/calendar/blocked.html",
        when=words.stretch(span, coach.zone) if span else words.day_year(off.begins_on),
        reason=off.reason,
        zone_label=zones.label(coach.timezone),
        touched=_touched(off),
        week_url=week.week_url(off.begins_on),
        done=request.args.get("done", ""),
    )


@bp.post("/bookings/block/<id:time_off_id>")
def unblock(time_off_id: int) -> ResponseReturnValue:
    """Open blocked time again."""
    coach_id = g.coach_id
    first = reading.time_off(db.session(), coach_id, time_off_id).begins_on
    with transaction() as session:
        availability.remove_time_off(session, coach_id, time_off_id)
    return redirect(week.week_url(first), 303)


def _block_page(
    form: BlockForm, status: int = 200, *, problem: str | None = None, is_asking: bool = False
) -> Response:
    touched = _touched(form.time_off()) if is_asking else []
    page = render_template(
        "desk/calendar/block.html",
        form=form,
        problem=problem,
        touched=touched,
        shown=" ".join(str(meeting.id) for meeting in touched),
        zone_label=zones.label(current_coach().timezone),
    )
    return make_response(page, status)


def _touched(off: TimeOff) -> list[meetings.Meeting]:
    coach, now = current_coach(), clock.now()
    found = block_time.touched(db.session(), coach.id, off, coach.zone)
    return [meetings.meeting(booking, coach, {}, now=now) for booking in found]


def _today() -> date:
    return clock.now().astimezone(current_coach().zone).date()
