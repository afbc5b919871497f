"""One booking as the coach's page tells it: what it is, what has been, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from coachcrm.bookings.core import places
from coachcrm.bookings.letters.reading.booking_details import TOPICS
from coachcrm.bookings.models import Booking
from coachcrm.kit.time import words, zones
from coachcrm.kit.web.forms import spoken_phone


@dataclass(frozen=True, slots=True)
class Course:
    """A booking in words, in the coach's zone and in the client's where the two differ."""

    name: str
    client_name: str
    service: str
    minutes: int
    day: str
    time: str
    ends: str
    their_time: str | None
    place: str
    email: str
    topic: str
    interview: str
    message: str
    past: list[str]
    can_change: bool
    is_held: bool
    can_settle: bool
    can_take_back: bool
    url: str
    week_url: str


def of(booking: Booking, zone: ZoneInfo, *, now: datetime) -> Course:
    """Return what the page of a booking shows."""
    start, end = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
    return Course(
        name=booking.name,
        client_name=booking.client.name,
        service=booking.service.name,
        minutes=booking.interval.minutes,
        day=words.day_year(start),
        time=words.clock_time(start),
        ends=words.clock_time(end),
        their_time=_theirs(booking, zone),
        place=places.for_coach(
            booking.service.place,
            booking.service.place_details,
            phone=spoken_phone(booking.phone),
        ),
        email=booking.email,
        topic=TOPICS.get(booking.topic, ""),
        interview=words.day_year(booking.interview_on) if booking.interview_on else "",
        message=booking.message,
        past=list(_past(booking, zone)),
        can_change=booking.status == "confirmed",
        is_held=booking.status == "held",
        can_settle=booking.status == "confirmed" and booking.starts_at <= now,
        can_take_back=booking.status in {"completed", "no_show"},
        url=f"/coach/bookings/{booking.id}",
        week_url=f"/coach/bookings?from={start.date().isoformat()}",
    )


def _theirs(booking: Booking, zone: ZoneInfo) -> str | None:
    theirs = ZoneInfo(booking.timezone or str(zone))
    start = booking.starts_at.astimezone(theirs)
    if start.utcoffset() == booking.starts_at.astimezone(zone).utcoffset():
        return None
    label = zones.label(booking.timezone)
    return f"{words.day_year(start)}, {words.clock_time(start)} {label} for the client"


def _past(booking: Booking, zone: ZoneInfo) -> Iterator[str]:
    """Yield a sentence for each thing that the booking has been through."""
    by = "by you" if booking.made_by == "coach" else "by the client"
    yield f"Booked {by} on {words.when_year(booking.created_at, zone)}."
    if booking.moves:
        times = {1: "once", 2: "twice"}.get(booking.moves, f"{booking.moves} times")
        yield f"Moved {times} by the client."
    if booking.cancelled_at is not None:
        by = "by you" if booking.cancelled_by == "coach" else "by the client"
        yield f"Cancelled {by} on {words.when_year(booking.cancelled_at, zone)}."
        if booking.cancel_reason:
            yield f"Said then: “{booking.cancel_reason}”"
    said = f"You said on {words.when_year(booking.changed_at, zone)} that"
    if booking.status == "completed":
        yield f"{said} it took place."
    if booking.status == "no_show":
        yield f"{said} the client did not come."
