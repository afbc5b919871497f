"""The coach's pages: today, his mail and settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.auth.models import Coach
from coachcrm.bookings import bursts
from coachcrm.bookings.current import diary_now
from coachcrm.bookings.models import Booking
from coachcrm.desk import effects, finding, letters, operations, presenting, quiet, thinking
from coachcrm.desk.deciding import goes_back, save_or_ask
from coachcrm.desk.forms import ProfileForm
from coachcrm.kit import clock, words, zones
from coachcrm.kit.db import db, transaction
from coachcrm.kit.forms import spoken_phone
from coachcrm.kit.site import site
from coachcrm.kit.text import parse_row_number
from coachcrm.notes import operations as notes
from coachcrm.outbox import health as mail_health
from coachcrm.outbox import operations as outbox

bp = Blueprint("desk", __name__, url_prefix="/coach")

PAGE = 50
COMING_DAYS = 14


@bp.get("/")
def today() -> str:
    """Show today, what comes next, and what needs the coach."""
    now, coach, session = clock.now(), current_coach(), db.session()
    start = now.astimezone(coach.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = datetime.combine(start.date() + timedelta(days=1), start.time(), coach.zone)
    end = datetime.combine(start.date() + timedelta(days=COMING_DAYS), start.time(), coach.zone)
    found = operations.meetings_between(session, coach.id, start, end)
    of_today = [booking for booking in found if booking.starts_at < tomorrow]
    coming = [booking for booking in found if booking.starts_at >= tomorrow]
    if not coming:
        # Nothing for a fortnight is not nothing at all: the next one is told, however far.
        limit = len(of_today) + 1
        ahead = finding.bookings(session, coach.id, finding.Wanted(), now=now, limit=limit)
        coming = [booking for booking in ahead if booking.starts_at >= tomorrow]
    written = notes.note_of_booking(session, [booking.id for booking in found])
    return render_template(
        "desk/today.html",
        date=words.day_year(start),
        zone_label=zones.label(coach.timezone),
        now_next=[presenting.meeting(b, coach.zone, written, now=now) for b in of_today],
        coming=presenting.by_day(coming, coach.zone, written, now=now),
        needs=_needs(coach, now),
        week=_week(coach, now, found),
        mail_notice=mail_notice(),
        booking_url=site().base_url + "/",
    )


@bp.get("/mail")
def mail() -> str:
    """Show letters, newest first, with what became of each: all, those waiting, those in need."""
    now, coach, session = clock.now(), current_coach(), db.session()
    show = request.args.get("show", "all")
    show = show if show in {"all", "waiting", "needs"} else "all"
    before_id = parse_row_number(request.args.get("before"))
    rows = outbox.recent(session, show=show, before_id=before_id, limit=PAGE + 1)
    overtaken = outbox.overtaken(session, rows)
    health = mail_health.look(session, now=now)
    older = url_for("desk.mail", show=show, before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template(
        "desk/mail.html",
        show=show,
        tabs=[
            (value, label, url_for("desk.mail", show=value), value == show)
            for value, label in letters.tabs(health)
        ],
        rows=[letters.letter_row(row, coach.zone, overtaken, now=now) for row in rows[:PAGE]],
        standing=letters.standing(health, coach.zone),
        notice=mail_notice(),
        more_url=older,
        zone_label=zones.label(coach.timezone),
    )


@bp.post("/mail/<id:message_id>/send-again")
def send_again(message_id: int) -> ResponseReturnValue:
    """Put a letter that did not leave into the line again."""
    with transaction() as session:
        outbox.send_again(session, message_id, now=clock.now())
    return redirect(url_for("desk.mail"), 303)


@bp.post("/mail/<id:message_id>/put-aside")
def put_aside(message_id: int) -> ResponseReturnValue:
    """Note that a letter that did not leave needs nobody any more."""
    with transaction() as session:
        outbox.put_aside(session, message_id, now=clock.now())
    return redirect(url_for("desk.mail"), 303)


@bp.get("/settings")
def settings() -> Response:
    """Show what the coach says of himself, and how mail is set up."""
    coach = current_coach()
    form = ProfileForm(formdata=None, obj=coach)
    form.phone.data = spoken_phone(coach.phone) if coach.phone else ""
    return _settings_page(form)


@bp.post("/settings")
def change_settings() -> ResponseReturnValue:
    """Change the profile."""
    form = ProfileForm()
    if not form.was_sent_well():
        return _settings_page(form, 422)
    if goes_back():
        return _settings_page(form)
    profile = form.profile()
    change = effects.other_zone(
        profile.timezone,
        lambda session, _: operations.change_profile(session, current_coach(), profile),
    )
    done = url_for("desk.settings", saved="")
    return save_or_ask(change, about="Another time zone", done_url=done)


def mail_notice() -> str | None:
    """Say that letters stay on this machine, where no mail server is set."""
    if site().mail_server is not None:
        return None
    return (
        "No mail server is set up, so no letter leaves this machine: each is kept as a file in "
        f"{site().mail_folder}. The README says how to set up mail."
    )


def _needs(coach: Coach, now: datetime) -> list[presenting.Need]:
    session, zone = db.session(), coach.zone
    needs = letters.needs(mail_health.look(session, now=now), zone)
    at_once = bursts.in_burst(session, coach.id, now=now)
    if at_once:
        many = "A booking is held" if len(at_once) == 1 else f"{len(at_once)} bookings came at once"
        needs.append(presenting.Need(many, "Look at them", url_for("bursts.show")))
    needs += [
        _answer_due(one) for one in thinking.answers_due(session, coach.id, zone=zone, now=now)
    ]
    missing = notes.meetings_without_note(
        session, coach.id, now=now, older_than=operations.NOTE_DUE
    )
    for booking in missing:
        view = presenting.meeting(booking, zone, {}, now=now)
        sentence = f"No note yet for {view.client_name}, {view.day}"
        needs.append(presenting.Need(sentence, "Write it", view.note_url))
    for client_id, name in quiet.quiet(session, coach.id, now=now):
        sentence = f"Nothing has happened with {name} for 60 days. Perhaps it is a pause"
        url = url_for("desk.client", client_id=client_id)
        needs.append(presenting.Need(sentence, f"Look at {name}", url))
    return needs


def _answer_due(one: thinking.Waiting) -> presenting.Need:
    sentence = f"{one.name} has been thinking it over since {words.day(one.since)}"
    url = (
        url_for("desk.wrap_up", booking_id=one.booking_id, _anchor="stage")
        if one.booking_id
        else url_for("desk.client", client_id=one.client_id)
    )
    return presenting.Need(sentence, "Ask, and note the answer", url)


def _week(coach: Coach, now: datetime, found: Sequence[Booking]) -> presenting.WeekPicture:
    zone = coach.zone
    first = now.astimezone(zone).date()
    opened = diary_now(now).practice.open_hours(first, first + timedelta(days=6))
    return presenting.week_picture(
        first,
        first,
        [(w.start.astimezone(zone), w.end.astimezone(zone)) for w in opened],
        [(b.starts_at.astimezone(zone), b.ends_at.astimezone(zone), b.client.name) for b in found],
    )


def _settings_page(form: ProfileForm, status: int = 200) -> Response:
    coach = current_coach()
    sender = site().mail_sender
    is_personal = sender.casefold() == coach.email.casefold()
    page = render_template(
        "desk/settings.html",
        form=form,
        saved="saved" in request.args,
        organizer_line=(
            "Invitations come from your own address. Your own copy can be added to your calendar, "
            "but does not update itself there."
            if is_personal
            else f"Invitations come from {sender} in your name; answers to letters go to you."
        ),
        mail_line=mail_notice() or f"Letters leave through {site().mail_server}.",
    )
    return make_response(page, status)
