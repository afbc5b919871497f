"""Changing a booking that is there: what all changes are, and the two that both hands make.

Moving and cancelling by the link is rule 11; SEQUENCE grows with each (U1, U2).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy import exists, select

from coachcrm.bookings.acts import Moment
from coachcrm.bookings.change.operations import uids
from coachcrm.bookings.change.operations.uids import Footing
from coachcrm.bookings.core.rules import STANDING, length_of_move, next_stamp
from coachcrm.bookings.finding import booking_of
from coachcrm.bookings.letters.operations import mails, reminders
from coachcrm.bookings.letters.reading.booking_details import (
    BookingDetails,
    details_of,
    service_as_booked,
)
from coachcrm.bookings.models import Booking
from coachcrm.bookings.policies import Policy
from coachcrm.bookings.refusals import Changed, LengthToChoose, Outdated, check_not_stale
from coachcrm.clients import operations as clients
from coachcrm.invites.core.itip import Role
from coachcrm.kit.time.interval import Interval


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """A change that is ready to be stored: the letters, the state they tell, and what it was."""

    seen: tuple[int, str]
    seen_stamp: datetime
    told: BookingDetails
    letters: Sequence[mails.BookingLetter]

    def check_still(self, booking: Booking, at: Moment) -> None:
        """Raise `Changed` or `Outdated` unless what was composed is still what must be told."""
        if (booking.version, booking.status) != self.seen:
            raise Changed
        told = (at.diary.coach, service_as_booked(booking, at.diary), booking.stamp_at)
        if told != (self.told.coach, self.told.service, self.seen_stamp):
            raise Outdated


@dataclass(frozen=True, kw_only=True)
class Change(ABC):
    """A change of one booking of the coach's. Raises `NotFound`, `Changed`, and what it refuses.

    `version` is what the page showed, None where no page has shown it; `raises` is what the
    change adds to that of the invitation. `ends_with` are those from whom a UID that is given up
    is taken by a letter of its own.
    """

    raises: ClassVar[int] = 1
    ends_with: ClassVar[tuple[Role, ...]] = tuple(Role)
    booking_id: int
    version: str | None = None

    @property
    def near(self) -> datetime | None:
        """The time that is wanted, if it is another one."""
        return None

    def prepare(self, at: Moment) -> PreparedChange:
        """Compose the letters of the state that the booking will have."""
        booking = self._found(at)
        if self.version is not None:
            check_not_stale(booking, self.version)
        self.check(booking, at)
        stamp = self.stamp(booking, at.now)
        present = details_of(
            booking, at.diary, time=booking.interval, stamp=stamp, raised_by=self.raises
        )
        footing = uids.footing(
            at.site,
            booking,
            present,
            invites=self.invites(booking),
            is_spent=self.is_spent(booking, at),
        )
        letters = self.letters(booking, at, footing)
        if footing.given_up is not None:
            ended = mails.given_up(at.site, at.session, footing.given_up, to=self.ends_with)
            letters = [*ended, *letters]
        return PreparedChange(
            seen=(booking.version, booking.status),
            seen_stamp=booking.stamp_at,
            told=footing.told,
            letters=letters,
        )

    def store(self, at: Moment, prepared: PreparedChange) -> None:
        """Change the booking, queue the letters that tell it, and plan those that go later."""
        booking = self._found(at)
        if self.is_done(booking, at):
            return
        prepared.check_still(booking, at)
        self.check(booking, at)
        self.change(booking, at, prepared.told.stamp)
        booking.note_clocks(at.diary.coach.timezone)
        uids.take_up(at.session, booking, prepared.told, now=at.now)
        mails.queue(at.session, booking.thread, prepared.letters, now=at.now)
        at.session.flush()
        if (booking.version, booking.status) != prepared.seen:
            reminders.follow(at.session, booking, now=at.now)

    def stamp(self, booking: Booking, now: datetime) -> datetime:
        """Return the DTSTAMP of the letters."""
        return next_stamp(booking.stamp_at, now)

    def is_done(self, _booking: Booking, _at: Moment) -> bool:
        """Say whether the same button, pressed before, has done it already."""
        return False

    def invites(self, _booking: Booking) -> bool:
        """Say whether the change brings the meeting into calendars."""
        return True

    def is_spent(self, _booking: Booking, _at: Moment) -> bool:
        """Say whether nothing more can be told under the present UID to who is to be told."""
        return False

    @abstractmethod
    def check(self, booking: Booking, at: Moment) -> None:
        """Refuse a booking that cannot be changed like this."""

    @abstractmethod
    def letters(self, booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Compose what tells the change, on the footing that the booking will have."""

    @abstractmethod
    def change(self, booking: Booking, at: Moment, stamp: datetime) -> None:
        """Make the change on the locked row."""

    def _found(self, at: Moment) -> Booking:
        return booking_of(at.session, at.diary.coach.id, self.booking_id)


