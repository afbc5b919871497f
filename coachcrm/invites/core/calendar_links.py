"""Links with which somebody adds an event to a calendar on the web. Pure.

They open the form of a new event, filled in; nothing is added before its owner saves it, and what
is added so is an entry of their own, which no later message moves or takes away.

Google documents `action`, `text`, `dates`, `details` and `location` in its "event publisher guide"
(with times in UTC, `20270615T080000Z/20270615T083000Z`). What Outlook.com takes is written down in
https://github.com/InteractionDesignFoundation/add-event-to-calendar-docs.
"""

from urllib.parse import quote, urlencode

from coachcrm.invites.core.itip import EventText, whole_second
from coachcrm.kit.text.typed import many_lines, one_line

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


def google(told: EventText) -> str:
    """Return the link to Google Calendar's form of a new event."""
    start, end = (f"{whole_second(at):%Y%m%dT%H%M%SZ}" for at in (told.time.start, told.time.end))
    return _link(
        GOOGLE,
        action="TEMPLATE",
        text=one_line(told.summary),
        dates=f"{start}/{end}",
        details=many_lines(told.description),
        location=one_line(told.location),
    )


def outlook(told: EventText) -> str:
    """Return the link to Outlook.com's form of a new event."""
    start, end = (
        f"{whole_second(at):%Y-%m-%dT%H:%M:%SZ}" for at in (told.time.start, told.time.end)
    )
    return _link(
        OUTLOOK,
        path="/calendar/action/compose",
        rru="addevent",
        subject=one_line(told.summary),
        startdt=start,
        enddt=end,
        body=many_lines(told.description),
        location=one_line(told.location),
    )


def _link(base: str, **query: str) -> str:
    # Outlook.com shows a plus sign where it stands for a space.
    return f"{base}?{urlencode(query, quote_via=quote)}"
