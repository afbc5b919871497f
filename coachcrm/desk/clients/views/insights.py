"""Insights as pictures, of one client and of the practice; each has its table beside it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import g, render_template, request, url_for

from coachcrm.auth.access import current_coach
from coachcrm.clients import operations as clients
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.clients.core import bars, practice_figures
from coachcrm.desk.clients.pages.insights import sections
from coachcrm.desk.clients.reading import practice
from coachcrm.kit.data.db import db
from coachcrm.kit.time import clock, words
from coachcrm.recovery.reading import record

__all__ = ["bp"]

PERIODS = {"year": "This year", "months": "The last 12 months", "all": "From the beginning"}
A_YEAR = timedelta(days=365)


@bp.get("/clients/<id:client_id>/insights")
def client_insights(client_id: int) -> str:
    """Show what one client's search looks like."""
    session, today = db.session(), clock.now().astimezone(current_coach().zone).date()
    person = clients.card(session, g.coach_id, client_id)
    search = record.read_present(session, g.coach_id, client_id)
    asked = record.competencies_asked(session, search.id)
    return render_template(
        "desk/clients/client_insights.html",
        client={"id": client_id, "name": person.name},
        steps=sections(search, client_id, today=today, asked=asked),
    )


@bp.get("/insights")
def insights() -> str:
    """Show how consultations become clients, in figures and by source."""
    coach, session, now = current_coach(), db.session(), clock.now()
    today = now.astimezone(coach.zone).date()
    period = request.args.get("period", "")
    period = period if period in PERIODS else "months"
    first = _first(period, today)
    since = datetime(first.year, first.month, first.day, tzinfo=coach.zone) if first else None
    talks, moves = practice.talks_and_moves(session, coach, now=now)
    sources = practice.consultations_by_source(session, coach.id, since=since, now=now)
    # What is booked for next month is part of it, so the period has no end.
    found = practice_figures.practice(talks, moves, first=first, last=today + A_YEAR)
    return render_template(
        "desk/clients/insights.html",
        practice=found,
        way=bars.way_picture(found.way),
        sources=bars.sources_picture(sources),
        since=words.day_year(first) if first else "",
        periods=[
            (name, url_for("desk.insights", period=key), key == period)
            for key, name in PERIODS.items()
        ],
    )


def _first(period: str, today: date) -> date | None:
    if period == "year":
        return today.replace(month=1, day=1)
    return today - A_YEAR if period == "months" else None