@dataclass(frozen=True, kw_only=True)
class Reschedule(Change):
    """Give a booking another time; `message` is the coach's to the client.

    It keeps its length, or where its service has another by now takes the one of the two that the
    mover chose, in `minutes`. Raises `LengthToChoose`.
    """

    policy: Policy
    start: datetime
    minutes: int | None = None
    message: str = ""

    @property
    def near(self) -> datetime:
        """The time that is wanted."""
        return self.start

    def is_done(self, booking: Booking, _at: Moment) -> bool:
        """Say whether the client's booking has that time."""
        return self.policy.presses_twice and self.is_there(booking)

    def is_there(self, booking: Booking) -> bool:
        """Say whether a booking has the time and the length that are wanted."""
        is_as_long = self.minutes in {None, booking.interval.minutes}
        return booking.starts_at == self.start and is_as_long and booking.status != "cancelled"

    def check(self, booking: Booking, at: Moment) -> None:
        """Ask the policy."""
        self.policy.check_may_move(booking, at)

    def letters(self, booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Tell both the new time, and the old."""
        moved = replace(footing.told, time=self._slot(booking, at), told_start="")
        by, said, old = self.policy.by, self.message, booking.interval
        return mails.tell(at.site, at.session, moved, "moved", by=by, said=said, old=old)

    def change(self, booking: Booking, at: Moment, stamp: datetime) -> None:
        """Take the time."""
        booking.move_to(
            self._slot(booking, at),
            stamp=stamp,
            counts=self.policy.counts_moves,
        )

    def _slot(self, booking: Booking, at: Moment) -> Interval:
        service = at.diary.service_of(booking.service_id)
        minutes = length_of_move(booking.interval.minutes, service.minutes, self.minutes)
        if minutes is None:
            raise LengthToChoose
        return self.policy.slot(at, service.lasting(minutes), self.start, but_for=booking.id)


@dataclass(frozen=True, kw_only=True)
class Cancel(Change):
    """End a booking; `said` is the client's reason, or the coach's message."""

    policy: Policy
    said: str = ""

    def is_done(self, booking: Booking, _at: Moment) -> bool:
        """Say whether the client's booking is cancelled."""
        return self.policy.presses_twice and booking.status == "cancelled"

    def invites(self, _booking: Booking) -> bool:
        """Say no: it is taken out under the UID that it has."""
        return False

    def check(self, booking: Booking, at: Moment) -> None:
        """Ask the policy."""
        self.policy.check_may_cancel(booking, at)

    def letters(self, _booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Tell both, the other one with what was said."""
        by, said = self.policy.by, self.said
        return mails.cancelled(at.site, at.session, footing.told, by=by, said=said)

    def change(self, booking: Booking, at: Moment, stamp: datetime) -> None:
        """End it; a client with nothing else to come is no longer `booked`."""
        booking.mark_cancelled(by=self.policy.by, reason=self.said, stamp=stamp)
        client = booking.client
        if client.stage == "booked" and not _has_another(booking, at):
            clients.move_to_stage(at.session, client, "cancelled", by="rule: cancelled", now=at.now)


def _has_another(booking: Booking, at: Moment) -> bool:
    """Say whether the client of a booking has another one still to come."""
    return bool(
        at.session.scalar(
            select(
                exists().where(
                    Booking.client_id == booking.client_id,
                    Booking.id != booking.id,
                    Booking.status.in_(STANDING),
                    Booking.starts_at > at.now,
                )
            )
        )
    )
