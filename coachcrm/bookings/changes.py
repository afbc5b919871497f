"""Rescheduling and cancelling a booking by its link (rule 11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from coachcrm.availability.operations import lock_calendar
from coachcrm.bookings import mails, reminders
from coachcrm.bookings.models import Booking, terms_of
from coachcrm.bookings.operations import Outdated, SlotTaken, find, queue, wall_time
from coachcrm.bookings.rules import (
    STANDING,
    Objection,
    next_stamp,
    objection_to_cancel,
    objection_to_move,
)
from coachcrm.clients import operations as clients
from coachcrm.kit.errors import Refusal
from coachcrm.kit.forms import spoken_phone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coachcrm.bookings.diary import Diary, DiaryKeeper
    from coachcrm.bookings.practice import CoachCard, ServiceCard
    from coachcrm.kit.interval import Interval
    from coachcrm.kit.site import Site


class Changed(Refusal):
    """Somebody changed the booking after the page was shown."""

    title = "This booking has changed"
    sentence = "This booking has changed since you opened the page, and nothing was done now."
    what_next = "Please look at it again before you go on."


class StillHeld(Refusal):
    """No invitation has gone out, so there is nothing that a letter could change."""

    title = "This booking is only held"
    sentence = "No invitation has gone out for this booking yet, and nothing was changed."
    what_next = "Confirm it first, or cancel it, under “Many bookings at once”."


class CannotChange(Refusal):
    """The rules do not let the booking be changed by its link."""

    title = "This can no longer be changed here"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a booking that is ready to be stored, with the letters that tell it."""

    sequence: int
    coach: CoachCard
    service: ServiceCard
    stamp: datetime
    letters: Sequence[mails.QueuedLetter]


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
    matter = matter_of(seen, diary, time=slot, stamp=stamp)
    letters = mails.moved(site, session, matter, old=seen.interval)
    return Change(seen.sequence, diary.coach, diary.service_of(seen.service_id), stamp, letters)


def reschedule(
    session: Session,
    keeper: DiaryKeeper,
    change: Change,
    *,
    public_id: str,
    start: datetime,
    now: datetime,
) -> None:
    """Give a booking another time, under the lock.

    Raises `SlotTaken`, `Changed`, `CannotChange`, `Outdated`.
    """
    booking, diary = locked(session, keeper, change, public_id, start)
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
        local_start=wall_time(slot.start, change.coach),
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
    matter = matter_of(seen, diary, time=seen.interval, stamp=stamp)
    letters = mails.cancelled(site, session, matter, reason=reason, by="client")
    return Change(seen.sequence, diary.coach, diary.service_of(seen.service_id), stamp, letters)


def cancel(
    session: Session,
    keeper: DiaryKeeper,
    change: Change,
    *,
    public_id: str,
    reason: str,
    now: datetime,
) -> None:
    """End a booking, under the lock. Raises `CannotChange`, `Outdated`."""
    booking, diary = locked(session, keeper, change, public_id, now)
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


def check_may_move(booking: Booking, coach: CoachCard, *, now: datetime) -> None:
    """Raise `CannotChange`, saying why, unless the client may move the booking now."""
    _object(objection_to_move(booking.standing, terms_of(booking.service), now=now), coach)


def check_may_cancel(booking: Booking, coach: CoachCard, *, now: datetime) -> None:
    """Raise `CannotChange`, saying why, unless the client may cancel the booking now."""
    _object(objection_to_cancel(booking.standing, terms_of(booking.service), now=now), coach)


def check_not_held(booking: Booking) -> None:
    """Raise `StillHeld` for a booking of which nobody was told so far (S60)."""
    if booking.status == "held":
        raise StillHeld


def check_not_stale(booking: Booking, sequence: str) -> None:
    """Raise `Changed` unless `sequence`, as the page showed it, is still the booking's."""
    if sequence != str(booking.sequence):
        raise Changed


def not_free(refusal: SlotTaken) -> str:
    """Say that a move was not possible, and that the booking stands."""
    return f"{refusal.title}. Your booking stands as it was; please choose another time."


def why_not(objection: Objection, coach: CoachCard) -> tuple[str, str]:
    """Return what keeps a booking from being changed by its link, and what to do instead."""
    ring = f"Please ring me on {spoken_phone(coach.phone)}" if coach.phone else "Please write to me"
    write = f" or write to {coach.email}."
    return {
        Objection.HELD: (
            "I have not looked at this booking yet, and nothing was changed.",
            ring + write,
        ),
        Objection.CANCELLED: (
            "This booking is already cancelled, and nothing was changed.",
            "You can book another time whenever you like.",
        ),
        Objection.OVER: (
            "This meeting has already begun or is over, and nothing was changed.",
            "You can book another time whenever you like.",
        ),
        Objection.TOO_LATE: (
            "It is too close to the time to change this here, and nothing was changed.",
            ring + write,
        ),
        Objection.TOO_OFTEN: (
            "This booking has been moved as often as it can be here, and nothing was changed.",
            ring + write,
        ),
    }[objection]


def _object(objection: Objection | None, coach: CoachCard) -> None:
    if objection is not None:
        sentence, what_next = why_not(objection, coach)
        raise CannotChange(sentence, what_next=what_next)


def locked(
    session: Session, keeper: DiaryKeeper, change: Change, public_id: str, near: datetime
) -> tuple[Booking, Diary]:
    """Lock the calendar and read the booking again, and the diary around an instant."""
    lock_calendar(session, change.coach.id)
    diary = keeper.read_near(session, near)
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


def matter_of(
    booking: Booking,
    diary: Diary,
    *,
    time: Interval,
    stamp: datetime,
    raised_by: int = 1,
    email: str | None = None,
) -> mails.Matter:
    """Return what the letters of a booking tell.

    `raised_by` is what a change adds to SEQUENCE, `email` the client's new address if there is one.
    """
    return mails.Matter(
        public_id=booking.public_id,
        uid=booking.uid,
        sequence=booking.sequence + raised_by,
        stamp=stamp,
        created=booking.created_at,
        time=time,
        coach=diary.coach,
        service=diary.service_of(booking.service_id),
        name=booking.name,
        email=email or booking.email,
        phone=booking.phone,
        timezone=booking.timezone,
        topic=booking.topic,
        interview_on=booking.interview_on,
        message=booking.message,
        twelve_hour=booking.twelve_hour,
    )
