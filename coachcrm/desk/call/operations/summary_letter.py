"""The letter after a conversation: shared passages, shared actions and the next step, no more.

What paid sessions cost stands in it only where the client asked for it on the call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.core.booking_words import first_name
from coachcrm.bookings.letters.operations import reminders
from coachcrm.bookings.models import Booking
from coachcrm.clients import operations as clients
from coachcrm.clients.core.lifecycle import BEFORE_THE_WORK
from coachcrm.clients.models import Client
from coachcrm.desk.call.core import warnings
from coachcrm.desk.call.operations import prices
from coachcrm.desk.call.operations.prices import PricedService
from coachcrm.kit.errors import Refusal
from coachcrm.kit.text.names import safe_name
from coachcrm.kit.text.phone_numbers import written
from coachcrm.kit.time import countries
from coachcrm.kit.tokens import digest
from coachcrm.kit.web.site import Site
from coachcrm.notes.core.slash_lines import without_marks
from coachcrm.notes.models import Note, NoteBlock, NoteLine
from coachcrm.notes.operations import sharing
from coachcrm.outbox.letter.compose import Letter, Mailbox, compose
from coachcrm.outbox.letter.render import Words, render
from coachcrm.outbox.models import OutboxMessage
from coachcrm.outbox.queue import operations as outbox
from coachcrm.recovery.models.applications import ApplicationRow, InterviewRound, JobSearch
from coachcrm.recovery.models.search import ActionRow
from coachcrm.recovery.operations import applications as recovery

NEXT_STEPS = {
    "": "Nothing about it",
    "think": "They think it over and write when they are ready",
    "again": "They book the next conversation",
    "action": "They begin with the actions",
}


class LetterNotAsShown(Refusal):
    """What would be sent is not what the preview showed."""

    title = "The letter has changed"
    sentence = "What is shared has changed since you read the letter, and nothing was sent."
    what_next = "Please read it again and send it then."


class NothingToSay(Refusal):
    """Nothing is shared."""

    title = "There is nothing to send"
    sentence = "Nothing is shared yet, so there is no letter, and nothing was sent."
    what_next = "Share a passage or an action first, or note that they asked for the prices."


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it would leave, with what the coach is warned of; `mark` names its very words."""

    words: Words
    passages: list[str]
    actions: Sequence[ActionRow]
    offers: list[PricedService]
    private: list[str]
    names: list[str]
    health: list[str]
    mark: str

    @property
    def is_empty(self) -> bool:
        """Whether it would say nothing."""
        return not (self.passages or self.actions or self.offers)


def open_actions(session: Session, client_id: int) -> Sequence[ActionRow]:
    """Return what the client has still to do, what is due first at the top."""
    search = recovery.present_search(session, client_id)
    if search is None:
        return []
    return session.scalars(
        select(ActionRow)
        .where(ActionRow.search_id == search.id, ActionRow.done_on.is_(None))
        .order_by(ActionRow.due_on.is_(None), ActionRow.due_on, ActionRow.id)
        .limit(100)
    ).all()


def draft(session: Session, site: Site, coach: Coach, booking: Booking, next_step: str) -> Draft:
    """Return the letter after a conversation, from what is shared now and nothing else."""
    shared = sharing.shared_with(session, booking.client_id, booking_id=booking.id)
    actions = [one for one in open_actions(session, booking.client_id) if one.is_shared]
    passages = [passage.text for passage in shared]
    offers = prices.offers(session, coach.id, site) if booking.prices_asked_at is not None else []
    words = render(
        "desk/summary",
        coach=coach,
        coach_phone=written(coach.phone, countries.of_zone(booking.timezone) or ""),
        first_name=first_name(booking.name),
        passages=[(passage.title, passage.text) for passage in shared],
        actions=actions,
        offers=offers,
        next_step=next_step if next_step in NEXT_STEPS else "",
        book_url=site.base_url + "/",
    )
    said = "\n".join([*passages, *(t for one in actions for t in (one.text, one.words))])
    return Draft(
        words=words,
        passages=passages,
        actions=actions,
        offers=offers,
        private=warnings.private_text(said, _private(session, booking.client_id, actions)),
        names=warnings.names(
            said, _others(session, booking), but=[booking.client.name, coach.name]
        ),
        health=warnings.health_words(said),
        mark=digest(words.subject + words.text)[:32],
    )


