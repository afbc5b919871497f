"""Queueing letters, as part of the act that they tell of, and what the coach does by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from coachcrm.kit.data.db import stored
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.outbox.models import OutboxMessage
from coachcrm.outbox.queue.claims import WAITING

if TYPE_CHECKING:
    # Whoever only counts letters composes none, and loads no library for it.
    from coachcrm.outbox.letter.compose import ComposedLetter

UNDELIVERED = ("failed", "dropped")


class Overtaken(Refusal):
    """A later letter about the same meeting has gone to the same person."""

    title = "This letter is out of date"
    sentence = (
        "A later letter about the same meeting has already gone to this person, so this one would "
        "tell what is no longer so. Nothing was sent."
    )
    what_next = "You can put this letter aside on the mail page."


class Emptied(Refusal):
    """The letter carried a secret, and what it said is forgotten."""

    title = "This letter cannot be sent again"
    sentence = "The link in this letter is no longer kept here. Nothing was sent."
    what_next = "You can put this letter aside on the mail page."


def queue(
    session: Session,
    letter: ComposedLetter,
    *,
    thread: str,
    audience: str,
    kind: str,
    now: datetime,
    drop_after_at: datetime | None = None,
) -> int:
    """Put a finished letter into the outbox, within the caller's transaction (U4).

    Returns its number there. A letter that makes no sense after some instant, such as a reminder,
    names it in `drop_after_at`: if it has not left by then it is dropped.
    """
    row = {
        "thread": thread,
        "audience": audience,
        "kind": kind,
        "sender": letter.sender,
        "recipient": letter.recipient,
        "message_id": letter.message_id,
        "method": letter.method,
        "sequence": letter.sequence,
        "octets": letter.octets,
        "created_at": now,
        "due_at": now,
        "drop_after_at": drop_after_at,
    }
    return stored(OutboxMessage, session, row)


def first_message_id(session: Session, *, thread: str, recipient: str) -> str | None:
    """Return the Message-ID of the first letter of a thread to a recipient (H4)."""
    return session.scalar(
        select(OutboxMessage.message_id)
        .where(OutboxMessage.thread == thread, OutboxMessage.recipient == recipient)
        .order_by(OutboxMessage.id)
        .limit(1)
    )


def newest_octets(session: Session, *, thread: str, audience: str) -> bytes | None:
    """Return the octets of the newest calendar letter of a thread to the client or the coach."""
    return session.scalar(
        select(OutboxMessage.octets)
        .where(
            OutboxMessage.thread == thread,
            OutboxMessage.audience == audience,
            OutboxMessage.method.is_not(None),
        )
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )


def cancellations(session: Session, *, thread: str) -> list[tuple[str, bytes]]:
    """Return to whom on the client's side CANCEL went in a thread, with the letters' octets."""
    query = select(OutboxMessage.recipient, OutboxMessage.octets).where(
        OutboxMessage.thread == thread,
        OutboxMessage.audience == "client",
        OutboxMessage.method == "CANCEL",
    )
    return [(row.recipient, row.octets) for row in session.execute(query)]


def newest_state(session: Session, *, thread: str, audience: str) -> str | None:
    """Return the state of the newest letter of a thread to one of the two; None without one."""
    newest = (
        select(OutboxMessage.state)
        .where(OutboxMessage.thread == thread, OutboxMessage.audience == audience)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def of_thread(session: Session, thread: str) -> Sequence[OutboxMessage]:
    """Return the letters of a thread in the order in which they were queued, without octets."""
    query = select(OutboxMessage).where(OutboxMessage.thread == thread)
    return session.scalars(query.order_by(OutboxMessage.id)).all()


def withdraw(
    session: Session, *, thread: str, kinds: Collection[str], trouble: str, now: datetime
) -> set[str]:
    """Drop the letters of these kinds that still wait: what they say is no longer so.

    Returns the kinds of those that there were.
    """
    dropped = session.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.thread == thread,
            OutboxMessage.kind.in_(kinds),
            OutboxMessage.state == "queued",
        )
        .values(state="dropped", trouble=trouble, settled_at=now, set_aside_at=now)
        .returning(OutboxMessage.kind)
    )
    return set(dropped)


def put_back(session: Session, *, thread: str, trouble: str, now: datetime) -> bool:
    """Queue again what was withdrawn from a thread for this trouble.

    Returns whether anything of the thread that calendars read is to be sent or was.
    """
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.thread == thread,
            OutboxMessage.state == "dropped",
            OutboxMessage.trouble == trouble,
        )
        .values(state="queued", trouble=None, due_at=now, settled_at=None, set_aside_at=None)
    )
    told = exists().where(OutboxMessage.thread == thread, OutboxMessage.method.is_not(None))
    return session.scalar(select(told)) or False


def threads_told(
    session: Session, *, audience: str, kinds: Collection[str], since: datetime
) -> set[tuple[str, str]]:
    """Return the threads of which letters of these kinds were queued since, each with the kind."""
    rows = session.execute(
        select(OutboxMessage.thread, OutboxMessage.kind).where(
            OutboxMessage.audience == audience,
            OutboxMessage.kind.in_(kinds),
            OutboxMessage.created_at >= since,
        )
    )
    return {(row.thread, row.kind) for row in rows}


def empty(session: Session, message_id: int | None) -> None:
    """Forget what a letter says that carried a secret; it has left, or never will."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state.not_in(WAITING))
        .values(octets=b"")
    )


