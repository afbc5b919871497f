"""People: who they are to the coach, and how they came to be so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func
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
    `search_text` is the name and the address, folded, and `search_parts` the parts of its words,
    which the database keeps an index of.
    """

    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("coach_id", "email_key"),
        CheckConstraint(f"stage IN ({', '.join(repr(stage) for stage in STAGES)})", name="stage"),
        # Each order in which the list is shown, with and without a stage: a page is then read off
        # its index, and no other index looks better to the database.
        Index("client_newest_idx", "coach_id", "id"),
        Index("client_stage_idx", "coach_id", "stage", "id"),
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
    search_parts: Mapped[str] = mapped_column(Text, default="", deferred=True)
    stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    tags: Mapped[list[Tag]] = relationship(
        order_by="Tag.name", cascade="all, delete-orphan", lazy="selectin"
    )


Index("client_name_idx", Client.coach_id, func.lower(Client.name), Client.id)
Index("client_stage_name_idx", Client.coach_id, Client.stage, func.lower(Client.name), Client.id)


class Tag(Base):
    """One of the coach's own words for a client."""

    __tablename__ = "client_tag"
    __table_args__ = (
        UniqueConstraint("client_id", "name"),
        Index("client_tag_name_idx", "name", "client_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))


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
