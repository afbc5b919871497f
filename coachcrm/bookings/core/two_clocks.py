"""How far apart the clocks of two zones are while times are shown in one of them. Pure.

Offsets are compared at the instants themselves, never names: Lisbon, Jersey and, in winter, UTC
show what London shows (rule 14).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from coachcrm.kit.time import words, zones


def ahead(shown: str, other: str, at: datetime) -> timedelta:
    """Return how far the clocks of `other` are ahead of those of `shown` at an instant."""
    return zones.gap(ZoneInfo(other), ZoneInfo(shown), at)


def difference(
    shown: str,
    other: str,
    instants: Iterable[datetime],
    *,
    is_mine: bool = False,
    twelve_hour: bool = True,
) -> str | None:
    """Say how far the clocks of `other` are from those of `shown`, which the reader looks at.

    `instants` are those that are shown, in order: "UK time is 5 hours ahead of you". With `is_mine`
    it is `other` that is the reader's own: "Your own clock (New York time) is 5 hours behind". None
    where both show the same at each of them. Where the gap changes in between, both are said, and
    from which of the instants on.
    """
    by_gap = groupby(instants, lambda at: ahead(shown, other, at))
    gaps = [(gap, next(of_gap).astimezone(ZoneInfo(shown))) for gap, of_gap in by_gap]
    if not any(gap for gap, _ in gaps):
        return None
    (first_gap, first), *changes = gaps
    said = f"{_whose(other, is_mine=is_mine)} is {_gap_in_words(first_gap, to_you=not is_mine)}"
    for gap, at in changes:
        on = "" if at.date() == first.date() else f"{words.day(at)}, "
        said += f"; from {on}{words.clock_time(at, twelve_hour=twelve_hour)} "
        said += f"it is {_gap_in_words(gap, to_you=not is_mine)}"
    return said


def _whose(zone: str, *, is_mine: bool) -> str:
    return f"Your own clock ({zones.label(zone)})" if is_mine else zones.label(zone)


def _gap_in_words(gap: timedelta, *, to_you: bool) -> str:
    if not gap:
        return "the same as yours" if to_you else "the same"
    how, of = ("ahead", "ahead of you") if gap > zones.NOTHING else ("behind", "behind you")
    return f"{words.apart(abs(gap))} {of if to_you else how}"
