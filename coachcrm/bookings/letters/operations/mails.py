"""The letters of a booking's life, one to each of the two: confirmed, moved, cancelled.

Each is composed before anything is locked, from the state that the booking will have, and queued
only if that state still holds. The client's link is in the client's letters alone, and in no
calendar entry, for entries are shared and forwarded (C15).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from coachcrm.bookings.letters.core.catalogue import words_for
from coachcrm.bookings.letters.operations.client_words import in_words
from coachcrm.bookings.letters.reading.booking_details import (
    BookingDetails,
    meeting_of,
    template_values,
)
from coachcrm.invites.core.itip import CalendarEntry, CalendarPart, Role, cancellation, invitation
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ComposedLetter, Letter, Mailbox, ascii_address, compose
from coachcrm.outbox.letter.render import render
from coachcrm.outbox.queue import operations as outbox


@dataclass(frozen=True, slots=True)
class QueuedLetter:
    """A composed letter and where it belongs in the outbox."""

    letter: ComposedLetter
    audience: Role
    kind: str


def confirmed(
    site: Site, details: BookingDetails, *, by: str = "client", message: str = ""
) -> list[QueuedLetter]:
    """Compose the two letters of a new booking.

    `by` is `client` or `coach`; the coach's `message` goes to the client in his own words.
    """
    facts = {"by": by, "note": message if by == "coach" else ""}
    return [tell(site, details, role, "confirmed", part=invitation, facts=facts) for role in Role]


def moved(
    site: Site,
    session: Session,
    details: BookingDetails,
    *,
    old: Interval,
    by: str = "client",
    message: str = "",
) -> list[QueuedLetter]:
    """Compose the two letters of a booking that takes another time.

    `by` is `client` or `coach`; the coach's `message` goes to the client in his own words.
    """
    facts = {"old": old, "by": by, "note": message if by == "coach" else ""}
    wording = "moved_by_coach" if by == "coach" else "moved"
    return [
        tell(site, details, role, "moved", wording, part=invitation, session=session, facts=facts)
        for role in Role
    ]


def cancelled(
    site: Site,
    session: Session,
    details: BookingDetails,
    *,
    reason: str,
    by: str,
    message: str = "",
) -> list[QueuedLetter]:
    """Compose the two letters of a booking that ends; the client's reason goes to the coach.

    `by` is `client` or `coach`; the coach's `message` goes to the client in his own words.
    """
    note = message if by == "coach" else ""
    facts = {"reason": reason if by == "client" else "", "by": by, "note": note}
    wording = "cancelled_by_coach" if by == "coach" else "cancelled"
    return [
        tell(
            site, details, role, "cancelled", wording,
            part=cancellation, session=session, facts=facts,
        )
        for role in Role
    ]  # fmt: skip


def tell(
    site: Site,
    details: BookingDetails,
    role: Role,
    kind: str,
    wording: str = "",
    *,
    part: Callable[[CalendarEntry, Role], CalendarPart] | None = None,
    session: Session | None = None,
    facts: Mapping[str, object] | None = None,
) -> QueuedLetter:
    """Compose one letter to one of the two, with the calendar part that `part` makes, if any.

    `wording` names the words of a client's letter, where they are not those of its kind; `facts`
    are what its kind needs beside the meeting: `old` (the time before a move), `wanted` (a
    time to move to) with `move_url`, `by`, `note` (the
    coach's message), `reason` (the client's). With `session` it joins the booking's thread.
    """
    coach = Mailbox(details.coach.name, details.coach.email)
    client = Mailbox(details.name, details.email)
    recipient, other = (client, coach) if role is Role.CLIENT else (coach, client)
    told = template_values(site, details, role, facts or {})
    if role is Role.CLIENT:
        text = in_words(words_for(details.coach.letters, wording or kind), told)
    else:
        text = render(f"bookings/{kind}_coach", **told)
    first = session and outbox.first_message_id(
        session, thread=details.uid, recipient=ascii_address(recipient.address)
    )
    # A booker's own text never names the sender of a letter or the one to answer (S33).
    reply_to = other if role is Role.CLIENT else replace(other, name="")
    letter = Letter(
        sender=Mailbox(details.coach.name, site.mail_sender),
        recipient=recipient,
        reply_to=reply_to,
        subject=text.subject,
        text=text.text,
        html=text.html,
        made_at=details.stamp,
        calendar=part(meeting_of(site, details), role) if part else None,
        first_message_id=first or None,
    )
    return QueuedLetter(compose(letter), role, kind)


def queue(session: Session, thread: str, letters: Sequence[QueuedLetter], *, now: datetime) -> None:
    """Put the letters of one act into the outbox, in the act's own transaction (U4)."""
    for queued in letters:
        outbox.queue(
            session,
            queued.letter,
            thread=thread,
            audience=queued.audience,
            kind=queued.kind,
            now=now,
        )
