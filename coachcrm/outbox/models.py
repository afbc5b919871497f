"""Letters as rows, and the sign of life of whoever delivers them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.kit.data.db import Base

STATES = ("queued", "sending", "sent", "failed", "dropped")


class OutboxMessage(Base):
    """One letter to one recipient, as finished octets: a retry is identical (H3, U4).

    `thread` names what the letter is about (the UID that a booking began with); within one thread
    and recipient letters leave in the order of their ids. `audience` is `client` or `coach`.
    `method` and `sequence` are what its calendar part tells, empty for a letter without one. A
    letter that has not left by `drop_after_at` is dropped: it would tell what nobody needs to hear
    any more. One that failed or was held back needs the coach until `set_aside_at` is set.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        CheckConstraint("audience IN ('client', 'coach')", name="audience"),
        Index("outbox_message_due_idx", "state", "due_at"),
        Index("outbox_message_settled_idx", "state", "settled_at"),
        Index("outbox_message_thread_idx", "thread", "recipient", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread: Mapped[str] = mapped_column(String(190))
    audience: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(24))
    sender: Mapped[str] = mapped_column(String(320))
    recipient: Mapped[str] = mapped_column(String(320))
    message_id: Mapped[str] = mapped_column(String(320), unique=True)
    method: Mapped[str | None] = mapped_column(String(8))
    sequence: Mapped[int | None]
    octets: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(8), default="queued")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    drop_after_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(64))
    owner: Mapped[str | None] = mapped_column(String(190))
    lease_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(Text)


class WorkerBeat(Base):
    """When a worker was last seen alive, and since when and why it cannot reach the server."""

    __tablename__ = "worker_beat"

    owner: Mapped[str] = mapped_column(String(190), primary_key=True)
    beat_at: Mapped[datetime]
    trouble: Mapped[str | None] = mapped_column(Text)
    trouble_since_at: Mapped[datetime | None]
