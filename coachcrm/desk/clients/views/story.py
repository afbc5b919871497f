"""The client's story, and the brief before a call."""

from __future__ import annotations

from datetime import date, datetime

from flask import render_template, request

from coachcrm.auth.access import current_coach
from coachcrm.bookings.core.booking_words import TOPICS
from coachcrm.bookings.models import Booking
from coachcrm.clients import operations as clients
from coachcrm.clients.models import STAGES
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.clients.reading import story
from coachcrm.desk.clients.reading.story import Gathered
from coachcrm.kit.data.db import db
from coachcrm.kit.time import clock, words
from coachcrm.kit.web.forms import spoken_phone
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.pages import words as record_words

__all__ = ["bp"]

SHOWN_THEMES = 5


@bp.get("/clients/<id:client_id>/story")
def client_story(client_id: int) -> str:
    """Show everything about one client in the order of time."""
    coach, session, now = current_coach(), db.session(), clock.now()
    person = clients.card(session, coach.id, client_id)
    found = story.gather(session, coach.id, client_id)
    today = now.astimezone(coach.zone).date()
    step, kind = request.args.get("step", ""), request.args.get("kind", "")
    number = int(step) if step in {"1", "2", "3", "4", "5", "6"} else None
    kind = kind if kind in story.KINDS else ""
    cards = record_words.cards(found.search, client_id, today=today)
    return render_template(
        "desk/clients/story.html",
        client={"id": client_id, "name": person.name, "stage": STAGES[person.stage]},
        next_line=words.when(_next(found, now), coach.zone),
        countdown=_countdown(found, today),
        rejections=[r for r in record_words.rows(found.search, client_id, today=today) if r.strip],
        cards=[card for card in cards if card.number in {3, 5, 6}],
        events=[
            (event, event.day(coach.zone))
            for event in story.chosen(found.events, step=number, kind=kind)
        ],
        step=number,
        kind=kind,
        kinds=story.KINDS,
        steps=v.STEPS,
    )


@bp.get("/clients/<id:client_id>/brief")
def client_brief(client_id: int) -> str:
    """Show what to know before a call, on one page that prints as a sheet."""
    coach, session, now = current_coach(), db.session(), clock.now()
    person = clients.card(session, coach.id, client_id)
    found = story.gather(session, coach.id, client_id)
    search, today = found.search, now.astimezone(coach.zone).date()
    meeting = _meeting(found, now)
    rejections = [r for r in record_words.rows(search, client_id, today=today) if r.strip]
    newest = search.rejections[-1] if search.rejections else None
    overview = record_words.overview(search, client_id, today=today)
    return render_template(
        "desk/clients/brief.html",
        client={"id": client_id, "name": person.name, "stage": STAGES[person.stage]},
        phone=spoken_phone(person.phone) if person.phone else "",
        next_line=words.when(_next(found, now), coach.zone),
        why=TOPICS.get(meeting.topic, "") if meeting else "",
        message=meeting.message if meeting else "",
        countdown=_countdown(found, today),
        rejection=next((r for r in rejections if newest and r.id == newest.id), None),
        feedback=newest.items if newest else (),
        actions=search.actions[-SHOWN_THEMES:],
        themes=record_words.theme_rows(search, client_id)[:SHOWN_THEMES],
        pulse=record_words.pulse(search.checkins[-1]) if search.checkins else "",
        debriefs=[mark for number, mark in overview["do_now"] if number == 2],  # noqa: PLR2004
        focus=overview["focus"],
        focus_step=overview["focus_step"],
        focus_title=overview["focus_title"],
        questions=overview["questions"][:3],
    )


def _meeting(found: Gathered, now: datetime) -> Booking | None:
    """Return the meeting that a call is about: the next one, or else the newest."""
    kept = [m for m in found.meetings if m.status != "cancelled"]
    ahead = [m for m in kept if m.ends_at > now]
    return ahead[-1] if ahead else kept[0] if kept else None


def _next(found: Gathered, now: datetime) -> datetime | None:
    meeting = _meeting(found, now)
    return meeting.starts_at if meeting and meeting.ends_at > now else None


def _countdown(found: Gathered, today: date) -> str:
    """Return how far the next interview is, from the record or as told when booking."""
    days = [a.next_interview_on for a in found.search.applications if a.next_interview_on]
    days += [m.interview_on for m in found.meetings if m.interview_on]
    ahead = min((day for day in days if day >= today), default=None)
    if ahead is None:
        return ""
    number = (ahead - today).days
    when = "today" if not number else "tomorrow" if number == 1 else f"in {number} days"
    return f"Interview {when}, on {words.day(ahead)}"
