"""The coach's bookings: the week as a picture, the list, and blocking an hour."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.availability.core.windows import TimeOff
from coachcrm.availability.operations import hours as availability
from coachcrm.bookings.change.operations import block_time
from coachcrm.bookings.offer.pages.current import diary_now
from coachcrm.desk import meetings, operations
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.calendar import reading
from coachcrm.desk.calendar.forms import BlockForm
from coachcrm.desk.calendar.pages import week
from coachcrm.desk.meetings import PAGE
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.typed import has_unusable, parse_date, parse_row_number
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.time.zones import instant
from coachcrm.kit.web.guard import form_problem, keeps_answers
from coachcrm.kit.web.site import site
from coachcrm.notes.operations import notes

__all__ = ["bp"]

A_WEEK = timedelta(days=7)
AN_HOUR = timedelta(hours=1)
SHOWN = {"coming": "Coming", "past": "Past", "cancelled": "Cancelled"}
STATUSES = {"": "Any", **meetings.STATE_WORDS}


@bp.get("/bookings")
def bookings() -> str:
    """Show a week as a picture, and bookings as a list that can be searched."""
    now, coach, session = clock.now(), current_coach(), db.session()
    practice = diary_now(now).practice
    today = now.astimezone(coach.zone).date()
    first = week.first_of(parse_date(request.args.get("from")), today)
    ends = [instant(on, 0, coach.zone) for on in (first, first + A_WEEK)]
    of_week = operations.meetings_between(session, coach.id, *ends)
    off = reading.time_off_between(session, coach.id, first, first + A_WEEK)
    wanted, after = _wanted(), _cursor()
    found = reading.bookings(session, coach.id, wanted, now=now, limit=PAGE + 1, after=after)
    page, has_more = found[:PAGE], len(found) > PAGE
    written = notes.note_of_booking(session, [booking.id for booking in page])
    query = {name: value for name, value in asdict(wanted).items() if value}
    return render_template(
        "desk/calendar/week.html",
        week=week.picture(practice, first, of_week, off, now=now),
        zone_label=zones.label(coach.timezone),
        wanted=wanted,
        tabs=[
            (value, label, _list_url(query, show=value), value == wanted.show)
            for value, label in SHOWN.items()
        ],
        statuses=STATUSES.items(),
        services=[("", "Any"), *((s.slug, s.name) for s in practice.services)],
        groups=meetings.by_day(page, coach.zone, written, now=now),
        next_url=_list_url(query, page=_place(page[-1].id)) if has_more else None,
        first_url=_list_url(query) if after else None,
        is_searched=wanted != reading.BookingSearch(show=wanted.show),
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
    except block_time.TouchesMeetings:
        return _block_page(form, 409, is_asking=True)
    return redirect(url_for("desk.show_block", time_off_id=block_id, done="blocked"), 303)


@bp.get("/bookings/block/<id:time_off_id>")
def show_block(time_off_id: int) -> str:
    """Show time that is blocked."""
    now, coach = clock.now(), current_coach()
    row = reading.time_off(db.session(), coach.id, time_off_id)
    off = row.time_off()
    span = off.interval(coach.zone)
    return render_template(
        "desk/calendar/blocked.html",
        when=words.stretch(span, coach.zone) if span else words.day_year(off.begins_on),
        reason=off.reason,
        zone_label=zones.label(coach.timezone),
        touched=_touched(off, now=now),
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
    touched = _touched(form.time_off(), now=clock.now()) if is_asking else []
    page = render_template(
        "desk/calendar/block.html",
        form=form,
        problem=problem,
        touched=touched,
        shown=" ".join(str(meeting.id) for meeting in touched),
        zone_label=zones.label(current_coach().timezone),
    )
    return make_response(page, status)


def _touched(off: TimeOff, *, now: datetime) -> list[meetings.Meeting]:
    coach = current_coach()
    found = block_time.touched(db.session(), coach.id, off, coach.zone)
    return [meetings.meeting(booking, coach.zone, {}, now=now) for booking in found]


def _today() -> date:
    return clock.now().astimezone(current_coach().zone).date()


def _wanted() -> reading.BookingSearch:
    """Read what is looked for; what cannot be looked for finds everything."""
    wanted = reading.BookingSearch(q=_text("q"), service=_text("service"))
    if (show := request.args.get("show", "")) in SHOWN:
        wanted = replace(wanted, show=show)
    if (status := request.args.get("status", "")) in STATUSES:
        wanted = replace(wanted, status=status)
    return wanted


def _text(name: str) -> str:
    value = request.args.get(name, "")[:120]
    return "" if has_unusable(value) else value


def _list_url(query: dict[str, str], **more: str) -> str:
    return f"{url_for('desk.bookings')}?{urlencode({**query, **more})}#list"


def _place(booking_id: int) -> str:
    """Return an opaque mark of the place behind a booking, for the next page."""
    return site().cursors.sign(str(booking_id))


def _cursor() -> int | None:
    """Return the place that the address names, or None for the beginning."""
    text = site().cursors.text_of(request.args.get("page", ""))
    return int(text) if text else None
