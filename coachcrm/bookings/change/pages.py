"""A booking as its own page shows it."""

from dataclasses import dataclass
from datetime import datetime

from coachcrm.bookings import refusals
from coachcrm.bookings.core import places
from coachcrm.bookings.core.booking_words import When, clock_change, when_of
from coachcrm.bookings.core.rules import (
    State,
    is_unanswered,
    lengths_of_move,
    objection_to_cancel,
    objection_to_move,
)
from coachcrm.bookings.letters.reading.booking_details import (
    details_of,
    meeting_of,
    service_as_booked,
)
from coachcrm.bookings.models import Booking, terms_of
from coachcrm.bookings.offer.core.days import FreeDays
from coachcrm.bookings.offer.pages import days, times, zones
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.invites.core import calendar_links
from coachcrm.invites.core.itip import Role
from coachcrm.kit.text.phone_numbers import spoken
from coachcrm.kit.time import countries, words


@dataclass(frozen=True, slots=True)
class BookingView:
    """A booking as its page shows it: no more than its letter did (S18)."""

    status: str
    state: str
    is_on: bool
    is_unanswered: bool
    email: str
    service_name: str
    minutes: int
    when: When
    coach_line: str | None
    place_line: str
    service: ServiceCard
    video_link: str
    is_by_link: bool
    clock_change: str | None
    may_change: bool
    may_move: bool
    why_not: str | None


def view_of(diary: Diary, booking: Booking, now: datetime) -> BookingView:
    """Return a booking as its page shows it at `now`, in the zone that it was booked in."""
    venue = booking.place.venue(diary.coach.timezone)
    zone = zones.zone_for(
        booking.timezone, diary.coach, change_url="", twelve_hour=booking.twelve_hour
    )
    when = when_of(
        booking.interval,
        zone.name,
        diary.coach.timezone,
        twelve_hour=booking.twelve_hour,
        venue=venue,
    )
    whose = "you" if when.is_there else diary.coach.name
    terms = terms_of(booking.service)
    state = booking.facts.state(now)
    objection = objection_to_cancel(booking.facts, terms, now=now)
    too_often = objection_to_move(booking.facts, terms, now=now)
    reason = refusals.why_not(objection, diary.coach, booking.timezone)[1] if objection else None
    if objection is None and too_often is not None:
        reason = refusals.why_not(too_often, diary.coach, booking.timezone)[1]
    changed = clock_change(
        venue or diary.coach.timezone,
        booking.timezone,
        now=now,
        then=booking.starts_at,
        twelve_hour=booking.twelve_hour,
    )
    return BookingView(
        status=booking.status,
        state=state,
        is_on=(
            booking.status not in {"cancelled", "held"}
            and booking.starts_at <= now < booking.ends_at
        ),
        is_unanswered=is_unanswered(booking.facts, terms, now=now),
        email=booking.email,
        service_name=booking.service.name,
        minutes=booking.interval.minutes,
        when=when,
        coach_line=f"{when.other_clock} for {whose}" if when.differs else None,
        place_line=places.for_client(
            booking.place.kind,
            booking.place.details,
            coach=diary.coach.name,
            phone=spoken(booking.phone, countries.of_zone(booking.timezone) or ""),
        ),
        video_link=booking.place.details if booking.place.kind == "video" else "",
        service=service_as_booked(booking, diary),
        is_by_link=not booking.service.is_public,
        clock_change=changed if state is State.UPCOMING else None,
        may_change=objection is None,
        may_move=too_often is None,
        why_not=reason if state is State.UPCOMING else None,
    )


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
