"""The coach's clients: the list, and one person's story."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.clients import operations as clients
from coachcrm.clients.models import STAGES
from coachcrm.desk import meetings as meeting_words
from coachcrm.desk import operations
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.meetings import PAGE
from coachcrm.desk.settings.forms import ClientForm
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.typed import has_unusable
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.web.forms import spoken_phone
from coachcrm.kit.web.site import site
from coachcrm.notes.core.blocks import STEPS
from coachcrm.notes.operations import notes

__all__ = ["bp"]

SORTS = [("newest", "Newest first"), ("name", "By name")]
MOST_COUNTED = 1000


@bp.get("/clients")
def client_list() -> str:
    """Show clients, found by words, stage or tag."""
    now, coach, session = clock.now(), current_coach(), db.session()
    wanted = _wanted()
    after = _cursor()
    rows = clients.search(session, coach.id, wanted, after=after, limit=PAGE + 1)
    page, more = rows[:PAGE], len(rows) > PAGE
    meetings = operations.next_and_last(session, [client.id for client in page], now=now)
    total = clients.count(session, coach.id, wanted, most=MOST_COUNTED)
    query = {name: value for name, value in asdict(wanted).items() if value}
    return render_template(
        "desk/clients/clients.html",
        rows=[
            {
                "name": client.name,
                "url": url_for("desk.client", client_id=client.id),
                "stage_label": STAGES[client.stage],
                "tags": [tag.name for tag in client.tags],
                "next_line": words.when(meetings.get(client.id, (None, None))[0], coach.zone),
                "last_line": words.when(meetings.get(client.id, (None, None))[1], coach.zone),
            }
            for client in page
        ],
        **asdict(wanted),
        stages=list(STAGES.items()),
        tags=clients.all_tags(session, coach.id),
        sorts=SORTS,
        next_url=(url_for("desk.client_list", **query, page=_place(page[-1].id)) if more else None),
        first_url=url_for("desk.client_list", **query) if after else None,
        total_line=_total(total),
        zone_label=zones.label(coach.timezone),
    )


@bp.get("/clients/<id:client_id>")
def client(client_id: int) -> Response:
    """Show one client's story."""
    person = clients.get(db.session(), g.coach_id, client_id)
    form = ClientForm(formdata=None)
    form.stage.data = person.stage
    form.tags.data = ", ".join(tag.name for tag in person.tags)
    return _client_page(client_id, form)


@bp.post("/clients/<id:client_id>")
def change_client(client_id: int) -> ResponseReturnValue:
    """Change a client's stage and tags."""
    form = ClientForm()
    if not form.was_sent_well():
        return _client_page(client_id, form, 422)
    coach_id = g.coach_id
    with transaction() as session:
        person = clients.get(session, coach_id, client_id, for_change=True)
        clients.move_to_stage(session, person, form.stage.data, by="coach", now=clock.now())
        clients.set_tags(person, (form.tags.data or "").split(","), now=clock.now())
    return redirect(url_for("desk.client", client_id=client_id), 303)


def _client_page(client_id: int, form: ClientForm, status: int = 200) -> Response:
    now, coach, session = clock.now(), current_coach(), db.session()
    person = clients.get(session, coach.id, client_id)
    meetings = operations.meetings_of(session, coach.id, client_id)
    written = notes.note_of_booking(session, [booking.id for booking in meetings])
    counts = notes.blocks_per_step(session, client_id)
    page = render_template(
        "desk/clients/client.html",
        client={
            "name": person.name,
            "email": person.email,
            "phone": spoken_phone(person.phone) if person.phone else "",
            "phone_href": f"tel:{person.phone}" if person.phone else "",
            "stage_label": STAGES[person.stage],
            "zone_label": zones.label(person.timezone) if person.timezone else "",
            "tags": [tag.name for tag in person.tags],
            "since": words.day_year(person.created_at.astimezone(coach.zone)),
        },
        bookings=[meeting_words.meeting(b, coach.zone, written, now=now) for b in meetings],
        notes=notes.notes_of(session, client_id, limit=200, zone=coach.zone),
        new_note_url=url_for("notes.new", client_id=client_id),
        book_url=url_for("desk.new_booking", client=client_id),
        record_url=url_for("recovery.record", client_id=client_id),
        story_url=url_for("desk.client_story", client_id=client_id),
        brief_url=url_for("desk.client_brief", client_id=client_id),
        form=form,
        steps=[(number, title, counts.get(number, 0)) for number, title in STEPS.items()],
        zone_label=zones.label(coach.timezone),
    )
    return make_response(page, status)


def _wanted() -> clients.ClientSearch:
    """Read what is looked for; what cannot be looked for finds everything."""
    asked = {name: request.args.get(name, "")[:120] for name in ("q", "stage", "tag", "sort")}
    asked = {name: "" if has_unusable(value) else value for name, value in asked.items()}
    sort = asked["sort"] if asked["sort"] in dict(SORTS) else SORTS[0][0]
    stage = asked["stage"] if asked["stage"] in STAGES else ""
    return clients.ClientSearch(q=asked["q"], stage=stage, tag=asked["tag"], sort=sort)


def _place(client_id: int) -> str:
    """Return an opaque mark of the place behind a client, for the next page."""
    return site().cursors.sign(str(client_id))


def _cursor() -> int | None:
    """Return the place that the address names, or None for the beginning."""
    text = site().cursors.text_of(request.args.get("page", ""))
    return int(text) if text else None


def _total(number: int) -> str:
    if number >= MOST_COUNTED:
        return f"{MOST_COUNTED:,} clients or more"
    return "One client" if number == 1 else f"{number:,} clients"