def send_again(session: Session, message_id: int, *, now: datetime) -> None:
    """Put a letter that failed or was held back into the line again, with a new span of tries.

    One that is on its way, or has arrived, is left alone. Raises `NotFound`, `Emptied`, and
    `Overtaken` for one that a later letter has overtaken: a confirmation after its cancellation
    would tell what is not so (U2).
    """
    row = _found(session, message_id)
    if row.state not in UNDELIVERED:
        return
    if not row.octets:
        raise Emptied
    if row.id in overtaken(session, [row]):
        raise Overtaken
    row.state, row.due_at, row.created_at = "queued", now, now
    row.attempts, row.settled_at, row.set_aside_at = 0, None, None
    # Whoever sends it by hand wants it sent, however late.
    row.drop_after_at = None


def put_aside(session: Session, message_id: int, *, now: datetime) -> None:
    """Say that nobody needs to look at a letter that did not leave. Raises `NotFound`."""
    row = _found(session, message_id)
    if row.state in UNDELIVERED and row.set_aside_at is None:
        row.set_aside_at = now


def overtaken(session: Session, letters: Collection[OutboxMessage]) -> set[int]:
    """Return the numbers of those letters after which another went to the same person."""
    undelivered = [row for row in letters if row.state in UNDELIVERED]
    if not undelivered:
        return set()
    gone = session.execute(
        select(OutboxMessage.id, OutboxMessage.thread, OutboxMessage.recipient).where(
            OutboxMessage.thread.in_({row.thread for row in undelivered}),
            OutboxMessage.state.in_(("sent", "sending")),
        )
    ).all()
    return {
        row.id
        for row in undelivered
        if any(
            (other.thread, other.recipient) == (row.thread, row.recipient) and other.id > row.id
            for other in gone
        )
    }


def hold_back_waiting(session: Session, *, trouble: str) -> int:
    """Hold every waiting letter back until the coach sends it by hand; return how many."""
    held = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state.in_(WAITING))
        .values(state="dropped", trouble=trouble, claim=None, owner=None, lease_until=None)
    )
    return int(held.rowcount)  # type: ignore[attr-defined]


def recent(
    session: Session, *, show: str = "all", before_id: int | None, limit: int
) -> Sequence[OutboxMessage]:
    """Return letters, newest first, without their octets: `all`, `waiting` or `needs`."""
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(OutboxMessage.id < before_id)
    if show == "waiting":
        query = query.where(OutboxMessage.state.in_(WAITING))
    elif show == "needs":
        query = query.where(needs_coach())
    return session.scalars(query).all()


def needs_coach() -> ColumnElement[bool]:
    """Return the condition for letters that did not leave and that the coach has not dealt with."""
    return OutboxMessage.state.in_(UNDELIVERED) & OutboxMessage.set_aside_at.is_(None)


def _found(session: Session, message_id: int) -> OutboxMessage:
    row = session.get(OutboxMessage, message_id)
    if row is None:
        raise NotFound
    return row
