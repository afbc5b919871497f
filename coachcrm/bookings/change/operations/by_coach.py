"""The coach's own hand: he books, moves and cancels past policy, never past law (rule 12).

Every rule that a time breaks is named to him first; what he said yes to comes back as `allowed`.
Under the lock the time may break no other, and no yes gets past an overlap.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from coachcrm.availability.core.reasons import Rule, broken_rules
from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.book.operations.book import (
    Answers,
    NewBooking,
    has_one_to_come,
    new_booking,
    same_form_again,
    store,
)
from coachcrm.bookings.change.operations.by_client import (
    Change,
    check_still,
    locked,
    store_end,
    store_move,
)
from coachcrm.bookings.core.rules import STANDING, next_stamp
from coachcrm.bookings.finding import find
from coachcrm.bookings.letters.operations import mails
from coachcrm.bookings.letters.reading.booking_details import details_of
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.bookings.refusals import Outdated, SlotTaken, check_not_held, check_not_stale
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.web.site import Site

DAY = timedelta(days=1)


class BreaksRules(Refusal):
    """The time breaks rules to which the coach has not said yes; `rules` are all that it breaks."""

    title = "This time breaks rules of yours"
    sentence = "This time breaks rules of yours, and nothing was done yet."
    what_next = "Please look at them, and confirm or choose another time."

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        super().__init__()
        self.rules = rules


class Overlaps(SlotTaken):
    """Two meetings at one time: no yes helps."""

    title = "You have another meeting then"
    sentence = "That time overlaps another meeting of yours, and nothing was done."
    what_next = "Please choose another time."


class HasPassed(Refusal):
    """A new booking in the past."""

    title = "That time has passed"
    sentence = "That time has passed already, and nothing was booked."
    what_next = "Please choose a time that is still to come."


class NotStanding(Refusal):
    """What is cancelled, or of which is said how it went, is moved and cancelled no more."""

    title = "This booking no longer stands"
    sentence = "This booking is cancelled or settled already, and nothing was changed now."
    what_next = "Please look at it again; you can always make a new booking."


def slot_at(
    diary: Diary,
    service: ServiceCard,
    start: datetime,
    *,
    allowed: AbstractSet[Rule],
    now: datetime,
    but_for: int | None = None,
    also: tuple[Rule, ...] = (),
) -> Interval:
    """Return the meeting of `service` at `start`, if the coach may have it there.

    `but_for` is the booking that moves; `also` are broken rules that have nothing to do with the
    time. Raises `Overlaps`, `BreaksRules`, and `HasPassed` for a new booking in the past.
    """
    slot = Interval(start, start + service.policy.duration)
    on = start.astimezone(diary.coach.zone).date()
    # A meeting may last a day: its end can lie on the date after the next.
    offer = diary.offer(service, on - DAY, on + 2 * DAY, now=now, but_for=but_for)
    broken = (*broken_rules(slot, offer), *also)
    if Rule.OVERLAP in broken:
        raise Overlaps
    if Rule.PAST in broken and but_for is None:
        raise HasPassed
    if not allowed >= set(broken):
        raise BreaksRules(broken)
    return slot


def prepare_booking(
    site: Site,
    session: Session,
    diary: Diary,
    slug: str,
    start: datetime,
    *,
    answers: Answers,
    message: str,
    allowed: AbstractSet[Rule],
    now: datetime,
) -> NewBooking:
    """Compose the letters of a booking that the coach makes; `message` is his to the client.

    Raises `Overlaps`, `HasPassed`, `BreaksRules`, and `NotFound` for a service that is not active.
    """
    service = diary.service(slug)
    if service is None:
        raise NotFound
    also = _second(session, service, answers.email, now=now)
    slot = slot_at(diary, service, start, allowed=allowed, now=now, also=also)
    return new_booking(
        site, diary.coach, service, slot, answers, now=now, made_by="coach", note=message
    )


def book(
    session: Session,
    cache: DiaryCache,
    new: NewBooking,
    *,
    allowed: AbstractSet[Rule],
    form_token: str,
    now: datetime,
) -> str:
    """Store what the coach books, under the lock; return its public id.

    The same form again is the same booking. Raises `Overlaps`, `HasPassed`, `BreaksRules`,
    `FormUsed`, `Outdated`.
    """
    lock_calendar(session, new.coach.id)
    start, service = new.slot.start, new.service
    earlier = same_form_again(
        session, form_token=form_token, answers=new.answers, service=service.slug, start=start
    )
    if earlier is not None:
        return earlier
    diary = cache.read_near(session, start)
    if diary is None or diary.coach != new.coach or diary.service(service.slug) != service:
        raise Outdated
    also = _second(session, service, new.answers.email, now=now)
    slot_at(diary, service, start, allowed=allowed, now=now, also=also)
    return store(session, new, form_token=form_token, now=now)


def _second(
    session: Session, service: ServiceCard, email: str, *, now: datetime
) -> tuple[Rule, ...]:
    """Return rule 13 if one more meeting of `service` would break it."""
    return (Rule.ONE_UPCOMING,) if has_one_to_come(session, service, email, now=now) else ()


def prepare_move(
    site: Site,
    session: Session,
    diary: Diary,
    public_id: str,
    start: datetime,
    *,
    message: str,
    allowed: AbstractSet[Rule],
    sequence: str,
    now: datetime,
) -> Change:
    """Compose the letters of a booking to which the coach gives another time.

    `sequence` is what his page showed. Raises `Changed`, `NotStanding`, `StillHeld`, `Overlaps`,
    `BreaksRules`.
    """
    seen = find(session, public_id)
    check_not_stale(seen, sequence)
    check_stands(seen)
    service = diary.service_of(seen.service_id)
    slot = slot_at(diary, service, start, allowed=allowed, now=now, but_for=seen.id)
    stamp = next_stamp(seen.stamp_at, now)
    details = details_of(seen, diary, time=slot, stamp=stamp)
    letters = mails.tell(
        site, session, details, "moved", by="coach", said=message, old=seen.interval
    )
    return Change(seen.sequence, diary.coach, service, stamp, letters)


def move(
    session: Session,
    cache: DiaryCache,
    change: Change,
    *,
    public_id: str,
    start: datetime,
    allowed: AbstractSet[Rule],
    now: datetime,
) -> None:
    """Give a booking another time, under the lock; it is none of the client's own moves.

    Raises `Changed`, `NotStanding`, `StillHeld`, `Overlaps`, `BreaksRules`, `Outdated`.
    """
    booking, diary = locked(session, cache, change, public_id, start)
    check_still(booking, diary, change)
    check_stands(booking)
    slot = slot_at(diary, change.service, start, allowed=allowed, now=now, but_for=booking.id)
    store_move(session, booking, change, slot, now=now, counts=False)


def prepare_cancel(
    site: Site,
    session: Session,
    diary: Diary,
    public_id: str,
    *,
    message: str,
    sequence: str,
    now: datetime,
) -> Change:
    """Compose the letters of a booking that the coach cancels.

    Raises `Changed`, `NotStanding`, `StillHeld`.
    """
    seen = find(session, public_id)
    check_not_stale(seen, sequence)
    check_stands(seen)
    stamp = next_stamp(seen.stamp_at, now)
    details = details_of(seen, diary, time=seen.interval, stamp=stamp)
    letters = mails.tell(site, session, details, "cancelled", by="coach", said=message)
    return Change(seen.sequence, diary.coach, diary.service_of(seen.service_id), stamp, letters)


def cancel(
    session: Session,
    cache: DiaryCache,
    change: Change,
    *,
    public_id: str,
    message: str,
    now: datetime,
) -> None:
    """End a booking, under the lock. Raises `Changed`, `NotStanding`, `StillHeld`, `Outdated`."""
    booking, diary = locked(session, cache, change, public_id, now)
    check_still(booking, diary, change)
    check_stands(booking)
    store_end(session, booking, change, by="coach", reason=message, now=now)


def check_stands(booking: Booking) -> None:
    """Raise `NotStanding` or `StillHeld` unless the booking can be moved and cancelled."""
    check_not_held(booking)
    if booking.status not in STANDING:
        raise NotStanding
