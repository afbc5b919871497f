"""Notes of blocks, each block mapped to none, one or several of the six steps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coachcrm.kit.db import Base


class Note(Base):
    """What was said and seen. `version` grows with every save; a stale save is refused.

    `draft` is the random key of the empty form that the note began on: a repeated first save,
    its answer lost on the way, finds the same note again.
    """

    __tablename__ = "note"
    __table_args__ = (Index("note_client_newest_idx", "client_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    draft: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    blocks: Mapped[list[NoteBlock]] = relationship(
        order_by="NoteBlock.position", cascade="all, delete-orphan", lazy="selectin"
    )


class NoteBlock(Base):
    """A paragraph or two."""

    __tablename__ = "note_block"
    __table_args__ = (Index("note_block_note_idx", "note_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)

    steps: Mapped[list[NoteBlockStep]] = relationship(
        order_by="NoteBlockStep.step", cascade="all, delete-orphan", lazy="selectin"
    )


class NoteBlockStep(Base):
    """A step of the method that a block speaks to."""

    __tablename__ = "note_block_step"
    __table_args__ = (
        UniqueConstraint("block_id", "step"),
        CheckConstraint("step BETWEEN 1 AND 6", name="one_to_six"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("note_block.id", ondelete="CASCADE"))
    step: Mapped[int] = mapped_column(SmallInteger)
