"""One client's record in words, for its page."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.kit.errors import NotFound
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.operations.method import method_of
from coachcrm.recovery.pages import connections
from coachcrm.recovery.pages import words as record_words
from coachcrm.recovery.pages.person import person
from coachcrm.recovery.reading import record


def shown(
    session: Session, coach: Coach, client_id: int, search_id: int | None, *, now: datetime
) -> dict[str, Any]:
    """Return what the page of a record shows of one search; None for the client's present one.

    Raises `NotFound` for a search that is not this client's.
    """
    coach_id, today = coach.id, now.astimezone(coach.zone).date()
    every = record.searches(session, client_id)
    if search_id is None:
        search = record.read_present(session, coach_id, client_id)
    elif search_id in {row.id for row in every}:
        search = record.read(session, coach_id, search_id)
    else:
        raise NotFound
    overview = record_words.overview(search, client_id, today=today)
    homework_step = overview["focus_step"] or 1
    return {
        "person": person(session, coach, client_id, search, here="record", now=now),
        "search": search,
        "search_url": record_words.piece_url("search", search.id) if search.id else "",
        "others": [row for row in every if row.id != search.id],
        "cards": record_words.cards(search, client_id, today=today),
        "rows": record_words.rows(search, client_id, today=today),
        "themes": record_words.theme_rows(search, client_id),
        "loose": record_words.loose(search),
        "done": connections.practices_by_place(search),
        "praise": connections.praise(search),
        "stories": connections.stories(search, record.questions(session, search.id)),
        "decisions": v.DECISIONS,
        "pulses": [(c.id, c.taken_on, record_words.pulse(c), c.line) for c in search.checkins],
        # Asked for only where it is shown.
        "low_text": method_of(session, coach_id).low_text if overview["low"] else "",
        "homework_step": homework_step,
        "suggestions": record_words.homework(search, homework_step),
        **overview,
    }
