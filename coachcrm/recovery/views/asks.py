"""Asking for feedback: the ready draft, what was sent, what the client is given, the last rung."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.clients import operations as clients
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.time import clock
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.core import ask_drafts
from coachcrm.recovery.core.facts import NOTES
from coachcrm.recovery.core.job_search import Application
from coachcrm.recovery.forms.application import HandOverForm, SentForm
from coachcrm.recovery.models.applications import ApplicationRow
from coachcrm.recovery.operations import asks, rows
from coachcrm.recovery.pages import ask as ask_page
from coachcrm.recovery.pages.words import ask_line
from coachcrm.recovery.views.application import facts_of_application
from coachcrm.recovery.views.record import back, today


@bp.get("/applications/<id:application_id>/ask")
def ask(application_id: int) -> Response:
    """Show the ask that fits, or the draft that is chosen, ready to be sent."""
    return _ask_page(application_id, request.args.get("draft", ""))


@bp.post("/applications/<id:application_id>/ask")
def ask_sent(application_id: int) -> ResponseReturnValue:
    """Write down that an ask was sent, with the words that were used."""
    form, coach_id, on = SentForm(), g.coach_id, today()
    rows.get_own(db.session(), coach_id, ApplicationRow, application_id)
    given = HandOverForm()
    if not form.was_sent_well():
        return _ask_page(application_id, form.draft.data or "", sent=form, given=given, status=422)
    values = form.values()
    del values["subject"]
    try:
        with transaction() as session:
            row = rows.get_own(session, coach_id, ApplicationRow, application_id, for_change=True)
            asks.note_sent(session, coach_id, row, **values, today=on)
    except Refusal as refusal:
        return _ask_page(application_id, values["draft"], sent=form, given=given, problem=refusal)
    url = url_for("recovery.application", application_id=application_id, done="sent")
    return redirect(f"{url}#asks", 303)


@bp.post("/applications/<id:application_id>/ask/hand-over")
def hand_over(application_id: int) -> ResponseReturnValue:
    """Give the ask to the client as a shared action."""
    form, sent, coach_id, now = HandOverForm(), SentForm(), g.coach_id, clock.now()
    rows.get_own(db.session(), coach_id, ApplicationRow, application_id)
    draft = form.draft.data or ""
    if not form.was_sent_well():
        # The words stand on the page once, in the other form.
        sent.subject.errors, sent.wording.errors = form.subject.errors, form.wording.errors
        return _ask_page(application_id, draft, sent=sent, given=form, status=422)
    given = {"asked_of": form.asked_of.data, "due_on": form.due_on.data, "draft": draft}
    try:
        with transaction() as session:
            row = rows.get_own(session, coach_id, ApplicationRow, application_id, for_change=True)
            words = ask_page.letter_words(form)
            asks.hand_over(session, coach_id, row, **given, words=words, now=now)
    except Refusal as refusal:
        return _ask_page(application_id, draft, sent=sent, given=form, problem=refusal)
    url = url_for("recovery.application", application_id=application_id, done="given")
    return redirect(url, 303)


@bp.post("/applications/<id:application_id>/notes-request")
def release_notes(application_id: int) -> ResponseReturnValue:
    """Let the client ask for the interview notes."""
    coach_id, on = g.coach_id, today()
    with transaction() as session:
        row = rows.get_own(session, coach_id, ApplicationRow, application_id, for_change=True)
        asks.release_notes(session, coach_id, row, today=on)
    return redirect(url_for("recovery.ask", application_id=application_id, draft="notes"), 303)


@bp.post("/applications/<id:application_id>/notes-request/take-back")
def take_back_notes(application_id: int) -> ResponseReturnValue:
    """Take that back."""
    coach_id = g.coach_id
    with transaction() as session:
        row = rows.get_own(session, coach_id, ApplicationRow, application_id, for_change=True)
        asks.take_back_notes(session, row)
    return redirect(f"{back(0, application_id)}#asks", 303)


def _ask_page(
    application_id: int,
    draft: str,
    *,
    sent: SentForm | None = None,
    given: HandOverForm | None = None,
    problem: Refusal | None = None,
    status: int = 200,
) -> Response:
    session, coach_id, on = db.session(), g.coach_id, today()
    found, _, client_id = facts_of_application(application_id)
    person = clients.get(session, coach_id, client_id)
    ready = asks.ready(session, coach_id, found, name=person.name, today=on, draft=draft)
    if ready is None and not (sent or given) and _is_no_page(draft, found):
        raise NotFound
    page = render_template(
        "recovery/ask.html",
        client={"id": client_id, "name": person.name},
        name=found.name,
        url=back(client_id, application_id),
        ask=ask_line(found, today=on),
        problem=problem,
        **ask_page.shown(ready, application_id, today=on, sent=sent, given=given),
    )
    return make_response(page, problem.status if problem else status)


def _is_no_page(draft: str, found: Application) -> bool:
    """Say whether nothing can be shown where a draft is not ready."""
    return bool(draft) and (draft == NOTES or ask_drafts.named(draft, found) is None)
