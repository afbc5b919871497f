"""One client's story: what happened, from every room, in the order of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from coachcrm.bookings.core.booking_words import TOPICS
from coachcrm.bookings.letters.core.catalogue import called
from coachcrm.bookings.models import Booking
from coachcrm.desk import operations
from coachcrm.desk.meetings import STATE_WORDS
from coachcrm.kit.time import words
from coachcrm.notes.core.blocks import SENSITIVE
from coachcrm.notes.models import Note, NoteBlock, NoteBlockStep
from coachcrm.outbox.models import OutboxMessage
from coachcrm.recovery.core import facts
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.reading import record

KINDS = {
    "booking": "Conversations",
    "note": "Notes",
    "application": "Applications",
    "feedback": "Feedback",
    "action": "Actions",
    "work": "Practice and check-ins",
    "letter": "Letters",
}
Page = tuple[str, dict[str, int | str]]
EXCERPT = 200
UNKNOWN = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `at` orders it, `steps` are those it speaks to.

    `leads_to` is the page about it: its endpoint, and what its address names.
    """

    at: datetime
    kind: str
    words: str
    leads_to: Page | None = None
    detail: str = ""
    steps: tuple[int, ...] = ()

    def day(self, zone: ZoneInfo) -> str:
        """Return the day of it; what the record dates is a day already, in every zone."""
        if self.at == _at(None):
            return "On a day not known"
        in_record = self.kind not in {"booking", "note", "letter"}
        return words.day_year(self.at if in_record else self.at.astimezone(zone))


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read for one client: plain values, and the meetings."""

    search: Search
    meetings: Sequence[Booking]
    events: tuple[Event, ...]


def gather(session: Session, coach_id: int, client_id: int) -> Gathered:
    """Read one client's story, newest first, in a number of queries that rows do not raise."""
    meetings = operations.meetings_of(session, coach_id, client_id)
    search = record.read_present(session, coach_id, client_id)
    events = [
        *_meetings(meetings),
        *_notes(session, client_id),
        *_letters(session, meetings),
        *_record(search),
    ]
    events.sort(key=lambda event: event.at, reverse=True)
    return Gathered(search, meetings, tuple(events))


def chosen(events: Iterable[Event], *, step: int | None, kind: str) -> list[Event]:
    """Return the events of a step and a kind; without one of them, of all."""
    return [
        event
        for event in events
        if (step is None or step in event.steps) and (not kind or event.kind == kind)
    ]


def _meetings(meetings: Sequence[Booking]) -> Iterable[Event]:
    for meeting in meetings:
        what = f"{meeting.service.name}: {STATE_WORDS[meeting.status].lower()}"
        detail = ". ".join(filter(None, [TOPICS.get(meeting.topic, ""), meeting.message]))
        yield Event(meeting.starts_at, "booking", what, detail=detail)


def _notes(session: Session, client_id: int) -> Iterable[Event]:
    """Read notes with their passages in one query; letting the rows be objects would take three."""
    rows: Sequence[Any] = session.execute(
        select(
            Note.id,
            Note.created_at,
            NoteBlock.id,
            # What is sensitive is not shown in passing.
            case((NoteBlock.is_sensitive, SENSITIVE), else_=NoteBlock.text),
            NoteBlockStep.step,
        )
        .outerjoin(NoteBlock, NoteBlock.note_id == Note.id)
        .outerjoin(NoteBlockStep, NoteBlockStep.block_id == NoteBlock.id)
        .where(Note.client_id == client_id)
        .order_by(Note.id, NoteBlock.position, NoteBlockStep.step)
    ).all()
    texts: dict[int, dict[int, str]] = {}
    steps: dict[int, set[int]] = {}
    created: dict[int, datetime] = {}
    for note_id, at, block_id, text, step in rows:
        created[note_id] = at
        steps.setdefault(note_id, set()).update({step} - {None})
        texts.setdefault(note_id, {}).update({block_id: text} if block_id else {})
    for note_id, at in created.items():
        text = " ".join(" ".join(texts[note_id].values()).split())
        short = text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"
        page: Page = ("notes.edit", {"note_id": note_id})
        yield Event(at, "note", "Note", page, short, tuple(sorted(steps[note_id])))


