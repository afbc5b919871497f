"""People: who they are to the coach, and how they came to be so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coachcrm.kit.data.db import Base

STAGES = {
    "enquiry": "Enquiry",
    "booked": "Booked",
    "consulted": "Consulted",
    "no-show": "No-show",
    "cancelled": "Cancelled",
    "deciding": "Deciding",
    "active": "Active",
    "paused": "Paused",
    "placed": "Placed",
    "alumni": "Alumni",
    "not-proceeding": "Not proceeding",
    "referred-on": "Referred on",
}


def email_key(email: str) -> str:
    """Return an address as it is matched: without spaces around it and without case."""
    return email.strip().casefold()


class Client(Base):
    """A person. The address is kept as typed and matched by `email_key`.

    `source` is how they heard of the coach, in the words of his list, empty where nobody said.
    `stopped_at` is when the coach noted that they want no letter that nobody asked for (L13).
    """

    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("coach_id", "email_key"),
        CheckConstraint(f"stage IN ({', '.join(repr(stage) for stage in STAGES)})", name="stage"),
        Index("client_newest_idx", "coach_id", "created_at", "id"),
        Index("client_stage_idx", "coach_id", "stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(32), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="")
    stage: Mapped[str] = mapped_column(String(16), default="enquiry")
    source: Mapped[str] = mapped_column(String(80), default="", server_default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    tags: Mapped[list[Tag]] = relationship(
        order_by="Tag.name", cascade="all, delete-orphan", lazy="selectin"
    )


class Tag(Base):
    """One of the coach's own words for a client."""

    __tablename__ = "client_tag"
    __table_args__ = (UniqueConstraint("client_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40), index=True)


class StageChange(Base):
    """A move from one stage to another: when, by whom or by which rule, and why."""

    __tablename__ = "stage_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True)
    from_stage: Mapped[str | None] = mapped_column(String(16))
    to_stage: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")
