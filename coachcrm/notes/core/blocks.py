"""What a note is made of: blocks of text, each mapped to steps of the method. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from coachcrm.kit.text.typed import has_unusable, is_one_line

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


def usable_kind(text: str) -> str:
    """Return a kind of passage if it is one of ours, or an empty text."""
    return text if text in KINDS else ""


def usable_title(text: str) -> str:
    """Return a title that a template may have set, or an empty text."""
    return text if len(text) <= LONGEST_TITLE and is_one_line(text) else ""
