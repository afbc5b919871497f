"""A booking as its own page shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from coachcrm.bookings import refusals
from coachcrm.bookings.core.booking_words import When, clock_change, first_name, when_of
from coachcrm.bookings.core.places import Place
from coachcrm.bookings.core.rules import (
    Look,
    State,
    is_just_made,
    lengths_of_move,
    look_of,
    objection_to_cancel,
    objection_to_move,
)
from coachcrm.bookings.letters.reading.booking_details import (
    details_of,
    meeting_of,
    service_as_booked,
)
from coachcrm.bookings.letters.reading.letters_to_come import reminders_to_come, thanks
from coachcrm.bookings.models import Booking, terms_of
from coachcrm.bookings.offer.core.days import FreeDays
from coachcrm.bookings.offer.pages import days, times, zones
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.invites.core import calendar_links
from coachcrm.invites.core.itip import Role
from coachcrm.kit.time import words
from coachcrm.outbox.queue import operations as outbox


@dataclass(frozen=True, slots=True)
class BookingView:
    """A booking as its page shows it: no more than its letter did (S18)."""

    look: Look
    is_new: bool
    first_name: str
    email: str
    phone: str
    service_name: str
    minutes: int
    day: str
    when: When
    whose_other_clock: str
    place: Place
    service: ServiceCard
    is_by_link: bool
    was_called_off_by_coach: bool
    is_kept: bool
    clock_change: str | None
    may_change: bool
    may_move: bool
    why_not: str | None

    @property
    def title(self) -> str:
        """The day and the time."""
        return f"{self.day}, {self.when.time}"


def view_of(diary: Diary, booking: Booking, now: datetime) -> BookingView:
    """Return a booking as its page shows it at `now`, in the zone that it was booked in."""
    when = _when(diary, booking)
    terms = terms_of(booking.service)
    objection = objection_to_cancel(booking.facts, terms, now=now)
    too_often = objection_to_move(booking.facts, terms, now=now)
    is_upcoming = booking.facts.state(now) is State.UPCOMING
    said = objection or too_often
    return BookingView(
        look=look_of(booking.facts, terms, ends_at=booking.ends_at, now=now),
        is_new=booking.made_by == "client"
        and is_just_made(booking.version, made_at=booking.created_at, now=now),
        first_name=first_name(booking.name),
        email=booking.email,
        phone=booking.phone,
        service_name=booking.service.name,
        minutes=booking.interval.minutes,
        day=when.day_only if when.day.endswith(f" {now.year}") else when.day,
        when=when,
        whose_other_clock="you" if when.is_there else diary.coach.name,
        place=booking.place,
        service=service_as_booked(booking, diary),
        is_by_link=not booking.service.is_public,
        was_called_off_by_coach=booking.cancelled_by == "coach",
        is_kept=booking.status == "completed",
        clock_change=_clock_change(diary, booking, now) if is_upcoming else None,
        may_change=objection is None,
        may_move=too_often is None,
        why_not=(
            refusals.why_not(said, diary.coach, booking.timezone)[1]
            if said and is_upcoming
            else None
        ),
    )


def _when(diary: Diary, booking: Booking) -> When:
    zone = zones.zone_for(
        booking.timezone, diary.coach, change_url="", twelve_hour=booking.twelve_hour
    )
    return when_of(
        booking.interval,
        zone.name,
        diary.coach.timezone,
        twelve_hour=booking.twelve_hour,
        venue=booking.place.venue(diary.coach.timezone),
    )


def _clock_change(diary: Diary, booking: Booking, now: datetime) -> str | None:
    return clock_change(
        booking.place.venue(diary.coach.timezone) or diary.coach.timezone,
        booking.timezone,
        now=now,
        then=booking.starts_at,
        twelve_hour=booking.twelve_hour,
    )


def what_comes(
    session: Session, diary: Diary, booking: Booking, *, sends_letters: bool, now: datetime
) -> dict[str, object]:
    """Return what comes by letter, as far as it is true.

    `letter` is the state of the client's newest letter, `reminders` says how long before the start
    they go, and `thanks` whether the letter after the meeting is to come or has gone. Without a
    mail server (`sends_letters`) nothing is promised.
    """
    if not sends_letters:
        return {"sends_letters": False, "letter": None, "reminders": "", "thanks": ""}
    newest = outbox.newest_state(session, thread=booking.thread, audience="client")
    leads = reminders_to_come(session, booking, diary.coach, now=now)
    return {
        "sends_letters": True,
        "letter": newest,
        "reminders": " and ".join(words.length(lead) for lead in leads),
        "thanks": thanks(session, booking, diary.coach),
    }


def calendar_urls(diary: Diary, booking: Booking) -> dict[str, str]:
    """Return the links that add a booking to a calendar on the web; its secret is in none (C15)."""
    details = details_of(booking, diary, time=booking.interval, stamp=booking.stamp_at, raised_by=0)
    told = meeting_of(details).copy_for(Role.CLIENT)
    return {"google": calendar_links.google(told), "outlook": calendar_links.outlook(told)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the page of other times, by its address and its form.

    Without a date it is the day of the time `chosen`, without that the day of the booking.
    `minutes` is the length that was chosen.
    """

    zone_name: str
    day: str | None
    first: str | None
    chosen: datetime | None
    minutes: int | None


def other_times(
    diary: Diary, booking: Booking, asked: Asked, *, here: str, now: datetime
) -> dict[str, object]:
    """Return the times that a booking can move to, as choices, and the lengths, if there are two.

    `here` is the address of the page.
    """
    zone = zones.zone_for(
        asked.zone_name or booking.timezone,
        diary.coach,
        change_url="",
        twelve_hour=booking.twelve_hour,
        venue=booking.place.venue(diary.coach.timezone),
    )
    now_offered = diary.service_of(booking.service_id)
    lengths = lengths_of_move(booking.interval.minutes, now_offered.minutes)
    # What has room for the longer has it for the shorter too.
    service, longer = now_offered.lasting(min(lengths)), now_offered.lasting(max(lengths))
    free = times.free_days(diary, service, zone, now=now, but_for=booking.id)
    day = asked.day
    if day is None and asked.first is None:
        day = _day_to_open(asked.chosen, booking, free)
    roomy = free
    if len(lengths) > 1:
        roomy = times.free_days(diary, longer, zone, now=now, but_for=booking.id)
    return {
        "booking": view_of(diary, booking, now),
        "lengths": lengths,
        "minutes": asked.minutes,
        "has_room": lambda slot: is_free(roomy, slot.start),
        "coach": diary.coach,
        "service": service,
        "zone": zone,
        "version": booking.version,
        "stands": words.utc_stamp(booking.starts_at),
        "chosen": words.utc_stamp(asked.chosen) if asked.chosen else None,
        **days.shown(free, zone, service, here, day=day, first=asked.first),
    }


def _day_to_open(chosen: datetime | None, booking: Booking, free: FreeDays) -> str | None:
    """Return the date of the time that was chosen, else of the booking, if it has any times."""
    on = (chosen or booking.starts_at).astimezone(free.zone).date()
    return on.isoformat() if chosen or free.on(on) else None


def is_free(free: FreeDays, stamp: str) -> bool:
    """Say whether a time, as links carry it, is among those that are free."""
    start = words.parse_stamp(stamp)
    return start is not None and any(
        slot.start == start for slot in free.on(start.astimezone(free.zone).date())
    )
