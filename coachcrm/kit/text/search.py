"""Words as they are searched for: folded once when written, and the same way when asked. Pure.

What is indexed is nothing but folded words with single spaces, and terms are built from the same
words: nothing that anyone types is ever query syntax, and both databases cut words alike.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from coachcrm.kit.text.typed import folded

# Every character of it could be a word of its own and PostgreSQL's vector, a megabyte at most,
# would still hold them.
MOST_INDEXED = 240_000
MOST_TERMS = 12
MOST_TYPED = 200
# What the database's own tables and columns for searching are called; they are in no model.
SEARCHED = ("note", "client")
OWN_TABLES = frozenset(
    f"{table}_fts{part}"
    for table in SEARCHED
    for part in ("", "_config", "_data", "_docsize", "_idx")
)
OWN_COLUMNS = frozenset({"search_vector"})
OWN_INDEXES = frozenset(f"{table}_search_vector_idx" for table in SEARCHED)

_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'"([^"]*)"?|(\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One or several folded words in a row; with `is_prefix` the last may be only begun."""

    words: tuple[str, ...]
    is_prefix: bool = False


def words_of(text: str) -> str:
    """Return the folded words of a text, one space between them."""
    return " ".join(_WORD.findall(folded(text)))


def index_text(texts: Iterable[str]) -> str:
    """Return what is stored to be searched: the words of all texts, a space around each."""
    found = " ".join(filter(None, (words_of(text) for text in texts)))[:MOST_INDEXED]
    return f" {found} " if found else ""


def parse(text: str) -> list[Term]:
    """Return the terms of what a person types: all must be there.

    "Words in quotes" stand in that order; so do the parts of a word such as re-think. The last
    word may be only begun, unless it is in quotes.
    """
    terms = []
    for match in _QUOTED.finditer(text[:MOST_TYPED]):
        quoted, bare = match.groups()
        if found := tuple(words_of(quoted if bare is None else bare).split()):
            terms.append(Term(found, is_prefix=bare is not None and match.end() == len(text)))
    return terms[:MOST_TERMS]


def marked(text: str, terms: Sequence[Term], *, around: int = 90) -> list[tuple[str, bool]]:
    """Return a passage around the first hit as (piece, is a hit), or nothing without a hit.

    `around` is the number of characters before the first hit; three times as many follow it.
    """
    small, places = _folded_with_places(text)
    spans = [
        (places[m.start()], places[m.end() - 1] + 1) if places else m.span()
        for m in _pattern(tuple(terms)).finditer(small)
    ]
    if not spans:
        return []
    begin, end = max(0, spans[0][0] - around), min(len(text), spans[0][1] + 3 * around)
    # Places stay the same, and a line is easier to read in a list.
    line = text[begin:end].replace("\n", " ")
    pieces, at = [("… ", False)] if begin else [], 0
    for start, stop in spans:
        if stop > end:
            break
        if start - begin > at:
            pieces.append((line[at : start - begin], False))
        pieces.append((line[start - begin : stop - begin], True))
        at = stop - begin
    pieces.append((line[at:] + (" …" if end < len(text) else ""), False))
    return pieces


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text and, where folding may change lengths, where each letter stood."""
    if text.isascii():
        return text.lower(), []
    small: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        letters = _folded_letter(character)
        small.append(letters)
        places += [place] * len(letters)
    return "".join(small), places


@lru_cache(maxsize=4096)
def _folded_letter(character: str) -> str:
    return folded(character)


@lru_cache(maxsize=64)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    """Return what finds any of the terms in a folded text."""
    each = [
        r"[\W_]+".join(map(re.escape, term.words)) + (r"[^\W_]*" if term.is_prefix else "")
        for term in terms
    ]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(each) or '(?!)'})(?![^\W_])")


def fts5_query(terms: Iterable[Term]) -> str:
    """Return the terms as SQLite's FTS5 asks for them."""
    return " AND ".join(
        '"' + " ".join(term.words) + '"' + ("*" if term.is_prefix else "") for term in terms
    )


def ts_query(terms: Iterable[Term]) -> str:
    """Return the terms as PostgreSQL's `to_tsquery('simple', …)` reads them."""
    return " & ".join(
        " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_prefix else "")
        for term in terms
    )


def like_patterns(terms: Iterable[Term]) -> list[str]:
    """Return the terms as patterns for LIKE on an index text; words hold no wildcards."""
    return ["% " + " ".join(term.words) + ("%" if term.is_prefix else " %") for term in terms]
