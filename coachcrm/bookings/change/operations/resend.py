"""What the coach does to the letters of a booking by hand.

He sends its present state again, sends it to another address, tells of another place, and invites
anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from coachcrm.bookings.acts import Moment
from coachcrm.bookings.change.operations import uids
from coachcrm.bookings.change.operations.changes import Change
from coachcrm.bookings.change.operations.uids import Footing
from coachcrm.bookings.core.places import Place
from coachcrm.bookings.core.rules import State
from coachcrm.bookings.letters.core.letter_history import later_stamp
from coachcrm.bookings.letters.operations import mails
from coachcrm.bookings.letters.reading.booking_details import at_place, hosts_of
from coachcrm.bookings.models import Booking, place_of
from coachcrm.bookings.refusals import check_not_held
from coachcrm.clients import operations as clients
from coachcrm.clients.models import email_key
from coachcrm.invites.core.itip import Role
from coachcrm.kit.errors import Refusal


class Over(Refusal):
    """Nothing more is told of a meeting that is over."""

    title = "This meeting is over"
    sentence = "This meeting has begun or is over, so its invitation was not sent."
    what_next = "To write to the client, answer one of their letters."


class NobodyWasTold(Refusal):
    """What was cancelled in silence, and may be put back, is not told as cancelled."""

    title = "Nobody was told that this is cancelled"
    sentence = (
        "You cancelled this booking with others and sent nothing, so calendars still have it, and "
        "there is no cancellation to send again. Nothing was sent now."
    )
    what_next = (
        "If the client is to know, please write to them yourself; or put the booking back, and "
        "cancel it by itself."
    )


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
        """Raise `StillHeld`, `NobodyWasTold`, and `Over`."""
        check_not_held(booking)
        if booking.is_cancelled_in_silence:
            raise NobodyWasTold
        if booking.facts.state(at.now) is State.PAST:
            raise Over

    def invites(self, booking: Booking) -> bool:
        """Say whether it stands: what is cancelled is told as that."""
        return booking.status != "cancelled"

    def letters(self, booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Tell both that it stands, or that it is cancelled."""
        by = None if self.invites(booking) else (booking.cancelled_by or "client")
        return mails.again(at.site, at.session, footing.told, cancelled_by=by)

    def change(self, booking: Booking, _at: Moment, stamp: datetime) -> None:
        """Keep the newest DTSTAMP."""
        booking.stamp_at = stamp


@dataclass(frozen=True, kw_only=True)
class TellNewPlace(Change):
    """Tell both the place that the service has now; SEQUENCE grows."""

    def check(self, booking: Booking, at: Moment) -> None:
        """Raise `StillHeld`, and `NotToCome`."""
        check_to_come(booking, now=at.now)

    def letters(self, _booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Tell both where they meet."""
        return mails.elsewhere(at.site, at.session, footing.told)

    def change(self, booking: Booking, _at: Moment, stamp: datetime) -> None:
        """Raise the SEQUENCE."""
        booking.note_place_told(stamp=stamp)


@dataclass(frozen=True, kw_only=True)
class MeetElsewhere(Change):
    """Give a booking a place of its own, or with None its service's again; SEQUENCE grows.

    `message` is the coach's to the client.
    """

    place: Place | None
    message: str = ""

    def check(self, booking: Booking, at: Moment) -> None:
        """Raise `StillHeld`, and `NotToCome`."""
        check_to_come(booking, now=at.now)

    def letters(self, booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Tell both where they meet."""
        usual = at_place(footing.told.service, place_of(booking.service))
        there = replace(footing.told, service=at_place(usual, self.place))
        return mails.elsewhere(at.site, at.session, there, said=self.message)

    def change(self, booking: Booking, _at: Moment, stamp: datetime) -> None:
        """Take the place."""
        booking.take_place(self.place)
        booking.note_place_told(stamp=stamp)


@dataclass(frozen=True, kw_only=True)
class Readdress(Change):
    """Give a booking's client another address; SEQUENCE grows (U3).

    The client's record follows where it had the old address and nobody else has the new one. An
    address that has had CANCEL under the present UID is invited under another one (C2).
    """

    ends_with: ClassVar[tuple[Role, ...]] = (Role.COACH,)
    address: str

    def check(self, booking: Booking, at: Moment) -> None:
        """Raise `StillHeld`, and `NotToCome`."""
        check_to_come(booking, now=at.now)

    def is_spent(self, booking: Booking, at: Moment) -> bool:
        """Say whether the new address has had CANCEL under the present UID, or is to have it."""
        return uids.is_spent_for(at.session, booking, self.address)

    def letters(self, _booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Take the meeting out of the old calendar, and bring it into the new one."""
        there = replace(footing.told, email=self.address)
        return mails.readdressed(at.site, at.session, there, gone=footing.given_up or footing.told)

    def change(self, booking: Booking, at: Moment, stamp: datetime) -> None:
        """Take the address."""
        if email_key(booking.client.email) == email_key(booking.email):
            clients.change_address(at.session, booking.client, self.address, now=at.now)
        booking.readdress(self.address, stamp=stamp)


@dataclass(frozen=True, kw_only=True)
class InviteAnew(Change):
    """Invite both anew where letters come from another address by now, or the coach has one (C2).

    They are told under a new UID, with SEQUENCE 0; the meeting itself stays as it is.
    """

    def is_done(self, booking: Booking, at: Moment) -> bool:
        """Say whether calendars know who invites today."""
        return booking.hosts.are(hosts_of(at.site, at.diary.coach))

    def check(self, booking: Booking, at: Moment) -> None:
        """Raise `StillHeld`, and `NotToCome`."""
        check_to_come(booking, now=at.now)

    def letters(self, _booking: Booking, at: Moment, footing: Footing) -> list[mails.BookingLetter]:
        """Bring it into both calendars under its new UID."""
        return mails.tell(at.site, at.session, footing.told, "renewed")

    def change(self, booking: Booking, at: Moment, stamp: datetime) -> None:
        """Change nothing else."""


def check_to_come(booking: Booking, *, now: datetime) -> None:
    """Raise `StillHeld` or `NotToCome` unless a booking stands and is to come."""
    check_not_held(booking)
    if booking.facts.state(now) is not State.UPCOMING:
        raise NotToCome
