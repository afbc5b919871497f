"""What the coach does to the letters of a booking by hand.

He sends its present state again, sends it to another address, and tells of another place.

Prepared before the lock and done under it, as all acts on a booking are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.core.rules import State, next_stamp
from coachcrm.bookings.finding import booking_of
from coachcrm.bookings.letters.core.letter_history import later_stamp
from coachcrm.bookings.letters.operations import mails, reminders
from coachcrm.bookings.letters.operations.mails import BookingLetter, queue
from coachcrm.bookings.letters.reading.booking_details import BookingDetails, details_of
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.bookings.offer.reading.practice import CoachCard, ServiceCard
from coachcrm.bookings.refusals import Changed, Outdated, check_not_held
from coachcrm.clients import operations as clients
from coachcrm.clients.models import email_key
from coachcrm.kit.errors import Refusal
from coachcrm.kit.web.site import Site


class Over(Refusal):
    """Nothing more is told of a meeting that is over."""

    title = "This meeting is over"
    sentence = "This meeting has begun or is over, so its invitation was not sent."
    what_next = "To write to the client, answer one of their letters."


class NotToCome(Refusal):
    """A booking that is cancelled or over is sent nowhere else."""

    title = "This booking no longer stands"
    sentence = "This booking is cancelled or over, and nothing was changed."
    what_next = "The letters that follow it go where they went before."


@dataclass(frozen=True, slots=True)
class Telling:
    """Letters about a booking that are ready to be queued, and the state that they tell."""

    booking_id: int
    sequence: int
    status: str
    coach: CoachCard
    service: ServiceCard
    stamp: datetime
    letters: Sequence[BookingLetter]


def prepare_again(
    site: Site, session: Session, diary: Diary, booking_id: int, *, sequence: str, now: datetime
) -> Telling:
    """Compose the present state of a booking once more: same UID and SEQUENCE, later DTSTAMP.

    Raises `Changed`, `Over`.
    """
    booking = _seen(session, diary, booking_id, sequence)
    if booking.facts.state(now) is State.PAST:
        raise Over
    stamp = later_stamp(booking.stamp_at, now)
    details = details_of(booking, diary, time=booking.interval, stamp=stamp, raised_by=0)
    letters = mails.again(site, session, details, cancelled_by=_cancelled_by(booking))
    return _telling(booking, details, letters)


def send_again(session: Session, cache: DiaryCache, told: Telling, *, now: datetime) -> None:
    """Queue the present state of a booking once more, under the lock.

    Raises `Changed`, `Over`, `Outdated`.
    """
    booking = _locked(session, cache, told)
    if booking.facts.state(now) is State.PAST:
        raise Over
    if booking.stamp_at >= told.stamp:
        raise Outdated
    booking.stamp_at = told.stamp
    queue(session, booking.uid, told.letters, now=now)
    session.flush()


def prepare_new_address(
    site: Site,
    session: Session,
    diary: Diary,
    booking_id: int,
    address: str,
    *,
    sequence: str,
    now: datetime,
) -> Telling:
    """Compose the letters of a change of the client's address (U3).

    Raises `Changed`, `NotToCome`.
    """
    booking = _seen(session, diary, booking_id, sequence)
    if booking.facts.state(now) is not State.UPCOMING:
        raise NotToCome
    stamp = next_stamp(booking.stamp_at, now)
    details = details_of(booking, diary, time=booking.interval, stamp=stamp, email=address)
    letters = mails.readdressed(site, session, details, old_address=booking.email)
    return _telling(booking, details, letters)


def readdress(
    session: Session, cache: DiaryCache, told: Telling, *, address: str, now: datetime
) -> None:
    """Give a booking's client another address, under the lock; SEQUENCE grows.

    The client's record follows where it had the old address and nobody else has the new one.
    Raises `Changed`, `NotToCome`, `Outdated`.
    """
    booking = _locked(session, cache, told)
    if booking.facts.state(now) is not State.UPCOMING:
        raise NotToCome
    if booking.stamp_at > told.stamp:
        raise Outdated
    if email_key(booking.client.email) == email_key(booking.email):
        clients.change_address(session, booking.client, address, now=now)
    booking.readdress(address, stamp=told.stamp)
    queue(session, booking.uid, told.letters, now=now)
    reminders.replan(session, booking, now=now)
    session.flush()


def prepare_new_place(
    site: Site, session: Session, diary: Diary, booking_id: int, *, now: datetime
) -> Telling:
    """Compose what both must know of the place that the service has now.

    Raises `NotToCome`, `StillHeld`.
    """
    booking = booking_of(session, diary.coach.id, booking_id)
    check_not_held(booking)
    if booking.facts.state(now) is not State.UPCOMING:
        raise NotToCome
    stamp = next_stamp(booking.stamp_at, now)
    details = details_of(booking, diary, time=booking.interval, stamp=stamp)
    return _telling(booking, details, mails.elsewhere(site, session, details))


def tell_new_place(session: Session, cache: DiaryCache, told: Telling, *, now: datetime) -> None:
    """Tell both the place that the service has now, under the lock; SEQUENCE grows.

    Raises `Changed`, `NotToCome`, `Outdated`.
    """
    booking = _locked(session, cache, told)
    if booking.facts.state(now) is not State.UPCOMING:
        raise NotToCome
    if booking.stamp_at > told.stamp:
        raise Outdated
    booking.meet_elsewhere(stamp=told.stamp)
    queue(session, booking.uid, told.letters, now=now)
    session.flush()


def _seen(session: Session, diary: Diary, booking_id: int, sequence: str) -> Booking:
    booking = booking_of(session, diary.coach.id, booking_id)
    if sequence != str(booking.sequence):
        raise Changed
    check_not_held(booking)
    return booking


def _locked(session: Session, cache: DiaryCache, told: Telling) -> Booking:
    """Lock the calendar, and check that what was composed is still what must be told."""
    lock_calendar(session, told.coach.id)
    booking = booking_of(session, told.coach.id, told.booking_id)
    if (booking.sequence, booking.status) != (told.sequence, told.status):
        raise Changed
    diary = cache.read_near(session, booking.starts_at)
    if diary is None or (diary.coach, diary.service_of(booking.service_id)) != (
        told.coach,
        told.service,
    ):
        raise Outdated
    return booking


def _telling(
    booking: Booking, details: BookingDetails, letters: Sequence[BookingLetter]
) -> Telling:
    return Telling(
        booking_id=booking.id,
        sequence=booking.sequence,
        status=booking.status,
        coach=details.coach,
        service=details.service,
        stamp=details.stamp,
        letters=letters,
    )


def _cancelled_by(booking: Booking) -> str | None:
    return (booking.cancelled_by or "client") if booking.status == "cancelled" else None
