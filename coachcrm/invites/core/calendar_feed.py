"""The coach's meetings as a calendar that his calendar program reads by itself (F1, F2). Pure.

No people and no alarms are in it: an entry with attendees is taken for an invitation. The same
facts give the same octets, so that a program that asks again is told that nothing has changed.
"""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import vDuration

from coachcrm.invites.core.itip import EventText, calendar_of, event_of, literal, octets_of
from coachcrm.kit.text.typed import one_line

READ_EVERY = timedelta(minutes=15)


def feed(entries: Iterable[EventText], *, name: str) -> bytes:
    """Return the calendar called `name` as octets."""
    calendar = calendar_of("PUBLISH")
    # RFC 7986 5.1; older programs know it by the other name.
    calendar.add("name", literal(one_line(name)))
    calendar.add("x-wr-calname", literal(one_line(name)))
    # The library leaves VALUE out, which RFC 7986 5.7 asks for.
    every = vDuration(READ_EVERY)
    every.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", every)
    calendar.add("x-published-ttl", "PT15M")
    for entry in entries:
        event = event_of(entry)
        event.add("x-microsoft-cdo-busystatus", "BUSY")
        calendar.add_component(event)
    return octets_of(calendar)
