"""Under which UID a booking stands in calendars, and when it gets another one (C2).

It keeps its UID, with the organizer and the coach's address that the calendars have, until somebody
is invited anew: then both sides get CANCEL under the old one, and REQUEST under the new.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from coachcrm.bookings.core.rules import person
from coachcrm.bookings.letters.reading.booking_details import BookingDetails, hosts_of
from coachcrm.bookings.models import Booking, FormerUid
from coachcrm.invites.core.itip import new_uid, uid_of
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import calendar_part
from coachcrm.outbox.queue import operations as outbox


@dataclass(frozen=True, slots=True)
class Footing:
    """The state that a change tells, and what it takes out of calendars first, if anything."""

    told: BookingDetails
    given_up: BookingDetails | None = None


def footing(
    site: Site, booking: Booking, told: BookingDetails, *, invites: bool, is_spent: bool
) -> Footing:
    """Decide under which UID a change is told.

    `told` is the state as it would be under the present one. `invites` says whether the change
    brings a meeting into calendars; `is_spent` whether somebody who is to be invited has had CANCEL
    under the present UID, after which nothing may follow (U2).
    """
    today = hosts_of(site, told.coach)
    if not booking.invited_from:
        # Nobody has it in a calendar so far.
        return Footing(replace(told, hosts=today))
    is_elsewhere = not told.hosts.are(today)
    told = replace(told, hosts_are_former=is_elsewhere, has_older_entry=is_elsewhere)
    if not (invites and (is_elsewhere or is_spent)):
        return Footing(told)
    uid = new_uid(today.organizer)
    given_up = replace(told, sequence=booking.sequence + 1, time=booking.interval)
    anew = replace(told, uid=uid, sequence=0, hosts=today, hosts_are_former=False)
    return Footing(anew, given_up)


def take_up(session: Session, booking: Booking, told: BookingDetails, *, now: datetime) -> None:
    """Note on a booking how it was told, and keep the UID that it has given up."""
    if told.uid != booking.uid:
        session.add(FormerUid(uid=booking.uid, booking_id=booking.id, ended_at=now))
    booking.stand_under(told.uid, told.hosts, stamp=told.stamp)


def is_spent_for(session: Session, booking: Booking, address: str) -> bool:
    """Say whether an address has had CANCEL under the present UID, or is about to.

    By whatever spelling: addresses of one mailbox lead to one calendar.
    """
    if person(address) == person(booking.email):
        return True
    return any(
        person(recipient) == person(address) and uid_of(calendar_part(octets) or b"") == booking.uid
        for recipient, octets in outbox.cancellations(session, thread=booking.thread)
    )
