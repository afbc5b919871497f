"""Counting by key in the database: the same for all workers, across restarts, to the second."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Index, String, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from coachcrm.kit.data.db import Base
from coachcrm.kit.tokens import digest

LONGEST_COUNT = timedelta(days=1)
# Acts that wait for each other are not counted in the order in which they looked at the clock, and
# clocks of two machines differ a little. What lies further ahead tells that the clock was set back.
AHEAD = timedelta(minutes=1)
LIMITS_LOCK = 7002  # the advisory lock's first key on PostgreSQL


class Attempt(Base):
    """One act that is counted; the key is kept as a digest only."""

    __tablename__ = "attempt"
    __table_args__ = (Index("attempt_key_idx", "key", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many acts in any stretch of time as long as `window` (a day at the most)."""

    most: int
    window: timedelta


def hit(session: Session, key: str, *limits: Limit, now: datetime) -> int:
    """Count one more act for `key` and return 0; or count nothing and return how long to wait.

    The wait is in whole seconds, until the first moment at which every limit would let the act
    through. Acts at the same moment are counted one after another.
    """
    hashed = digest(key)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LIMITS_LOCK, int(hashed[:7], 16))))
    wait = max((_wait(session, hashed, limit, now) for limit in limits), default=0)
    if not wait:
        session.add(Attempt(key=hashed, made_at=now))
        session.flush()
    return wait


def _wait(session: Session, hashed: str, limit: Limit, now: datetime) -> int:
    """Return the seconds until fewer than `limit.most` acts lie within the window, or 0."""
    at = session.scalar(
        select(Attempt.made_at)
        .where(
            Attempt.key == hashed,
            Attempt.made_at > now - limit.window,
            Attempt.made_at <= now + AHEAD,
        )
        .order_by(Attempt.made_at.desc())
        .offset(limit.most - 1)
        .limit(1)
    )
    return 0 if at is None else max(1, ceil((at + limit.window - now).total_seconds()))


def sweep(session: Session, *, now: datetime) -> None:
    """Forget what no limit asks for any more."""
    is_old, is_ahead = Attempt.made_at < now - LONGEST_COUNT, Attempt.made_at > now + AHEAD
    session.execute(delete(Attempt).where(or_(is_old, is_ahead)))
