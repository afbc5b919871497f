"""What a note is made of: blocks of text, each mapped to steps of the method. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from coachcrm.kit.text import has_unusable, is_one_line
from coachcrm.notes.capture import STEP_MARKS, steps_in

STEPS = {
    1: "Get detailed feedback",
    2: "Review it",
    3: "Work on the negatives",
    4: "Take it on the chin",
    5: "Time for a re-think?",
    6: "Get resilient!",
}
KINDS = {
    "words": "Client’s words",
    "saw": "What I saw",
    "reading": "My reading",
    "agreed": "Agreed",
}
MOST_CHARACTERS = 200_000
MOST_BLOCKS = 500
EXCERPT = 160
SENSITIVE = "(a sensitive passage)"
LONGEST_TITLE = 80
_FIELD = re.compile(r"block-([0-9]{1,4})-text")
_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")


@dataclass(frozen=True, slots=True)
class Block:
    """A passage of a note; `steps` are the numbers of the steps that it speaks to, in order.

    `key` names it in its note, from one save to the next; one without has not been saved. `kind`
    is one of `KINDS` or empty, `title` what a template asks for in this place.
    """

    text: str
    steps: tuple[int, ...] = ()
    key: str = ""
    kind: str = ""
    title: str = ""
    is_sensitive: bool = False

    @property
    def trouble(self) -> str | None:
        """Why the text cannot be kept, as a sentence, or None."""
        if len(self.text) > MOST_CHARACTERS:
            return (
                f"This passage has {len(self.text):,} characters; please divide it: "
                f"{MOST_CHARACTERS:,} are the most."
            )
        if has_unusable(self.text):
            return "There is a character here that cannot be kept. Please take it out."
        return None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it to keep."""
        return not self.text.strip()


def read_blocks(form: MultiDict[str, str]) -> list[Block]:
    """Return the blocks that a form sends, in the order of their numbers, empty ones too.

    Steps that are no step of the method are passed over; line breaks become LF.
    """
    numbers = sorted({int(match[1]) for name in form if (match := _FIELD.fullmatch(name))})
    return [
        Block(
            text=re.sub("\r\n?", "\n", form.get(f"block-{number}-text", "")),
            steps=_steps(
                form.getlist(f"block-{number}-steps"), form.get(f"block-{number}-text", "")
            ),
            key=usable_key(form.get(f"block-{number}-key", "")),
            kind=_kind(form.get(f"block-{number}-kind", "")),
            title=_title(form.get(f"block-{number}-title", "")),
            is_sensitive=f"block-{number}-sensitive" in form,
        )
        for number in numbers[:MOST_BLOCKS]
    ]


def keyed(
    blocks: Sequence[Block], present: Sequence[Block], new_key: Callable[[], str]
) -> list[Block]:
    """Return the blocks, each with a key of its own.

    One that came without a key, or with another's, is the present one of the same text, if there
    is one that nobody claims; else it is new.
    """
    taken = {block.key for block in blocks}
    free = {block.text: block.key for block in reversed(present) if block.key not in taken}
    found, used = [], {""}
    for block in blocks:
        key = block.key
        if key in used:
            key = free.pop(block.text, "") or new_key()
        used.add(key)
        found.append(replace(block, key=key))
    return found


def kept(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks that hold something."""
    return [block for block in blocks if not block.is_empty]


def excerpt(blocks: Sequence[Block]) -> str:
    """Return the beginning of a note, in one line."""
    shown = (SENSITIVE if block.is_sensitive else block.text[: EXCERPT * 2] for block in blocks[:3])
    text = " ".join(" ".join(shown).split())
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"


def all_steps(blocks: Iterable[Block]) -> list[int]:
    """Return the steps that a note speaks to, in order."""
    return sorted({step for block in blocks for step in block.steps})


def usable_key(text: str) -> str:
    """Return the key of a block as a page may have made it, or an empty text."""
    return text if _KEY.fullmatch(text) else ""


def _kind(text: str) -> str:
    return text if text in KINDS else ""


def _title(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE and is_one_line(text) else ""


def _steps(values: Iterable[str], text: str) -> tuple[int, ...]:
    """Return the steps that are ticked, and those that lines of the text are filed under."""
    ticked = {int(value) for value in values if value in STEP_MARKS}
    return tuple(sorted(ticked | steps_in(re.sub("\r\n?", "\n", text))))
