"""Today: what is now and next, what comes, and what needs the coach."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import render_template, url_for

from coachcrm.auth.access import current_coach
from coachcrm.auth.models import Coach
from coachcrm.bookings.change.operations import bursts
from coachcrm.bookings.offer.pages.current import diary_now
from coachcrm.desk import meetings, operations
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.calendar import reading
from coachcrm.desk.calendar.pages.week import small_picture
from coachcrm.desk.mail import pages
from coachcrm.desk.mail.pages import mail_notice
from coachcrm.desk.today.operations import thinking_it_over
from coachcrm.desk.today.reading import quiet_clients
from coachcrm.kit.data.db import db
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.web.site import site
from coachcrm.notes.operations import notes
from coachcrm.outbox import health as mail_health

COMING_DAYS = 14


@bp.get("/")
def today() -> str:
    """Show today, what comes next, and what needs the coach."""
    now, coach, session = clock.now(), current_coach(), db.session()
    start = now.astimezone(coach.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = datetime.combine(start.date() + timedelta(days=1), start.time(), coach.zone)
    end = datetime.combine(start.date() + timedelta(days=COMING_DAYS), start.time(), coach.zone)
    practice = diary_now(now).practice
    found = operations.meetings_between(session, coach.id, start, end)
    of_today = [booking for booking in found if booking.starts_at < tomorrow]
    coming = [booking for booking in found if booking.starts_at >= tomorrow]
    if not coming:
        # Nothing for a fortnight is not nothing at all: the next one is told, however far.
        limit = len(of_today) + 1
        ahead = reading.bookings(session, coach.id, reading.BookingSearch(), now=now, limit=limit)
        coming = [booking for booking in ahead if booking.starts_at >= tomorrow]
    written = notes.note_of_booking(session, [booking.id for booking in found])
    return render_template(
        "desk/today/today.html",
        date=words.day_year(start),
        zone_label=zones.label(coach.timezone),
        now_next=[meetings.meeting(b, coach.zone, written, now=now) for b in of_today],
        coming=meetings.by_day(coming, coach.zone, written, now=now),
        needs=_needs(coach, now),
        week=small_picture(practice, start.date(), found, today=start.date()),
        mail_notice=mail_notice(),
        booking_url=site().base_url + "/",
    )


def _needs(coach: Coach, now: datetime) -> list[meetings.Need]:
    session, zone = db.session(), coach.zone
    needs = pages.needs(mail_health.look(session, now=now), zone)
    at_once = bursts.in_burst(session, coach.id, now=now)
    if at_once:
        many = "A booking is held" if len(at_once) == 1 else f"{len(at_once)} bookings came at once"
        needs.append(meetings.Need(many, "Look at them", url_for("bursts.show")))
    needs += [
        _answer_due(one)
        for one in thinking_it_over.answers_due(session, coach.id, zone=zone, now=now)
    ]
    missing = notes.meetings_without_note(
        session, coach.id, now=now, older_than=operations.NOTE_DUE
    )
    for booking in missing:
        view = meetings.meeting(booking, zone, {}, now=now)
        sentence = f"No note yet for {view.client_name}, {view.when.day_only}"
        needs.append(meetings.Need(sentence, "Write it", view.note_url))
    for client_id, name in quiet_clients.quiet(session, coach.id, now=now):
        sentence = f"Nothing has happened with {name} for 60 days. Perhaps it is a pause"
        url = url_for("desk.client", client_id=client_id)
        needs.append(meetings.Need(sentence, f"Look at {name}", url))
    return needs


def _answer_due(one: thinking_it_over.Waiting) -> meetings.Need:
    sentence = f"{one.name} has been thinking it over since {words.day(one.since)}"
    url = (
        url_for("desk.wrap_up", booking_id=one.booking_id, _anchor="stage")
        if one.booking_id
        else url_for("desk.client", client_id=one.client_id)
    )
    return meetings.Need(sentence, "Ask, and note the answer", url)
