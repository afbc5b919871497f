"""By what a time may be taken and a booking changed: the client's hand, and the coach's own.

The client keeps to the rules. The coach goes past policy, never past law (rule 12): every rule that
a time breaks is named to him first, and what he said yes to comes back as `allowed`.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from coachcrm.availability.core.reasons import Rule, broken_rules
from coachcrm.bookings import attempts
from coachcrm.bookings.acts import Moment
from coachcrm.bookings.core.rules import MOST_OPEN, STANDING, is_unanswered, person
from coachcrm.bookings.models import Booking, terms_of
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.bookings.refusals import (
    BreaksRules,
    HasPassed,
    LookInYourMail,
    Overlaps,
    SlotTaken,
    check_may_cancel,
    check_may_move,
    check_stands,
)
from coachcrm.clients.models import email_key
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.time.interval import Interval

DAY = timedelta(days=1)
_TO_COME = (
    select(Booking)
    .where(
        Booking.person == bindparam("person"),
        Booking.status.in_(STANDING),
        Booking.starts_at > bindparam("now"),
    )
    .options(joinedload(Booking.service))
    .order_by(Booking.starts_at)
)


@dataclass(frozen=True, slots=True)
class ByClient:
    """Whoever books, and holds the link: what is on offer, up to the cut-off, so many times.

    `is_held` says that so many come that a new booking waits until the coach has looked at it.
    """

    by: ClassVar[str] = "client"
    counts_moves: ClassVar[bool] = True
    presses_twice: ClassVar[bool] = True
    no_service: ClassVar[type[Refusal]] = SlotTaken
    is_held: bool = False

    def slot(
        self,
        at: Moment,
        service: ServiceCard,
        start: datetime,
        *,
        but_for: int | None = None,
        booker: str | None = None,  # noqa: ARG002 - it is looked at under the lock
    ) -> Interval:
        """Return what is on offer. Raises `SlotTaken`."""
        slot = at.diary.offers(service, start, now=at.now, but_for=but_for)
        if slot is None:
            raise SlotTaken
        return slot

    def check_booker(self, at: Moment, service: ServiceCard, address: str) -> None:
        """Raise `LookInYourMail` if the person has as many meetings to come as there may be.

        Rule 13 counts by the address as it is, S61 by the mailbox behind it, which gets only so
        many letters a day: `TooMany`.
        """
        to_come = _to_come(at, address)
        standing = _of_service(to_come, service, address)
        if standing is not None:
            raise LookInYourMail(standing)
        if len(to_come) >= MOST_OPEN:
            raise LookInYourMail(to_come[0].public_id)
        if at.site.limits and not self.is_held:
            attempts.count_letter(at.session, address, now=at.now)

    def check_may_move(self, booking: Booking, at: Moment) -> None:
        """Raise `CannotChange`, saying why, unless the link still moves it."""
        check_may_move(booking, at.diary.coach, now=at.now)

    def check_may_cancel(self, booking: Booking, at: Moment) -> None:
        """Raise `CannotChange`, saying why, unless the link still cancels it."""
        check_may_cancel(booking, at.diary.coach, now=at.now)


@dataclass(frozen=True, slots=True)
class ByCoach:
    """The coach, who has said yes to breaking the rules that are `allowed`."""

    by: ClassVar[str] = "coach"
    counts_moves: ClassVar[bool] = False
    presses_twice: ClassVar[bool] = False
    no_service: ClassVar[type[Refusal]] = NotFound
    is_held: ClassVar[bool] = False
    allowed: AbstractSet[Rule] = frozenset()

    def slot(
        self,
        at: Moment,
        service: ServiceCard,
        start: datetime,
        *,
        but_for: int | None = None,
        booker: str | None = None,
    ) -> Interval:
        """Return the meeting at any time that breaks no other rule; no yes gets past an overlap.

        Raises `Overlaps`, `BreaksRules`, and `HasPassed` for a new booking in the past.
        """
        slot = Interval(start, start + service.policy.duration)
        on = start.astimezone(at.diary.coach.zone).date()
        # A meeting may last a day: its end can lie on the date after the next.
        offer = at.diary.offer(service, on - DAY, on + 2 * DAY, now=at.now, but_for=but_for)
        broken = broken_rules(slot, offer)
        if booker is not None and _of_service(_to_come(at, booker), service, booker) is not None:
            broken = (*broken, Rule.ONE_UPCOMING)
        if Rule.OVERLAP in broken:
            raise Overlaps
        if Rule.PAST in broken and but_for is None:
            raise HasPassed
        if not self.allowed >= set(broken):
            raise BreaksRules(tuple(broken))
        return slot

    def check_booker(self, at: Moment, service: ServiceCard, address: str) -> None:
        """Refuse nobody: one more meeting than rule 13 allows is a rule of the time's."""

    def check_may_move(self, booking: Booking, _at: Moment) -> None:
        """Raise `NotStanding` or `StillHeld` for what is settled, or only held."""
        check_stands(booking)

    def check_may_cancel(self, booking: Booking, _at: Moment) -> None:
        """Raise `NotStanding` or `StillHeld` for what is settled, or only held."""
        check_stands(booking)


# What is asked of both: `by` is who acts, `slot` the meeting of a service at a start (`but_for` the
# booking that moves, or for a new `booker` by the address), `counts_moves` whether there are only
# so many, `presses_twice` whether a change that is there already is no surprise, and `no_service`
# what a service that is not active is answered with.
Policy = ByClient | ByCoach


def _to_come(at: Moment, address: str) -> Sequence[Booking]:
    """Return a person's meetings to come, without those that the coach has left unanswered."""
    found = at.session.scalars(_TO_COME, {"person": person(address), "now": at.now})
    return [b for b in found if not is_unanswered(b.facts, terms_of(b.service), now=at.now)]


def _of_service(to_come: Sequence[Booking], service: ServiceCard, address: str) -> str | None:
    """Return the first of them that stands in the way of another of `service`, or None."""
    if not service.one_upcoming:
        return None
    key = email_key(address)
    same = (r for r in to_come if r.service_id == service.id and email_key(r.email) == key)
    return next((row.public_id for row in same), None)
