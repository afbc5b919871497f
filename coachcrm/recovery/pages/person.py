"""The head of every page about a client, and the tabs under it: one place for a person."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.clients.models import STAGES
from coachcrm.kit.text.phone_numbers import spoken
from coachcrm.kit.time import words
from coachcrm.recovery.core.focus import focus
from coachcrm.recovery.core.job_search import Search
from coachcrm.recovery.core.vocabulary import STEPS
from coachcrm.recovery.reading import person as reading
from coachcrm.recovery.reading.person import Who

TABS = {
    "overview": ("Overview", "desk.client"),
    "record": ("Record", "recovery.record"),
    "notes": ("Notes", "desk.client_notes"),
    "time": ("In time", "desk.client_story"),
    "figures": ("In figures", "desk.client_insights"),
    "meetings": ("Letters and meetings", "desk.client_meetings"),
    "history": ("History", "desk.client_history"),
}
NEAR = {0: "today", 1: "tomorrow"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A place about the person; `is_here` for the one that is shown."""

    label: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is and what is next, as every page about them says it first.

    `call_url` leads to the call of the meeting that is now or next, or was today; it is empty where
    there is none, so that nobody writes into the note of one that is long over. `interview` says
    how far the next one is; `focus` is the step to work on, with its reason.
    """

    id: int
    name: str
    initials: str
    stage: str
    phone: str
    phone_href: str
    email: str
    meeting: str
    is_now: bool
    interview: str
    focus_step: int | None
    focus: str
    reason: str
    call_url: str
    tabs: tuple[Tab, ...]


def person(
    session: Session, coach: Coach, client_id: int, search: Search, *, here: str, now: datetime
) -> Person:
    """Return the head of a client's pages; `search` is the one that is read already.

    Raises `NotFound` for a client who is not this coach's (S44).
    """
    today = now.astimezone(coach.zone).date()
    who = reading.who(session, coach.id, client_id, today=today, now=now)
    found = focus(search, today=today)
    return Person(
        id=client_id,
        name=who.name,
        initials=initials(who.name),
        stage=STAGES[who.stage],
        phone=spoken(who.phone, coach.country),
        phone_href=f"tel:{who.phone}" if who.phone else "",
        email=who.email,
        meeting=_meeting_line(who, coach.zone, now=now),
        is_now=bool(who.starts_at and who.ends_at and who.starts_at <= now < who.ends_at),
        interview=_interview(who, search, today=today),
        focus_step=found.step,
        focus=STEPS.get(found.step or 0, ""),
        reason=found.reason.words,
        call_url=_call_url(who, coach.zone, today),
        tabs=tuple(
            Tab(label, url_for(endpoint, client_id=client_id), key == here)
            for key, (label, endpoint) in TABS.items()
        ),
    )


def initials(name: str) -> str:
    """Return the first letters of the first and the last of the names."""
    parts = [part for part in name.split() if part[0].isalpha()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


def _meeting_line(who: Who, zone: ZoneInfo, *, now: datetime) -> str:
    if who.starts_at is None or who.ends_at is None or who.ends_at <= now:
        return ""
    if who.starts_at <= now:
        return f"Now, until {words.clock_time(who.ends_at.astimezone(zone))}"
    return words.when(who.starts_at, zone)


def _call_url(who: Who, zone: ZoneInfo, today: date) -> str:
    if who.ends_at is None or who.ends_at.astimezone(zone).date() < today:
        return ""
    return url_for("desk.call", booking_id=who.booking_id)


def _interview(who: Who, search: Search, *, today: date) -> str:
    known = [(each.next_interview_on, each.employer) for each in search.applications]
    ahead = next_interview([*known, (who.interview_on, "")], today)
    if ahead is None:
        return ""
    on, employer = ahead
    far = NEAR.get((on - today).days, f"in {(on - today).days} days")
    return f"{employer} {far}" if employer else f"Interview {far}"


def next_interview(days: list[tuple[date | None, str]], today: date) -> tuple[date, str] | None:
    """Return the nearest day to come with whose it is; of two on one day the one with a name."""
    ahead = [(on, not employer, employer) for on, employer in days if on and on >= today]
    nearest = min(ahead, default=None)
    return (nearest[0], nearest[2]) if nearest else None
