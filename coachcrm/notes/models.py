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

from coachcrm.kit.data.db import Base


class Note(Base):
    """What was said and seen. `version` grows with every save; a stale save is refused.

    `draft` is the random key of the empty form that the note began on: a repeated first save,
    its answer lost on the way, finds the same note again. `burst_at` is when the present burst of
    editing began; what stood before it is kept as a version. `search_text` are the folded words of
    all blocks (`kit.search.index_text`), from which each database keeps an index of its own.
    """

    __tablename__ = "note"
    __table_args__ = (
        Index("note_client_newest_idx", "client_id", "created_at"),
        Index("note_client_touched_idx", "client_id", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    draft: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    burst_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(Text, default="", deferred=True)

    blocks: Mapped[list[NoteBlock]] = relationship(
        order_by="NoteBlock.position", cascade="all, delete-orphan", lazy="selectin"
    )


class NoteBlock(Base):
    """A paragraph or two, private until its text is shared.

    `key` names the block in its note from one save to the next. `shared_text` is what the client
    may see: the very text that the coach shared, whatever he writes on afterwards. `added_at` is
    the date of an addition to a locked note.
    """

    __tablename__ = "note_block"
    __table_args__ = (
        Index("note_block_note_idx", "note_id", "position"),
        Index("note_block_key_idx", "note_id", "key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(16), default="")
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    shared_text: Mapped[str | None] = mapped_column(Text)
    shared_at: Mapped[datetime | None]
    added_at: Mapped[datetime | None]

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


class NoteVersion(Base):
    """What a note was: kept before each burst of editing, at each sharing and each restoring.

    `content` are the blocks as `versions.packed` writes them; `at` is when that was last written.
    """

    __tablename__ = "note_version"
    __table_args__ = (Index("note_version_note_idx", "note_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(16))


class NoteAddition(Base):
    """What is being written below a locked note, until it is added; `key` will be its block's.

    `version` grows with every save, so that one window does not write over another.
    """

    __tablename__ = "note_addition"

    note_id: Mapped[int] = mapped_column(
        ForeignKey("note.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]


class NoteLine(Base):
    """A slash line that made a record. `record` is the word by which `recovery` takes it back.

    A line that names a theme which was there already has made nothing: its record is `named`, with
    the theme's id, and is not taken back. The record may be gone by now, taken back elsewhere; the
    line remembers that it was filed, so that it is not filed again.
    """

    __tablename__ = "note_line"
    __table_args__ = (
        Index("note_line_note_idx", "note_id", "id"),
        Index("note_line_record_idx", "record", "record_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"))
    block_key: Mapped[str] = mapped_column(String(40))
    mark: Mapped[str] = mapped_column(String(1))
    text: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(String(16), default="")
    record_id: Mapped[int | None]
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
