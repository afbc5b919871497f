"""The line of letters as a worker sees it: claim a few, and settle each.

Every function is one short write, within the caller's transaction; nothing is sent meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from coachcrm.kit.tokens import random_token
from coachcrm.outbox.core import retry
from coachcrm.outbox.core.retry import Outcome
from coachcrm.outbox.models import OutboxMessage
from coachcrm.outbox.queue.process_names import owner_name

WAITING = ("queued", "sending")
BATCH = 50

GIVEN_UP = "Given up after three days."
_FREE = {"claim": None, "owner": None, "lease_until": None}
letters_table = cast("Table", OutboxMessage.__table__)
_COLUMNS = (
    OutboxMessage.id, OutboxMessage.claim, OutboxMessage.sender, OutboxMessage.recipient,
    OutboxMessage.message_id, OutboxMessage.octets, OutboxMessage.attempts,
    OutboxMessage.created_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that this process alone may send until its lease ends."""

    id: int
    claim: str
    sender: str
    recipient: str
    message_id: str
    octets: bytes
    attempts: int
    created_at: datetime


def has_work(session: Session, *, now: datetime) -> bool:
    """Say, without taking a lock, whether a letter is due or was left by a dead owner."""
    waiting = select(OutboxMessage.owner, OutboxMessage.state, OutboxMessage.lease_until).where(
        or_(
            and_(
                OutboxMessage.state == "queued",
                or_(OutboxMessage.due_at <= now, OutboxMessage.created_at > now),
            ),
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


def claim(
    session: Session, *, now: datetime, lease: timedelta, most: int = BATCH
) -> Sequence[Claimed]:
    """Take the next due letters for this process, at most so many, in the order to send them.

    A letter waits for the ones before it in its thread to the same recipient, so that an update
    never overtakes its request. A backlog leaves slowly (R5), and new letters pass it by; workers
    that claim in the same moment may each take what room there is.
    """
    while numbers := _next(session, now=now, most=most):
        token = random_token()
        session.execute(
            letters_table.update()
            .where(letters_table.c.id.in_(numbers))
            .values(
                state="sending",
                claim=token,
                owner=owner_name(),
                lease_until=now + lease,
                attempts=letters_table.c.attempts + 1,
            )
        )
        if letters := _load(session, numbers, token, now=now):
            return letters
    return []


def _next(session: Session, *, now: datetime, most: int) -> list[int]:
    """Return the numbers of the next letters: late ones as far as the rate allows, then new."""
    is_late = OutboxMessage.due_at <= now - retry.LATE
    found = _due(now).add_columns(is_late.label("is_late")).limit(most)
    rows = session.execute(found).all()
    late = [row.id for row in rows if row.is_late]
    if not late:
        return [row.id for row in rows]
    lately = select(func.count()).where(
        or_(
            OutboxMessage.state == "sending",
            and_(
                OutboxMessage.state == "sent",
                OutboxMessage.settled_at > now - retry.RATE_SPAN,
                # A clock that was set back must not stop the line.
                OutboxMessage.settled_at <= now,
            ),
        )
    )
    room = retry.room_for_backlog(left_lately=session.scalar(lately) or 0)
    if len(late) <= room:
        return [row.id for row in rows]
    new = session.execute(found.where(~is_late)).all()
    return [*late[:room], *(row.id for row in new)][:most]


def _due(now: datetime) -> Select[Any]:
    earlier = aliased(OutboxMessage)
    return (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.state == "queued",
            OutboxMessage.due_at <= now,
            # It may have passed since the line was tidied.
            or_(OutboxMessage.drop_after_at.is_(None), OutboxMessage.drop_after_at > now),
            ~exists().where(
                earlier.thread == OutboxMessage.thread,
                earlier.recipient == OutboxMessage.recipient,
                earlier.id < OutboxMessage.id,
                earlier.state.in_(WAITING),
            ),
        )
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .with_for_update(skip_locked=True)
    )


def _load(
    session: Session, numbers: Sequence[int], token: str, *, now: datetime
) -> Sequence[Claimed]:
    """Return the letters just claimed; one that cannot be read fails, and stops no other."""
    columns = select(*_COLUMNS)
    try:
        rows = session.execute(columns.where(OutboxMessage.id.in_(numbers))).all()
    except (ValueError, TypeError) as error:
        if len(numbers) == 1:
            trouble = f"This letter cannot be read ({type(error).__name__})."
            settle(session, numbers[0], token, state="failed", settled_at=now, trouble=trouble)
            return []
        return [letter for n in numbers for letter in _load(session, [n], token, now=now)]
    by_number = {row.id: Claimed(**row._mapping) for row in rows}  # noqa: SLF001 - its public name
    return [by_number[n] for n in numbers]


def settle_sent(session: Session, letter: Claimed, *, now: datetime) -> None:
    """Record that a claimed letter left; do nothing if it was taken from us meanwhile."""
    session.connection().execute(
        _SETTLE_SENT, {"number": letter.id, "token": letter.claim, "now": now}
    )


def settle_failure(
    session: Session,
    letter: Claimed,
    *,
    trouble: str,
    outcome: Outcome,
    now: datetime,
    chance: float,
) -> None:
    """Record why a claimed letter did not leave, and when it is due again, if ever."""
    if outcome is Outcome.REFUSED:
        settle(session, letter.id, letter.claim, state="failed", settled_at=now, trouble=trouble)
        return
    due_at = retry.due_again(
        attempts=letter.attempts, created_at=letter.created_at, now=now, chance=chance
    )
    if due_at is None:
        trouble = f"{GIVEN_UP} {trouble}"
        settle(session, letter.id, letter.claim, state="failed", settled_at=now, trouble=trouble)
    else:
        settle(session, letter.id, letter.claim, state="queued", due_at=due_at, trouble=trouble)


def put_back(session: Session, letters: Sequence[Claimed]) -> None:
    """Put letters back into the line that were claimed and not tried."""
    session.execute(
        letters_table.update()
        .where(
            letters_table.c.id.in_([letter.id for letter in letters]),
            letters_table.c.claim.in_({letter.claim for letter in letters}),
        )
        .values(**_FREE, state="queued", attempts=letters_table.c.attempts - 1)
    )


def wait_for_server(session: Session, letter: Claimed, *, trouble: str, now: datetime) -> None:
    """Put back the letter with which the server was found to be away; it is not to blame.

    Whatever has waited for three days is given up with it: nobody could have sent it either.
    """
    values = {"attempts": letter.attempts - 1, "trouble": trouble}
    settle(session, letter.id, letter.claim, state="queued", **values)
    session.execute(
        letters_table.update()
        .where(
            or_(
                and_(letters_table.c.state == "queued", letters_table.c.due_at <= now),
                # What was claimed with it, and will not be tried now.
                letters_table.c.claim == letter.claim,
            ),
            letters_table.c.created_at <= now - retry.GIVE_UP_AFTER,
        )
        .values(**_FREE, state="failed", settled_at=now, trouble=f"{GIVEN_UP} {trouble}")
    )


def settle(session: Session, number: int, token: str, **values: object) -> None:
    """Write down what became of a letter that this worker still holds, by its `token`."""
    session.execute(
        letters_table.update()
        # By the claim that was seen: another worker may have freed and taken the letter since.
        .where(letters_table.c.id == number, letters_table.c.claim == token)
        .values(**_FREE, **values)
    )


# Kept ready, for it runs once for every letter that leaves.
_SETTLE_SENT = (
    letters_table.update()
    .where(letters_table.c.id == bindparam("number"), letters_table.c.claim == bindparam("token"))
    .values(**_FREE, state="sent", settled_at=bindparam("now"), trouble=None)
)
