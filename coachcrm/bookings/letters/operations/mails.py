"""Composing the letters about a booking, and queueing them.

Each is composed before anything is locked, from the state that the booking will have, and queued
only if that state still holds. The client's letter is the coach's words around the details of the
meeting, which always stay. The client's link is in the client's letters alone, and in no calendar
entry, for entries are shared and forwarded (C15).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from coachcrm.bookings.letters.core.catalogue import LETTERS, LetterKind, by_whom, words_for
from coachcrm.bookings.letters.reading.booking_details import (
    BookingDetails,
    meeting_of,
    template_values,
)
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.invites.core.itip import CalendarPart, Role, invitation
from coachcrm.kit.text.typed import many_lines
from coachcrm.kit.text.wording import Wording, fill_body, fill_line
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ComposedLetter, Letter, Mailbox, ascii_address, compose
from coachcrm.outbox.letter.render import Words, render
from coachcrm.outbox.queue import operations as outbox


@dataclass(frozen=True, slots=True)
class BookingLetter:
    """A composed letter about a booking, whose copy it is, and its kind."""

    letter: ComposedLetter
    audience: Role
    kind: str


def tell(
    site: Site,
    session: Session | None,
    details: BookingDetails,
    kind: str,
    *,
    by: str = "client",
    said: str = "",
    to: Collection[Role] = tuple(Role),
    **more: object,
) -> list[BookingLetter]:
    """Compose a letter to each of those to whom it goes, and `to` whom it is to go now.

    `by` is who has acted, `client` or `coach`; what was `said` with it goes to the other of the
    two: the coach's message, or the client's reason. `more` is what some need beside the meeting:
    `old` (the time before a move), `wanted` (a time to move to) with `move_url`. With `session` the
    letters join the booking's thread; the first of a booking begins it.
    """
    letter = by_whom(kind, by)
    values = {
        **more,
        "by": by,
        "note": said if by == "coach" else "",
        "reason": said if by == "client" else "",
    }
    return [
        _composed(site, session, details, letter, role=role, more=values)
        for role in letter.audience
        if role in to
    ]


def cancelled(
    site: Site, session: Session, details: BookingDetails, *, by: str, said: str = ""
) -> list[BookingLetter]:
    """Compose what tells both that a booking is cancelled; `by` and `said` are as `tell` has them.

    The coach's calendar is told where it was invited; he himself where he is now.
    """
    told = tell(site, session, details, "cancelled", by=by, said=said)
    if not details.coach_has_moved:
        return told
    return [*told, *given_up(site, session, details, to=(Role.COACH,))]


def given_up(
    site: Site, session: Session, details: BookingDetails, *, to: Collection[Role]
) -> list[BookingLetter]:
    """Compose what takes a meeting out of calendars under a UID that nobody is told of any more.

    `details` are the last state under it, with the next SEQUENCE. A published copy that was sent by
    somebody else can be taken out by nobody but its owner (RFC 5546 3.2.1).
    """
    told = tell(site, session, details, "replaced", to=set(to) & {Role.CLIENT})
    if Role.COACH not in to or (details.hosts_are_former and details.hosts.are_one):
        return told
    kind = "withdrawn" if details.coach_has_moved else "replaced"
    return [*told, *tell(site, session, details, kind, to=(Role.COACH,))]


def again(
    site: Site, session: Session, details: BookingDetails, *, cancelled_by: str | None
) -> list[BookingLetter]:
    """Compose the present state of a booking once more, to both.

    `details` has the SEQUENCE of the booking as it is, and a later DTSTAMP. `cancelled_by` is who
    has cancelled it, None while it stands.
    """
    if cancelled_by is None:
        return tell(site, session, details, "again")
    told = cancelled(site, session, details, by=cancelled_by)
    return [replace(letter, kind="again") for letter in told]


def readdressed(
    site: Site, session: Session, details: BookingDetails, *, gone: BookingDetails
) -> list[BookingLetter]:
    """Compose what a new address of the client's needs (U3).

    The old address gets CANCEL, without a word of the new one; the new one and the coach get
    REQUEST. `details` has the new address and the SEQUENCE that the change makes, `gone` the old
    address, with the UID that its calendar has.
    """
    return [
        *tell(site, session, gone, "withdrawn", to=(Role.CLIENT,)),
        *tell(site, session, details, "readdressed"),
    ]


def elsewhere(
    site: Site, session: Session, details: BookingDetails, *, said: str = ""
) -> list[BookingLetter]:
    """Compose what both must know of another place; `details` has the SEQUENCE that it makes.

    Who is to be rung and has left no number is asked for it. `said` is the coach's message.
    """
    is_unreachable = details.service.place == "phone" and not details.phone
    kind = "place_without_number" if is_unreachable else "place"
    return tell(site, session, details, kind, by="coach", said=said)


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


def in_words(wording: Wording, values: Mapping[str, Any]) -> Words:
    """Return a client's letter in text and HTML; `values` are as `template_values` gives them."""
    letter, places = LETTERS[wording.name], _places(values)
    body = fill_body(wording.body, places)
    note = str(values.get("note") or "")
    return render(
        "bookings/to_client",
        **{**values, "note": many_lines(note).strip()},
        subject=fill_line(wording.subject, places),
        opening=body.opening,
        closing=body.closing,
        leads_to=letter.leads_to,
        is_soon=letter.is_soon,
        invites=letter.part is invitation,
        can_be_stopped=bool(letter.after),
    )


