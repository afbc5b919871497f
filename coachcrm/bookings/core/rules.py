"""What may be done with a booking, and when. Pure: its state and `now` in, a verdict out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coachcrm.outbox.letter.compose import ascii_address

STANDING = frozenset({"held", "confirmed"})
MOST_OPEN = 3  # bookings that one person may have to come, of all services together (S61)
BURST = 8  # bookings made within an hour that make it worth a look (S63)
# So long "You are booked" is the news: enough to read, to print, and to find the page again.
JUST_MADE = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
# Mailboxes of these providers are the same with dots and without.
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


class State(StrEnum):
    """What a booking is to the person who looks at it."""

    UPCOMING = "upcoming"
    PAST = "past"
    CANCELLED = "cancelled"


class Look(StrEnum):
    """How a booking's own page looks; each has a template of its name."""

    STANDING = "standing"
    HELD = "held"
    UNANSWERED = "unanswered"
    NOW = "now"
    OVER = "over"
    MISSED = "missed"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"


class Objection(StrEnum):
    """Why a booking cannot be changed by its link."""

    HELD = "held"
    CANCELLED = "cancelled"
    OVER = "over"
    TOO_LATE = "too late"
    TOO_OFTEN = "too often"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client may do by the link: until `cutoff` before the start, at most so many moves."""

    cutoff: timedelta
    most_moves: int


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """The facts about a booking that decide what may be done with it."""

    status: str
    starts_at: datetime
    moves: int

    def state(self, now: datetime) -> State:
        """Return what the booking is at `now`; a meeting that has begun is past changing."""
        if self.status == "cancelled":
            return State.CANCELLED
        is_coming = self.status in STANDING and now < self.starts_at
        return State.UPCOMING if is_coming else State.PAST


def is_unanswered(booking: BookingFacts, terms: Terms, *, now: datetime) -> bool:
    """Say whether the cut-off of a booking has come and it is still only held.

    Whoever made it is told so then, and counts on it no more; the coach can confirm it all the
    same until it begins.
    """
    return booking.status == "held" and now >= booking.starts_at - terms.cutoff


def look_of(booking: BookingFacts, terms: Terms, *, ends_at: datetime, now: datetime) -> Look:
    """Return how the page of a booking looks at `now`."""
    if booking.status == "cancelled":
        return Look.CANCELLED
    if booking.status == "held":
        if now >= booking.starts_at:
            return Look.UNCONFIRMED
        return Look.UNANSWERED if is_unanswered(booking, terms, now=now) else Look.HELD
    if booking.status == "no_show":
        return Look.MISSED
    if booking.starts_at <= now < ends_at:
        return Look.NOW
    return Look.STANDING if booking.state(now) is State.UPCOMING else Look.OVER


def is_just_made(version: int, *, made_at: datetime, now: datetime) -> bool:
    """Say whether a booking is as new as it was made, so that its page says first that it is.

    A change raises `version`, and ends it at once.
    """
    return version == 0 and now - made_at < JUST_MADE


def objection_to_cancel(booking: BookingFacts, terms: Terms, *, now: datetime) -> Objection | None:
    """Return why the client cannot cancel at `now`, or None; exactly at the cut-off he can."""
    state = booking.state(now)
    if state is State.CANCELLED:
        return Objection.CANCELLED
    if state is State.PAST:
        return Objection.OVER
    if booking.status == "held":
        return Objection.HELD
    return Objection.TOO_LATE if now > booking.starts_at - terms.cutoff else None


def objection_to_move(booking: BookingFacts, terms: Terms, *, now: datetime) -> Objection | None:
    """Return why the client cannot move the booking at `now`, or None."""
    objection = objection_to_cancel(booking, terms, now=now)
    if objection is None and booking.moves >= terms.most_moves:
        return Objection.TOO_OFTEN
    return objection


def lengths_of_move(booked: int, offered: int) -> tuple[int, ...]:
    """Return how long a moved meeting may last, in minutes: as booked, or as its service by now.

    One of the two is to be chosen where they differ (rule 11).
    """
    return (booked,) if booked == offered else (booked, offered)


def length_of_move(booked: int, offered: int, chosen: int | None) -> int | None:
    """Return how long a moved meeting lasts, in minutes; None while the mover has to choose."""
    lengths = lengths_of_move(booked, offered)
    if chosen is None and len(lengths) == 1:
        return booked
    return chosen if chosen in lengths else None


def next_stamp(previous: datetime, now: datetime) -> datetime:
    """Return the DTSTAMP of a new message: now, yet never before the last one (RFC 5546 2.1.5)."""
    return max(previous, now)


def person(email: str) -> str:
    """Return one spelling for all the addresses that are certainly one person's mailbox (S61).

    Lower case, the domain as letters write it, without the part behind a plus sign, and without
    dots where they mean nothing.
    """
    try:
        written = ascii_address(email)
    except ValueError:
        written = email.strip()  # No letter goes there; it is nobody else's.
    local, _, domain = written.casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def burst(made_at: Sequence[datetime]) -> list[int]:
    """Return the positions of the bookings that came in a burst: `BURST` or more in an hour (S63).

    `made_at` are the instants at which bookings were made, in order.
    """
    found: set[int] = set()
    first = 0
    for last, at in enumerate(made_at):
        while at - made_at[first] >= _HOUR:
            first += 1
        if last - first + 1 >= BURST:
            found.update(range(first, last + 1))
    return sorted(found)
