"""What the coach's page says of him, as plain values."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

USUAL_HUE = 215


@dataclass(frozen=True, slots=True)
class Part:
    """A few words, and a sentence beneath them."""

    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ClientWords:
    """What a client said, and who that was, in words that the client has agreed to."""

    words: str
    said_by: str


# The six steps of "How to handle interview rejection", in the coach's voice.
STEPS = (
    Part(
        "Get detailed feedback", "Ask what they really thought. If the answer is thin, ask again."
    ),
    Part("Review the experience", "The whole process, not one bad hour. The good counts too."),
    Part("Work on the negatives", "What comes up again and again is worth your effort."),
    Part("Take it on the chin", "Some of it was never in your hands. Put it down."),
    Part("Time for a re-think?", "Perhaps the role did not fit. Aim closer next time."),
    Part("Get resilient", "It happens to everyone. You will walk in stronger."),
)


# How clients may have heard of the coach; the article is "How to handle interview rejection".
SOURCES = (
    "A friend or colleague",
    "LinkedIn",
    "A search engine",
    "My article on rejection",
    "Somewhere else",
)
LONGEST_SOURCE = 80


@dataclass(frozen=True, slots=True)
class Page:
    """The coach's page beyond what stands on every page and letter.

    `hue` is its accent colour in degrees of the colour circle, `photo_mark` names the octets of the
    photo, `preview_mark` those of the picture that a link to the page shows; either is empty where
    there is none. `sources` is how clients may have heard of him; where there is none, nobody is
    asked. A section for which nothing was given is left out.
    """

    surname: str = ""
    line: str = ""
    half_hour: tuple[Part, ...] = ()
    steps: tuple[Part, ...] = STEPS
    sources: tuple[str, ...] = SOURCES
    words: tuple[ClientWords, ...] = ()
    site_url: str = ""
    profile_url: str = ""
    hue: int = USUAL_HUE
    photo_mark: str = ""
    preview_mark: str = ""

    def full_name(self, name: str) -> str:
        """Return the name as it stands on the page, with the surname where he gives one."""
        return f"{name} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class PermittedWords:
    """What a client said, and when the coach said that he holds the permission in writing (L21)."""

    said: ClientWords
    permitted_at: datetime


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the coach types of his page; `half_hour` and `steps` are texts of one part a line."""

    surname: str
    line: str
    half_hour: str
    steps: str
    site_url: str
    profile_url: str
    hue: int
    words: tuple[PermittedWords, ...]


# What is drawn is drawn anew once it is drawn otherwise.
DRAWING = 1


def mark_of(*octets: bytes) -> str:
    """Return what names some octets in an address: others have another mark."""
    return hashlib.sha256(b"\0".join(octets)).hexdigest()[:16]


def mark_to_draw(full_name: str, page: Page) -> str:
    """Return the mark that what is drawn of the coach has, or ought to have."""
    made_of = (str(DRAWING), full_name, page.line, str(page.hue), page.photo_mark)
    return mark_of(*(part.encode() for part in made_of))


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text, each once, without those that are empty."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def parts(text: str) -> tuple[Part, ...]:
    """Return the parts of a text, one a line: before its first colon stands the title.

    A line without one is a title alone.
    """
    found = (line.partition(":") for line in text.splitlines() if line.strip())
    return tuple(Part(title.strip(), sentence.strip()) for title, _, sentence in found)


def as_text(of: tuple[Part, ...]) -> str:
    """Return parts as the text that `parts` reads."""
    return "\n".join(f"{part.title}: {part.sentence}".removesuffix(": ") for part in of)
