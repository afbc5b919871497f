"""Writing notes: each save is the whole note, and a save on top of a newer one is refused."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from coachcrm.bookings.models import Booking
from coachcrm.kit.data.db import breaks
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.text.search import index_text
from coachcrm.kit.time import words
from coachcrm.notes.core import blocks as core
from coachcrm.notes.models import Note, NoteBlock, NoteBlockStep
from coachcrm.notes.operations import versions
from coachcrm.notes.operations.versions import blocks_of

MOST_MISSING = 20
# When the note of a meeting begins to be missed, and after how long it no longer is.
NOTE_DUE, NOTE_GIVEN_UP = timedelta(hours=24), timedelta(days=366)


class Stale(Refusal):
    """The note was saved somewhere else since this copy of it was opened."""

    title = "This note has changed elsewhere"
    sentence = "This note was saved in another window after you opened this one."
    what_next = "Both texts are shown: put together what you want to keep, and save."


class Locked(Refusal):
    """The note is closed; what is added to it is dated and stands apart."""

    title = "This note is locked"
    sentence = "This note is locked, and what stands in it was not changed."
    what_next = "You can add to it: what you add is dated and stands below."


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note in a list."""

    id: int
    day: str
    excerpt: str
    steps: list[int]


def get(session: Session, coach_id: int, note_id: int, *, for_change: bool = False) -> Note:
    """Return one of the coach's notes; a foreign id is the same as none (S44)."""
    note = session.get(Note, note_id, with_for_update=for_change or None)
    if note is None or note.coach_id != coach_id:
        raise NotFound
    return note


def of_draft(session: Session, coach_id: int, draft: str) -> Note | None:
    """Return the note that an empty form has already become, or None."""
    return session.scalar(select(Note).where(Note.coach_id == coach_id, Note.draft == draft))


def booking_for(session: Session, coach_id: int, client_id: int, booking_id: int) -> Booking:
    """Return the meeting that a note is about; it must be this client's."""
    booking = session.get(Booking, booking_id)
    if booking is None or (booking.coach_id, booking.client_id) != (coach_id, client_id):
        raise NotFound
    return booking


def create(
    session: Session,
    coach_id: int,
    client_id: int,
    *,
    draft: str,
    blocks: Sequence[core.Block],
    booking_id: int | None,
    now: datetime,
) -> Note:
    """Store a new note; the same draft again finds the same note, and saves into it.

    A first save is repeated when its answer was lost on the way, perhaps with more text.
    """
    note = of_draft(session, coach_id, draft)
    if note is not None:
        return save(session, note, version=1, blocks=blocks, now=now)
    note = Note(
        coach_id=coach_id,
        client_id=client_id,
        booking_id=booking_id,
        draft=draft,
        version=1,
        created_at=now,
        updated_at=now,
        burst_at=now,
    )
    _write(note, core.keyed(core.kept(blocks), [], new_key))
    try:
        with session.begin_nested():
            session.add(note)
            session.flush()
    except IntegrityError as error:
        # The same button pressed twice at once: the other press has made the note.
        first = of_draft(session, coach_id, draft)
        if first is None or not breaks(error, "note_draft_key"):
            raise
        return save(session, first, version=1, blocks=blocks, now=now)
    return note


def save(
    session: Session, note: Note, *, version: int, blocks: Sequence[core.Block], now: datetime
) -> Note:
    """Replace a note's text; the same text again changes nothing. Raises `Stale`, `Locked`.

    What stood there before a new burst of editing is kept as a version.
    """
    present = blocks_of(note)
    wanted = core.keyed(core.kept(blocks), present, new_key)
    if wanted == present:
        return note
    if note.version != version:
        raise Stale
    if note.locked_at is not None:
        raise Locked
    if note.burst_at is None or now - note.burst_at >= versions.BURST:
        versions.keep(session, note, reason="edited")
        note.burst_at = now
    replace_text(session, note, wanted, now=now)
    return note


