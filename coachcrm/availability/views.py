"""The coach's hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from coachcrm.auth.access import current_coach
from coachcrm.availability import operations
from coachcrm.availability.forms import WeekForm
from coachcrm.availability.slots import slots, windows
from coachcrm.kit import clock, words, zones
from coachcrm.kit.db import db, transaction

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from coachcrm.availability.slots import Hours

bp = Blueprint("availability", __name__, url_prefix="/coach")


@bp.get("/availability")
def weekly() -> Response:
    """Show the weekly hours and what they offer."""
    hours = [row.hours() for row in operations.weekly_hours(db.session(), g.coach_id)]
    return _page(WeekForm.of(hours), hours, saved="saved" in request.args)


@bp.post("/availability")
def replace() -> ResponseReturnValue:
    """Put new weekly hours in the place of the old."""
    form = WeekForm.sent(request.form)
    if not any(name.startswith("day-") for name in request.form):
        # A form cut off on its way must not close the whole week.
        return redirect(url_for("availability.weekly"), 303)
    if not form.is_good:
        return _page(form, form.hours, status=422)
    coach_id = g.coach_id
    with transaction() as session:
        operations.replace_weekly_hours(session, coach_id, form.hours)
    return redirect(url_for("availability.weekly", saved=""), 303)


def _page(
    form: WeekForm, hours: list[Hours], *, saved: bool = False, status: int = 200
) -> Response:
    coach = current_coach()
    page = render_template(
        "availability/weekly.html",
        form=form,
        saved=saved,
        problem=None
        if form.is_good
        else "Nothing is saved yet: please look at the days marked below.",
        zone_label=zones.label(coach.timezone),
        preview=_preview(hours),
    )
    return make_response(page, status)


def _preview(hours: list[Hours]) -> list[dict[str, object]]:
    """Return the week from tomorrow as these hours open it, before any booking."""
    coach = current_coach()
    policy = operations.services(db.session(), coach.id)[0].policy()
    now = clock.now()
    first = now.astimezone(coach.zone).date() + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range(7)]
    found = list(
        slots(
            windows=windows(hours, zone=coach.zone, first=days[0], last=days[-1]),
            busy=(),
            policy=policy,
            now=now - policy.notice,
            zone=coach.zone,
        )
    )
    starts: list[datetime] = [slot.start.astimezone(coach.zone) for slot in found]
    return [
        {
            "heading": words.day(on),
            "times": [words.clock_time(start) for start in starts if start.date() == on],
        }
        for on in days
    ]
