"""Saving a change of when the coach works, or asking him first about the meetings it touches."""

from collections.abc import Sequence

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.desk.availability.operations import touched_meetings
from coachcrm.desk.availability.operations.touched_meetings import HoursChange, TouchedMeeting
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock, words, zones

# What belongs to the one page and not to what was typed.
NOT_TYPED = {"csrf_token", "shown", "back"}


def goes_back() -> bool:
    """Say whether the coach, asked about his meetings, rather changes what he typed."""
    return "back" in request.form


def save_or_ask(change: HoursChange, *, about: str, done_url: str) -> ResponseReturnValue:
    """Save what was posted and go on, or show the meetings that it touches and have not been seen.

    `about` is the change in words, as a title.
    """
    coach_id, shown = g.coach_id, frozenset(request.form.get("shown", "").split())
    try:
        with transaction() as session:
            touched_meetings.make(session, coach_id, change, shown=shown, now=clock.now())
    except touched_meetings.TouchesMeetings as touches:
        return make_response(_question(touches.meetings, about=about, shown=shown), 409)
    return redirect(done_url, 303)


def _question(meetings: Sequence[TouchedMeeting], *, about: str, shown: frozenset[str]) -> str:
    coach = current_coach()
    return render_template(
        "desk/availability/ask_first.html",
        about=about,
        zone_label=zones.label(coach.timezone),
        meetings=[
            {
                "name": meeting.name,
                "when": words.when_year(meeting.time.start, coach.zone),
                "url": meeting.client_id and url_for("desk.client", client_id=meeting.client_id),
                "is_new": bool(shown) and meeting.mark not in shown,
            }
            for meeting in meetings
        ],
        has_new=bool(shown),
        shown=" ".join(meeting.mark for meeting in meetings),
        typed=[pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED],
    )
