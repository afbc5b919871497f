"""The line of letters as a worker sees it: claim a few, settle each, free what the dead have left.

Every function is one short write, within the caller's transaction; nothing is sent meanwhile.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from coachcrm.kit.tokens import random_token
from coachcrm.outbox import retry
from coachcrm.outbox.models import OutboxMessage
from coachcrm.outbox.owner import is_dead, owner_name
from coachcrm.outbox.retry import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Select, Table
    from sqlalchemy.orm import Session

WAITING = ("queued", "sending")
BATCH = 50
STALE = "Its time had passed before it could leave."
GIVEN_UP = "Given up after three days."
_FREE = {"claim": None, "owner": None, "lease_until": None}
_table = cast("Table", OutboxMessage.__table__)
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


def tidy(session: Session, *, now: datetime) -> None:
    """Prepare the line for a turn.

    A letter whose owner died, or whose lease ran out, is due again; what has lost its point is
    dropped.
    """
    _free_the_dead(session, now=now)
    _drop_stale(session, now=now)
    _bring_back_from_the_future(session, now=now)


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
            _table.update()
            .where(_table.c.id.in_(numbers))
            .values(
                state="sending",
                claim=token,
                owner=owner_name(),
                lease_until=now + lease,
                attempts=_table.c.attempts + 1,
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
            _settle(session, numbers[0], token, state="failed", settled_at=now, trouble=trouble)
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
        _settle(session, letter.id, letter.claim, state="failed", settled_at=now, trouble=trouble)
        return
    due_at = retry.due_again(
        attempts=letter.attempts, created_at=letter.created_at, now=now, chance=chance
    )
    if due_at is None:
        trouble = f"{GIVEN_UP} {trouble}"
        _settle(session, letter.id, letter.claim, state="failed", settled_at=now, trouble=trouble)
    else:
        _settle(session, letter.id, letter.claim, state="queued", due_at=due_at, trouble=trouble)


def put_back(session: Session, letters: Sequence[Claimed]) -> None:
    """Put letters back into the line that were claimed and not tried."""
    session.execute(
        _table.update()
        .where(
            _table.c.id.in_([letter.id for letter in letters]),
            _table.c.claim.in_({letter.claim for letter in letters}),
        )
        .values(**_FREE, state="queued", attempts=_table.c.attempts - 1)
    )


def wait_for_server(session: Session, letter: Claimed, *, trouble: str, now: datetime) -> None:
    """Put back the letter with which the server was found to be away; it is not to blame.

    Whatever has waited for three days is given up with it: nobody could have sent it either.
    """
    values = {"attempts": letter.attempts - 1, "trouble": trouble}
    _settle(session, letter.id, letter.claim, state="queued", **values)
    session.execute(
        _table.update()
        .where(
            or_(
                and_(_table.c.state == "queued", _table.c.due_at <= now),
                # What was claimed with it, and will not be tried now.
                _table.c.claim == letter.claim,
            ),
            _table.c.created_at <= now - retry.GIVE_UP_AFTER,
        )
        .values(**_FREE, state="failed", settled_at=now, trouble=f"{GIVEN_UP} {trouble}")
    )


def _settle(session: Session, number: int, token: str, **values: object) -> None:
    session.execute(
        _table.update()
        # By the claim that was seen: another worker may have freed and taken the letter since.
        .where(_table.c.id == number, _table.c.claim == token)
        .values(**_FREE, **values)
    )


def _free_the_dead(session: Session, *, now: datetime) -> None:
    taken = session.execute(
        select(
            OutboxMessage.id, OutboxMessage.claim, OutboxMessage.owner, OutboxMessage.lease_until,
            OutboxMessage.attempts, OutboxMessage.created_at,
        ).where(OutboxMessage.state == "sending")
    ).all()  # fmt: skip
    for row in taken:
        if not (row.lease_until is None or row.lease_until <= now or is_dead(row.owner or "")):
            continue
        due_at = retry.due_after_death(
            attempts=row.attempts,
            created_at=row.created_at,
            now=now,
            chance=random.random(),  # noqa: S311 - spreads retries, keeps no secret
        )
        if due_at is None:
            trouble = f"{GIVEN_UP} The program stopped each time that it tried."
            _settle(session, row.id, row.claim, state="failed", settled_at=now, trouble=trouble)
        else:
            _settle(session, row.id, row.claim, state="queued", due_at=due_at)


def _drop_stale(session: Session, *, now: datetime) -> None:
    # The ones that nobody needs to look at: their being late has been told, or is plain to see.
    session.execute(
        _table.update()
        .where(_table.c.state == "queued", _table.c.drop_after_at <= now)
        .values(state="dropped", settled_at=now, set_aside_at=now, trouble=STALE)
    )


def _bring_back_from_the_future(session: Session, *, now: datetime) -> None:
    # A letter made "later than now" tells that the clock was set back; it does not wait for that.
    session.execute(
        _table.update()
        .where(_table.c.state == "queued", _table.c.due_at > now, _table.c.created_at > now)
        .values(created_at=now, due_at=now)
    )


# Kept ready, for it runs once for every letter that leaves.
_SETTLE_SENT = (
    _table.update()
    .where(_table.c.id == bindparam("number"), _table.c.claim == bindparam("token"))
    .values(**_FREE, state="sent", settled_at=bindparam("now"), trouble=None)
)
