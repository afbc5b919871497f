"""What the page of a call shows: the note, and around it the plan, questions, applications."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.models import Booking
from coachcrm.desk import meetings
from coachcrm.desk.clients.pages.story import next_interview
from coachcrm.kit.time.interval import Interval
from coachcrm.notes.core.blocks import STEPS, Block
from coachcrm.notes.operations import filing, notes
from coachcrm.notes.operations import versions as note_versions
from coachcrm.notes.pages import words as note_words
from coachcrm.recovery.core import questions
from coachcrm.recovery.core.focus import focus
from coachcrm.recovery.core.vocabulary import OUTCOMES
from coachcrm.recovery.models.applications import ApplicationRow, StageEvent
from coachcrm.recovery.operations import applications as recovery
from coachcrm.recovery.pages import words as record_words
from coachcrm.recovery.pages.words import Said
from coachcrm.recovery.reading import record
from coachcrm.recovery.reading.ladder import ladder_of
from coachcrm.recovery.reading.news import NEWEST_FIRST

# Of half an hour; a longer or shorter call is divided alike.
PLAN = (
    (3, "Settle"),
    (7, "What happened"),
    (8, "Feedback and review"),
    (7, "The pattern"),
    (5, "Next steps"),
)
HALF_HOUR = 30
MARK = 25
MOST_APPLICATIONS = 12


@dataclass(frozen=True, slots=True)
class CallBar:
    """The time of a call: segments of the plan, and how much of it is gone, in hundredths."""

    starts_at: str
    ends_at: str
    minutes: int
    minute: int
    gone: float
    mark: float
    segments: list[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class StepQuestions:
    """A step's questions on the page, with why the step comes now."""

    step: int
    title: str
    is_now: bool
    reasons: list[Said]
    first: tuple[str, ...]
    more: tuple[str, ...]


def shown(
    session: Session, coach: Coach, booking: Booking, *, more: bool, now: datetime
) -> dict[str, object]:
    """Return everything that a call needs; `more` is whether the note has room for one more block.

    No other client's name is in it.
    """
    today, ladder = now.astimezone(coach.zone).date(), ladder_of(session, coach.id)
    note, lines = _note(session, coach, booking, more=more, now=now)
    return {
        "meeting": meetings.meeting(booking, coach, {}, now=now),
        "countdown": countdown(session, booking, today=today),
        "applications": application_lines(session, coach.id, booking.client_id),
        "stages": ladder.offered,
        "usual_stage": ladder.usual,
        "today": today.isoformat(),
        "asked": to_ask(session, coach.id, booking.client_id, today=today),
        "bar": bar(booking.interval, now=now),
        "note": replace(note, place="call"),
        "lines": lines,
    }


def _note(
    session: Session, coach: Coach, booking: Booking, *, more: bool, now: datetime
) -> tuple[note_words.NoteForm, object]:
    """Return the note of a call as its form, and its lines; after one that is locked, another."""
    note_id = notes.note_of_booking(session, [booking.id]).get(booking.id)
    note = notes.get(session, coach.id, note_id) if note_id else None
    if note is None or note.locked_at is not None:
        draft = secrets.token_urlsafe(24)
        return note_words.empty_form(booking.client_id, booking, [Block("")], draft=draft), None
    blocks = note_versions.blocks_of(note)
    spare = [Block("")] if more or not blocks else []
    today = now.astimezone(coach.zone).date()
    desk = filing.Desk(coach_id=coach.id, today=today, now=now)
    form = note_words.form_of(note, [*blocks, *spare], coach.zone)
    return form, note_words.lines(session, note, desk)


def to_ask(session: Session, coach_id: int, client_id: int, *, today: date) -> list[StepQuestions]:
    """Return the questions of the six steps, what this client needs first at the top.

    All that is said rests on this client's own record, so no other person comes to the screen.
    """
    search = record.read_present(session, coach_id, client_id)
    return [
        StepQuestions(
            step=one.step,
            title=STEPS[one.step],
            is_now=one.is_now,
            reasons=[record_words.said(reason, client_id) for reason in one.reasons],
            first=one.first,
            more=one.more,
        )
        for one in questions.in_order(focus(search, today=today))
    ]


def bar(time: Interval, *, now: datetime) -> CallBar:
    """Return the bar of a meeting at `now`."""
    whole = (time.end - time.start).total_seconds()
    past = min(max((now - time.start).total_seconds(), 0), whole)
    segments, at = [], 0
    for minutes, name in PLAN:
        segments.append((name, round(100 * at / HALF_HOUR, 2), round(100 * minutes / HALF_HOUR, 2)))
        at += minutes
    return CallBar(
        starts_at=time.start.isoformat(),
        ends_at=time.end.isoformat(),
        minutes=int(whole // 60),
        minute=int(past // 60),
        gone=round(100 * past / whole, 2),
        mark=round(100 * MARK / HALF_HOUR, 2),
        segments=segments,
    )


def countdown(session: Session, booking: Booking, *, today: date) -> str | None:
    """Say how long it is to the client's next interview, or return None."""
    days: list[date | None] = [booking.interview_on]
    search = recovery.present_search(session, booking.client_id)
    if search is not None:
        days += session.scalars(
            select(ApplicationRow.next_interview_on).where(
                ApplicationRow.search_id == search.id, ApplicationRow.next_interview_on >= today
            )
        )
    ahead = next_interview(days, today)
    return ahead[1] if ahead else None


def application_lines(session: Session, coach_id: int, client_id: int) -> list[tuple[int, str]]:
    """Return a client's applications as a line each, what talk is most likely about first."""
    search = recovery.present_search(session, client_id)
    if search is None:
        return []
    found = session.scalars(
        select(ApplicationRow)
        .where(ApplicationRow.search_id == search.id)
        .order_by(*NEWEST_FIRST)
        .limit(MOST_APPLICATIONS)
    ).all()
    ladder = ladder_of(session, coach_id)
    entered: dict[int, set[str]] = {}
    for application_id, stage in session.execute(
        select(StageEvent.application_id, StageEvent.stage).where(
            StageEvent.application_id.in_([one.id for one in found]), StageEvent.struck_at.is_(None)
        )
    ):
        entered.setdefault(application_id, set()).add(stage)
    first = recovery.newest_application(session, search)
    ordered = sorted(found, key=lambda one: first is None or one.id != first.id)
    reached = {one.id: ladder.reached(entered.get(one.id, ())) for one in ordered}
    return [
        (one.id, _line(one, ladder[reached[one.id][-1]].name if reached[one.id] else ""))
        for one in ordered
    ]


def _line(application: ApplicationRow, stage: str) -> str:
    what = ", ".join(filter(None, (application.employer, application.role))) or "An application"
    how = ", ".join(filter(None, (stage, OUTCOMES[application.outcome].lower())))
    return f"{what}: {how}"
