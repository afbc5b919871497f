"""The links that add an event to a calendar on the web say what the invitation says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from coachcrm.invites.core.calendar_links import google, outlook
from coachcrm.invites.core.itip import EventText
from coachcrm.kit.time.interval import Interval

START = datetime(2027, 6, 15, 8, tzinfo=UTC)
TOLD = EventText(
    uid="0123456789abcdef@practice.example",
    sequence=0,
    stamp=START,
    created=START,
    time=Interval(START, START + timedelta(minutes=30)),
    summary="Q&A: 50% + more with Sam",
    location="12 High Street, Leeds #4",
    description="In person.\n\nSam: +44 20 7946 0018, sam@practice.example",
)


def query(link: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(link).query).items()}


def test_google_gets_the_title_the_times_the_words_and_the_place() -> None:
    link = google(TOLD)
    assert link.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&")
    assert query(link) == {
        "action": "TEMPLATE",
        "text": TOLD.summary,
        "dates": "20270615T080000Z/20270615T083000Z",
        "details": TOLD.description,
        "location": TOLD.location,
    }


def test_outlook_com_gets_the_same() -> None:
    link = outlook(TOLD)
    assert link.startswith("https://outlook.live.com/calendar/0/deeplink/compose?")
    assert query(link) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": TOLD.summary,
        "startdt": "2027-06-15T08:00:00Z",
        "enddt": "2027-06-15T08:30:00Z",
        "body": TOLD.description,
        "location": TOLD.location,
    }


@pytest.mark.parametrize("link", [google, outlook])
def test_what_is_typed_stays_one_value(link) -> None:
    nasty = link(replace(TOLD, summary="a&dates=x\r\n#\u202e", location="b?c=d&e"))
    assert "+" not in nasty
    assert set(query(nasty)) == set(query(link(TOLD)))
    assert not urlsplit(nasty).fragment