def _letters(session: Session, meetings: Sequence[Booking]) -> Iterable[Event]:
    letter = OutboxMessage
    rows: Sequence[Any] = session.execute(
        select(letter.created_at, letter.kind, letter.state, letter.settled_at).where(
            or_(
                letter.thread.in_([meeting.thread for meeting in meetings]),
                *(
                    letter.thread.startswith(f"summary {meeting.public_id} ", autoescape=True)
                    for meeting in meetings
                    if meeting.status != "cancelled"
                ),
            ),
            letter.audience == "client",
        )
    ).all()
    for created_at, kind, state, settled_at in rows:
        what = f"{called(kind)}: {state}"
        yield Event(settled_at or created_at, "letter", what, ("desk.mail", {}))


def _record(search: Search) -> Iterable[Event]:
    for application in search.applications:
        yield from _application(application)
    for item in search.loose_items:
        yield _item(item, None)
    for action in search.actions:
        steps = (action.step,) if action.step else (3,) if action.theme_id else ()
        at = _at(action.done_on or action.created_on)
        detail = f"By {words.day(action.due_on)}" if action.due_on else ""
        what = f"{'Done' if action.done_on else 'Agreed'}: {action.text}"
        yield Event(at, "action", what, _piece("action", action.id), detail, steps)
    names = {theme.id: theme.name for theme in search.themes}
    for practice in search.practices:
        what = f"Practice, {v.PRACTICES[practice.kind].lower()}: {names.get(practice.theme_id)}"
        yield Event(
            _at(practice.held_on), "work", what, _piece("practice", practice.id), steps=(3,)
        )
    for checkin in search.checkins:
        yield Event(_at(checkin.taken_on), "work", "Check-in", detail=checkin.line, steps=(6,))
    for strength in search.strengths:
        what, page = f"Strength: {strength.statement}", _piece("strength", strength.id)
        yield Event(_at(strength.created_on), "work", what, page, steps=(6,))
    for target in search.targets:
        yield Event(_at(target.made_on), "work", "Target stated", detail=target.text, steps=(5,))


def _application(application: Application) -> Iterable[Event]:
    page: Page = ("recovery.application", {"application_id": application.id})
    for stage in application.stages:
        on = stage.told_on or stage.entered_on
        if on is None:
            continue
        result = f": {v.RESULTS[stage.result].lower()}" if stage.result else ""
        what = f"{application.name}, {application.ladder[stage.stage].midway}{result}"
        yield Event(_at(on), "application", what, page)
    for ask in application.asks:
        what = f"Asked {application.name} for feedback"
        yield Event(_at(ask.sent_on), "feedback", what, page, steps=(1,))
    for item in application.items:
        yield _item(item, application)
    for held in application.rounds:
        if held.held_on:
            what = f"Interview for {application.name}"
            yield Event(_at(held.held_on), "application", what, page, steps=(2,))
    if application.review:
        what = f"Review of {application.name}"
        yield Event(_at(application.review.created_on), "work", what, page, steps=(2,))
    if application.acceptance:
        what = f"File closed on {application.name}"
        yield Event(_at(application.acceptance.accepted_on), "work", what, page, steps=(4,))
    if application.fit:
        what = f"Fit of {application.name}"
        yield Event(_at(application.fit.assessed_on), "work", what, page, steps=(5,))


def _item(item: facts.Item, application: Application | None) -> Event:
    on = item.heard_on or (application.news_on if application else None)
    of = application.name if application else item.source_label or v.SOURCES[item.source]
    steps = (1, *((3,) if item.themes else ()), *((4,) if item.verdict else ()))
    what = f"{v.POLARITIES[item.polarity]}: {item.text}"
    return Event(_at(on), "feedback", what, _piece("item", item.id), of, steps)


def _piece(noun: str, row_id: int) -> Page:
    return "recovery.piece", {"noun": noun, "row_id": row_id}


def _at(day: date | None) -> datetime:
    """Return noon of a day, to order it by; what has no day comes before all else."""
    return datetime.combine(day or UNKNOWN, time(12), UTC)
