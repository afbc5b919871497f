"""Slash lines: what a line in a note asks for, and what becomes of it as the note changes. Pure.

A line that begins with a slash and a mark files itself: `/1` to `/6` a step, `/+` and `/-` what
was said, `/q` a question, `/t` a theme, `/a` an action, `/s` a strength. What makes no sense stays
text, with a hint.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import SequenceMatcher

MARKS = {
    "+": "Positive",
    "-": "Negative",
    "q": "Question asked",
    "t": "Theme",
    "a": "Action",
    "s": "Strength",
}
STEP_MARKS = frozenset("123456")
*_MOST, _LAST = (f"/{mark}" for mark in MARKS)
KNOWN = f"There are /1 to /6, {', '.join(_MOST)} and {_LAST}."
# A record follows its line for so long; afterwards it stands on its own.
FOLLOWS = timedelta(minutes=5)
MOST_CHARACTERS = 2000
LONGEST = {"t": 80, "s": 200}
ALIKE = 0.6

_SLASH = re.compile(r"\s*/(?:([+-])\s*|([0-9A-Za-z]+)(?:\s+|$))(.*)", re.DOTALL)
_BY = re.compile(r"(.+?)[,;]?\s+(?:by|until)\s+(.+?)[.!]?", re.IGNORECASE)
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?(?:\s+([0-9]{4}))?")
_IN_DAYS = re.compile(r"in\s+([0-9]{1,2})\s+(day|week)s?")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlashLine:
    """A slash line that makes sense: in the block `key`, as written, what for, and what it says."""

    key: str
    text: str
    mark: str
    words: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """A slash line that stays text, and why."""

    key: str
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A line that made a record: `id` is the line's own, `is_young` that the record follows it."""

    id: int
    key: str
    text: str
    mark: str
    is_young: bool


@dataclass(slots=True)
class Plan:
    """What is to be done: lines to file, filed ones to undo, and ones whose wording moved."""

    file: list[SlashLine] = field(default_factory=list)
    undo: list[Filed] = field(default_factory=list)
    follow: list[tuple[Filed, SlashLine]] = field(default_factory=list)


def read(key: str, text: str, *, today: date) -> tuple[list[SlashLine], list[Hint]]:
    """Return the slash lines of a block that make sense, and hints on those that do not."""
    lines: list[SlashLine] = []
    hints: list[Hint] = []
    for written in text.split("\n"):
        if not written.lstrip().startswith("/"):
            continue
        found = _line(key, written, today)
        if isinstance(found, SlashLine):
            lines.append(found)
        else:
            hints.append(found)
    return lines, hints


def steps_in(text: str) -> set[int]:
    """Return the steps that the lines of a block are filed under."""
    found = (_parts(line) for line in text.split("\n") if line.lstrip().startswith("/"))
    return {int(mark) for mark, words in found if mark in STEP_MARKS and words}


def plain(line: str) -> str:
    """Return a slash line as the text that it is without its mark."""
    mark, words = _parts(line)
    return words if words and (mark in MARKS or mark in STEP_MARKS) else line


def without_marks(text: str) -> str:
    """Return a text whose slash lines are plain ones: as somebody else may read it."""
    return "\n".join(plain(line) for line in text.split("\n"))


def planned(
    lines: Sequence[SlashLine], filed: Sequence[Filed], *, open_line: tuple[str, str] | None = None
) -> Plan:
    """Return what has to be done for the lines of a note, given those filed before.

    `open_line` is the (block, text) that is still being typed: it is not filed yet, and while it is
    there nothing of its block is undone, for it may be a filed line in the middle of a correction.
    """
    plan = Plan()
    new = [line for line in lines if line.mark in MARKS]
    old = list(filed)
    for are_one in (_same_place, _same_text):
        new, old = _paired(new, old, are_one, plan)
    busy = None
    if open_line is not None and open_line[1].strip():
        busy = open_line[0]
        new = [line for line in new if (line.key, line.text) != open_line]
    plan.undo = [one for one in old if one.is_young and one.key != busy]
    plan.file, _ = _paired(new, [one for one in old if not one.is_young], _alike, plan)
    return plan


def due_in(words: str, *, today: date) -> tuple[str, date | None]:
    """Return the words of an action without its "by Friday", and the day that meant."""
    match = _BY.fullmatch(words)
    if match is None:
        return words, None
    on = _day(match[2].strip().lower(), today)
    return (match[1], on) if on else (words, None)


def _line(key: str, written: str, today: date) -> SlashLine | Hint:
    mark, words = _parts(written)
    if mark not in MARKS and mark not in STEP_MARKS:
        return Hint(key, written, "There is no such mark. " + KNOWN)
    if not words:
        return Hint(key, written, "Nothing follows the mark, so nothing was filed.")
    if len(words) > LONGEST.get(mark, MOST_CHARACTERS):
        return Hint(
            key, written, f"This is longer than {LONGEST.get(mark, MOST_CHARACTERS)} characters, "
            "so it stays text.",
        )  # fmt: skip
    due_on = None
    if mark == "a":
        words, due_on = due_in(words, today=today)
    return SlashLine(key, written, mark, words, due_on)


def _parts(line: str) -> tuple[str, str]:
    match = _SLASH.fullmatch(line)
    if match is None:
        return "", ""
    return match[1] or match[2].lower(), match[3].strip()


def _paired(
    new: Sequence[SlashLine],
    old: Sequence[Filed],
    are_one: Callable[[SlashLine, Filed], bool],
    plan: Plan,
) -> tuple[list[SlashLine], list[Filed]]:
    """Take out what is one and the same; note where the wording or the place has moved."""
    left, rest = [], list(old)
    for line in new:
        found = next((f for f in rest if are_one(line, f)), None)
        if found is None:
            left.append(line)
            continue
        rest.remove(found)
        if (found.key, found.text) != (line.key, line.text):
            plan.follow.append((found, line))
    return left, rest


def _same_place(line: SlashLine, filed: Filed) -> bool:
    return (line.key, line.text) == (filed.key, filed.text)


def _same_text(line: SlashLine, filed: Filed) -> bool:
    return line.text == filed.text


def _alike(line: SlashLine, filed: Filed) -> bool:
    """Say whether a line is one filed long ago, in slightly other words."""
    if (line.key, line.mark) != (filed.key, filed.mark):
        return False
    return SequenceMatcher(None, line.text, filed.text).ratio() >= ALIKE


def _day(words: str, today: date) -> date | None:
    near = {"today": 0, "tonight": 0, "tomorrow": 1, "next week": 7}
    if words in near:
        return today + timedelta(days=near[words])
    if match := _IN_DAYS.fullmatch(words):
        return today + timedelta(days=int(match[1]) * (7 if match[2] == "week" else 1))
    short = words.removeprefix("next ").removeprefix("on ")
    if short in _WEEKDAYS or short in _DAYS:
        weekday = next(n for n, name in enumerate(_DAYS) if short.startswith(name))
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    try:
        return (
            date.fromisoformat(words)
            if re.fullmatch(r"\d{4}-\d\d-\d\d", words)
            else _dated(words, today)
        )
    except ValueError:
        return None


def _dated(words: str, today: date) -> date | None:
    """Return "20 June" as the next such day, or of the year named. Raises ValueError for none."""
    match = _DAY_MONTH.fullmatch(words)
    months = [n for n, name in enumerate(_MONTHS, 1) if match and name.startswith(match[2])]
    if match is None or len(months) != 1:
        return None
    year = int(match[3]) if match[3] else today.year
    on = date(year, months[0], int(match[1]))
    return on if match[3] or on >= today else on.replace(year=year + 1)
