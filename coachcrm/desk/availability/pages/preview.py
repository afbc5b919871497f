"""What a visitor of the running practice would see, for the pages that set it."""

from datetime import date, timedelta

from flask import url_for

from coachcrm.auth.access import current_coach
from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import Practice, ServiceCard
from coachcrm.desk import operations
from coachcrm.desk.availability.pages.month_reasons import SeenDay, Sight
from coachcrm.kit.data.db import db
from coachcrm.kit.time import clock, words
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant

WEEK = timedelta(days=7)


def today() -> date:
    """Return the coach's date."""
    return clock.now().astimezone(current_coach().zone).date()


def diary_as(practice: Practice | None = None) -> Diary:
    """Return the diary as it is, or as it would be with another practice."""
    diary = diary_now(clock.now())
    return diary if practice is None else Diary(practice, diary.taken)


def active(diary: Diary) -> list[ServiceCard]:
    """Return what can be booked, the oldest first."""
    return [service for service in diary.services if service.is_active]


def shortest(diary: Diary) -> int:
    """Return the length of the shortest meeting that can be booked, in minutes; 0 for none."""
    return min((service.minutes for service in active(diary)), default=0)


def days(diary: Diary, service: ServiceCard, first: date, last: date) -> list[SeenDay]:
    """Return dates as a visitor who wants `service` sees them."""
    zone, coach = diary.coach.zone, diary.coach
    start, end = instant(first, 0, zone), instant(last, MINUTES_A_DAY, zone)
    found = operations.meetings_between(db.session(), coach.id, start, end)
    names = {booking.id: booking.client.name for booking in found}
    return Sight(diary, service, names=names, now=clock.now()).days(first, last)


def one_day(on: date) -> SeenDay | None:
    """Return a date for the first service that can be booked; None where there is none."""
    diary = diary_as()
    services = active(diary)
    return days(diary, services[0], on, on)[0] if services else None


def week(practice: Practice | None = None) -> dict[str, object]:
    """Return the coming seven days and the next free time, with `practice` if it were so."""
    diary = diary_as(practice)
    service = next(iter(active(diary)), None)
    if service is None:
        return {"days": [], "service": "", "next_free": None}
    first = today() + timedelta(days=1)
    start = next((slot.start for slot in diary.slots(service, now=clock.now())), None)
    return {
        "days": days(diary, service, first, first + WEEK - timedelta(days=1)),
        "service": service.name,
        "next_free": words.when(start, diary.coach.zone),
        "horizon": service.policy.horizon,
        "month_url": url_for("availability.month"),
    }
