"""Finding notes by their words, newest first: one question, asked in each database's own way.

Order is by recency and never by rank: a practice wants the newest note, and ranking reads every
hit. One client's notes are few, so their words are read themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Integer,
    String,
    TextClause,
    TextualSelect,
    bindparam,
    text,
)
from sqlalchemy.orm import Session

from coachcrm.kit.data.db import Instant
from coachcrm.kit.data.word_index import has_index
from coachcrm.kit.text import search

MOST_COUNTED = 1000
MOST_PASSAGE = 4000
_TYPES = {
    "id": Integer,
    "client_id": Integer,
    "name": String,
    "created_at": Instant,
    "block_id": Integer,
    "text": String,
    "is_sensitive": Boolean,
    "is_shared": Boolean,
    "step": Integer,
}
_PASSAGES = (
    "SELECT n.id, n.client_id, c.name, n.created_at, b.id AS block_id, b.text, b.is_sensitive, "
    "b.shared_at IS NOT NULL AS is_shared, s.step FROM ({}) AS hit "
    "JOIN note n ON n.id = hit.id JOIN client c ON c.id = n.client_id "
    "LEFT JOIN note_block b ON b.note_id = n.id LEFT JOIN note_block_step s ON s.block_id = b.id "
    "ORDER BY hit.id DESC, b.position, s.step"
)
# From the theme to its notes, each way by an index: a note knows nothing of themes by itself.
# (CROSS JOIN keeps SQLite to that order; it would begin with every line there is.)
_OF_THEME = " UNION ".join(
    f"SELECT l.note_id FROM {table} t CROSS JOIN note_line l WHERE t.{theme} = :theme_id "
    f"AND l.record = '{record}' AND l.record_id = t.{column} AND l.undone_at IS NULL"
    for record, table, column, theme in (
        ("item", "feedback_item_theme", "item_id", "theme_id"),
        ("tag", "feedback_item_theme", "id", "theme_id"),
        ("theme", "search_theme", "id", "theme_id"),
        ("action", "action", "id", "theme_id"),
        ("named", "theme", "id", "id"),
    )
)
_INSTANTS = {"since": bindparam("since", type_=Instant), "until": bindparam("until", type_=Instant)}


@dataclass(frozen=True, slots=True)
class NoteSearch:
    """What is looked for. Empty terms find every note; `shared` is `shared`, `private` or ``.

    A note is about a theme when one of its lines stands for a record that carries the theme.
    """

    terms: tuple[search.Term, ...] = ()
    client_id: int | None = None
    step: int | None = None
    theme_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    shared: str = ""


@dataclass(slots=True)
class Found:
    """A note that was found, with the passage that shows why, as (piece, is a hit)."""

    note_id: int
    client_id: int
    client_name: str
    created_at: datetime
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    steps: set[int] = field(default_factory=set)
    is_shared: bool = False


def matching_notes(
    session: Session, coach_id: int, wanted: NoteSearch, *, before_id: int | None, limit: int
) -> list[Found]:
    """Return notes that match, newest first, older than `before_id` where it is given.

    Newest is what was begun last: ids grow with time.
    """
    statement, values = _question(session, coach_id, wanted)
    newest = "f.rowid" if " note_fts f " in statement else "n.id"
    if before_id is not None:
        statement += f" AND {newest} < :before_id"
        values["before_id"] = before_id
    values["limit"] = limit
    rows = session.connection().execute(
        _with_passages(f"{statement} ORDER BY {newest} DESC LIMIT :limit"), values
    )
    return _gathered(rows, wanted.terms)


def count(session: Session, coach_id: int, wanted: NoteSearch) -> int:
    """Return how many notes match, counting no further than one more than `MOST_COUNTED`."""
    statement, values = _question(session, coach_id, wanted)
    capped = f"SELECT count(*) FROM ({statement} LIMIT :limit) AS hit"
    return session.scalar(_sql(capped), {**values, "limit": MOST_COUNTED + 1}) or 0


@lru_cache(maxsize=256)
def _with_passages(statement: str) -> TextualSelect:
    """Return the question for what a list shows of the notes that `statement` finds."""
    return _sql(_PASSAGES.format(statement)).columns(**_TYPES)


def _gathered(rows: Iterable[Any], terms: Sequence[search.Term]) -> list[Found]:
    """Return the notes that rows of passages and steps tell of, in the order of the rows."""
    notes: dict[int, Found] = {}
    blocks: dict[int, list[tuple[int, str, bool]]] = {}
    for (
        note_id,
        client_id,
        name,
        created_at,
        block_id,
        words,
        is_sensitive,
        is_shared,
        step,
    ) in rows:
        note = notes.get(note_id)
        if note is None:
            note = notes[note_id] = Found(note_id, client_id, name, created_at)
            blocks[note_id] = []
        if step is not None:
            note.steps.add(step)
        note.is_shared = note.is_shared or is_shared
        of_note = blocks[note_id]
        if block_id and (not of_note or of_note[-1][0] != block_id):
            of_note.append((block_id, words, is_sensitive))
    for note_id, note in notes.items():
        note.pieces = _passage(blocks[note_id], terms)
    return list(notes.values())


def _passage(
    blocks: Sequence[tuple[int, str, bool]], terms: Sequence[search.Term]
) -> list[tuple[str, bool]]:
    for _, words, is_sensitive in blocks:
        if terms and (pieces := search.marked(words, terms)):
            return [("(in a sensitive passage)", False)] if is_sensitive else pieces
    for _, words, is_sensitive in blocks:
        if not is_sensitive:
            line = " ".join(words[:MOST_PASSAGE].split())
            return [(line[:240] + (" …" if len(line) > 240 else ""), False)]  # noqa: PLR2004
    return [("(a sensitive passage)", False)] if blocks else []


def _question(session: Session, coach_id: int, wanted: NoteSearch) -> tuple[str, dict[str, Any]]:
    """Return the SELECT of matching ids without its order, and its values."""
    values: dict[str, Any] = {"coach_id": coach_id}
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    by_words = wanted.client_id is not None or not (wanted.terms and has_index(session, "note"))
    where = ["n.coach_id = :coach_id"]
    if by_words:
        start = "SELECT n.id AS id FROM note n"
        for number, pattern in enumerate(search.like_patterns(wanted.terms)):
            where.append(f"n.search_text LIKE :like{number}")
            values[f"like{number}"] = pattern
    elif is_postgresql:
        start = "SELECT n.id AS id FROM note n"
        where.append("n.search_vector @@ to_tsquery('simple', :terms)")
        values["terms"] = search.ts_query(wanted.terms)
    else:
        # By the index's own rowid: ordered by the joined note's id, it would read every hit.
        start = "SELECT f.rowid AS id FROM note_fts f CROSS JOIN note n ON n.id = f.rowid"
        where.append("note_fts MATCH :terms")
        values["terms"] = search.fts5_query(wanted.terms)
    for clause, name, value in _filters(wanted):
        where.append(clause)
        if value is not None:
            values[name] = value
    return f"{start} WHERE {' AND '.join(where)}", values


def _filters(wanted: NoteSearch) -> list[tuple[str, str, Any]]:
    some = "EXISTS (SELECT 1 FROM note_block b WHERE b.note_id = n.id AND b.shared_at IS NOT NULL)"
    clauses: list[tuple[str, str, Any]] = []
    if wanted.client_id is not None:
        clauses.append(("n.client_id = :client_id", "client_id", wanted.client_id))
    if wanted.step is not None:
        clause = (
            "EXISTS (SELECT 1 FROM note_block b JOIN note_block_step s ON s.block_id = b.id "
            "WHERE b.note_id = n.id AND s.step = :step)"
        )
        clauses.append((clause, "step", wanted.step))
    if wanted.theme_id is not None:
        clauses.append((f"n.id IN ({_OF_THEME})", "theme_id", wanted.theme_id))
    if wanted.since is not None:
        clauses.append(("n.created_at >= :since", "since", wanted.since))
    if wanted.until is not None:
        clauses.append(("n.created_at < :until", "until", wanted.until))
    if wanted.shared:
        clauses.append((some if wanted.shared == "shared" else f"NOT {some}", "shared", None))
    return clauses


@lru_cache(maxsize=256)
def _sql(statement: str) -> TextClause:
    """Return the statement, knowing how instants are written; there are few different ones."""
    named = (_INSTANTS[name] for name in _INSTANTS if f":{name}" in statement)
    return text(statement).bindparams(*named)
