"""The coach's ladder as its page shows it."""

from dataclasses import dataclass

from coachcrm.recovery.core.ladder import START, Ladder

KIND_WORDS = {"door": "At the door", "early": "Early", "late": "Late"}


@dataclass(frozen=True, slots=True)
class ShownRung:
    """A rung in the list: what it was called first if it has another name, and what can be done."""

    key: str
    name: str
    kind: str
    was: str
    is_own: bool
    is_aside: bool
    can_rise: bool
    can_sink: bool


def lines(ladder: Ladder) -> list[ShownRung]:
    """Return every rung, the first of an application on top."""
    last = len(ladder.rungs) - 1
    return [
        ShownRung(
            key=rung.key,
            name=rung.name,
            kind=KIND_WORDS[rung.kind],
            was=START[rung.key].name if rung.is_in_own_words and not rung.is_own else "",
            is_own=rung.is_own,
            is_aside=rung.is_aside,
            can_rise=at > 0,
            can_sink=at < last,
        )
        for at, rung in enumerate(ladder)
    ]
