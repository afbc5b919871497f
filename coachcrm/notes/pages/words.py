"""A note as its pages show it: plain values in, plain values out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.bookings.models import Booking
from coachcrm.kit.time import words
from coachcrm.notes.core.blocks import KINDS, STEPS, Block
from coachcrm.notes.core.slash_lines import without_marks
from coachcrm.notes.core.templates import PATTERNS
from coachcrm.notes.models import Note, NoteBlock, NoteVersion
from coachcrm.notes.operations import filing
from coachcrm.notes.operations.filing import Desk
from coachcrm.notes.operations.notes import new_key
from coachcrm.notes.operations.sharing import seen
from coachcrm.notes.operations.versions import REASONS


@dataclass(frozen=True, slots=True)
class NoteForm:
    """What the form of a note is filled with; `place` says which page it stands on."""

    action: str
    blocks: list[Block]
    note_id: int | None = None
    version: str | int | None = None
    draft: str = ""
    booking_id: int | None = None
    place: str = ""
    saved_at: str | None = None
    problem: str | None = None
    steps: dict[int, str] = field(default_factory=lambda: STEPS)
    kinds: dict[str, str] = field(default_factory=lambda: KINDS)


def form_of(
    note: Note, blocks: Sequence[Block], zone: ZoneInfo, *, version: str | int | None = None
) -> NoteForm:
    """Return the form of a note that is stored; blocks that are new get keys."""
    return NoteForm(
        action=url_for("notes.save", note_id=note.id),
        note_id=note.id,
        blocks=with_keys(blocks),
        version=version or note.version,
        booking_id=note.booking_id,
        saved_at=words.when(note.updated_at, zone),
    )


def empty_form(
    client_id: int, booking: Booking | None, blocks: Sequence[Block], *, draft: str
) -> NoteForm:
    """Return the form of a note that is not stored yet."""
    return NoteForm(
        action=url_for("notes.create", client_id=client_id),
        blocks=with_keys(blocks),
        draft=draft,
        booking_id=booking.id if booking else None,
    )


def with_keys(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks, at least one, each with a key: a save that comes twice is one save."""
    return [b if b.key else replace(b, key=new_key()) for b in blocks or [Block("")]]


def pattern_links(client_id: int, booking: Booking | None) -> list[tuple[str, str]]:
    """Return the patterns that a new note can begin on, as (name, address)."""
    about = booking.id if booking else None
    return [
        (pattern.name, url_for("notes.new", client_id=client_id, template=slug, booking=about))
        for slug, pattern in PATTERNS.items()
    ]


def links(note: Note) -> list[tuple[str, str]]:
    """Return what can be done with a stored note, as (words, address)."""
    found = [
        ("Share passages", url_for("notes.share", note_id=note.id)),
        ("Earlier versions", url_for("notes.version_list", note_id=note.id)),
    ]
    if note.locked_at is None:
        found.append(("Lock", url_for("notes.ask_to_lock", note_id=note.id)))
    if note.booking_id is not None:
        new = url_for("notes.new", client_id=note.client_id, booking=note.booking_id)
        found.append(("Another note on this conversation", new))
    return found


def lines(session: Session, note: Note, desk: Desk) -> dict[str, list[dict[str, str | int]]]:
    """Return what the slash lines of a note have made, newest first, and hints on the others."""
    return {
        "filed": [
            {"id": row.id, "text": row.text, "label": row.label, "words": row.words}
            for row in filing.listed(session, note.id)
        ],
        "hints": [
            {"text": hint.text[:80], "sentence": hint.sentence}
            for hint in filing.hints(note, desk.today)
        ],
    }


def meeting_line(booking: Booking | None, zone: ZoneInfo) -> str | None:
    """Return when the meeting of a note was, in words."""
    return words.when_year(booking.starts_at, zone) if booking else None


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage on the page where it is shared or shown closed."""

    id: int
    title: str
    kind: str
    text: str
    is_sensitive: bool
    mark: str
    shared_text: str | None
    shared_at: str | None
    is_as_shared: bool
    added_at: str | None


def passage(block: NoteBlock, zone: ZoneInfo) -> ShownPassage:
    """Return a stored block as a page shows it."""
    return ShownPassage(
        id=block.id,
        title=block.title,
        kind=KINDS.get(block.kind, ""),
        text=without_marks(block.text),
        is_sensitive=block.is_sensitive,
        mark=seen(block.text),
        shared_text=block.shared_text,
        shared_at=words.when(block.shared_at, zone) if block.shared_at else None,
        is_as_shared=block.shared_text == without_marks(block.text),
        added_at=words.when(block.added_at, zone) if block.added_at else None,
    )


@dataclass(frozen=True, slots=True)
class Version:
    """A version in the list."""

    at: str
    reason: str
    url: str
    restore_url: str


def version(row: NoteVersion, zone: ZoneInfo) -> Version:
    """Return a version as the list shows it."""
    one: dict[str, Any] = {"note_id": row.note_id, "version_id": row.id}
    return Version(
        at=words.when(row.at, zone),
        reason=REASONS[row.reason],
        url=url_for("notes.compare", **one),
        restore_url=url_for("notes.restore", **one),
    )
