"""What is added to a locked note: kept as it is typed, and part of the note once it is added."""

from datetime import datetime

from sqlalchemy.orm import Session

from coachcrm.kit.errors import Refusal
from coachcrm.kit.text.search import index_text
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.models import Note, NoteAddition, NoteBlock
from coachcrm.notes.operations.notes import Stale


class AdditionChanged(Stale):
    """The addition was written on, or added, in another window."""

    title = "This addition has changed elsewhere"
    sentence = "This addition was written on in another window after you opened this one."
    what_next = "Both texts are shown: put together what you want to keep, and add it."


def draft_of(session: Session, note_id: int) -> NoteAddition | None:
    """Return what is being written below a locked note, or None."""
    return session.get(NoteAddition, note_id)


def keep(
    session: Session, note: Note, text: str, *, key: str, version: int, now: datetime
) -> NoteAddition | None:
    """Keep what is being written; an empty text is no draft. Raises `AdditionChanged`, `Refusal`.

    `version` is the draft's as shown, 0 for none. The note itself does not change: nobody finds
    half a sentence in a locked note. The same text again changes nothing, so that a save whose
    answer was lost can be repeated.
    """
    block = _readable(note, text)
    draft = draft_of(session, note.id)
    _check_unadded(note, key)
    if draft is not None and (draft.key, draft.text) == (key, text):
        return draft
    _check_shown(draft, key, version)
    if block.is_empty:
        if draft is not None:
            session.delete(draft)
            session.flush()
        return None
    if draft is None:
        draft = NoteAddition(note_id=note.id, key=key, text=text, version=1, saved_at=now)
        session.add(draft)
    else:
        draft.key, draft.text, draft.saved_at = key, text, now
        draft.version += 1
    session.flush()
    return draft


def add(session: Session, note: Note, text: str, *, key: str, version: int, now: datetime) -> None:
    """Add a dated passage to a locked note; the same form again adds nothing. Raises `Refusal`.

    The draft of it is gone then; a draft that was written on elsewhere is `AdditionChanged`.
    """
    block = _readable(note, text)
    if any(row.key == key for row in note.blocks):
        return
    if block.is_empty:
        raise Refusal("There was nothing to add.")
    draft = draft_of(session, note.id)
    if draft is None or (draft.key, draft.text) != (key, text):
        _check_shown(draft, key, version)
    if draft is not None:
        session.delete(draft)
    position = len(note.blocks)
    note.blocks.append(NoteBlock(key=key, title="", text=text, position=position, added_at=now))
    note.search_text = index_text([*(b.text for b in note.blocks), *(b.title for b in note.blocks)])
    note.version += 1
    note.updated_at = now
    session.flush()


def _readable(note: Note, text: str) -> Block:
    block = Block(text)
    if note.locked_at is None:
        raise Refusal("This note is not locked; you can write in it.")
    if block.trouble:
        raise Refusal(block.trouble)
    return block


def _check_unadded(note: Note, key: str) -> None:
    if any(row.key == key for row in note.blocks):
        raise AdditionChanged


def _check_shown(draft: NoteAddition | None, key: str, version: int) -> None:
    """Refuse to write over what this window has not seen; a first save may come twice."""
    if draft is None:
        return
    is_first_again = version == 0 and draft.key == key and draft.version == 1
    if draft.version != version and not is_first_again:
        raise AdditionChanged