def replace_text(
    session: Session, note: Note, blocks: Sequence[core.Block], *, now: datetime
) -> None:
    """Write blocks in the place of a note's own, as its next version."""
    _write(note, blocks)
    note.version += 1
    note.updated_at = now
    session.flush()


def restore(session: Session, note: Note, version_id: int, *, version: int, now: datetime) -> None:
    """Put an older text back as the note's next version. Raises `Stale`, `Locked`, `NotFound`.

    What stands there now is kept first. A passage that comes back from the dead is private.
    """
    old = versions.one(session, note.id, version_id)
    if note.version != version:
        raise Stale
    if note.locked_at is not None:
        raise Locked
    versions.keep(session, note, reason="restored")
    note.burst_at = now
    replace_text(session, note, versions.unpacked(old.content), now=now)


def lock(session: Session, note: Note, *, now: datetime) -> None:
    """Close a note for good; again changes nothing."""
    note.locked_at = note.locked_at or now
    session.flush()


def new_key() -> str:
    """Return a key for a new block."""
    return secrets.token_urlsafe(12)


def notes_of(session: Session, client_id: int, *, limit: int, zone: ZoneInfo) -> list[NoteRow]:
    """Return a client's notes, newest first; days are the coach's."""
    notes = session.scalars(
        select(Note)
        .where(Note.client_id == client_id)
        .order_by(Note.created_at.desc(), Note.id.desc())
        .limit(limit)
    )
    return [
        NoteRow(
            id=note.id,
            day=words.day_year(note.created_at.astimezone(zone)),
            excerpt=core.excerpt(blocks_of(note)),
            steps=core.all_steps(blocks_of(note)),
        )
        for note in notes
    ]


def note_of_booking(session: Session, booking_ids: Sequence[int]) -> dict[int, int]:
    """Return the newest note of each meeting that has one."""
    rows = session.execute(
        select(Note.booking_id, func.max(Note.id))
        .where(Note.booking_id.in_(booking_ids))
        .group_by(Note.booking_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def notes_of_booking(session: Session, booking_id: int) -> Sequence[Note]:
    """Return the notes on a meeting, in the order of writing."""
    return session.scalars(
        select(Note).where(Note.booking_id == booking_id).order_by(Note.id)
    ).all()


def meetings_without_note(session: Session, coach_id: int, *, now: datetime) -> Sequence[Booking]:
    """Return meetings that ended a day to a year ago and have no note, newest first."""
    return session.scalars(
        select(Booking)
        .where(
            Booking.coach_id == coach_id,
            Booking.client_id.is_not(None),
            Booking.status.in_(("confirmed", "completed")),
            Booking.starts_at > now - NOTE_GIVEN_UP,
            Booking.starts_at < now - NOTE_DUE,
            Booking.ends_at < now - NOTE_DUE,
            ~select(Note.id).where(Note.booking_id == Booking.id).exists(),
        )
        .order_by(Booking.starts_at.desc())
        .limit(MOST_MISSING)
        .options(joinedload(Booking.client), joinedload(Booking.service))
    ).all()


def _write(note: Note, blocks: Sequence[core.Block]) -> None:
    """Give the note these blocks; one whose key is known stays the row that it is."""
    present = {row.key: row for row in note.blocks}
    # In the order of the note, but a block that stays is not touched where it is the same.
    rows = []
    for position, block in enumerate(blocks):
        row = present.get(block.key) or NoteBlock(key=block.key)
        row.position, row.text = position, block.text
        row.kind, row.title, row.is_sensitive = block.kind, block.title, block.is_sensitive
        if row.is_sensitive:
            # What is marked so after it was shared is shared no longer.
            row.shared_text, row.shared_at = None, None
        kept = {step.step: step for step in row.steps}
        row.steps = [kept.get(step) or NoteBlockStep(step=step) for step in block.steps]
        rows.append(row)
    note.blocks = rows
    note.search_text = index_text(text for b in blocks for text in (b.title, b.text))