def queue(
    session: Session,
    thread: str,
    letters: Sequence[BookingLetter],
    *,
    now: datetime,
    drop_after_at: datetime | None = None,
) -> None:
    """Put the letters of one act into the outbox, in the act's own transaction (U4)."""
    for each in letters:
        outbox.queue(
            session,
            each.letter,
            thread=thread,
            audience=each.audience,
            kind=each.kind,
            now=now,
            drop_after_at=drop_after_at,
        )


def _composed(
    site: Site,
    session: Session | None,
    details: BookingDetails,
    letter: LetterKind,
    *,
    role: Role,
    more: Mapping[str, object],
) -> BookingLetter:
    """Compose one letter to one of the two."""
    part = _part(details, letter, role)
    coach = Mailbox(details.coach.name, details.coach.email)
    client = Mailbox(details.safe_name, details.email)
    recipient, other = (client, coach) if role is Role.CLIENT else (coach, client)
    if role is Role.COACH and part is not None and details.coach_has_moved:
        recipient = replace(coach, address=details.hosts.coach)
    values = template_values(site, details, role, more)
    if role is Role.CLIENT:
        words = in_words(words_for(details.coach.letters, letter.name), values)
    else:
        words = render(f"bookings/{letter.kind}_coach", **values, invites=letter.part is invitation)
    first = session and outbox.first_message_id(
        session, thread=details.thread, recipient=ascii_address(recipient.address)
    )
    composed = compose(
        Letter(
            sender=Mailbox(details.coach.name, site.mail_sender),
            recipient=recipient,
            # A booker's own text never names the sender of a letter or the one to answer (S33).
            reply_to=other if role is Role.CLIENT else replace(other, name=""),
            subject=words.subject,
            text=words.text,
            html=words.html,
            made_at=details.stamp,
            calendar=part,
            first_message_id=first or None,
        )
    )
    return BookingLetter(composed, role, letter.kind)


def _part(details: BookingDetails, letter: LetterKind, role: Role) -> CalendarPart | None:
    """Return the calendar part of a letter, where the reader's calendar can make use of it.

    What withdraws the meeting from the coach's old address goes there.
    """
    is_lost = role is Role.COACH and details.coach_is_out_of_reach and letter.name != "withdrawn"
    if letter.part is None or is_lost:
        return None
    return letter.part(meeting_of(details), role)


def _places(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what the placeholders stand for; a person's link is in their own letters alone."""
    when, old, coach, service = (values[name] for name in ("when", "old", "coach", "service"))
    return {
        "first_name": values["first_name"],
        "service": service.name,
        "minutes": str(service.minutes),
        "when": f"{when.day}, {when.time} ({when.zone})",
        "day": when.day_only,
        "time": when.time,
        "place": values["place_line"],
        "old_when": f"{old.day}, {old.time} ({old.zone})" if old else "",
        "booking_link": values["manage_url"],
        "again_link": values["again_url"],
        "coach": coach.name,
        "practice": coach.practice or coach.name,
    }
