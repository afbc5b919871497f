"""What a note was before: kept at the seams of editing, compared line by line, put back."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.kit.errors import NotFound
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.models import Note, NoteVersion

# Editing without a longer reach is one burst, and one version.
BURST = timedelta(minutes=5)
MOST_LISTED = 200
REASONS = {
    "edited": "Written",
    "shared": "As it was when a passage was shared",
    "restored": "As it was before an older text was put back",
}


def blocks_of(note: Note) -> list[Block]:
    """Return a note's blocks as plain values."""
    return [
        Block(
            text=row.text,
            steps=tuple(step.step for step in row.steps),
            key=row.key,
            kind=row.kind,
            title=row.title,
            is_sensitive=row.is_sensitive,
        )
        for row in note.blocks
    ]


def packed(blocks: Iterable[Block]) -> str:
    """Return blocks as they are stored in a version."""
    return json.dumps([asdict(block) for block in blocks], ensure_ascii=False)


def unpacked(content: str) -> list[Block]:
    """Return the blocks that a version holds."""
    return [Block(**{**facts, "steps": tuple(facts["steps"])}) for facts in json.loads(content)]


def keep(session: Session, note: Note, *, reason: str) -> None:
    """Keep a note as it stands; `reason` is one of `REASONS`."""
    session.add(
        NoteVersion(
            note_id=note.id, content=packed(blocks_of(note)), at=note.updated_at, reason=reason
        )
    )
    session.flush()


def of(session: Session, note_id: int) -> Sequence[NoteVersion]:
    """Return a note's versions, newest first."""
    return session.scalars(
        select(NoteVersion)
        .where(NoteVersion.note_id == note_id)
        .order_by(NoteVersion.id.desc())
        .limit(MOST_LISTED)
    ).all()


def one(session: Session, note_id: int, version_id: int) -> NoteVersion:
    """Return a version of this very note, or raise `NotFound`."""
    version = session.get(NoteVersion, version_id)
    if version is None or version.note_id != note_id:
        raise NotFound
    return version


def compared(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[str, str]]:
    """Return every line of both texts in order, as (`same`, `gone` or `come`, line)."""
    ours, theirs = _lines(old), _lines(new)
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("same", line) for line in ours[a:b]]
        else:
            found += [("gone", line) for line in ours[a:b]]
            found += [("come", line) for line in theirs[c:d]]
    return found


def _lines(blocks: Iterable[Block]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        lines += ["", *block.text.split("\n")] if lines else block.text.split("\n")
    return lines
