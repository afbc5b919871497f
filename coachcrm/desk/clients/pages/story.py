"""A client's story, and the brief before a call, as their pages show them."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.core.booking_words import TOPICS
from coachcrm.bookings.models import Booking
from coachcrm.clients import operations as clients
from coachcrm.clients.models import STAGES
from coachcrm.desk.clients.reading import story
from coachcrm.desk.clients.reading.story import Gathered
from coachcrm.kit.text.phone_numbers import spoken
from coachcrm.kit.time import words
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.pages import words as record_words
from coachcrm.recovery.pages.person import person

SHOWN_THEMES = 5
CARDS, DEBRIEFS = {3, 5, 6}, 2
NEAR = {0: "today", 1: "tomorrow"}


def told(
    session: Session, coach: Coach, client_id: int, *, step: str, kind: str, now: datetime
) -> dict[str, object]:
    """Return everything about a client in the order of time; `step` and `kind` choose from it."""
    found = story.gather(session, coach.id, client_id)
    number = int(step) if step in map(str, v.STEPS) else None
    kind = kind if kind in story.KINDS else ""
    today = now.astimezone(coach.zone).date()
    cards = record_words.cards(found.search, client_id, today=today)
    rows = record_words.rows(found.search, client_id, today=today)
    return {
        "person": person(session, coach, client_id, found.search, here="time", now=now),
        "rejections": [row for row in rows if row.strip],
        "cards": [card for card in cards if card.number in CARDS],
        "events": [
            (event, event.day(coach.zone))
            for event in story.chosen(found.events, step=number, kind=kind)
        ],
        "step": number,
        "kind": kind,
        "kinds": story.KINDS,
        "steps": v.STEPS,
    }


def brief(session: Session, coach: Coach, client_id: int, *, now: datetime) -> dict[str, object]:
    """Return what to know before a call, on one page."""
    found = story.gather(session, coach.id, client_id)
    search, today = found.search, now.astimezone(coach.zone).date()
    meeting, newest = _meeting(found, now), search.rejections[-1] if search.rejections else None
    rows = record_words.rows(search, client_id, today=today)
    overview = record_words.overview(search, client_id, today=today)
    return {
        **_who(session, coach, client_id, found, now=now),
        "why": TOPICS.get(meeting.topic, "") if meeting else "",
        "message": meeting.message if meeting else "",
        "rejection": next((r for r in rows if r.strip and newest and r.id == newest.id), None),
        "feedback": newest.items if newest else (),
        "actions": search.actions[-SHOWN_THEMES:],
        "themes": record_words.theme_rows(search, client_id)[:SHOWN_THEMES],
        "pulse": record_words.pulse(search.checkins[-1]) if search.checkins else "",
        "debriefs": [mark for number, _, mark in overview["do_now"] if number == DEBRIEFS],
        **{name: overview[name] for name in ("focus", "focus_step", "focus_title")},
        "questions": overview["questions"][:3],
    }


def _who(
    session: Session, coach: Coach, client_id: int, found: Gathered, *, now: datetime
) -> dict[str, object]:
    person = clients.card(session, coach.id, client_id)
    meeting = _meeting(found, now)
    ahead = meeting.starts_at if meeting and meeting.ends_at > now else None
    return {
        "client": {"id": client_id, "name": person.name, "stage": STAGES[person.stage]},
        "phone": spoken(person.phone, coach.country),
        "next_line": words.when(ahead, coach.zone),
        "countdown": _countdown(found, now.astimezone(coach.zone).date()),
    }


def _meeting(found: Gathered, now: datetime) -> Booking | None:
    """Return the meeting that a call is about: the next one, or else the newest."""
    kept = [m for m in found.meetings if m.status != "cancelled"]
    ahead = [m for m in kept if m.ends_at > now]
    return ahead[-1] if ahead else kept[0] if kept else None


def _countdown(found: Gathered, today: date) -> str:
    """Return how far the next interview is, from the record or as told when booking."""
    days = [application.next_interview_on for application in found.search.applications]
    ahead = next_interview([*days, *(m.interview_on for m in found.meetings)], today)
    return f"{ahead[1]}, on {words.day(ahead[0])}" if ahead else ""


def next_interview(days: Iterable[date | None], today: date) -> tuple[date, str] | None:
    """Return the nearest day to come, and how far it is: "Interview tomorrow"."""
    nearest = min((day for day in days if day is not None and day >= today), default=None)
    if nearest is None:
        return None
    number = (nearest - today).days
    return nearest, f"Interview {NEAR.get(number, f'in {number} days')}"
