"""Insights as pictures, of one client and of the practice; each has its table beside it."""

from __future__ import annotations

from flask import render_template

from coachcrm.auth.access import current_coach
from coachcrm.clients import operations as clients
from coachcrm.desk import operations, pictures
from coachcrm.desk.story_views import bp
from coachcrm.kit import clock
from coachcrm.kit.db import db
from coachcrm.recovery import reading

__all__ = ["bp"]


@bp.get("/clients/<id:client_id>/insights")
def client_insights(client_id: int) -> str:
    """Show what one client's search looks like."""
    coach, session = current_coach(), db.session()
    person = clients.card(session, coach.id, client_id)
    search = reading.read_present(session, coach.id, client_id)
    return render_template(
        "desk/client_insights.html",
        client={"id": client_id, "name": person.name},
        bars=[pictures.funnel_picture(search), pictures.split_picture(search)],
        grid=pictures.grid_picture(search),
        line=pictures.pulse_picture(search),
    )


@bp.get("/insights")
def insights() -> str:
    """Show how consultations become clients, by source."""
    coach, session = current_coach(), db.session()
    found = operations.consultations_by_source(session, coach.id, now=clock.now())
    return render_template("desk/insights.html", bars=[pictures.sources_picture(found)])
