"""The coach's clients: the list, one person, the story and the brief, and pictures."""

from datetime import date, datetime, timedelta

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.clients import operations as clients
from coachcrm.desk import operations
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.clients.core import bar_charts, practice_figures
from coachcrm.desk.clients.forms import ClientForm
from coachcrm.desk.clients.pages import clients as client_pages
from coachcrm.desk.clients.pages import person, story
from coachcrm.desk.clients.pages.insights import sections
from coachcrm.desk.clients.reading import practice
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.web.site import site
from coachcrm.recovery.pages import person as head
from coachcrm.recovery.reading import record

PERIODS = {"year": "This year", "months": "The last 12 months", "all": "From the beginning"}
A_YEAR = timedelta(days=365)


@bp.get("/clients")
def client_list() -> str:
    """Show clients, found by words, stage or tag."""
    coach = current_coach()
    return render_template(
        "desk/clients/clients.html",
        **client_pages.listed(db.session(), coach, request.args, site=site(), now=clock.now()),
        zone_label=zones.label(coach.timezone),
    )


@bp.get("/clients/<id:client_id>")
def client(client_id: int) -> Response:
    """Show one client: what to do now, where the steps stand, what is agreed."""
    someone = clients.get(db.session(), g.coach_id, client_id)
    form = ClientForm(formdata=None)
    form.stage.data = someone.stage
    form.tags.data = ", ".join(tag.name for tag in someone.tags)
    form.letters.data = "none" if someone.stopped_at else "go"
    return _client_page(client_id, form)


@bp.post("/clients/<id:client_id>")
def change_client(client_id: int) -> ResponseReturnValue:
    """Change a client's stage and tags, and whether letters may follow a conversation."""
    form = ClientForm()
    if not form.was_sent_well():
        return _client_page(client_id, form, 422)
    coach_id = g.coach_id
    with transaction() as session:
        someone = clients.get(session, coach_id, client_id, for_change=True)
        clients.move_to_stage(session, someone, form.stage.data, by="coach", now=clock.now())
        clients.set_tags(someone, (form.tags.data or "").split(","), now=clock.now())
        if (may_go := form.letters_may_go()) is not None:
            operations.let_letters_follow(session, someone, may_go=may_go, now=clock.now())
    return redirect(url_for("desk.client", client_id=client_id), 303)


def _client_page(client_id: int, form: ClientForm, status: int = 200) -> Response:
    found = person.overview(db.session(), current_coach(), client_id, now=clock.now())
    return make_response(render_template("desk/clients/client.html", **found, form=form), status)


@bp.get("/clients/<id:client_id>/notes")
def client_notes(client_id: int) -> str:
    """Show the notes on one client."""
    found = person.written(db.session(), current_coach(), client_id, now=clock.now())
    return render_template("desk/clients/notes.html", **found)


@bp.get("/clients/<id:client_id>/meetings")
def client_meetings(client_id: int) -> str:
    """Show the meetings with one client, each with its letters."""
    found = person.meetings_and_letters(db.session(), current_coach(), client_id, now=clock.now())
    return render_template("desk/clients/meetings.html", **found)


@bp.get("/clients/<id:client_id>/history")
def client_history(client_id: int) -> str:
    """Show the stages that a client went through, and by what."""
    found = person.past(db.session(), current_coach(), client_id, now=clock.now())
    return render_template("desk/clients/history.html", **found)


@bp.get("/clients/<id:client_id>/story")
def client_story(client_id: int) -> str:
    """Show everything about one client in the order of time."""
    step, kind = request.args.get("step", ""), request.args.get("kind", "")
    found = story.told(
        db.session(), current_coach(), client_id, step=step, kind=kind, now=clock.now()
    )
    return render_template("desk/clients/story.html", **found)


@bp.get("/clients/<id:client_id>/brief")
def client_brief(client_id: int) -> str:
    """Show what to know before a call, on one page that prints as a sheet."""
    found = story.brief(db.session(), current_coach(), client_id, now=clock.now())
    return render_template("desk/clients/brief.html", **found)


@bp.get("/clients/<id:client_id>/insights")
def client_insights(client_id: int) -> str:
    """Show what one client's search looks like."""
    session, today = db.session(), clock.now().astimezone(current_coach().zone).date()
    search = record.read_present(session, g.coach_id, client_id)
    asked = record.competencies_asked(session, search.id)
    return render_template(
        "desk/clients/client_insights.html",
        person=head.person(
            session, current_coach(), client_id, search, here="figures", now=clock.now()
        ),
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
    sources = practice.consultations_by_source(session, coach.id, since=since, now=now)
    # What is booked for next month is part of it, so the period has no end.
    told = practice.period(session, coach, first=first, last=today + A_YEAR, now=now)
    found = practice_figures.practice(told)
    return render_template(
        "desk/clients/insights.html",
        practice=found,
        way=bar_charts.way_picture(found.way),
        sources=bar_charts.sources_picture(sources),
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
