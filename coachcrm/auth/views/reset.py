"""A new password for whoever has forgotten his: asked for by address, set by the link that came."""

import structlog
from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import SIGN_IN, caller, check_safe_connection, make_known
from coachcrm.auth.blueprint import bp
from coachcrm.auth.core.login_life import RESET
from coachcrm.auth.core.passwords import make_hash
from coachcrm.auth.forms import ForgottenForm, NewPasswordForm
from coachcrm.auth.models import Coach
from coachcrm.auth.operations import attempts, letters, reset_links
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock, words
from coachcrm.kit.web.guard import form_problem, keeps_answers, public, token_page
from coachcrm.kit.web.site import site

log = structlog.get_logger()


@bp.get("/forgotten-password")
@public
def forgotten_password() -> Response:
    """Ask for the address; afterwards say that a letter is on its way, if it is the coach's."""
    check_safe_connection()
    if "asked" in request.args:
        page = render_template("auth/look_in_your_mail.html", lasts=words.length(RESET))
        return _unstored(page, 200)
    return _forgotten_page(ForgottenForm(formdata=None), 200)


@bp.post("/forgotten-password")
@public
@keeps_answers
def ask_for_link() -> ResponseReturnValue:
    """Write down that a link is asked for, whatever the address (S5)."""
    check_safe_connection()
    form, now = ForgottenForm(), clock.now()
    if problem := form_problem():
        return _forgotten_page(form, problem.status, problem.sentence)
    if not form.was_sent_well():
        return _forgotten_page(form, 422)
    email = form.email.data or ""
    with transaction() as session:
        if site().limits:
            attempts.count_link(session, caller(), email=email, now=now)
        reset_links.ask(session, email, now=now)
    return redirect(url_for("auth.forgotten_password", asked=""), 303)


@bp.get("/new-password/<token>")
@token_page
def new_password(token: str) -> Response:
    """Show the form; looking spends nothing (S13)."""
    check_safe_connection()
    coach = reset_links.coach_of(db.session(), token, now=clock.now())
    return _new_page(_new_form(coach, formdata=None), 200)


@bp.post("/new-password/<token>")
@token_page
@keeps_answers
def set_new_password(token: str) -> ResponseReturnValue:
    """Set a new password. It opens nothing: he signs in with it, as ever (S10)."""
    check_safe_connection()
    now = clock.now()
    coach = reset_links.coach_of(db.session(), token, now=now)
    form = _new_form(coach)
    if problem := form_problem():
        return _new_page(form, problem.status, problem.sentence)
    if not form.was_sent_well():
        return _new_page(form, 422)
    letter = letters.password_changed(site(), coach, now=now)
    password_hash = make_hash(form.password.data or "")
    with transaction() as session:
        reset_links.use(session, token, password_hash=password_hash, letter=letter, now=now)
    log.info("password_changed", by="link")
    response = redirect(url_for(SIGN_IN, changed=""), 303)
    # Whoever reads the coach's mail is no stranger: guesses of others do not slow him (S4).
    make_known(response)
    return response


def _new_form(coach: Coach, **more: None) -> NewPasswordForm:
    return NewPasswordForm(about=(coach.name, coach.email), **more)


def _new_page(form: NewPasswordForm, status: int, problem: str | None = None) -> Response:
    page = render_template("auth/new_password.html", form=form, problem=problem)
    return make_response(page, status)


def _forgotten_page(form: ForgottenForm, status: int, problem: str | None = None) -> Response:
    page = render_template("auth/forgotten_password.html", form=form, problem=problem)
    return _unstored(page, status)


def _unstored(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
