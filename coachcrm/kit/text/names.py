"""Names that strangers give, and what stands for one where it would be a link (S33, S64).

A name goes into the head of a letter and into calendars, which make links of what looks like one:
whoever books with somebody else's address could send them any link in the coach's name.
"""

import re
import unicodedata

UNNAMED = "A visitor"
# In a text whose letters are `a` and whose digits are `0`.
_POINTED = re.compile(r"[a0][.。]aa")
_MOST_DIGITS = 5


def safe_name(name: str, address: str) -> str:
    """Return the name, or, where it holds a link, an address or a telephone number, another one.

    That is the local part of the person's e-mail `address`, or, where it is no better, `UNNAMED`.
    """
    local = address.strip().rpartition("@")[0]
    return next((each for each in (name, local) if each and not holds_link(each)), UNNAMED)


def holds_link(text: str) -> bool:
    """Say whether programs may find a link, an address or a telephone number in a text.

    Those are `://`, `www.`, `@`, a point between two letters with two or more after it, and six
    digits; marks that nobody sees hide none of them, and nor do full-width letters.
    """
    seen = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"
    )
    shape = "".join(_shape(c) for c in seen)
    return (
        any(sign in seen.lower() for sign in ("://", "www.", "@"))
        or _POINTED.search(shape) is not None
        or shape.count("0") > _MOST_DIGITS
    )


def _shape(character: str) -> str:
    """Return `a` for a letter or a mark, by which many scripts write vowels, `0` for a digit."""
    kind = unicodedata.category(character)
    return "a" if kind[0] in "LM" else "0" if kind == "Nd" else character
