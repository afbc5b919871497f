"""Counting by key and window in the database: the same for all workers, across restarts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.kit.db import Base
from coachcrm.kit.tokens import digest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class HitCount(Base):
    """How often something happened in one window of time; the key is kept as a digest only."""

    __tablename__ = "hit_count"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    hits: Mapped[int] = mapped_column(default=1)


def hit(session: Session, key: str, *, window: timedelta, now: datetime) -> tuple[int, int]:
    """Count one more for `key`; return the count in this window and the seconds it still lasts.

    One upsert, so that eight requests at once are counted as eight.
    """
    seconds = int(window.total_seconds())
    elapsed = int(now.timestamp()) % seconds
    window_at = datetime.fromtimestamp(int(now.timestamp()) - elapsed, UTC)
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = (
        insert(HitCount)
        .values(key=digest(key), window_at=window_at, hits=1)
        .on_conflict_do_update(
            index_elements=[HitCount.key, HitCount.window_at], set_={"hits": HitCount.hits + 1}
        )
        .returning(HitCount.hits)
    )
    return session.execute(statement).scalar_one(), seconds - elapsed


def sweep(session: Session, *, now: datetime) -> None:
    """Forget windows that ended more than two days ago."""
    session.execute(delete(HitCount).where(HitCount.window_at < now - timedelta(days=2)))