def send(
    session: Session,
    site: Site,
    coach: Coach,
    booking: Booking,
    *,
    next_step: str,
    mark: str,
    now: datetime,
) -> None:
    """Put the letter that the coach has read into the outbox; the same one twice is sent once.

    `mark` is the preview's. Raises `LetterNotAsShown`, `NothingToSay`.
    """
    found = draft(session, site, coach, booking, next_step)
    if found.is_empty:
        raise NothingToSay
    if found.mark != mark:
        raise LetterNotAsShown
    thread = f"summary {booking.public_id} {mark}"
    if sent_at(session, thread) is not None:
        return
    client = booking.client
    letter = Letter(
        sender=Mailbox(coach.name, site.mail_sender),
        recipient=Mailbox(safe_name(client.name, client.email), client.email),
        reply_to=Mailbox(coach.name, coach.email),
        subject=found.words.subject,
        text=found.words.text,
        html=found.words.html,
        made_at=now,
    )
    outbox.queue(
        session, compose(letter), thread=thread, audience="client", kind="summary", now=now
    )
    if next_step == "think":
        _let_think(session, coach.id, booking.client_id, now=now)
    reminders.follow_by_hand(session, booking, now=now)
    session.flush()


def sent_at(session: Session, thread: str) -> datetime | None:
    """Return when the letters of a thread, or of threads that begin so, were last written."""
    return session.scalar(
        select(OutboxMessage.created_at)
        .where(OutboxMessage.thread.startswith(thread, autoescape=True))
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )


def last_sent_at(session: Session, booking: Booking) -> datetime | None:
    """Return when the last letter on a conversation was written, or None."""
    return sent_at(session, f"summary {booking.public_id} ")


def _let_think(session: Session, coach_id: int, client_id: int, *, now: datetime) -> None:
    """Note that somebody thinks it over; who works with the coach already stays what they are."""
    client = clients.get(session, coach_id, client_id, for_change=True)
    if client.stage in BEFORE_THE_WORK:
        clients.move_to_stage(
            session, client, "deciding", by="coach", now=now, reason="Thinks it over"
        )


def _private(session: Session, client_id: int, shared: Sequence[ActionRow]) -> list[str]:
    """Return what is private, as plain text: of a shared passage, the lines written since.

    A line that became a shared action was shared with it, and is no reason to warn.
    """
    became = select(NoteLine.text).where(
        NoteLine.record == "action", NoteLine.record_id.in_([action.id for action in shared])
    )
    agreed = {without_marks(text).strip() for text in session.scalars(became)}
    rows = session.execute(
        select(NoteBlock.text, NoteBlock.shared_text)
        .join(Note, NoteBlock.note_id == Note.id)
        .where(Note.client_id == client_id)
        .order_by(NoteBlock.id.desc())
        .limit(500)
    )
    found = []
    for text, shared_text in rows:
        told = set((shared_text or "").split("\n"))
        lines = (line for line in without_marks(text).split("\n") if line not in told)
        found += [line for line in lines if line.strip() not in agreed]
    return found


def _others(session: Session, booking: Booking) -> list[str]:
    """Return the names of other clients, and of the people that this client has met."""
    others = session.scalars(
        select(Client.name).where(
            Client.coach_id == booking.coach_id, Client.id != booking.client_id
        )
    )
    met = session.execute(
        select(ApplicationRow.recruiter, InterviewRound.interviewers)
        .join(JobSearch, ApplicationRow.search_id == JobSearch.id)
        .outerjoin(InterviewRound, InterviewRound.application_id == ApplicationRow.id)
        .where(JobSearch.client_id == booking.client_id)
    )
    return [*others, *(name for row in met for name in row if name)]
