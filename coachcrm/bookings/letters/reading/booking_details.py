"""What a booking's letters and calendar entries tell, in the words of each of the two.

The client's link is in the client's letters alone, and in no calendar entry, for entries are
shared and forwarded (C15).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from coachcrm.bookings.core import places
from coachcrm.bookings.core.booking_words import (
    TOPICS,
    When,
    clock_change,
    first_name,
    when_of,
)
from coachcrm.bookings.core.places import Place
from coachcrm.bookings.core.wall_times import Told, shifts
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import CoachCard, ServiceCard
from coachcrm.invites.core.itip import CalendarEntry, Hosts, Person, Role
from coachcrm.kit.text.names import safe_name
from coachcrm.kit.text.phone_numbers import in_one_piece, international, written
from coachcrm.kit.time import countries, words, zones
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ascii_address

_OTHER = {Role.CLIENT: Role.COACH, Role.COACH: Role.CLIENT}


@dataclass(frozen=True, slots=True)
class BookingDetails:
    """A booking's state as its letters tell it, with everything that the tellers need.

    `hosts` are the organizer and the coach as calendars know them under this `uid`, and
    `hosts_are_former` says that others invite today. Then a program may refuse to take an entry
    out: the reader `has_older_entry`, which may have to be deleted by hand.
    `told_start` is what the client's clocks were said to show at this start; empty for a new one.
    """

    public_id: str
    thread: str
    uid: str
    sequence: int
    stamp: datetime
    created: datetime
    time: Interval
    hosts: Hosts
    coach: CoachCard
    service: ServiceCard
    name: str
    email: str
    phone: str
    timezone: str
    topic: str = ""
    interview_on: date | None = None
    message: str = ""
    twelve_hour: bool = True
    hosts_are_former: bool = False
    has_older_entry: bool = False
    told_start: str = ""

    @property
    def coach_is_out_of_reach(self) -> bool:
        """Whether no letter to him today changes the coach's entry under this `uid`.

        He has another address by now, or has a published copy, which obeys nobody but who sent it.
        """
        return self.coach_has_moved or (self.hosts_are_former and self.hosts.are_one)

    @property
    def coach_has_moved(self) -> bool:
        """Whether the coach has another address by now than the one that is in calendars."""
        return self.hosts.coach.casefold() != ascii_address(self.coach.email).casefold()

    @property
    def minutes(self) -> int:
        """How long the meeting takes."""
        return self.time.minutes

    @property
    def first_name(self) -> str:
        """The name to greet with; what does not look like a name is left out (S64)."""
        return first_name(self.name)

    @property
    def safe_name(self) -> str:
        """The name for heads of letters and for calendars, which make links (S33, S64)."""
        return safe_name(self.name, self.email)

    @property
    def venue(self) -> str:
        """The zone whose clocks hang where they meet; empty for what has no address."""
        return self.service.venue(self.coach)

    def zone_of(self, role: Role) -> str:
        """Return the zone of one of the two."""
        return self.timezone if role is Role.CLIENT else self.coach.timezone

    def reads_twelve_hours(self, role: Role) -> bool:
        """Say whether one of the two reads clocks of twelve hours."""
        return self.twelve_hour or role is Role.COACH

    def written_to(self, role: Role, phone: str) -> str:
        """Return a number as one of the two dials it."""
        country = countries.of_zone(self.timezone) if role is Role.CLIENT else self.coach.country
        return written(phone, country or "")


def hosts_of(site: Site, coach: CoachCard) -> Hosts:
    """Return who invites today."""
    return Hosts(ascii_address(site.mail_sender), ascii_address(coach.email))


def place_line(details: BookingDetails) -> str:
    """Say who rings whom, or where they meet, in the client's words."""
    service, phone = details.service, international(details.phone)
    return places.for_client(
        service.place, service.place_details, coach=details.coach.name, phone=phone
    )


def meeting_of(details: BookingDetails) -> CalendarEntry:
    """Return what calendar programs are told of a booking."""
    coach, service, phone = details.coach, details.service, international(details.phone)
    place, by_phone = place_line(details), service.place == "phone"
    where = places.location(service.place, service.place_details, coach=coach.name, phone=phone)
    about = [
        f"{details.safe_name}, {details.email}{f', {phone}' if phone and not by_phone else ''}",
        TOPICS.get(details.topic, ""),
        f"Interview on {words.day_year(details.interview_on)}" if details.interview_on else "",
        "" if by_phone else places.for_coach(service.place, service.place_details, phone=phone),
        _time_there(details, Role.COACH),
        details.message,
    ]
    return CalendarEntry(
        uid=details.uid,
        sequence=details.sequence,
        stamp=details.stamp,
        created=details.created,
        time=details.time,
        organizer=Person(coach.name, details.hosts.organizer),
        coach=Person(coach.name, details.hosts.coach),
        client=Person(details.safe_name, ascii_address(details.email)),
        summary={
            Role.CLIENT: f"{details.service.name} with {coach.name}",
            Role.COACH: f"{details.service.name}: {details.safe_name}",
        },
        location={
            Role.CLIENT: where,
            Role.COACH: _to_ring(phone) if by_phone else where,
        },
        description={
            Role.CLIENT: "\n\n".join(
                paragraph
                for paragraph in (
                    places.sentence(service.place, place),
                    _time_there(details, Role.CLIENT),
                    _contact(coach),
                )
                if paragraph
            ),
            Role.COACH: "\n".join(line for line in about if line),
        },
        advice=_advice(coach.name, is_answered=is_answered(details)),
    )


