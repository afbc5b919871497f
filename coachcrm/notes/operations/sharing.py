"""What a client may see of a note: passages shared one by one, and nothing that shares itself.

What is shared is the text that the coach saw when he shared it. What he writes on afterwards stays
private until he shares again.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.tokens import digest
from coachcrm.notes.core.slash_lines import without_marks
from coachcrm.notes.core.templates import as_told
from coachcrm.notes.models import Note, NoteBlock
from coachcrm.notes.operations import versions


class PassageChanged(Refusal):
    """The passage is not what the page showed."""

    title = "This passage has changed"
    sentence = "This passage was changed after the page was shown, and nothing was shared."
    what_next = "Please go back, read it again and share it then."


class Sensitive(Refusal):
    """A passage marked sensitive is never shared."""

    title = "This passage is marked sensitive"
    sentence = "A passage that is marked sensitive cannot be shared, and nothing was."
    what_next = "If it may be shared after all, take the mark off in the note first."


@dataclass(frozen=True, slots=True)
class SharedPassage:
    """A shared passage, as the client may read it."""

    block_id: int
    note_id: int
    booking_id: int | None
    title: str
    text: str
    shared_at: datetime


def seen(text: str) -> str:
    """Return a mark of the very text that a page shows."""
    return digest(text)[:32]


def share(session: Session, note: Note, block_id: int, *, mark: str, now: datetime) -> None:
    """Let the client see a passage as it stands. Raises `PassageChanged`, `Sensitive`, `NotFound`.

    `mark` is `seen` of the text that the coach had before him. Each sharing keeps a version.
    """
    block = _block(note, block_id)
    if seen(block.text) != mark:
        raise PassageChanged
    if block.is_sensitive:
        raise Sensitive
    text = without_marks(block.text)
    if block.shared_text == text:
        return
    block.shared_text, block.shared_at = text, now
    versions.keep(session, note, reason="shared")


def take_back(session: Session, note: Note, block_id: int) -> None:
    """Make a passage private again; what was sent in a letter cannot be taken back."""
    block = _block(note, block_id)
    block.shared_text, block.shared_at = None, None
    session.flush()


def shared_with(
    session: Session, client_id: int, *, booking_id: int | None = None
) -> list[SharedPassage]:
    """Return what a client may see, in the order of writing; of one meeting's notes if named."""
    query = (
        select(NoteBlock, Note.booking_id)
        .join(Note, NoteBlock.note_id == Note.id)
        .where(Note.client_id == client_id, NoteBlock.shared_text.is_not(None))
        .order_by(Note.created_at, Note.id, NoteBlock.position)
    )
    if booking_id is not None:
        query = query.where(Note.booking_id == booking_id)
    return [
        SharedPassage(
            block_id=block.id,
            note_id=block.note_id,
            booking_id=of_booking,
            title=as_told(block.title),
            text=block.shared_text or "",
            shared_at=block.shared_at,
        )
        for block, of_booking in session.execute(query)
        if block.shared_at is not None
    ]


def _block(note: Note, block_id: int) -> NoteBlock:
    for block in note.blocks:
        if block.id == block_id:
            return block
    raise NotFound
