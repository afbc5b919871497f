"""The coach's feed: its secret address, and what stands in it (S19, F1 to F5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.letters.reading.booking_details import details_of, meeting_of
from coachcrm.bookings.models import Booking, CalendarFeed, touching
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.invites.core.calendar_feed import feed
from coachcrm.invites.core.itip import EventText, Role
from coachcrm.kit.errors import NotFound
from coachcrm.kit.tokens import digest, random_token

BACK = timedelta(days=30)
AHEAD = timedelta(days=400)
DETAILS, BUSY = "details", "busy"


def new_address(session: Session, coach_id: int, *, shows: str, now: datetime) -> str:
    """Make a new secret for the feed's address and return it; the old one is void from now on."""
    token = random_token()
    revoke(session, coach_id)
    session.add(
        CalendarFeed(coach_id=coach_id, token_digest=digest(token), shows=shows, created_at=now)
    )
    session.flush()
    return token


def revoke(session: Session, coach_id: int) -> None:
    """End the feed: its address leads nowhere."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.coach_id == coach_id))


def feed_of(session: Session, coach_id: int) -> CalendarFeed | None:
    """Return the feed of the coach, if he has one."""
    return session.get(CalendarFeed, coach_id)


def find(session: Session, token: str) -> CalendarFeed:
    """Return the feed that an address names; raises `NotFound` for a wrong or an old one."""
    found = session.scalar(select(CalendarFeed).where(CalendarFeed.token_digest == digest(token)))
    if found is None:
        raise NotFound
    return found


def facts(session: Session, shown: CalendarFeed, *, now: datetime) -> tuple[object, ...]:
    """Return everything that decides the octets of a feed: equal facts, equal octets."""
    versions = session.execute(
        select(Coach.practice_version, Coach.bookings_version).where(Coach.id == shown.coach_id)
    ).one()
    return ("feed", *versions, shown.shows, now.astimezone(UTC).date())


def octets(session: Session, diary: Diary, *, shows: str, now: datetime) -> bytes:
    """Return the feed: the meetings from 30 days ago to 400 days on; the cancelled have left it."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(0), UTC)
    entries = [
        _entry(diary, booking, shows)
        for booking in _between(session, diary.coach.id, midnight - BACK, midnight + AHEAD)
    ]
    return feed(entries, name=diary.coach.practice or diary.coach.name)


def _entry(diary: Diary, booking: Booking, shows: str) -> EventText:
    details = details_of(booking, diary, time=booking.interval, stamp=booking.stamp_at, raised_by=0)
    told = meeting_of(details).copy_for(Role.COACH)
    return (
        told if shows == DETAILS else replace(told, summary="Booked", location="", description="")
    )


def _between(session: Session, coach_id: int, start: datetime, end: datetime) -> Sequence[Booking]:
    return session.scalars(
        select(Booking)
        .where(
            Booking.coach_id == coach_id,
            Booking.client_id.is_not(None),
            Booking.status != "cancelled",
            touching(start, end),
        )
        .order_by(Booking.starts_at, Booking.id)
    ).all()
