"""Meetings, letters and clients as the coach's pages show them, in his zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import url_for

from coachcrm.bookings.core import places
from coachcrm.bookings.core.booking_words import TOPICS, When, first_name, when_of
from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking
from coachcrm.kit.time import words
from coachcrm.kit.web.forms import spoken_phone

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

    `place` says in a line where they meet, `where` only what no link beside it says.
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


def meeting(
    booking: Booking, zone: ZoneInfo, notes: Mapping[int, int], *, now: datetime
) -> Meeting:
    """Return a meeting in the coach's `zone`; `notes` are the newest notes by booking."""
    when = when_of(booking.interval, str(zone), booking.timezone or str(zone))
    who = first_name(booking.name) or "the client"
    service, client_id, note = booking.service, booking.client_id, notes.get(booking.id)
    phone = spoken_phone(booking.phone)
    place = places.for_coach(service.place, service.place_details, phone=phone)
    is_now = booking.starts_at <= now < booking.ends_at and booking.status in STANDING
    return Meeting(
        id=booking.id,
        url=url_for("desk.booking", booking_id=booking.id),
        when=when,
        minutes=booking.interval.minutes,
        their_time=f"{when.other_clock} for {who}" if when.differs else None,
        client_name=booking.client.name,
        client_url=url_for("desk.client", client_id=client_id),
        name=booking.name,
        email=booking.email,
        phone=phone,
        phone_href=f"tel:{booking.phone}",
        service=service.name,
        place=place,
        where=place if service.place == "in_person" else "",
        video_link=service.place_details if service.place == "video" else "",
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
    )


def _state_words(booking: Booking, now: datetime) -> str:
    if booking.status == "confirmed" and booking.ends_at <= now:
        return "Over"
    return STATE_WORDS[booking.status]


def by_day(
    bookings: Iterable[Booking], zone: ZoneInfo, notes: Mapping[int, int], *, now: datetime
) -> list[tuple[str, list[Meeting]]]:
    """Return meetings under their days, in the order given."""

    def heading(booking: Booking) -> str:
        return words.day_year(booking.starts_at.astimezone(zone))

    return [
        (day, [meeting(booking, zone, notes, now=now) for booking in of_day])
        for day, of_day in groupby(bookings, heading)
    ]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the coach, with its one action."""

    sentence: str
    action: str
    url: str


# The week's picture, in units of the SVG's own box.
WIDTH, HEIGHT, COLUMN, HEAD = 280, 176, 40, 20


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a day in the picture."""

    y: float
    height: float
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A column of the picture."""

    label: str
    date: str
    today: bool
    x: int
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class WeekPicture:
    """Seven days as columns, with the same in words for those who cannot see it."""

    days: list[WeekDay]
    width: int
    height: int
    summary: str
    rows: list[tuple[str, str]]


def week_picture(
    first: date,
    today: date,
    open_times: Sequence[tuple[datetime, datetime]],
    meetings: Sequence[tuple[datetime, datetime, str]],
) -> WeekPicture:
    """Draw seven days from `first` on; times are local and belong to the day they begin on."""
    spans = [(start, end) for start, end in open_times]
    spans += [(start, end) for start, end, _ in meetings]
    earliest = min((start.hour for start, _ in spans), default=9)
    latest = max((_hours(start, end) for start, end in spans), default=17.0)
    scale = (HEIGHT - HEAD) / max(1.0, latest - earliest)

    def block(start: datetime, end: datetime, label: str, kind: str) -> Block:
        top = start.hour + start.minute / 60 - earliest
        height = _hours(start, end) - (start.hour + start.minute / 60)
        return Block(round(HEAD + top * scale, 1), round(max(height * scale, 3), 1), label, kind)

    days, rows = [], []
    for number in range(7):
        on = first + timedelta(days=number)
        booked = [m for m in meetings if m[0].date() == on]
        blocks = [block(*span, "", "window") for span in open_times if span[0].date() == on]
        blocks += [block(start, end, label, "booking") for start, end, label in booked]
        label = words.day(on)
        days.append(WeekDay(label[:3], str(on.day), on == today, number * COLUMN, blocks))
        rows.append((label, _spoken(len(booked), booked)))
    total = len([m for m in meetings if first <= m[0].date() < first + timedelta(days=7)])
    summary = f"{_meetings(total)} in the seven days from {words.day(first)}"
    return WeekPicture(days, WIDTH, HEIGHT, summary, rows)


def _hours(start: datetime, end: datetime) -> float:
    """Return the hour at which a stretch ends, counted on from its day's midnight."""
    days_on = (end.date() - start.date()).days
    return end.hour + end.minute / 60 + 24 * days_on


def _meetings(number: int) -> str:
    return "One meeting" if number == 1 else f"{number or 'No'} meetings"


def _spoken(number: int, booked: Sequence[tuple[datetime, datetime, str]]) -> str:
    if not number:
        return "No meetings"
    return ", ".join(f"{words.clock_time(start)} {label}" for start, _, label in booked)


PAGE = 50
