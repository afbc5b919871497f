"""The coach's meetings as a calendar that his calendar program reads by itself (F1, F2). Pure.

No people and no alarms are in it: an entry with attendees is taken for an invitation. The same
facts give the same octets, so that a program that asks again is told that nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vDuration

from coachcrm.invites.core.itip import PRODID, literal, whole_second
from coachcrm.kit.text.typed import many_lines, one_line
from coachcrm.kit.time.interval import Interval

READ_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One meeting. `uid` and `sequence` are those of its letters, `changed_at` is its DTSTAMP."""

    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    time: Interval
    summary: str
    location: str = ""
    description: str = ""


def feed(entries: Iterable[FeedEntry], *, name: str) -> bytes:
    """Return the calendar called `name` as octets."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", literal(one_line(name)))
    # The library leaves VALUE out, which RFC 7986 5.7 asks for.
    every = vDuration(READ_EVERY)
    every.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", every)
    calendar.add("x-published-ttl", "PT15M")
    for entry in entries:
        calendar.add_component(_event(entry))
    octets: bytes = calendar.to_ical()
    return octets


def _event(entry: FeedEntry) -> Event:
    event = Event()
    stamp = whole_second(entry.changed_at)
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    event.add("created", min(whole_second(entry.created_at), stamp))
    event.add("last-modified", stamp)
    event.add("dtstart", whole_second(entry.time.start))
    event.add("dtend", whole_second(entry.time.end))
    event.add("summary", literal(one_line(entry.summary)))
    if entry.location:
        event.add("location", literal(one_line(entry.location)))
    if entry.description:
        event.add("description", literal(many_lines(entry.description)))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event
