"""A booking in the words of one of the two who meet, the same on pages and in letters. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from coachcrm.kit.text.names import holds_link
from coachcrm.kit.time import words, zones
from coachcrm.kit.time.interval import Interval

# A longer word is no name that anybody is greeted by.
MOST_GREETING = 40
TOPICS = {
    "rejection": "After a rejection",
    "interview": "An interview is coming",
    "no-interviews": "Not getting interviews",
    "other": "Something else",
}


THERE = ", local time there"


@dataclass(frozen=True, slots=True)
class When:
    """When they meet, as one of the two reads it, and when that is for the other one.

    `day` is with the year, `day_only` without. `other_clock` is a time with its zone, on the date
    `other_day`; `differs` says whether the clocks of the two show different times then. At an
    address whose clocks are not the reader's, theirs lead, and the other one is the reader's own;
    at one whose clocks are, there is no other. `is_there` says that they lead.
    """

    day: str
    day_only: str
    time: str
    ends: str
    zone: str
    differs: bool
    other_clock: str
    other_day: str
    other_time: str | None
    is_there: bool = False


def when_of(
    time: Interval, mine: str, theirs: str, *, twelve_hour: bool = True, venue: str = ""
) -> When:
    """Return a meeting's time as people of the zone `mine` read it; the other one is in `theirs`.

    `twelve_hour` is the reader's way of reading clocks, and `venue` the zone of the address.
    """
    is_there = bool(venue) and _offset(time.start, venue) != _offset(time.start, mine)
    if venue:
        # Where both will be, nobody asks what another clock shows but the one he comes from.
        mine, theirs = venue if is_there else mine, mine
    start, end = (at.astimezone(ZoneInfo(mine)) for at in (time.start, time.end))
    other = time.start.astimezone(ZoneInfo(theirs))
    differs = start.utcoffset() != other.utcoffset()
    other_clock = f"{words.clock_time(other, twelve_hour=twelve_hour)} {zones.label(theirs)}"
    on = "" if other.date() == start.date() else f" on {words.day(other)}"
    return When(
        day=words.day_year(start),
        day_only=words.day(start),
        time=words.clock_time(start, twelve_hour=twelve_hour),
        ends=words.clock_time(end, twelve_hour=twelve_hour),
        zone=zones.label(mine) + (THERE if is_there else ""),
        differs=differs,
        other_clock=other_clock,
        other_day=words.day_year(other),
        other_time=other_clock + on if differs else None,
        is_there=is_there,
    )


def _offset(at: datetime, zone: str) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def clock_change(
    mine: str, theirs: str, *, now: datetime, then: datetime, twelve_hour: bool = True
) -> str | None:
    """Say that the gap between the coach's zone `mine` and the client's will have changed by then.

    Returns None while it has not (rule 14).
    """
    if not zones.gap_changes(ZoneInfo(mine), ZoneInfo(theirs), now=now, then=then):
        return None
    there, here = (
        f"{words.clock_time(then.astimezone(ZoneInfo(zone)), twelve_hour=twelve_hour)} "
        f"{zones.label(zone)}"
        for zone in (theirs, mine)
    )
    # A zone that never changes its clocks has no day for it: they are looked at for a year.
    until = max(then, now + timedelta(days=366))
    changing = [
        zone for zone in (theirs, mine) if zones.changes(ZoneInfo(zone), first=now, last=until)
    ]
    if len(changing) == 1:
        [moves], [stays] = changing, {mine, theirs} - set(changing)
        how = f" for {zones.label(moves)} and not for {zones.label(stays)}"
    else:
        how = ", and not on the same day in both places"
    return (
        f"The clocks change between now and then{how}: the time above is right for that day "
        f"({there}, {here})."
    )


def first_name(name: str) -> str:
    """Return the first word of a name to greet with, if it is made of letters, else an empty text.

    Points stand behind initials and at the end only, as mail programs make a link of
    "evil.example"; what is no name at all greets nobody (S64).
    """
    word = next(iter(name.split()), "")
    # Many scripts write their vowels as marks, which are no letters to a pattern.
    shape = "".join("a" if unicodedata.category(c)[0] in "LM" else c for c in word)
    is_word = re.fullmatch(r"(a\.)+|a+(['’-]a+)*\.?", shape) and len(word) <= MOST_GREETING
    return word if is_word and not holds_link(name) else ""
