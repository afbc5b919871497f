"""What needs the coach, and what comes first. Pure.

Everything that waits is one line with one act. What is wrong now stands before what is late, that
before what is due today, and that before what is worth a thought; within each the oldest is first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

MOST = 7  # lines on the first page; the rest is one press away
SOON = timedelta(days=7)

TROUBLE, OUTCOME, LATE, SOON_DUE, THOUGHT = range(5)
GROUPS = {
    TROUBLE: "Not as it should be",
    OUTCOME: "How did it go?",
    LATE: "Overdue",
    SOON_DUE: "Today and soon",
    THOUGHT: "Worth a thought",
}
# Within a group, the kinds in the order in which they are told.
KINDS = (
    "letters",
    "outcome",
    "ask",
    "action",
    "interview",
    "target",
    "mind",
    "note",
    "deciding",
    "no_meeting",
    "quiet",
)
# What can be put aside with *Not now*. The others are settled by the act itself.
CAN_WAIT = frozenset(KINDS) - {"letters", "outcome"}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that may need the coach.

    `subject` is the number of the row that it is about, `due_on` the day by which it is in time
    (None where it has none), `since` orders what is equally due.
    """

    kind: str
    subject: int
    client_id: int | None
    name: str
    what: str
    due_on: date | None = None
    since: date | None = None

    @property
    def key(self) -> str:
        """What it is put aside by."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one weight, under their heading."""

    heading: str
    is_late: bool
    facts: tuple[Fact, ...]


def weight(fact: Fact, *, today: date) -> int:
    """Return the group that a fact belongs to."""
    if fact.kind == "letters":
        return TROUBLE
    if fact.kind == "outcome":
        return OUTCOME
    if fact.kind in {"ask", "action", "target", "mind"} and fact.due_on is not None:
        return LATE if fact.due_on < today else SOON_DUE
    return SOON_DUE if fact.kind in {"ask", "interview"} else THOUGHT


def waiting(
    facts: Iterable[Fact], aside: Mapping[str, date | None], *, today: date
) -> tuple[Fact, ...]:
    """Return what is not put aside, what comes first first.

    `aside` says for each key until which day, exclusive; None is for ever.
    """
    found = [fact for fact in facts if not _is_aside(fact, aside, today)]
    return tuple(sorted(found, key=lambda fact: _place(fact, today)))


def grouped(facts: Sequence[Fact], *, today: date) -> list[Group]:
    """Return facts that are in their order under their headings."""
    return [
        Group(GROUPS[of], of == LATE, tuple(those))
        for of, those in groupby(facts, lambda fact: weight(fact, today=today))
    ]


def by_person(facts: Iterable[Fact]) -> list[tuple[str, int | None, tuple[Fact, ...]]]:
    """Return everything person by person, whoever comes first first; the rest has no name."""
    found: dict[tuple[str, int | None], list[Fact]] = {}
    for fact in facts:
        found.setdefault((fact.name if fact.client_id else "", fact.client_id), []).append(fact)
    return [(name, client_id, tuple(those)) for (name, client_id), those in found.items()]


def _is_aside(fact: Fact, aside: Mapping[str, date | None], today: date) -> bool:
    if fact.kind not in CAN_WAIT or fact.key not in aside:
        return False
    until = aside[fact.key]
    return until is None or today < until


def _place(fact: Fact, today: date) -> tuple[int, date, int, date, str, int]:
    return (
        weight(fact, today=today),
        fact.due_on or date.max,
        KINDS.index(fact.kind),
        fact.since or date.max,
        fact.name,
        fact.subject,
    )