def is_answered(details: BookingDetails) -> bool:
    """Say whether a Yes or No in a calendar reaches the coach: it goes to the ORGANIZER."""
    return Hosts(details.hosts.organizer, ascii_address(details.coach.email)).are_one


def _advice(coach: str, *, is_answered: bool) -> dict[Role, str]:
    """Say what the client can do about a meeting from a calendar; the coach has his desk."""
    change = (
        "To change the time or to cancel, use the link in the letter that came with this "
        "invitation."
    )
    answers = "" if is_answered else f" A Yes or No in a calendar does not reach {coach}."
    return {Role.CLIENT: change + answers}


def _time_there(details: BookingDetails, role: Role) -> str:
    """Say what the clocks at the address show, where the reader's calendar shows another time."""
    when = _when(details.time, details, role)
    if not when.is_there:
        return ""
    return f"The time there: {when.time}, {zones.label(details.venue)}."


def _contact(coach: CoachCard) -> str:
    """Say how to reach the coach: an entry is read where no letter is at hand."""
    phone = f"{international(coach.phone)}, " if coach.phone else ""
    return f"{coach.name}: {phone}{coach.email}"


def _to_ring(phone: str) -> str:
    return f"By phone: ring {phone}" if phone else "By phone: no number is known"


def template_values(
    site: Site, details: BookingDetails, role: Role, more: Mapping[str, object]
) -> dict[str, object]:
    """Return what a letter to one of the two tells of a meeting; `more` is as `tell` takes it."""
    old, wanted = more.get("old"), more.get("wanted")
    again, where = details.service.where_again
    place, place_details = details.service.place, details.service.place_details
    phone = details.written_to(role, details.phone)
    facts: dict[str, object] = {
        "role": role,
        "coach": details.coach,
        "coach_phone": details.written_to(role, details.coach.phone),
        # The length of this meeting, whatever that of its service has become.
        "service": replace(details.service, minutes=details.minutes),
        "first_name": details.first_name,
        "when": _when(details.time, details, role),
        "place_line": places.in_letters(place, place_details, phone=phone),
        "place_line_kept": places.in_letters(place, place_details, phone=in_one_piece(phone)),
        "clock_change": clock_change(
            details.venue or details.coach.timezone,
            details.zone_of(role) if details.venue else details.timezone,
            now=details.stamp,
            then=details.time.start,
            twelve_hour=details.reads_twelve_hours(role),
        ),
        "again_url": site.link(again, **where),
        "is_answered": is_answered(details),
        "has_older_entry": details.has_older_entry,
        **more,
        "old": _when(old, details, role) if isinstance(old, Interval) else None,
        "wanted": _when(wanted, details, role) if isinstance(wanted, Interval) else None,
    }
    if role is Role.CLIENT:
        facts["new_clocks"] = [
            shift.words(twelve_hour=details.twelve_hour)
            for shift in shifts(details.time.start, Told(details.timezone, details.told_start))
        ]
        facts["manage_url"] = booking_url(site, details.public_id)
    else:
        facts |= {
            "name": details.name,
            "email": details.email,
            "phone": phone,
            "phone_href": f"tel:{details.phone}",
            "topic": TOPICS.get(details.topic, ""),
            "interview_on": details.interview_on,
            "message": details.message,
            "desk_url": site.link("desk.today"),
        }
    return facts


def booking_url(site: Site, public_id: str) -> str:
    """Return the secret link of a booking, the same in every letter (S14)."""
    return site.link("booking.show", token=site.bookings.sign(public_id))


def _when(time: Interval, details: BookingDetails, role: Role) -> When:
    mine, theirs = (details.zone_of(whose) for whose in (role, _OTHER[role]))
    return when_of(
        time,
        mine,
        theirs,
        twelve_hour=details.reads_twelve_hours(role),
        venue=details.venue,
    )


def service_as_booked(booking: Booking, diary: Diary) -> ServiceCard:
    """Return what was booked: the service as it is now, at the price of then, in its own place."""
    service = replace(diary.service_of(booking.service_id), price_pence=booking.price_pence)
    return at_place(service, booking.own)


def at_place(service: ServiceCard, place: Place | None) -> ServiceCard:
    """Return a service as it is at a place; with None where it always is."""
    if place is None:
        return service
    return replace(service, place=place.kind, place_details=place.details, place_zone=place.zone)


def details_of(
    booking: Booking,
    diary: Diary,
    *,
    time: Interval,
    stamp: datetime,
    raised_by: int = 1,
) -> BookingDetails:
    """Return what the letters of a booking tell; `raised_by` is what a change adds to SEQUENCE."""
    return BookingDetails(
        public_id=booking.public_id,
        thread=booking.thread,
        uid=booking.uid,
        sequence=booking.sequence + raised_by,
        stamp=stamp,
        created=booking.created_at,
        time=time,
        hosts=booking.hosts,
        coach=diary.coach,
        service=service_as_booked(booking, diary),
        name=booking.name,
        email=booking.email,
        phone=booking.phone,
        timezone=booking.timezone,
        topic=booking.topic,
        interview_on=booking.interview_on,
        message=booking.message,
        twelve_hour=booking.twelve_hour,
        told_start=booking.client_start if time == booking.interval else "",
    )
