"""What the coach does to the letters of a booking by hand.

He sends its present state again, sends it to another address, and tells of another place.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from coachcrm.bookings.acts import Moment
from coachcrm.bookings.change.operations.changes import Change
from coachcrm.bookings.core.rules import State
from coachcrm.bookings.letters.core.letter_history import later_stamp
from coachcrm.bookings.letters.operations import mails
from coachcrm.bookings.letters.reading.booking_details import BookingDetails
from coachcrm.bookings.models import Booking
from coachcrm.bookings.refusals import check_not_held
from coachcrm.clients import operations as clients
from coachcrm.clients.models import email_key
from coachcrm.kit.errors import Refusal


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


@dataclass(frozen=True, kw_only=True)
class SendAgain(Change):
    """Send the present state of a booking once more: same UID and SEQUENCE, later DTSTAMP."""

    raises: ClassVar[int] = 0

    def stamp(self, booking: Booking, now: datetime) -> datetime:
        """Return a DTSTAMP after the last one."""
        return later_stamp(booking.stamp_at, now)

    def check(self, booking: Booking, at: Moment) -> None:
        """Raise `StillHeld`, and `Over`."""
        check_not_held(booking)
        if booking.facts.state(at.now) is State.PAST:
            raise Over

    def letters(
        self, booking: Booking, at: Moment, details: BookingDetails
    ) -> list[mails.BookingLetter]:
        """Tell both that it stands, or that it is cancelled."""
        is_cancelled = booking.status == "cancelled"
        by = (booking.cancelled_by or "client") if is_cancelled else None
        return mails.again(at.site, at.session, details, cancelled_by=by)

    def change(self, booking: Booking, _at: Moment, stamp: datetime) -> None:
        """Keep the newest DTSTAMP."""
        booking.stamp_at = stamp


@dataclass(frozen=True, kw_only=True)
class TellNewPlace(Change):
    """Tell both the place that the service has now; SEQUENCE grows."""

    def check(self, booking: Booking, at: Moment) -> None:
        """Raise `StillHeld`, and `NotToCome`."""
        _check_to_come(booking, at)

    def letters(
        self, _booking: Booking, at: Moment, details: BookingDetails
    ) -> list[mails.BookingLetter]:
        """Tell both where they meet."""
        return mails.elsewhere(at.site, at.session, details)

    def change(self, booking: Booking, _at: Moment, stamp: datetime) -> None:
        """Raise the SEQUENCE."""
        booking.meet_elsewhere(stamp=stamp)


@dataclass(frozen=True, kw_only=True)
class Readdress(Change):
    """Give a booking's client another address; SEQUENCE grows (U3).

    The client's record follows where it had the old address and nobody else has the new one.
    """

    address: str

    def check(self, booking: Booking, at: Moment) -> None:
        """Raise `StillHeld`, and `NotToCome`."""
        _check_to_come(booking, at)

    def letters(
        self, booking: Booking, at: Moment, details: BookingDetails
    ) -> list[mails.BookingLetter]:
        """Take the meeting out of the old calendar, and bring it into the new one."""
        there = replace(details, email=self.address)
        return mails.readdressed(at.site, at.session, there, old_address=booking.email)

    def change(self, booking: Booking, at: Moment, stamp: datetime) -> None:
        """Take the address."""
        if email_key(booking.client.email) == email_key(booking.email):
            clients.change_address(at.session, booking.client, self.address, now=at.now)
        booking.readdress(self.address, stamp=stamp)


def _check_to_come(booking: Booking, at: Moment) -> None:
    check_not_held(booking)
    if booking.facts.state(at.now) is not State.UPCOMING:
        raise NotToCome
