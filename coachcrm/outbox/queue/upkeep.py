"""Keeping the line in order: what is stale, what the dead held, what the clock's jumps left."""

import random
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.outbox.core import retry
from coachcrm.outbox.models import OutboxMessage
from coachcrm.outbox.queue.claims import GIVEN_UP, letters_table, settle
from coachcrm.outbox.queue.process_names import is_dead

STALE = "Its time had passed before it could leave."


def tidy(session: Session, *, now: datetime) -> None:
    """Prepare the line for a turn.

    A letter whose owner died, or whose lease ran out, is due again; what has lost its point is
    dropped.
    """
    _free_the_dead(session, now=now)
    _drop_stale(session, now=now)
    _bring_back_from_the_future(session, now=now)


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
            settle(session, row.id, row.claim, state="failed", settled_at=now, trouble=trouble)
        else:
            settle(session, row.id, row.claim, state="queued", due_at=due_at)


def _drop_stale(session: Session, *, now: datetime) -> None:
    # The ones that nobody needs to look at: their being late has been told, or is plain to see.
    session.execute(
        letters_table.update()
        .where(letters_table.c.state == "queued", letters_table.c.drop_after_at <= now)
        .values(state="dropped", settled_at=now, set_aside_at=now, trouble=STALE)
    )


def _bring_back_from_the_future(session: Session, *, now: datetime) -> None:
    # A letter made "later than now" tells that the clock was set back; it does not wait for that.
    session.execute(
        letters_table.update()
        .where(
            letters_table.c.state == "queued",
            letters_table.c.due_at > now,
            letters_table.c.created_at > now,
        )
        .values(created_at=now, due_at=now)
    )
