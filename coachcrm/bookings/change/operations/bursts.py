"""A burst of bookings: seen as one, taken back as one in silence, and put back again (S60, S63).

Nothing is cancelled by a machine: the coach looks, and decides.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import select, union
from sqlalchemy.orm import Session, joinedload

from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.acts import Moment
from coachcrm.bookings.change.operations.changes import Change, PreparedChange
from coachcrm.bookings.change.operations.uids import Footing
from coachcrm.bookings.core.rules import STANDING, State, burst, next_stamp
from coachcrm.bookings.finding import find
from coachcrm.bookings.letters.core.catalogue import OF_WHAT_STANDS
from coachcrm.bookings.letters.operations import mails, reminders
from coachcrm.bookings.models import IS_HELD, Booking, touching
from coachcrm.kit.errors import Refusal
from coachcrm.outbox.queue import operations as outbox

# How long a burst, and the way to undo what was done about it, are shown.
SHOWN_FOR = timedelta(days=2)
TROUBLE = "You cancelled this booking with others, sending nothing."


class NotHeld(Refusal):
    """What is confirmed or cancelled waits for nothing."""

    title = "This booking does not wait"
    sentence = "This booking was confirmed or cancelled meanwhile, and nothing was changed now."
    what_next = "Please look at the list again."


class TimePassed(Refusal):
    """Nobody is invited to what has begun."""

    title = "The time of this booking has passed"
    sentence = "The time of this booking has passed, so it was not confirmed and nothing was sent."
    what_next = "If you still want to speak, please write to the person yourself."


@dataclass(frozen=True, slots=True)
class PutBack:
    """How many bookings stand again, how many lost their time to others, and how many are past."""

    back: int
    lost: int
    passed: int


def in_burst(session: Session, coach_id: int, *, now: datetime) -> list[Booking]:
    """Return the bookings to look at: what came in a burst lately, and all that is held.

    Only those to come, in the order in which they were made.
    """
    of_coach = select(Booking.id).where(Booking.coach_id == coach_id)
    # Two questions, each with an index of its own: one with OR walks over all that is past.
    looked_at = union(
        of_coach.where(Booking.created_at > now - SHOWN_FOR),
        of_coach.where(IS_HELD, Booking.starts_at > now),
    )
    rows = session.scalars(
        select(Booking)
        .where(
            Booking.id.in_(looked_at),
            Booking.client_id.is_not(None),
            Booking.made_by == "client",
            Booking.status.in_(STANDING),
        )
        .options(joinedload(Booking.client), joinedload(Booking.service))
        .order_by(Booking.created_at, Booking.id)
    ).all()
    wanted = set(burst([row.created_at for row in rows]))
    return [
        row
        for at, row in enumerate(rows)
        if row.starts_at > now and (at in wanted or row.status == "held")
    ]


def held(session: Session, coach_id: int, public_ids: Collection[str]) -> Sequence[int]:
    """Return the ids of those of these bookings that are held, whatever their time."""
    query = select(Booking.id).where(
        Booking.coach_id == coach_id, Booking.public_id.in_(public_ids), Booking.status == "held"
    )
    return session.scalars(query.order_by(Booking.id)).all()


@dataclass(frozen=True, kw_only=True)
class Confirm(Change):
    """Confirm a held booking: its invitations go out now, with the SEQUENCE that it has."""

    raises: ClassVar[int] = 0

    def store(self, at: Moment, prepared: PreparedChange) -> None:
        """Confirm it; what was confirmed or cancelled meanwhile is told as that."""
        self.check(self._found(at), at)
        Change.store(self, at, prepared)

    def check(self, booking: Booking, at: Moment) -> None:
        """Raise `NotHeld` for what does not wait, and `TimePassed`."""
        if booking.status != "held":
            raise NotHeld
        if booking.facts.state(at.now) is State.PAST:
            raise TimePassed

    def letters(self, _booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Confirm it to both: these letters are the first."""
        return mails.tell(at.site, None, footing.told, "confirmed")

    def change(self, booking: Booking, at: Moment, stamp: datetime) -> None:
        """Let it stand."""
        booking.status, booking.stamp_at, booking.changed_at = "confirmed", stamp, at.now


def cancel_in_silence(
    session: Session, coach_id: int, public_ids: Sequence[str], *, now: datetime
) -> tuple[str, int]:
    """Cancel bookings together and tell nobody; return the batch to undo it by, and their number.

    What no longer stands or has begun is left as it is; letters that still wait to tell of a
    meeting that stands are dropped.
    """
    lock_calendar(session, coach_id)
    batch, number = secrets.token_urlsafe(16), 0
    for public_id in public_ids:
        booking = find(session, public_id)
        if booking.coach_id != coach_id or booking.facts.state(now) is not State.UPCOMING:
            continue
        booking.mark_cancelled(by="coach", reason="", stamp=next_stamp(booking.stamp_at, now))
        booking.cancelled_batch = batch
        outbox.withdraw(
            session, thread=booking.thread, kinds=OF_WHAT_STANDS, trouble=TROUBLE, now=now
        )
        reminders.follow(session, booking, now=now)
        number += 1
    session.flush()
    return batch, number


def newest_batch(
    session: Session, coach_id: int, *, now: datetime
) -> tuple[str, list[Booking]] | None:
    """Return the batch that was cancelled last, if that was lately, with its bookings to come."""
    batch = session.scalar(
        select(Booking.cancelled_batch)
        .where(
            Booking.coach_id == coach_id,
            Booking.cancelled_batch.is_not(None),
            Booking.status == "cancelled",
            Booking.cancelled_at > now - SHOWN_FOR,
            Booking.starts_at > now,
        )
        .order_by(Booking.cancelled_at.desc())
        .limit(1)
    )
    if batch is None:
        return None
    return batch, [row for row in _of_batch(session, coach_id, batch) if row.starts_at > now]


def put_back(session: Session, coach_id: int, batch: str, *, now: datetime) -> PutBack:
    """Undo a silent cancelling, but for what has begun meanwhile and what others have taken.

    Letters that had been dropped with it go out after all.
    """
    lock_calendar(session, coach_id)
    back = lost = passed = 0
    for booking in _of_batch(session, coach_id, batch):
        if booking.starts_at <= now:
            passed += 1
            continue
        if _is_taken(session, booking):
            lost += 1
            continue
        told = outbox.put_back(session, thread=booking.thread, trouble=TROUBLE, now=now)
        booking.stand_again(
            "confirmed" if told else "held", stamp=next_stamp(booking.stamp_at, now)
        )
        session.flush()
        reminders.follow(session, booking, now=now)
        back += 1
    return PutBack(back, lost, passed)


def _of_batch(session: Session, coach_id: int, batch: str) -> Sequence[Booking]:
    return session.scalars(
        select(Booking)
        .where(
            Booking.coach_id == coach_id,
            Booking.cancelled_batch == batch,
            Booking.status == "cancelled",
        )
        .options(joinedload(Booking.client), joinedload(Booking.service))
        .order_by(Booking.starts_at)
    ).all()


def _is_taken(session: Session, booking: Booking) -> bool:
    """Say whether somebody else has the time of a cancelled booking now."""
    return (
        session.scalar(
            select(Booking.id)
            .where(
                Booking.coach_id == booking.coach_id,
                Booking.status != "cancelled",
                touching(booking.starts_at, booking.ends_at),
            )
            .limit(1)
        )
        is not None
    )
