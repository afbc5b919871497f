"""One booking as the coach's page tells it: what it is, what has been, and what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from coachcrm.bookings.core.booking_words import when_of
from coachcrm.bookings.core.rules import State, is_unanswered
from coachcrm.bookings.models import Booking, terms_of
from coachcrm.kit.time import words


@dataclass(frozen=True, slots=True)
class Course:
    """What a meeting has been through and what can be done with it, in the coach's words."""

    their_time: str | None
    past: list[str]
    can_change: bool
    can_be_elsewhere: bool
    is_elsewhere: bool
    is_held: bool
    is_unanswered: bool
    was_unanswered: bool
    can_settle: bool
    can_take_back: bool
    new_clocks: list[str]


def of(booking: Booking, zone: ZoneInfo, *, now: datetime) -> Course:
    """Return what the page of a booking shows beside the meeting itself."""
    venue = booking.place.venue(str(zone))
    when = when_of(booking.interval, str(zone), venue or booking.timezone or str(zone))
    whose = "there" if venue else "for the client"
    is_held, is_over = (
        booking.status == "held",
        booking.facts.state(now) is not State.UPCOMING,
    )
    return Course(
        their_time=f"{when.other_day}, {when.other_clock} {whose}" if when.differs else None,
        past=list(_past(booking, zone)),
        can_change=booking.status == "confirmed",
        can_be_elsewhere=booking.status == "confirmed" and now < booking.starts_at,
        is_elsewhere=booking.own is not None,
        is_held=is_held and not is_over,
        is_unanswered=is_unanswered(booking.facts, terms_of(booking.service), now=now),
        was_unanswered=is_held and is_over,
        can_settle=booking.status == "confirmed" and booking.starts_at <= now,
        can_take_back=booking.status in {"completed", "no_show"},
        new_clocks=[] if is_over else [shift.words() for shift in booking.shifts],
    )


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
