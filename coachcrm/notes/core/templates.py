"""Patterns that a note can begin on: passages with a title, a kind and steps, and no text. Pure."""

from dataclasses import dataclass

from coachcrm.notes.core.blocks import Block


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the coach writes on, again and again."""

    name: str
    blocks: tuple[Block, ...]


def _asked(title: str, kind: str, *steps: int) -> Block:
    return Block(text="", title=title, kind=kind, steps=steps)


PATTERNS = {
    "free-consultation": Pattern(
        "Free consultation",
        (
            _asked("What brought them", "words"),
            _asked("What happened, from the advert to the answer", "words", 2),
            _asked("Feedback so far: positives and negatives", "words", 1),
            _asked("The pattern I see", "reading", 3),
            _asked("What we agreed", "agreed"),
        ),
    ),
    "session": Pattern(
        "Session",
        (
            _asked("Since last time: actions, news", "words"),
            _asked("What we worked on", "saw", 3),
            _asked("My reading", "reading"),
            _asked("What we agreed", "agreed"),
        ),
    ),
    "debrief": Pattern(
        "Interview debrief",
        (
            _asked("The mood, in a word first", "words", 6),
            _asked("What went well, and how they know", "words", 2),
            _asked("The questions and the answers", "words", 2),
            _asked("Where the room changed", "words", 2),
            _asked("One thing to do differently", "agreed", 3),
        ),
    ),
    "mock-interview": Pattern(
        "Mock interview",
        (
            _asked("Questions asked", "saw", 3),
            _asked("Strong", "saw", 3),
            _asked("To work on", "saw", 3),
            _asked("What we agreed", "agreed", 3),
        ),
    ),
    "closing-review": Pattern(
        "Closing review",
        (
            _asked("Where they began and where they are", "saw"),
            _asked("What made the difference", "words"),
            _asked("What to keep doing", "agreed", 6),
        ),
    ),
}

# The coach writes of them; whoever reads it is told of himself.
_AS_TOLD = {
    "What brought them": "What brought you",
    "Since last time: actions, news": "Since last time",
    "My reading": "How I see it",
    "The mood, in a word first": "The mood afterwards",
    "What went well, and how they know": "What went well",
    "Strong": "What was strong",
    "Where they began and where they are": "Where you began and where you are",
}


def as_told(title: str) -> str:
    """Return the title of a passage as the client reads it."""
    return _AS_TOLD.get(title, title)
