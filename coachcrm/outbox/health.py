"""How the mail is doing: signs of life, what waits and since when, what left last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coachcrm.outbox.core.retry import LATE
from coachcrm.outbox.models import OutboxMessage, WorkerBeat
from coachcrm.outbox.queue.claims import WAITING
from coachcrm.outbox.queue.operations import needs_coach
from coachcrm.outbox.queue.process_names import is_dead, owner_name

# A worker whose last sign of life is older than this is not at work; one that is kept waiting by a
# mail server comes back to give a sign before (see the worker's limits).
SILENT = timedelta(seconds=150)
# How long a letter may wait before it is worth a word that nobody is there to send it.
UNATTENDED = timedelta(minutes=2)
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MailHealth:
    """What a look at the outbox at the instant `now` shows.

    `trouble` is what keeps every worker from the mail server, since `trouble_since_at`.
    """

    now: datetime
    waiting: int
    oldest_at: datetime | None
    failed: int
    held_back: int
    last_sent_at: datetime | None
    seen_at: datetime | None
    is_alive: bool
    trouble: str | None
    trouble_since_at: datetime | None

    @property
    def is_unattended(self) -> bool:
        """Whether letters wait and nobody sends them."""
        return not self.is_alive and self._oldest_waits(UNATTENDED)

    @property
    def is_late(self) -> bool:
        """Whether a letter waits longer than is usual."""
        return self._oldest_waits(LATE)

    def _oldest_waits(self, longer_than: timedelta) -> bool:
        return self.oldest_at is not None and self.now - self.oldest_at > longer_than


def look(session: Session, *, now: datetime) -> MailHealth:
    """Return how the mail is doing."""
    waiting, oldest_at = session.execute(
        select(func.count(), func.min(OutboxMessage.created_at)).where(
            OutboxMessage.state.in_(WAITING)
        )
    ).one()
    undelivered = session.execute(
        select(OutboxMessage.state, func.count()).where(needs_coach()).group_by(OutboxMessage.state)
    )
    needing = {state: number for state, number in undelivered}  # noqa: C416 - rows are no pairs
    last_sent_at = session.scalar(
        select(func.max(OutboxMessage.settled_at)).where(OutboxMessage.state == "sent")
    )
    beats = session.scalars(select(WorkerBeat)).all()
    alive = [
        beat for beat in beats if abs(now - beat.beat_at) <= SILENT and not is_dead(beat.owner)
    ]
    # One worker that reaches the server is enough.
    away = max(alive, key=lambda beat: beat.beat_at) if alive and _all_away(alive) else None
    return MailHealth(
        now=now,
        waiting=waiting,
        oldest_at=oldest_at,
        failed=needing.get("failed", 0),
        held_back=needing.get("dropped", 0),
        last_sent_at=last_sent_at,
        seen_at=max((beat.beat_at for beat in beats), default=None),
        is_alive=bool(alive),
        trouble=away.trouble if away else None,
        trouble_since_at=away.trouble_since_at if away else None,
    )


def is_unattended(session: Session, *, now: datetime) -> bool:
    """Say whether letters wait and nobody sends them."""
    return look(session, now=now).is_unattended


def beat(session: Session, *, now: datetime, trouble: str | None = None) -> None:
    """Leave a sign of life of this process, with what keeps it from the mail server, if anything.

    Signs of those long dead are forgotten.
    """
    session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - FORGOTTEN))
    row = session.get(WorkerBeat, owner_name())
    if row is None:
        row = WorkerBeat(owner=owner_name())
        session.add(row)
    if trouble is None:
        row.trouble_since_at = None
    elif row.trouble_since_at is None:
        row.trouble_since_at = now
    row.beat_at, row.trouble = now, trouble


def _all_away(beats: list[WorkerBeat]) -> bool:
    return all(beat.trouble is not None for beat in beats)
