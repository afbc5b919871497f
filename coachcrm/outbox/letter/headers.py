"""People and subjects as the header fields of a letter: encoded and folded, in ASCII.

The standard library encodes the words (RFC 2047); where a line breaks is decided here. Its own
folding takes the quotes off a long name, so that a comma in the name begins another recipient, and
leaves the first line of a field empty where the rest would just fit on the second.
"""

import re
from email.charset import Charset
from email.header import Header
from email.headerregistry import Address
from functools import lru_cache

from coachcrm.kit.text.typed import one_line

LINE = 78
# A line may have no more than 998 characters; only an encoded word can be broken.
_LONGEST_WORD = 900
# What may stand in a name without quotes (RFC 5322 3.2.3), and the spaces between.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_UTF_8 = Charset("utf-8")


def subject(text: str) -> str:
    """Return the value of a Subject, folded."""
    text = _harmless(text)
    is_plain = text.isascii() and all(len(word) <= _LONGEST_WORD for word in text.split())
    return _folded("Subject", text.split() if is_plain else _encoded("Subject", text))


def person(field: str, name: str, address: str) -> str:
    """Return the value of From, To or Reply-To, folded: one person, whatever the name is.

    `address` is in ASCII. Raises ValueError for what is no address, or more than one.
    """
    mailbox, name = _mailbox(address), _harmless(name)
    if not name:
        return mailbox
    words = _quoted(name).split() if name.isascii() else _encoded(field, name)
    return _folded(field, [*words, f"<{mailbox}>"])


@lru_cache(maxsize=64)
def _mailbox(address: str) -> str:
    """Return an address as headers have it; both letters of a meeting name the same people."""
    return Address(addr_spec=address).addr_spec


def _harmless(text: str) -> str:
    """Return one line in which no reader finds an encoded word, which could hide CR and LF (H5)."""
    return one_line(text).replace("=?", "= ?")


def _quoted(name: str) -> str:
    return name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def _encoded(field: str, text: str) -> list[str]:
    return Header(text, _UTF_8, LINE, field).encode(linesep="\n").split()


def _folded(field: str, words: list[str]) -> str:
    """Return the words in lines of at most `LINE` characters, the first beside the field's name.

    A word that is longer stands in a longer line, which a header may have (RFC 5322 2.1.1).
    """
    lines = [f"{field}:"]
    for number, word in enumerate(words):
        if number and len(lines[-1]) + 1 + len(word) > LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).removeprefix(f"{field}: ")
