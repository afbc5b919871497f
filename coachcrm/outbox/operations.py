"""Queueing, claiming and settling letters. Queueing is part of the act that the letter tells of."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased, undefer

from coachcrm.kit.tokens import random_token
from coachcrm.outbox.models import OutboxMessage, WorkerBeat
from coachcrm.outbox.retry import Outcome, due_again

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coachcrm.outbox.compose import ComposedLetter

WAITING = ("queued", "sending")
_RUN = random_token()[:8]


def queue(
    session: Session,
    letter: ComposedLetter,
    *,
    thread: str,
    audience: str,
    kind: str,
    now: datetime,
) -> OutboxMessage:
    """Put a finished letter into the outbox, within the caller's transaction (U4)."""
    row = OutboxMessage(
        thread=thread,
        audience=audience,
        kind=kind,
        sender=letter.sender,
        recipient=letter.recipient,
        message_id=letter.message_id,
        method=letter.method,
        sequence=letter.sequence,
        octets=letter.octets,
        created_at=now,
        due_at=now,
    )
    session.add(row)
    return row


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


def of_thread(session: Session, thread: str) -> Sequence[OutboxMessage]:
    """Return the letters of a thread in the order in which they were queued, without octets."""
    query = select(OutboxMessage).where(OutboxMessage.thread == thread)
    return session.scalars(query.order_by(OutboxMessage.id)).all()


def withdraw(session: Session, *, thread: str, kinds: Collection[str], trouble: str) -> None:
    """Drop the letters of these kinds that still wait: what they say is no longer so."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.thread == thread,
            OutboxMessage.kind.in_(kinds),
            OutboxMessage.state == "queued",
        )
        .values(state="dropped", trouble=trouble)
    )


def put_back(session: Session, *, thread: str, trouble: str, now: datetime) -> bool:
    """Queue again what was withdrawn from a thread for this trouble.

    Returns whether anything of the thread is to be sent or was.
    """
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.thread == thread,
            OutboxMessage.state == "dropped",
            OutboxMessage.trouble == trouble,
        )
        .values(state="queued", trouble=None, due_at=now)
    )
    return session.scalar(select(exists().where(OutboxMessage.thread == thread))) or False


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


def owner_name() -> str:
    """Name this process: host, number and run, so that a dead owner can be told from a live one."""
    return f"{_place()}:{os.getpid()}:{_RUN}"


def _place() -> str:
    """Name where process numbers mean what they mean here: two containers may share a host name."""
    try:
        numbers = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        numbers = 0
    return f"{socket.gethostname()}/{numbers}"


def has_work(session: Session, *, now: datetime) -> bool:
    """Say, without taking a lock, whether a letter is due or was left by a dead owner."""
    waiting = select(OutboxMessage.owner, OutboxMessage.state, OutboxMessage.lease_until).where(
        or_(
            and_(OutboxMessage.state == "queued", OutboxMessage.due_at <= now),
            OutboxMessage.state == "sending",
        )
    )
    # A letter of our own past its lease is one that could not be settled.
    return any(
        row.state == "queued"
        or row.owner != owner_name()
        or row.lease_until is None
        or row.lease_until <= now
        for row in session.execute(waiting.limit(200))
    )


def claim(session: Session, *, now: datetime, lease: timedelta) -> OutboxMessage | None:
    """Take the next due letter for this process, or return None.

    A letter waits for the ones before it in its thread to the same recipient, so that an update
    never overtakes its request. A letter whose owner died, or whose lease ran out, is due again.
    """
    _free_the_dead(session, now=now)
    earlier = aliased(OutboxMessage)
    row = session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == "queued",
            OutboxMessage.due_at <= now,
            ~exists().where(
                earlier.thread == OutboxMessage.thread,
                earlier.recipient == OutboxMessage.recipient,
                earlier.id < OutboxMessage.id,
                earlier.state.in_(WAITING),
            ),
        )
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .options(undefer(OutboxMessage.octets))
    )
    if row is None:
        return None
    row.state, row.claim, row.owner = "sending", random_token(), owner_name()
    row.lease_until = now + lease
    row.attempts += 1
    session.flush()
    return row


def _free_the_dead(session: Session, *, now: datetime) -> None:
    taken = session.execute(
        select(OutboxMessage.claim, OutboxMessage.owner, OutboxMessage.lease_until).where(
            OutboxMessage.state == "sending"
        )
    ).all()
    dead = [
        row.claim
        for row in taken
        if row.lease_until is None or row.lease_until <= now or _is_dead(row.owner or "")
    ]
    if dead:
        session.execute(
            update(OutboxMessage)
            # By the claim that was seen dead: another worker may have freed and taken the letter.
            .where(OutboxMessage.claim.in_(dead))
            .values(state="queued", claim=None, owner=None, lease_until=None, due_at=now)
        )


def _is_dead(owner: str) -> bool:
    """Say whether an owner on this machine is known to be gone; elsewhere the lease decides."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != _place() or not rest.isdigit():
        return False
    if int(rest) == os.getpid():
        return owner != owner_name()
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def settle_sent(session: Session, *, claim: str, now: datetime) -> None:
    """Record that a claimed letter left."""
    _settle(session, claim, state="sent", settled_at=now, trouble=None)


