"""Parts of words, by which a database finds a word by any stretch of it, however short. Pure.

Each word is stored as all its stretches of three signs, in their order, behind them those of one
and of two. Whatever is in the middle of a word is then a row of parts that the database's own index
of words finds at once: 小龍 in 李小龍, `oko` in Okafor's address. Each part is written in ordinary
letters, so that neither database takes a sign for anything but a part.
"""

from collections.abc import Sequence
from functools import lru_cache

from coachcrm.kit.text.search import Term

LONGEST = 3
# Text that grows when it is folded is still found by its beginning.
MOST_SIGNS = 4000
# Stands between two words, and is no part of any.
_GAP = "z"
_LETTERS = "abcdefghijklmnopqrstuvwxy"
_CODED = 5


def parts_of(text: str) -> str:
    """Return the parts of a folded text, as they are stored to be searched."""
    words = [[_written(sign) for sign in word] for word in text[:MOST_SIGNS].split()]
    rows = [" ".join(_stretches(signs, LONGEST)) for signs in words]
    shorter = {part for signs in words for part in (*signs, *_stretches(signs, 2))}
    return " ".join([f" {_GAP} ".join(filter(None, rows)), *sorted(shorter)]).strip()


def term_of(word: str) -> Term:
    """Return what finds a folded word, or a stretch of one, among stored parts."""
    signs = [_written(sign) for sign in word]
    return Term(tuple(_stretches(signs, min(len(signs), LONGEST))))


def _stretches(signs: Sequence[str], length: int) -> list[str]:
    return ["".join(signs[at : at + length]) for at in range(len(signs) - length + 1)]


@lru_cache(maxsize=1024)
def _written(sign: str) -> str:
    """Return a sign in letters: most as they are, any other as `z` and five of the rest."""
    if sign in _LETTERS:
        return sign
    number, coded = ord(sign), ""
    for _ in range(_CODED):
        number, rest = divmod(number, len(_LETTERS))
        coded += _LETTERS[rest]
    return _GAP + coded
