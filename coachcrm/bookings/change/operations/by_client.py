"""Rescheduling and cancelling a booking by its link (rule 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.core.rules import STANDING, next_stamp
from coachcrm.bookings.finding import find
from coachcrm.bookings.letters.operations import mails, reminders
from coachcrm.bookings.letters.operations.mails import queue
from coachcrm.bookings.letters.reading.booking_details import details_of
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.bookings.offer.reading.practice import CoachCard, ServiceCard
from coachcrm.bookings.refusals import (
    Changed,
    Outdated,
    SlotTaken,
    check_may_cancel,
    check_may_move,
    check_not_stale,
)
from coachcrm.clients import operations as clients
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.web.site import Site


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a booking that is ready to be stored, with the letters that tell it."""

    sequence: int
    coach: CoachCard
    service: ServiceCard
    stamp: datetime
    letters: Sequence[mails.BookingLetter]


def prepare_move(
    site: Site,
    session: Session,
    diary: Diary,
    public_id: str,
    start: datetime,
    *,
    sequence: str,
    now: datetime,
) -> Change:
    """Compose the letters of a booking that is about to take another time (U1).

    `sequence` is what the client's page showed. Raises `SlotTaken`, `Changed`, `CannotChange`.
    """
    seen = find(session, public_id)
    check_not_stale(seen, sequence)
    check_may_move(seen, diary.coach, now=now)
    service = diary.service_of(seen.service_id)
    slot = diary.offers(service, start, now=now, but_for=seen.id)
    if slot is None:
        raise SlotTaken
    stamp = next_stamp(seen.stamp_at, now)
    details = details_of(seen, diary, time=slot, stamp=stamp)
    letters = mails.tell(site, session, details, "moved", old=seen.interval)
    return Change(seen.sequence, diary.coach, diary.service_of(seen.service_id), stamp, letters)


def reschedule(
    session: Session,
    cache: DiaryCache,
    change: Change,
    *,
    public_id: str,
    start: datetime,
    now: datetime,
) -> None:
    """Give a booking another time, under the lock.

    Raises `SlotTaken`, `Changed`, `CannotChange`, `Outdated`.
    """
    booking, diary = locked(session, cache, change, public_id, start)
    if booking.starts_at == start and booking.status != "cancelled":
        return  # The same button pressed twice: the first press has done it.
    check_still(booking, diary, change)
    check_may_move(booking, diary.coach, now=now)
    service = diary.service_of(booking.service_id)
    slot = diary.offers(service, start, now=now, but_for=booking.id)
    if slot is None:
        raise SlotTaken
    store_move(session, booking, change, slot, now=now)


def store_move(
    session: Session,
    booking: Booking,
    change: Change,
    slot: Interval,
    *,
    now: datetime,
    counts: bool = True,
) -> None:
    """Give a locked booking the time on which all is decided, and queue the letters that tell it.

    `counts` says whether it is one of the client's own moves.
    """
    booking.move_to(
        slot,
        local_start=change.coach.wall_time(slot.start),
        local_zone=change.coach.timezone,
        stamp=change.stamp,
        counts=counts,
    )
    queue(session, booking.uid, change.letters, now=now)
    reminders.replan(session, booking, now=now)
    session.flush()


def prepare_cancel(
    site: Site,
    session: Session,
    diary: Diary,
    public_id: str,
    *,
    reason: str,
    sequence: str,
    now: datetime,
) -> Change:
    """Compose the letters of a booking that the client is about to cancel (U2).

    `sequence` is what the client's page showed. Raises `Changed`, `CannotChange`.
    """
    seen = find(session, public_id)
    check_not_stale(seen, sequence)
    check_may_cancel(seen, diary.coach, now=now)
    stamp = next_stamp(seen.stamp_at, now)
    details = details_of(seen, diary, time=seen.interval, stamp=stamp)
    letters = mails.tell(site, session, details, "cancelled", said=reason)
    return Change(seen.sequence, diary.coach, diary.service_of(seen.service_id), stamp, letters)


def cancel(
    session: Session,
    cache: DiaryCache,
    change: Change,
    *,
    public_id: str,
    reason: str,
    now: datetime,
) -> None:
    """End a booking, under the lock. Raises `CannotChange`, `Outdated`."""
    booking, diary = locked(session, cache, change, public_id, now)
    if booking.status == "cancelled":
        return
    check_still(booking, diary, change)
    check_may_cancel(booking, diary.coach, now=now)
    store_end(session, booking, change, by="client", reason=reason, now=now)


def store_end(
    session: Session, booking: Booking, change: Change, *, by: str, reason: str, now: datetime
) -> None:
    """End a locked booking, and queue the letters that tell it; `by` is `client` or `coach`."""
    booking.mark_cancelled(by=by, reason=reason, stamp=change.stamp)
    client = booking.client
    if client.stage == "booked" and not _has_another(session, booking, now=now):
        clients.move_to_stage(session, client, "cancelled", by="rule: cancelled", now=now)
    queue(session, booking.uid, change.letters, now=now)
    reminders.drop(session, booking, now=now)
    session.flush()


def locked(
    session: Session, cache: DiaryCache, change: Change, public_id: str, near: datetime
) -> tuple[Booking, Diary]:
    """Lock the calendar and read the booking again, and the diary around an instant."""
    lock_calendar(session, change.coach.id)
    diary = cache.read_near(session, near)
    if diary is None:
        raise Outdated
    return find(session, public_id), diary


def _has_another(session: Session, booking: Booking, *, now: datetime) -> bool:
    """Say whether the client of a booking has another one still to come."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Booking.client_id == booking.client_id,
                    Booking.id != booking.id,
                    Booking.status.in_(STANDING),
                    Booking.starts_at > now,
                )
            )
        )
    )


def check_still(booking: Booking, diary: Diary, change: Change) -> None:
    """Raise unless what was composed is still what must be told."""
    if booking.sequence != change.sequence:
        raise Changed
    told = (diary.coach, diary.service_of(booking.service_id))
    if told != (change.coach, change.service):
        raise Outdated
