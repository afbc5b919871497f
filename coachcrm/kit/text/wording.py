"""Words with named places to fill in: `Hello {first_name},`. The coach may put in his own.

This is no template language (S29): a placeholder is a name between braces, and a brace of one's
own is written twice. Whatever is filled in is one line of plain text; links are made only of what
the coach has typed himself and of our own addresses.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache

from coachcrm.kit.resources import resource
from coachcrm.kit.text.typed import many_lines, one_line

DETAILS = "details"
LINKS = frozenset({"booking_link", "again_link"})
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_URL = re.compile(r"https?://[^\s<>\"{}]*[^\s<>\"{}.,;:!?')\]]")


class Misspelt(Exception):  # noqa: N818 - shown at the field
    """Words that cannot be filled in; `sentence` names the place and what is wrong there."""

    def __init__(self, text: str, at: int, sentence: str) -> None:
        line = text.count("\n", 0, at) + 1
        character = at - (text.rfind("\n", 0, at) + 1) + 1
        self.sentence = f"Line {line}, character {character}: {sentence}"
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one letter, or of an ask; `is_on` says whether it is sent at all."""

    name: str
    subject: str
    body: str
    is_on: bool = True


@cache
def original(folder: str, name: str) -> Wording:
    """Return the words that came with the program, from `templates/mail/<folder>/<name>/`."""
    place = resource("templates") / "mail" / folder / name
    subject, body = ((place / f"{part}.txt").read_text("utf-8") for part in ("subject", "body"))
    return Wording(name, subject.strip(), body.strip())


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line, a link if `href` is there."""

    text: str
    href: str | None = None


Line = list[Run]
Paragraph = list[Line]


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs before the details of the meeting, and those after."""

    opening: list[Paragraph]
    closing: list[Paragraph]


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    is_placeholder: bool
    at: int


def check(text: str, allowed: Collection[str]) -> None:
    """Raise `Misspelt` unless every placeholder of `text` is one of `allowed` and well written.

    The details of the meeting stand once at most, and on a line of their own.
    """
    _read(text, frozenset(allowed))


# The same few letters are written again and again.
@lru_cache(maxsize=128)
def _read(text: str, allowed: frozenset[str]) -> tuple[_Piece, ...]:
    """Return a text's pieces. Raises `Misspelt` as `check` does."""
    pieces = tuple(_pieces(text, allowed))
    places = [p.at for p in pieces if p.is_placeholder and p.text == DETAILS]
    for at in places:
        end = text.find("\n", at)
        line = text[text.rfind("\n", 0, at) + 1 : len(text) if end < 0 else end]
        if not re.fullmatch(r"\s*\{\s*details\s*\}\s*", line, re.IGNORECASE):
            raise Misspelt(text, at, "{details} needs a line of its own.")
        if at != places[0]:
            raise Misspelt(text, at, "{details} can stand in a letter only once.")
    return pieces


def fill_line(text: str, facts: Mapping[str, str]) -> str:
    """Return one line with its places filled in. Raises `Misspelt`."""
    filled = ""
    for piece in _read(text, frozenset(facts)):
        value = one_line(facts[piece.text]) if piece.is_placeholder else piece.text
        filled = _joined(filled, value, piece)
    return one_line(filled)


def fill_body(text: str, facts: Mapping[str, str]) -> Body:
    """Return a letter's paragraphs with their places filled in. Raises `Misspelt`.

    Without {details} the details come at the end, for no letter is without them.
    """
    lines: list[Line] = [[]]
    details_at: int | None = None
    for piece in _read(many_lines(text), frozenset({*facts, DETAILS})):
        if not piece.is_placeholder:
            first, *others = piece.text.split("\n")
            lines[-1] += _runs(first)
            lines += [list(_runs(line)) for line in others]
        elif piece.text == DETAILS:
            details_at = len(lines) - 1
            lines += [[], []]
        else:
            value = one_line(facts[piece.text])
            if not value and lines[-1]:
                last = lines[-1].pop()
                lines[-1].append(Run(last.text.rstrip(" "), last.href))
            elif value:
                lines[-1].append(Run(value, value if piece.text in LINKS else None))
    if details_at is None:
        return Body(_paragraphs(lines), [])
    return Body(_paragraphs(lines[:details_at]), _paragraphs(lines[details_at:]))


def plain(body: Body) -> str:
    """Return every word of a body as text, for searching and for showing."""
    return "\n\n".join(
        "\n".join("".join(run.text for run in line) for line in paragraph)
        for paragraph in (*body.opening, *body.closing)
    )


def _pieces(text: str, allowed: Collection[str]) -> Iterator[_Piece]:
    end = 0
    for found in _TOKEN.finditer(text):
        if found.start() > end:
            yield _Piece(text[end : found.start()], is_placeholder=False, at=end)
        end = found.end()
        if found[0] in {"{{", "}}"}:
            yield _Piece(found[0][0], is_placeholder=False, at=found.start())
            continue
        if found[1] is None:
            raise Misspelt(text, found.start(), _lonely(found[0]))
        name = found[1].strip().lower()
        if name not in allowed:
            raise Misspelt(text, found.start(), _unknown(found[1], allowed))
        yield _Piece(name, is_placeholder=True, at=found.start())
    if end < len(text):
        yield _Piece(text[end:], is_placeholder=False, at=end)


def _lonely(brace: str) -> str:
    what = "opened and not closed" if brace == "{" else "closed and was not opened"
    return f"a brace is {what}. To write a brace itself, write two of them."


def _unknown(name: str, allowed: Collection[str]) -> str:
    shown = one_line(name)[:40]
    near = get_close_matches(name.strip().lower(), sorted(allowed), n=1)
    hint = f" Did you mean {{{near[0]}}}?" if near else ""
    return f"there is no placeholder {{{shown}}} here.{hint}"


def _joined(before: str, value: str, piece: _Piece) -> str:
    """Add a value; where there is none, the space before it goes as well."""
    return before.rstrip(" ") if piece.is_placeholder and not value else before + value


def _runs(text: str) -> Iterator[Run]:
    end = 0
    for found in _URL.finditer(text):
        if found.start() > end:
            yield Run(text[end : found.start()])
        yield Run(found[0], found[0])
        end = found.end()
    if end < len(text):
        yield Run(text[end:])


def _paragraphs(lines: list[Line]) -> list[Paragraph]:
    found: list[Paragraph] = [[]]
    for line in lines:
        if "".join(run.text for run in line).strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]
