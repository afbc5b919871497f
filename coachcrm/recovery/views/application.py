"""One application: its stages, asks, feedback, interviews, verdicts and review."""

from flask import g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import forget_held_here
from coachcrm.clients import operations as clients
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.web.guard import held_when_signed_out, keeps_answers
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.core import ask_drafts, steps
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.forms.application import ReviewForm
from coachcrm.recovery.models.applications import ApplicationRow
from coachcrm.recovery.operations import asks, reviews, rows
from coachcrm.recovery.operations.method import method_of
from coachcrm.recovery.pages import application as application_page
from coachcrm.recovery.pages import ask as ask_page
from coachcrm.recovery.reading import record
from coachcrm.recovery.views.record import back, held_or_not_saved, status_of_form, today

DONE = {
    "sent": "Written down. The reply goes in the same line when it comes.",
    "given": "It is with the client’s actions now, and stands in the next follow-up letter.",
}


@bp.get("/applications/<id:application_id>")
def application(application_id: int) -> str:
    """Show an application with everything that hangs on it."""
    session, coach_id, on = db.session(), g.coach_id, today()
    found, search, client_id = facts_of_application(application_id)
    person = clients.get(session, coach_id, client_id)
    due, ready = steps.next_ask(found, today=on), None
    if due and due.is_now:
        ready = asks.ready(session, coach_id, found, name=person.name, today=on)
    asked = record.questions(session, search.id)
    return render_template(
        "recovery/application.html",
        client={"id": client_id, "name": person.name},
        done=DONE.get(request.args.get("done", "")),
        unfair_text=method_of(session, coach_id).unfair_text,
        last_rung=asks.notes_state(session, coach_id, search, found, today=on),
        can_ask=ask_drafts.choose(found, today=on) is not None,
        **ask_page.shown(ready, application_id, today=on),
        **application_page.shown(found, search, asked, client_id, today=on),
    )


@bp.route("/applications/<id:application_id>/review", methods=["GET", "POST"])
@keeps_answers
@held_when_signed_out
def review(application_id: int) -> ResponseReturnValue:
    """Show and save the review; the coach rates before he sees the client's own rating."""
    found, _, client_id = facts_of_application(application_id)
    held, problem = held_or_not_saved()
    form = ReviewForm.with_stages([found.ladder[key] for key in found.reached], held)
    stored, points = reviews.review_of(db.session(), application_id)
    is_hidden = bool(stored and stored.own_rating and stored.coach_rating is None)
    if is_hidden:
        del form.own_rating
    url = back(client_id, application_id)
    if request.method == "POST" and problem is None and form.was_sent_well():
        with transaction() as session:
            row = rows.get_own(session, g.coach_id, ApplicationRow, application_id, for_change=True)
            reviews.save_review(session, row, form.values(), form.points(), today=today())
            forget_held_here(session)
        return redirect(url, 303)
    if request.method == "GET" and not held and stored is not None:
        form.show(stored)
        form.show_points((p.kind, p.stage, p.text, p.aside) for p in points)
    shown = {"form": form, "is_hidden": is_hidden, "name": found.name, "url": url}
    page = render_template("recovery/review.html", **shown, problem=problem)
    return make_response(page, problem.status if problem else status_of_form())


def facts_of_application(
    application_id: int,
) -> tuple[Application, Search, int]:
    """Return an application of the coach's as plain values, its search, and the client's id."""
    session = db.session()
    row = rows.get_own(session, g.coach_id, ApplicationRow, application_id)
    search, found = record.application(session, g.coach_id, row)
    return found, search, rows.search_of(session, row).client_id
