"""The life of an invitation as the coach reads it: every letter, and what became of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from coachcrm.bookings.letters.core.catalogue import LETTERS, called
from coachcrm.kit.time import words

SECOND = timedelta(seconds=1)
STATES = {
    "queued": "Waiting",
    "sending": "Being sent",
    "sent": "Delivered",
    "failed": "Not delivered",
    "dropped": "Not sent",
}


class Told(Protocol):
    """What the history must know of a letter."""

    kind: str
    audience: str
    recipient: str
    method: str | None
    sequence: int | None
    state: str
    attempts: int
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A letter in words: what it did, for whom, what the calendar was told, what became of it."""

    act: str
    whom: str
    recipient: str
    told: str
    outcome: str
    state: str
    state_words: str
    trouble: str | None


def _act(kind: str) -> str:
    """Return what a letter did; of one that is no step in a booking's life, what it is."""
    letter = LETTERS.get(kind)
    return letter.deed if letter and letter.deed else called(kind)


def rows(letters: Iterable[Told], zone: ZoneInfo) -> list[HistoryRow]:
    """Return the letters of a booking in their order, with times in the coach's zone."""
    return [
        HistoryRow(
            act=_act(letter.kind),
            whom="you" if letter.audience == "coach" else "the client",
            recipient=letter.recipient,
            told=_told(letter),
            outcome=_outcome(letter, zone),
            state=letter.state,
            state_words=STATES[letter.state],
            trouble=letter.trouble if letter.state != "sent" else None,
        )
        for letter in letters
    ]


def later_stamp(previous: datetime, now: datetime) -> datetime:
    """Return a DTSTAMP after the last one: programs take the same SEQUENCE only if it is newer."""
    return max(now, previous + SECOND)


def _told(letter: Told) -> str:
    return f"{letter.method}, SEQUENCE {letter.sequence}" if letter.method else ""


def _outcome(letter: Told, zone: ZoneInfo) -> str:
    if letter.state == "sent":
        return f"delivered to {letter.recipient} on {words.when(letter.settled_at, zone)}"
    if letter.state == "failed":
        return f"not delivered on {words.when(letter.settled_at, zone)}"
    if letter.state == "dropped":
        return "not sent"
    if letter.state == "sending":
        return "being sent"
    if letter.attempts:
        return f"tried, and again on {words.when(letter.due_at, zone)}"
    return f"waiting since {words.when(letter.created_at, zone)}"
