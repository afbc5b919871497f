"""Letters about a booking that are no step of its life: reminders, a new address, another place.

As all letters they are composed before anything is locked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from coachcrm.bookings.letters.operations.mails import QueuedLetter, tell
from coachcrm.bookings.letters.reading.booking_details import BookingDetails
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.invites.core.itip import Role, cancellation, invitation
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ComposedLetter, Letter, Mailbox, compose
from coachcrm.outbox.letter.render import Words


def plain(site: Site, session: Session, details: BookingDetails, kind: str) -> QueuedLetter:
    """Compose a letter to the client without a calendar part, such as a reminder."""
    return tell(site, details, Role.CLIENT, kind, session=session)


def again(
    site: Site, session: Session, details: BookingDetails, *, cancelled_by: str | None
) -> list[QueuedLetter]:
    """Compose the present state of a booking once more, to both.

    `details` has the SEQUENCE of the booking as it is, and a later DTSTAMP. `cancelled_by` is who
    has cancelled it, None while it stands.
    """
    if cancelled_by is None:
        return [
            tell(site, details, role, "again", part=invitation, session=session) for role in Role
        ]
    wording = "cancelled_by_coach" if cancelled_by == "coach" else "cancelled"
    facts = {"by": cancelled_by, "reason": "", "note": ""}
    told = [
        tell(
            site, details, role, "cancelled", wording,
            part=cancellation, session=session, facts=facts,
        )
        for role in Role
    ]  # fmt: skip
    return [replace(letter, kind="again") for letter in told]


def readdressed(
    site: Site, session: Session, details: BookingDetails, *, old_address: str
) -> list[QueuedLetter]:
    """Compose what a new address of the client's needs (U3).

    The old address gets CANCEL, without a word of the new one; the new one and the coach get
    REQUEST. `details` has the new address and the SEQUENCE that the change makes.
    """
    gone = replace(details, email=old_address)
    return [
        tell(site, gone, Role.CLIENT, "withdrawn", part=cancellation, session=session),
        *(
            tell(site, details, role, "readdressed", part=invitation, session=session)
            for role in Role
        ),
    ]


def elsewhere(site: Site, session: Session, details: BookingDetails) -> list[QueuedLetter]:
    """Compose what both must know of another place; `details` has the SEQUENCE that it makes.

    Who is to be rung and has left no number is asked for it.
    """
    is_unreachable = details.service.place == "phone" and not details.phone
    wording = "place_without_number" if is_unreachable else ""
    return [
        tell(site, details, role, "place", wording, part=invitation, session=session)
        for role in Role
    ]


def to_coach(site: Site, coach: CoachCard, said: Words, *, now: datetime) -> ComposedLetter:
    """Compose a letter to the coach himself that is about no single booking."""
    himself = Mailbox(coach.name, coach.email)
    return compose(
        Letter(
            sender=Mailbox(coach.name, site.mail_sender),
            recipient=himself,
            reply_to=himself,
            subject=said.subject,
            text=said.text,
            html=said.html,
            made_at=now,
        )
    )
