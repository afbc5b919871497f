"""The record of a client, as the coach sees and fills it."""

from datetime import date

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from coachcrm.auth.access import current_coach, forget_held_here, held_here
from coachcrm.clients import operations as clients
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.text.typed import parse_row_number
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import form_problem, held_when_signed_out, keeps_answers
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.core import progress, steps, vague_phrases
from coachcrm.recovery.core.job_search import Search
from coachcrm.recovery.forms.application import RejectionForm
from coachcrm.recovery.forms.fields import offer_rungs
from coachcrm.recovery.forms.search import MethodForm, OverrideForm
from coachcrm.recovery.operations import applications, practice
from coachcrm.recovery.operations.applications import Rejection
from coachcrm.recovery.operations.method import method_of, set_method
from coachcrm.recovery.operations.rows import Misfit
from coachcrm.recovery.pages import record as record_page
from coachcrm.recovery.pages import words as record_words
from coachcrm.recovery.reading import record as record_reading
from coachcrm.recovery.reading.ladder import ladder_of


def today() -> date:
    """Return the coach's date."""
    return clock.now().astimezone(current_coach().zone).date()


class SignedOut(Refusal):
    """What was typed came after the login had ended, and was kept."""

    status = 200
    title = "Please save this again"
    sentence = "You were signed out before this was saved."
    what_next = "It is here as you had written it: please press Save."


def not_saved() -> Refusal | None:
    """Return why a posted form cannot be trusted to be ours, or None; its answers are kept."""
    problem = form_problem()
    if problem is None:
        return None
    refusal = Refusal(problem.sentence, what_next="What you typed is still here.")
    refusal.status = problem.status
    return refusal


@bp.get("/clients/<id:client_id>/record")
def record(client_id: int) -> Response:
    """Show a client's record."""
    if held := held_here():
        return _record_page(client_id, RejectionForm(held), SignedOut())
    return _record_page(client_id, RejectionForm(formdata=None))


@bp.post("/clients/<id:client_id>/record")
@keeps_answers
@held_when_signed_out
def log_rejection(client_id: int) -> ResponseReturnValue:
    """Log a rejection in four fields."""
    form = RejectionForm()
    offer_rungs(form.stage, ladder_of(db.session(), g.coach_id))
    if refusal := not_saved():
        return _record_page(client_id, form, refusal)
    if not form.was_sent_well():
        return _record_page(client_id, form, status=422)
    coach_id, on, now = g.coach_id, today(), clock.now()
    try:
        with transaction() as session:
            search = applications.open_search(session, coach_id, client_id, today=on)
            new = Rejection(**form.values())
            application = applications.log_rejection(session, search, new, today=on, now=now)
            application_id = application.id
            forget_held_here(session)
    except Misfit as misfit:
        problem = None if form.put_beside_field(misfit) else misfit
        return _record_page(client_id, form, problem, misfit.status)
    except Refusal as no:
        return _record_page(client_id, form, no)
    return redirect(url_for("recovery.application", application_id=application_id), 303)


@bp.route("/clients/<id:client_id>/record/steps/<int:step>", methods=["GET", "POST"])
@keeps_answers
@held_when_signed_out
def step(client_id: int, step: int) -> ResponseReturnValue:
    """Show what a step rests on, and let the coach see it otherwise."""
    coach_id, application_id = g.coach_id, number_in_query("application")
    clients.get(db.session(), coach_id, client_id)
    held, problem = held_or_not_saved()
    form = OverrideForm(held) if held else OverrideForm()
    search = record_reading.read_present(db.session(), coach_id, client_id)
    found = _step(search, client_id, step, application_id)
    names = steps.STATES[step] if application_id else progress.LEVELS
    form.state.choices = [("", "As the rule says"), *names.items()]
    if request.method == "GET" or problem or not form.was_sent_well():
        return _step_page(form, found, search, client_id, problem=problem)
    with transaction() as session:
        present = applications.open_search(session, coach_id, client_id, today=today())
        values = {**form.values(), "step": step, "application_id": application_id}
        practice.override_step(session, present, **values, now=clock.now())
        forget_held_here(session)
    return redirect(back(client_id, application_id), 303)


@bp.route("/settings/method", methods=["GET", "POST"])
@keeps_answers
@held_when_signed_out
def method() -> ResponseReturnValue:
    """Show and change the coach's own texts and thresholds."""
    held, problem = held_or_not_saved()
    form = MethodForm(held) if held else MethodForm()
    coach_id = g.coach_id
    if request.method == "POST" and problem is None and form.was_sent_well():
        with transaction() as session:
            set_method(session, coach_id, form.values())
            forget_held_here(session)
        return redirect(url_for("recovery.method", saved=""), 303)
    if request.method == "GET" and not held:
        form.show(method_of(db.session(), coach_id))
    page = render_template(
        "recovery/method.html", form=form, saved="saved" in request.args, problem=problem
    )
    return make_response(page, problem.status if problem else status_of_form())


def held_or_not_saved() -> tuple[MultiDict[str, str] | None, Refusal | None]:
    """Return a form that was held, and what to say of it or of the form that was sent now."""
    if request.method == "POST":
        return None, not_saved()
    held = held_here()
    return held, SignedOut() if held else None


def status_of_form() -> int:
    """Return the status of a page with a form: one that is shown again was refused."""
    return 422 if request.method == "POST" else 200


def _record_page(
    client_id: int, form: RejectionForm, problem: Refusal | None = None, status: int = 200
) -> Response:
    search_id = number_in_query("search")
    told = record_page.shown(db.session(), current_coach(), client_id, search_id, now=clock.now())
    offer_rungs(form.stage, told["search"].ladder)
    page = render_template("recovery/record.html", form=form, problem=problem, **told)
    return make_response(page, problem.status if problem else status)


def _step_page(
    form: OverrideForm,
    step: record_words.Step,
    search: Search,
    client_id: int,
    *,
    problem: Refusal | None,
) -> Response:
    page = render_template(
        "recovery/step.html",
        form=form,
        step=step,
        client={"id": client_id, "name": clients.get(db.session(), g.coach_id, client_id).name},
        suggestions=record_words.homework(search, step.number),
        phrases=vague_phrases.PHRASES if step.number == 1 else (),
        caution=vague_phrases.CAUTION,
        problem=problem,
    )
    return make_response(page, problem.status if problem else status_of_form())


def _step(
    search: Search, client_id: int, number: int, application_id: int | None
) -> record_words.Step:
    found = record_words.cards(search, client_id, today=today())
    if application_id is not None:
        of = [a for a in search.applications if a.id == application_id]
        found = record_words.strip(of[0], search, client_id, today=today()) if of else []
    for one in found:
        if one.number == number:
            return one
    raise NotFound


def back(client_id: int, application_id: int | None) -> str:
    """Return where to go after an act: to the application, or to the record."""
    if application_id is not None:
        return url_for("recovery.application", application_id=application_id)
    return url_for("recovery.record", client_id=client_id)


def number_in_query(name: str) -> int | None:
    """Return a row's id that the query names, or None."""
    return parse_row_number(request.args.get(name))
