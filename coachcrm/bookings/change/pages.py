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
from coachcrm.bookings.offer.pages import times, zones
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


def other_times(
    diary: Diary,
    booking: Booking,
    *,
    zone_name: str,
    first: str | None,
    chosen: datetime | None,
    minutes: int | None,
    here: str,
    now: datetime,
) -> dict[str, object]:
    """Return the times that a booking can move to, as choices, and the lengths, if there are two.

    `minutes` is the length that was chosen. `zone_name` and the date `first` are what the address
    asks for: without them it is the zone of the booking, and the week of the time `chosen`. `here`
    is the address of the page.
    """
    zone = zones.zone_for(
        zone_name or booking.timezone,
        diary.coach,
        change_url="",
        twelve_hour=booking.twelve_hour,
        venue=booking.place.venue(diary.coach.timezone),
    )
    now_offered = diary.service_of(booking.service_id)
    lengths = lengths_of_move(booking.interval.minutes, now_offered.minutes)
    # What has room for the longer has it for the shorter too.
    service = now_offered.lasting(min(lengths))
    if not first and chosen:
        first = chosen.astimezone(zone.info).date().isoformat()
    week = times.week_of(first, diary, service, zone, now=now)
    found = times.slots_between(
        diary, service, zone, week.first, week.last, now=now, but_for=booking.id
    )
    paging = times.paging(
        diary,
        service,
        zone,
        week,
        now=now,
        is_empty=not found,
        base_url=here,
        but_for=booking.id,
    )
    roomy = found
    if len(lengths) > 1:
        longer = now_offered.lasting(max(lengths))
        roomy = times.slots_between(
            diary, longer, zone, week.first, week.last, now=now, but_for=booking.id
        )
    return {
        "booking": view_of(diary, booking, now),
        "lengths": lengths,
        "minutes": minutes,
        "roomy": {words.utc_stamp(slot.start) for slot in roomy},
        "coach": diary.coach,
        "service": service,
        "zone": zone,
        "days": times.grouped(found, zone, service),
        "version": booking.version,
        "chosen": words.utc_stamp(chosen) if chosen else None,
        **paging,
    }
