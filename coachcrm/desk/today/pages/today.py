"""What Today shows: what is now and next, what comes, and what needs the coach."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.offer.reading.practice import CoachCard, Practice
from coachcrm.desk import meetings, operations
from coachcrm.desk.calendar import reading as calendar
from coachcrm.desk.calendar.pages.week import small_picture
from coachcrm.desk.today.core.set_up_steps import Step, left
from coachcrm.desk.today.reading import people
from coachcrm.kit.time import words
from coachcrm.kit.web.site import Site
from coachcrm.notes.operations import notes

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
    over = [booking for booking in of_today if booking.ends_at <= now]
    ahead_today = [booking for booking in of_today if booking.ends_at > now]
    coming = [booking for booking in found if booking.starts_at >= tomorrow]
    if not coming:
        # Nothing for a fortnight is not nothing at all: the next one is told, however far.
        limit = len(of_today) + 1
        ahead = calendar.bookings(session, coach.id, calendar.BookingSearch(), now=now, limit=limit)
        coming = [booking for booking in ahead if booking.starts_at >= tomorrow]
    written = notes.note_of_booking(session, [booking.id for booking in found])
    return {
        "date": words.day_year(start),
        "now_next": [meetings.meeting(b, coach, written, now=now) for b in ahead_today],
        "over": [meetings.meeting(b, coach, written, now=now) for b in over],
        "coming": meetings.by_day(coming, coach, written, now=now),
        "week": small_picture(practice, start.date(), found, today=start.date()),
    }


def left_to_set_up(session: Session, site: Site, coach: CoachCard) -> list[Step]:
    """Return what is left to set up, with its state; nothing once all is done or put aside."""
    states = {
        "mail": site.mail_server is not None,
        "address": not site.is_loopback,
        "photo": bool(coach.page.photo_mark),
        "try": people.was_ever_booked(session, coach.id),
    }
    done = {name for name, is_done in states.items() if is_done}
    return left(done=done, put_aside=people.put_aside(session, coach.id))
