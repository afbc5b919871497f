"""Hours of single dates, time off, and bank holidays."""

from datetime import date, timedelta
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.availability.core import holidays
from coachcrm.availability.operations import hours as hours_verbs
from coachcrm.desk.availability.forms.dates import MOST_YEARS, DateForm, NationForm, TimeOffForm
from coachcrm.desk.availability.operations import touched_meetings
from coachcrm.desk.availability.pages import dates as dates_page
from coachcrm.desk.availability.pages import preview
from coachcrm.desk.availability.pages.ask_first import goes_back, save_or_ask
from coachcrm.desk.blueprint import availability as bp
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import words, zones

AHEAD = timedelta(days=400)


@bp.get("/dates")
def dates() -> Response:
    """Show the dates with hours of their own, and the form for one more."""
    on = _date_or_none(request.args.get("on", ""))
    hours = preview.diary_as().practice.hours_on(on) if on else ()
    form = DateForm(**_now(), formdata=None, hours=hours)
    if on is not None:
        form.on.data = on.isoformat()
        form.kind.data = (
            "open" if hours or on not in preview.diary_as().practice.overrides else "closed"
        )
    return _dates_page(form)


@bp.post("/dates")
def give_hours() -> ResponseReturnValue:
    """Give one date hours of its own, or close it."""
    form, diary = DateForm(**_now()), preview.diary_as()
    hours_on, shortest = diary.practice.hours_on, preview.shortest(diary)
    if not form.read(request.form, shortest=shortest, hours_on=hours_on):
        return _dates_page(form, status=422)
    if goes_back():
        return _dates_page(form)
    on = form.date
    change = touched_meetings.special_hours(on, tuple(form.rows.spans))
    done = url_for("availability.dates", saved=on.isoformat())
    return save_or_ask(change, about=f"{words.day_year(on)}: special hours", done_url=done)


@bp.post("/dates/<on>/remove")
def clear_hours(on: str) -> ResponseReturnValue:
    """Let the weekly hours count again on a date."""
    day = _date(on)
    if goes_back():
        return redirect(url_for("availability.dates"), 303)
    about = f"{words.day_year(day)}: ordinary hours"
    done = url_for("availability.dates", saved=day.isoformat())
    return save_or_ask(touched_meetings.ordinary_hours(day), about=about, done_url=done)


@bp.get("/time-off")
def time_off() -> Response:
    """Show the time off to come, and the form for more."""
    return _time_off_page(TimeOffForm(**_now(), formdata=None))


@bp.post("/time-off")
def take_time_off() -> ResponseReturnValue:
    """Take time off."""
    form = TimeOffForm(**_now())
    if not form.was_sent_well():
        return _time_off_page(form, status=422)
    if goes_back():
        return _time_off_page(form)
    off = form.time_off()
    about = f"Time off, {dates_page.off_dates(off)}"
    done = url_for("availability.time_off", saved="")
    return save_or_ask(touched_meetings.more_time_off(off), about=about, done_url=done)


@bp.post("/time-off/<id:time_off_id>/remove")
def work_after_all(time_off_id: int) -> ResponseReturnValue:
    """Take time off away again."""
    with transaction() as session:
        hours_verbs.remove_time_off(session, g.coach_id, time_off_id)
    return redirect(url_for("availability.time_off", removed=""), 303)


@bp.get("/bank-holidays")
def bank_holidays() -> str:
    """Show the bank holidays to come, and which of them are open."""
    coach, first = current_coach(), preview.today()
    form = NationForm(formdata=None, nation=coach.nation)
    practice = preview.diary_as().practice
    saved = _date_or_none(request.args.get("saved", ""))
    return render_template(
        "desk/availability/bank_holidays.html",
        form=form,
        rows=dates_page.holiday_rows(practice, first, first + AHEAD),
        saved=request.args.get("saved"),
        saved_day=preview.one_day(saved) if saved else None,
    )


@bp.post("/bank-holidays")
def choose_nation() -> ResponseReturnValue:
    """Keep the bank holidays of another nation."""
    form = NationForm()
    if goes_back() or not form.was_sent_well():
        return redirect(url_for("availability.bank_holidays"), 303)
    nation = form.nation.data or ""
    done = url_for("availability.bank_holidays", saved="")
    about = f"Bank holidays: {holidays.NATIONS[nation]}"
    return save_or_ask(touched_meetings.other_nation(nation), about=about, done_url=done)


@bp.post("/bank-holidays/<on>/open")
def open_holiday(on: str) -> ResponseReturnValue:
    """Work on a bank holiday."""
    day = _date(on)
    with transaction() as session:
        hours_verbs.open_holiday(session, g.coach_id, day)
    return redirect(url_for("availability.bank_holidays", saved=day.isoformat()), 303)


@bp.post("/bank-holidays/<on>/close")
def close_holiday(on: str) -> ResponseReturnValue:
    """Take a bank holiday off again."""
    day = _date(on)
    if goes_back():
        return redirect(url_for("availability.bank_holidays"), 303)
    done = url_for("availability.bank_holidays", saved=day.isoformat())
    about = f"{words.day_year(day)}: off"
    return save_or_ask(touched_meetings.closed_holiday(day), about=about, done_url=done)


def _now() -> dict[str, Any]:
    return {"today": preview.today(), "zone": current_coach().zone}


def _date(text: str) -> date:
    on = _date_or_none(text)
    if on is None:
        raise NotFound
    return on


def _date_or_none(text: str) -> date | None:
    """Return a date that a page of ours can lead to; at the ends of time no zone has clocks."""
    on = parse_date(text)
    return on if on and abs(on.year - preview.today().year) <= 2 * MOST_YEARS else None


def _dates_page(form: DateForm, *, status: int = 200) -> Response:
    practice = preview.diary_as().practice
    saved = _date_or_none(request.args.get("saved", ""))
    page = render_template(
        "desk/availability/dates.html",
        form=form,
        today=form.today,
        rows=dates_page.override_rows(practice, form.today),
        notes=dates_page.date_notes(practice, form),
        saved_day=preview.one_day(saved) if saved else None,
        saved_notes=dates_page.saved_notes(practice, saved),
        zone_label=zones.label(practice.coach.timezone),
    )
    return make_response(page, status)


def _time_off_page(form: TimeOffForm, *, status: int = 200) -> Response:
    coach = current_coach()
    found = hours_verbs.time_off(db.session(), coach.id, since=form.today)
    page = render_template(
        "desk/availability/time_off.html",
        form=form,
        today=form.today,
        rows=[
            (row.id, row.reason or "Time off", dates_page.off_dates(row.time_off()))
            for row in found
        ],
        saved="saved" in request.args,
        removed="removed" in request.args,
        zone_label=zones.label(coach.timezone),
    )
    return make_response(page, status)
