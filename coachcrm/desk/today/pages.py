"""What Today shows: what is now and next, what comes, and what needs the coach."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.change.operations import bursts, new_clocks
from coachcrm.bookings.offer.reading.practice import CoachCard, Practice
from coachcrm.desk import meetings, operations
from coachcrm.desk.calendar import reading as calendar
from coachcrm.desk.calendar.pages.week import small_picture
from coachcrm.desk.mail import pages as mail_pages
from coachcrm.desk.today import reading
from coachcrm.desk.today.core.set_up_steps import Step, left
from coachcrm.kit.time import words
from coachcrm.kit.web.site import Site
from coachcrm.notes.operations import notes
from coachcrm.outbox import health as mail_health

COMING_DAYS = 14


def today(
    session: Session, coach: Coach, practice: Practice, *, now: datetime
) -> dict[str, object]:
    """Return the meetings of the day, those that come, and the seven days as a picture."""
    start = now.astimezone(coach.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = datetime.combine(start.date() + timedelta(days=1), start.time(), coach.zone)
    end = datetime.combine(start.date() + timedelta(days=COMING_DAYS), start.time(), coach.zone)
    found = operations.meetings_between(session, coach.id, start, end)
    of_today = [booking for booking in found if booking.starts_at < tomorrow]
    coming = [booking for booking in found if booking.starts_at >= tomorrow]
    if not coming:
        # Nothing for a fortnight is not nothing at all: the next one is told, however far.
        limit = len(of_today) + 1
        ahead = calendar.bookings(session, coach.id, calendar.BookingSearch(), now=now, limit=limit)
        coming = [booking for booking in ahead if booking.starts_at >= tomorrow]
    written = notes.note_of_booking(session, [booking.id for booking in found])
    return {
        "date": words.day_year(start),
        "now_next": [meetings.meeting(b, coach, written, now=now) for b in of_today],
        "coming": meetings.by_day(coming, coach, written, now=now),
        "week": small_picture(practice, start.date(), found, today=start.date()),
    }


def left_to_set_up(session: Session, site: Site, coach: CoachCard) -> list[Step]:
    """Return what is left to set up, with its state; nothing once all is done or put aside."""
    states = {
        "mail": site.mail_server is not None,
        "address": not site.is_loopback,
        "photo": bool(coach.page.photo_mark),
        "try": reading.was_ever_booked(session, coach.id),
    }
    done = {name for name, is_done in states.items() if is_done}
    return left(done=done, put_aside=reading.put_aside(session, coach.id))


def needs(session: Session, coach: Coach, *, now: datetime) -> list[meetings.Need]:
    """Return what waits for the coach, each with its one action."""
    zone = coach.zone
    found = mail_pages.needs(mail_health.look(session, now=now), zone)
    at_once = bursts.in_burst(session, coach.id, now=now)
    if at_once:
        many = "A booking is held" if len(at_once) == 1 else f"{len(at_once)} bookings came at once"
        found.append(meetings.Need(many, "Look at them", url_for("bursts.show")))
    other_clocks = len(new_clocks.shifted_ids(session, coach.id, now=now))
    if other_clocks:
        found.append(_new_clocks(other_clocks))
    found += [
        _answer_due(one) for one in reading.answers_due(session, coach.id, zone=zone, now=now)
    ]
    for booking in notes.meetings_without_note(session, coach.id, now=now):
        view = meetings.meeting(booking, coach, {}, now=now)
        sentence = f"No note yet for {view.client_name}, {view.when.day_only}"
        found.append(meetings.Need(sentence, "Write it", view.note_url))
    for client_id, name in reading.quiet(session, coach.id, now=now):
        sentence = f"Nothing has happened with {name} for 60 days. Perhaps it is a pause"
        url = url_for("desk.client", client_id=client_id)
        found.append(meetings.Need(sentence, f"Look at {name}", url))
    return found


def _new_clocks(number: int) -> meetings.Need:
    many, look = ("a meeting", "Look at it") if number == 1 else (f"{number} meetings", "See which")
    sentence = f"A country’s new rules for its clocks change the time of {many}"
    return meetings.Need(sentence, look, url_for("desk.new_clocks"))


def _answer_due(one: reading.Waiting) -> meetings.Need:
    sentence = f"{one.name} has been thinking it over since {words.day(one.since)}"
    url = (
        url_for("desk.wrap_up", booking_id=one.booking_id, _anchor="stage")
        if one.booking_id
        else url_for("desk.client", client_id=one.client_id)
    )
    return meetings.Need(sentence, "Ask, and note the answer", url)
