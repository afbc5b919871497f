"""One client as the tabs of the desk show them: overview, meetings and letters, history."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.clients import operations as clients
from coachcrm.clients.models import STAGES
from coachcrm.desk import meetings, operations
from coachcrm.desk.clients.reading import history
from coachcrm.desk.today.pages import needs
from coachcrm.kit.time import words, zones
from coachcrm.notes.operations import notes
from coachcrm.recovery.pages import words as record_words
from coachcrm.recovery.pages.person import person
from coachcrm.recovery.reading import record

NEWEST_NOTES, MOST_NOTES = 3, 200
ACROSS = {3, 5, 6}


@dataclass(frozen=True, slots=True)
class Move:
    """A client's move from stage to stage, in words."""

    on: str
    from_stage: str
    to_stage: str
    by: str
    reason: str


def overview(session: Session, coach: Coach, client_id: int, *, now: datetime) -> dict[str, object]:
    """Return what to do now, the rejections with their steps, the actions and the newest notes."""
    search, today = record.read_present(session, coach.id, client_id), _today(coach, now)
    someone = clients.get(session, coach.id, client_id)
    stopped = someone.stopped_at
    shown = record_words.overview(search, client_id, today=today)
    rows = record_words.rows(search, client_id, today=today)
    return {
        "person": person(session, coach, client_id, search, here="overview", now=now),
        "do_now": shown["do_now"],
        "needs": needs.of_client(session, coach, client_id, now=now),
        "rejections": [row for row in rows if row.strip],
        "applications": len(rows),
        "cards": [
            card
            for card in record_words.cards(search, client_id, today=today)
            if card.number in ACROSS
        ],
        "actions": [action for action in search.actions if action.done_on is None],
        "notes": notes.notes_of(session, client_id, limit=NEWEST_NOTES, zone=coach.zone),
        "today": today,
        "client_zone": zones.label(someone.timezone) if someone.timezone else "",
        "source": someone.source,
        "tags": [tag.name for tag in someone.tags],
        "stopped": words.day_year(stopped.astimezone(coach.zone)) if stopped else "",
    }


def meetings_and_letters(
    session: Session, coach: Coach, client_id: int, *, now: datetime
) -> dict[str, object]:
    """Return every meeting with a client, newest first, each with the way to its letters."""
    search = record.read_present(session, coach.id, client_id)
    found = operations.meetings_of(session, coach.id, client_id)
    written = notes.note_of_booking(session, [booking.id for booking in found])
    return {
        "person": person(session, coach, client_id, search, here="meetings", now=now),
        "bookings": [meetings.meeting(b, coach, written, now=now) for b in found],
        "zone_label": zones.label(coach.timezone),
    }


def written(session: Session, coach: Coach, client_id: int, *, now: datetime) -> dict[str, object]:
    """Return the notes on a client, newest first."""
    search = record.read_present(session, coach.id, client_id)
    return {
        "person": person(session, coach, client_id, search, here="notes", now=now),
        "notes": notes.notes_of(session, client_id, limit=MOST_NOTES, zone=coach.zone),
    }


def past(session: Session, coach: Coach, client_id: int, *, now: datetime) -> dict[str, object]:
    """Return the stages that a client went through, newest first, and what is kept of them."""
    search = record.read_present(session, coach.id, client_id)
    someone = clients.get(session, coach.id, client_id)
    return {
        "person": person(session, coach, client_id, search, here="history", now=now),
        "since": words.day_year(someone.created_at.astimezone(coach.zone)),
        "changes": [
            Move(
                on=words.day_year(change.at.astimezone(coach.zone)),
                from_stage=STAGES.get(change.from_stage or "", ""),
                to_stage=STAGES[change.to_stage],
                by=history.BY.get(change.by, change.by),
                reason=change.reason,
            )
            for change in history.stages(session, client_id)
        ],
    }


def _today(coach: Coach, now: datetime) -> date:
    return now.astimezone(coach.zone).date()
