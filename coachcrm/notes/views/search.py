"""All notes on one page: found by their words, and the conversations that have none."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, render_template, request, url_for

from coachcrm.auth.access import current_coach
from coachcrm.clients import reading as clients
from coachcrm.kit.data.db import db
from coachcrm.kit.text import search
from coachcrm.kit.text.typed import has_unusable, parse_date
from coachcrm.kit.time import clock, words
from coachcrm.kit.web.site import site
from coachcrm.notes import reading
from coachcrm.notes.blueprint import bp
from coachcrm.notes.core.blocks import STEPS
from coachcrm.notes.forms import number_in
from coachcrm.notes.operations import notes
from coachcrm.notes.reading import Found, NoteSearch
from coachcrm.recovery.operations import feedback

PAGE = 20
MOST_CLIENTS = 500
FIRST_YEAR, LAST_YEAR = 1900, 9000


@bp.get("/notes")
def find() -> str:
    """Show the notes that match, newest first; without a question the newest."""
    session, zone, coach_id = db.session(), current_coach().zone, g.coach_id
    themes = feedback.themes_in_use(session, coach_id)
    wanted, asked = _wanted(zone, dict(themes))
    place = site().cursors.text_of(request.args.get("page", ""))
    found = reading.matching_notes(
        session, coach_id, wanted, before_id=int(place) if place else None, limit=PAGE + 1
    )
    more = site().cursors.sign(str(found[PAGE - 1].note_id)) if len(found) > PAGE else None
    return render_template(
        "notes/find.html",
        **asked,
        is_filtered=any(asked.values()),
        steps=STEPS,
        clients=clients.names(session, coach_id, most=MOST_CLIENTS),
        themes=themes,
        rows=[_row(note, zone) for note in found[:PAGE]],
        total_line=_total(reading.count(session, coach_id, wanted)),
        more_url=url_for("notes.find", **asked, page=more) if more else None,
        missing=[] if any(asked.values()) or place else _missing(zone),
    )


def _wanted(zone: ZoneInfo, themes: Mapping[int, str]) -> tuple[NoteSearch, dict[str, Any]]:
    """Read what is looked for, and what of it the form shows again."""
    args = request.args
    q = args.get("q", "")[: search.MOST_TYPED]
    client, step, theme = (number_in(args, name) for name in ("client", "step", "theme"))
    shared, since, until = args.get("shared", ""), _day(args.get("since")), _day(args.get("until"))
    asked: dict[str, Any] = {
        "q": "" if has_unusable(q) else q,
        "client": client or "",
        "step": step if step in STEPS else "",
        "theme": theme if theme in themes else "",
        "shared": shared if shared in {"shared", "private"} else "",
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
    }
    wanted = NoteSearch(
        terms=tuple(search.parse(asked["q"])),
        client_id=client,
        step=asked["step"] or None,
        theme_id=asked["theme"] or None,
        since=datetime.combine(since, time.min, zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time.min, zone) if until else None,
        shared=asked["shared"],
    )
    return wanted, asked


def _day(typed: str | None) -> date | None:
    """Return a day that some note could be of: the edges of the calendar have no zone."""
    on = parse_date(typed)
    return on if on and FIRST_YEAR <= on.year < LAST_YEAR else None


def _row(found: Found, zone: ZoneInfo) -> dict[str, object]:
    return {
        "url": url_for("notes.edit", note_id=found.note_id),
        "day": words.day_year(found.created_at.astimezone(zone)),
        "client_name": found.client_name,
        "client_url": url_for("desk.client", client_id=found.client_id),
        "steps": sorted(found.steps),
        "is_shared": found.is_shared,
        "pieces": found.pieces,
    }


def _total(number: int) -> str:
    if number > reading.MOST_COUNTED:
        return f"More than {reading.MOST_COUNTED:,} notes"
    return "One note" if number == 1 else f"{number:,} notes" if number else "No notes"


def _missing(zone: ZoneInfo) -> list[tuple[str, str, str]]:
    found = notes.meetings_without_note(db.session(), g.coach_id, now=clock.now())
    return [
        (
            booking.client.name,
            words.day_year(booking.starts_at.astimezone(zone)),
            url_for("notes.new", client_id=booking.client_id, booking=booking.id),
        )
        for booking in found
    ]
