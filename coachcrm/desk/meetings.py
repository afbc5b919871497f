"""Meetings, letters and clients as the coach's pages show them, in his zone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import url_for

from coachcrm.auth.models import Coach
from coachcrm.availability.core.service_rules import price_words
from coachcrm.bookings.core import places
from coachcrm.bookings.core.booking_words import TOPICS, When, first_name, when_of
from coachcrm.bookings.models import Booking
from coachcrm.kit.text.phone_numbers import spoken
from coachcrm.kit.time import words

STATE_WORDS = {
    "held": "Held",
    "confirmed": "Confirmed",
    "cancelled": "Cancelled",
    "completed": "Took place",
    "no_show": "Did not come",
}


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting, as the coach reads it; `name` is the client's as it was given with the booking.

    `place` says in a line where they meet, `where` only what no link beside it says; `is_followed`
    says whether a letter may follow it.
    """

    id: int
    url: str
    when: When
    minutes: int
    their_time: str | None
    client_name: str
    client_url: str
    name: str
    email: str
    phone: str
    phone_href: str
    service: str
    price: str
    place: str
    where: str
    video_link: str
    topic: str
    interview_on: date | None
    message: str
    note_url: str
    note_text: str
    letters_url: str
    call_url: str
    status: str
    state: str
    state_words: str
    is_now: bool
    is_followed: bool


def meeting(booking: Booking, coach: Coach, notes: Mapping[int, int], *, now: datetime) -> Meeting:
    """Return a meeting as `coach` reads it; `notes` are the newest notes by booking."""
    zone = coach.zone
    venue = booking.place.venue(str(zone))
    when = when_of(booking.interval, str(zone), venue or booking.timezone or str(zone))
    whose = "there" if venue else f"for {first_name(booking.name) or 'the client'}"
    service, client_id, note = booking.service, booking.client_id, notes.get(booking.id)
    phone = spoken(booking.phone, coach.country)
    place = places.for_coach(booking.place.kind, booking.place.details, phone=phone)
    is_now = booking.starts_at <= now < booking.ends_at and booking.status == "confirmed"
    return Meeting(
        id=booking.id,
        url=url_for("desk.booking", booking_id=booking.id),
        when=when,
        minutes=booking.interval.minutes,
        their_time=f"{when.other_clock} {whose}" if when.differs else None,
        client_name=booking.client.name,
        client_url=url_for("desk.client", client_id=client_id),
        name=booking.name,
        email=booking.email,
        phone=phone,
        phone_href=f"tel:{booking.phone}",
        service=service.name,
        price=price_words(booking.price_pence) if booking.price_pence else "",
        place=place,
        where=place if booking.place.kind == "in_person" else "",
        video_link=booking.place.details if booking.place.kind == "video" else "",
        topic=TOPICS.get(booking.topic, ""),
        interview_on=booking.interview_on,
        message=booking.message,
        note_url=(
            url_for("notes.edit", note_id=note)
            if note
            else url_for("notes.new", client_id=client_id, booking=booking.id)
        ),
        note_text="Open the note" if note else "Write a note",
        letters_url=url_for("letters.of_booking", booking_id=booking.id),
        call_url=url_for("desk.call", booking_id=booking.id),
        status=booking.status,
        state=booking.facts.state(now),
        state_words="Now" if is_now else _state_words(booking, now),
        is_now=is_now,
        is_followed=booking.client.stopped_at is None,
    )


def _state_words(booking: Booking, now: datetime) -> str:
    if booking.status == "confirmed" and booking.ends_at <= now:
        return "Over"
    if booking.status == "held" and booking.starts_at <= now:
        return "Not confirmed"
    return STATE_WORDS[booking.status]


def by_day(
    bookings: Iterable[Booking], coach: Coach, notes: Mapping[int, int], *, now: datetime
) -> list[tuple[str, list[Meeting]]]:
    """Return meetings under their days, in the order given."""

    def heading(booking: Booking) -> str:
        return words.day_year(booking.starts_at.astimezone(coach.zone))

    return [
        (day, [meeting(booking, coach, notes, now=now) for booking in of_day])
        for day, of_day in groupby(bookings, heading)
    ]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the coach, with its one action."""

    sentence: str
    action: str
    url: str
