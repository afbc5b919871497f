"""What a person may type: which characters are kept, which are taken out, which are refused."""

import re
import unicodedata
from datetime import date

# C0 and C1 controls, separators of lines and paragraphs, byte order mark (C8, H5).
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
# The same but for line breaks and tabs.
_CONTROLS_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
# Marks that turn the reading direction round: a name could be made to read as another.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")

# More digits than any row's number has, and fewer than a database refuses.
LONGEST_NUMBER = 10


def has_unusable(text: str) -> bool:
    """Say whether `text` holds NUL or a lone surrogate, which a database cannot take (S32)."""
    return "\0" in text or _SURROGATES.search(text) is not None


def is_one_line(text: str) -> bool:
    """Say whether `text` is free of control and direction characters (S32)."""
    return not (_CONTROLS.search(text) or _BIDI.search(text) or _SURROGATES.search(text))


def one_line(text: str) -> str:
    """Return `text` fit for a header or a calendar property of one line (C8, H5)."""
    text = _BIDI.sub("", _SURROGATES.sub("\ufffd", text))
    return re.sub(r" {2,}", " ", _CONTROLS.sub(" ", text)).strip()


def many_lines(text: str) -> str:
    """Return `text` with its line breaks as LF and without other controls (C8)."""
    text = re.sub("\r\n?|[\u2028\u2029\x85]", "\n", text)
    return _BIDI.sub("", _SURROGATES.sub("\ufffd", _CONTROLS_IN_LINES.sub("", text)))


def folded(text: str) -> str:
    """Return `text` as it is searched: without marks and case, the same on both databases."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def parse_row_number(text: str | None) -> int | None:
    """Return the number of a row that `text` names, or None for what no row could have."""
    if text and len(text) < LONGEST_NUMBER and text.isascii() and text.isdecimal():
        return int(text)
    return None


def parse_minutes(text: str | None) -> int | None:
    """Return how long something lasts, or None where that was not said.

    What is no number of minutes is 0, which nothing lasts.
    """
    return None if text is None else parse_row_number(text) or 0


def parse_wall_time(text: str | None) -> int | None:
    """Return a clock time (HH:MM) in minutes from midnight, or None; 24:00 is the day's end."""
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:00)?", text or "")
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    is_on_clocks = (hour < 24 and minute < 60) or (hour, minute) == (24, 0)  # noqa: PLR2004
    return hour * 60 + minute if is_on_clocks else None


def parse_date(text: str | None) -> date | None:
    """Return the date written YYYY-MM-DD, or None for any other shape and for no such day."""
    if not text or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
