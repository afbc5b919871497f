"""One client's record in words, for its page."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from coachcrm.clients import operations as clients
from coachcrm.kit.errors import NotFound
from coachcrm.recovery import linked, presenting, reading, work
from coachcrm.recovery import vocabulary as v


def shown(
    session: Session, coach_id: int, client_id: int, search_id: int | None, *, today: date
) -> dict[str, Any]:
    """Return what the page of a record shows of one search; None for the client's present one.

    Raises `NotFound` for a search that is not this client's.
    """
    person = clients.card(session, coach_id, client_id)
    every = reading.searches(session, client_id)
    if search_id is None:
        search = reading.read_present(session, coach_id, client_id)
    elif search_id in {row[0] for row in every}:
        search = reading.read(session, coach_id, search_id)
    else:
        raise NotFound
    overview = presenting.overview(search, client_id, today=today)
    homework_step = overview["focus_step"] or 1
    return {
        "client": {"id": client_id, "name": person.name},
        "search": search,
        "search_url": f"/coach/record/search/{search.id}" if search.id else "",
        "others": [row for row in every if row[0] != search.id],
        "cards": presenting.cards(search, client_id, today=today),
        "rows": presenting.rows(search, client_id, today=today),
        "themes": presenting.theme_rows(search, client_id),
        "loose": presenting.loose(search),
        "done": linked.practices_by_place(search),
        "praise": linked.praise(search),
        "stories": linked.stories(search, reading.questions(session, search.id)),
        "decisions": v.DECISIONS,
        "pulses": [(c.id, c.taken_on, presenting.pulse(c), c.line) for c in search.checkins],
        # Asked for only where it is shown.
        "low_text": work.method(session, coach_id).low_text if overview["low"] else "",
        "homework_step": homework_step,
        "suggestions": presenting.homework(search, homework_step),
        **overview,
    }
