"""Filing slash lines: each makes a record of `recovery`, remembers it, and can take it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.kit.errors import NotFound
from coachcrm.notes.core import slash_lines
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.models import Note, NoteLine
from coachcrm.notes.operations import notes, versions
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackItem,
    JobSearch,
    QuestionRow,
)
from coachcrm.recovery.models.search import ActionRow, ItemTheme, SearchTheme, StrengthRow
from coachcrm.recovery.operations import applications as recovery
from coachcrm.recovery.operations import feedback, rows

MOST_LISTED = 100
# The record of a line that names a theme which was there already.
NAMED = "named"
# What a line can make and so take back, by the word that it keeps of it.
MADE = {
    "item": FeedbackItem,
    "question": QuestionRow,
    "action": ActionRow,
    "strength": StrengthRow,
    "theme": SearchTheme,
    "tag": ItemTheme,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who files and when: `application_id` is what is talked about, `today` the coach's date."""

    coach_id: int
    today: date
    now: datetime
    application_id: int | None = None


@dataclass(frozen=True, slots=True)
class FiledLine:
    """A filed line in the list beside the note."""

    id: int
    text: str
    label: str
    words: str


def file_lines(
    session: Session, note: Note, desk: Desk, *, open_line: tuple[str, str] | None = None
) -> None:
    """File the lines of a note that ask for it, and take back what its lines no longer ask for.

    `open_line` is the (block, text) that is still being typed.
    """
    lines = [line for block in note.blocks for line in _read(block.key, block.text, desk.today)]
    rows = _standing(session, note.id)
    if not (lines or rows):
        return
    filed = [
        slash_lines.Filed(
            row.id, row.block_key, row.text, row.mark, desk.now - row.made_at < slash_lines.FOLLOWS
        )
        for row in rows
    ]
    plan = slash_lines.planned(lines, filed, open_line=open_line)
    by_id = {row.id: row for row in rows}
    for one in plan.undo:
        _take_back(session, by_id[one.id], desk)
    for one, line in plan.follow:
        by_id[one.id].block_key, by_id[one.id].text = line.key, line.text
    for line in plan.file:
        _file(session, note, line, desk)
    session.flush()


def undo(session: Session, note: Note, line_id: int, desk: Desk) -> FiledLine:
    """Take a line's record back and the mark off the line. Raises `NotFound`, `Locked`."""
    row = session.get(NoteLine, line_id)
    if row is None or row.note_id != note.id:
        raise NotFound
    if note.locked_at is not None:
        raise notes.Locked
    told = _row(row)
    if row.undone_at is not None:
        return told
    _take_back(session, row, desk)
    blocks = [
        _unmarked(block, row.text) if block.key == row.block_key else block
        for block in versions.blocks_of(note)
    ]
    notes.replace_text(session, note, blocks, now=desk.now)
    return told


def hints(note: Note, today: date) -> list[slash_lines.Hint]:
    """Return why some slash lines of a note stay text."""
    return [
        hint
        for block in note.blocks
        for hint in slash_lines.read(block.key, block.text, today=today)[1]
    ]


def listed(session: Session, note_id: int) -> list[FiledLine]:
    """Return the lines of a note that stand filed, newest first."""
    return [_row(row) for row in reversed(_standing(session, note_id))][:MOST_LISTED]


def _row(row: NoteLine) -> FiledLine:
    return FiledLine(row.id, row.text, slash_lines.MARKS[row.mark], slash_lines.plain(row.text))


def _standing(session: Session, note_id: int) -> Sequence[NoteLine]:
    return session.scalars(
        select(NoteLine)
        .where(NoteLine.note_id == note_id, NoteLine.undone_at.is_(None))
        .order_by(NoteLine.id)
    ).all()


def _read(key: str, text: str, today: date) -> list[slash_lines.SlashLine]:
    return slash_lines.read(key, text, today=today)[0] if "/" in text else []