def settle_failure(
    session: Session,
    row: OutboxMessage,
    *,
    trouble: str,
    outcome: Outcome,
    now: datetime,
    chance: float,
) -> None:
    """Record why a claimed letter did not leave, and when it is due again, if ever."""
    due_at = None
    if outcome is Outcome.AGAIN:
        due_at = due_again(attempts=row.attempts, created_at=row.created_at, now=now, chance=chance)
    if due_at is None:
        _settle(session, row.claim, state="failed", settled_at=now, trouble=trouble)
    else:
        _settle(session, row.claim, state="queued", due_at=due_at, trouble=trouble)


def _settle(session: Session, claim: str | None, **values: object) -> None:
    if claim is None:
        return
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.claim == claim)
        .values(claim=None, owner=None, lease_until=None, **values)
    )


def send_again(session: Session, message_id: int, *, now: datetime) -> bool:
    """Put a letter that failed or was held back into the line again, with a new span of tries.

    One that a later letter has overtaken stays where it is: a confirmation after its cancellation
    would tell what is not so (U2).
    """
    row = session.get(OutboxMessage, message_id)
    if row is None or row.state not in {"failed", "dropped"} or _is_overtaken(session, row):
        return False
    row.state, row.due_at, row.created_at = "queued", now, now
    row.attempts, row.settled_at = 0, None
    return True


def _is_overtaken(session: Session, row: OutboxMessage) -> bool:
    """Say whether a later letter of the thread has gone to the same person: nothing follows it."""
    later = select(OutboxMessage.id).where(
        OutboxMessage.thread == row.thread,
        OutboxMessage.recipient == row.recipient,
        OutboxMessage.id > row.id,
        OutboxMessage.state == "sent",
    )
    return session.scalar(later.limit(1)) is not None


def hold_back_waiting(session: Session, *, trouble: str) -> int:
    """Hold every waiting letter back until the coach sends it by hand; return how many."""
    held = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state.in_(WAITING))
        .values(state="dropped", trouble=trouble, claim=None, owner=None, lease_until=None)
    )
    return int(held.rowcount)  # type: ignore[attr-defined]


def waiting_and_failed(session: Session) -> tuple[int, int, datetime | None]:
    """Return how many letters wait, how many failed, and since when the oldest waits."""
    counts = session.execute(
        select(OutboxMessage.state, func.count(), func.min(OutboxMessage.created_at))
        .where(OutboxMessage.state.in_((*WAITING, "failed")))
        .group_by(OutboxMessage.state)
    ).all()
    waiting = [(n, since) for state, n, since in counts if state in WAITING]
    failed = sum(n for state, n, _ in counts if state == "failed")
    return sum(n for n, _ in waiting), failed, min((s for _, s in waiting), default=None)


def recent(
    session: Session, *, before_id: int | None, limit: int, states: Sequence[str] = ()
) -> Sequence[OutboxMessage]:
    """Return letters, newest first, without their octets."""
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(OutboxMessage.id < before_id)
    if states:
        query = query.where(OutboxMessage.state.in_(states))
    return session.scalars(query).all()


def beat(session: Session, *, now: datetime) -> None:
    """Leave a sign of life of this process, and forget those of long dead ones."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - timedelta(days=1)))
    row = session.get(WorkerBeat, owner_name())
    if row is None:
        session.add(WorkerBeat(owner=owner_name(), beat_at=now))
    else:
        row.beat_at = now


def last_beat(session: Session) -> datetime | None:
    """Return when any worker was last seen alive."""
    return session.scalar(select(func.max(WorkerBeat.beat_at)))