def _take_back(session: Session, row: NoteLine, desk: Desk) -> None:
    row.undone_at = desk.now
    if row.record in MADE and row.record_id is not None:
        rows.remove(session, desk.coach_id, MADE[row.record], row.record_id, now=desk.now)


def _unmarked(block: Block, line: str) -> Block:
    lines = block.text.split("\n")
    if line in lines:
        lines[lines.index(line)] = slash_lines.plain(line)
    return replace(block, text="\n".join(lines))


def _file(session: Session, note: Note, line: slash_lines.SlashLine, desk: Desk) -> None:
    search = recovery.open_search(session, desk.coach_id, note.client_id, today=desk.today)
    application_id = _application(session, search, desk)
    if line.mark == "t":
        record, record_id = _tag(session, note, line, search, desk)
    else:
        record, record_id = _make(session, line, search, application_id, now=desk.now)
    session.add(
        NoteLine(
            note_id=note.id,
            block_key=line.key,
            mark=line.mark,
            text=line.text,
            record=record,
            record_id=record_id,
            made_at=desk.now,
        )
    )
    session.flush()


def _application(session: Session, search: JobSearch, desk: Desk) -> int | None:
    """Return what the talk is about: what the coach chose, if it is of this search."""
    chosen = session.get(ApplicationRow, desk.application_id or 0)
    if chosen is None or chosen.search_id != search.id:
        chosen = recovery.newest_application(session, search)
    return chosen.id if chosen else None


def _make(
    session: Session,
    line: slash_lines.SlashLine,
    search: JobSearch,
    application_id: int | None,
    *,
    now: datetime,
) -> tuple[str, int]:
    """Make the record that a line asks for; return how it can be taken back."""
    if line.mark == "q":
        question = feedback.add_question(
            session, search, text=line.words, application_id=application_id, now=now
        )
        return "question", question.id
    if line.mark == "a":
        action = feedback.add_action(session, search, text=line.words, due_on=line.due_on, now=now)
        return "action", action.id
    if line.mark == "s":
        return "strength", feedback.add_strength(session, search, statement=line.words, now=now).id
    item = feedback.add_item(
        session,
        search,
        polarity="positive" if line.mark == "+" else "negative",
        text=line.words,
        application_id=application_id,
        # What the client remembers of an application; without one it is the coach's own.
        source="memory" if application_id else "coach",
        now=now,
    )
    return "item", item.id


def _tag(
    session: Session, note: Note, line: slash_lines.SlashLine, search: JobSearch, desk: Desk
) -> tuple[str, int]:
    """Tag what was said just before with the theme; where nothing was, take the theme alone.

    A theme that the coach's list does not have is added to it. What is tagged already is harmless
    and is not taken back either.
    """
    theme = feedback.find_theme(session, desk.coach_id, line.words) or feedback.make_theme(
        session, desk.coach_id, line.words
    )
    item = _said_before(session, note, line)
    if item is None:
        own = SearchTheme.search_id == search.id, SearchTheme.theme_id == theme.id
        is_there = session.scalar(select(SearchTheme.id).where(*own)) is not None
        place = feedback.take_theme(session, search.id, theme)
        return (NAMED, theme.id) if is_there else ("theme", place.id)
    tagged = ItemTheme.item_id == item.id, ItemTheme.theme_id == theme.id
    is_there = session.scalar(select(ItemTheme.id).where(*tagged)) is not None
    tag = feedback.tag_item(session, item, theme)
    return (NAMED, theme.id) if is_there else ("tag", tag.id)


def _said_before(session: Session, note: Note, line: slash_lines.SlashLine) -> FeedbackItem | None:
    """Return the feedback filed by the line nearest before this one in the note."""
    written = [
        (block.key, text)
        for block in note.blocks
        for text in block.text.split("\n")
        if text.lstrip().startswith("/")
    ]
    here = written.index((line.key, line.text))
    filed = {
        (row.block_key, row.text): row.record_id
        for row in _standing(session, note.id)
        if row.record == "item"
    }
    for place in reversed(written[:here]):
        if place in filed:
            return session.get(FeedbackItem, filed[place] or 0)
    return None
