"""The one-time page on which the coach sets himself up."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth import operations as auth
from coachcrm.auth.access import check_safe_connection, give_login
from coachcrm.auth.core import passwords
from coachcrm.desk import operations
from coachcrm.desk.blueprint import set_up as bp
from coachcrm.desk.settings.forms import SetUpForm
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import form_problem, keeps_answers, token_page


@bp.get("/set-up/<token>")
@token_page
def set_up(token: str) -> Response:
    """Show the form."""
    check_safe_connection()
    auth.check_set_up_token(db.session(), token)
    form = SetUpForm(formdata=None)
    form.timezone.data = "Europe/London"
    return _page(form)


@bp.post("/set-up/<token>")
@token_page
@keeps_answers
def make_coach(token: str) -> ResponseReturnValue:
    """Make the coach and sign him in."""
    check_safe_connection()
    auth.check_set_up_token(db.session(), token)
    form = SetUpForm()
    if problem := form_problem():
        return _page(form, problem.status, problem.sentence)
    if not _is_good(form):
        return _page(form, 422)
    new, now = form.profile(password=form.password.data or ""), clock.now()
    password_hash = passwords.make_hash(new.password)
    with transaction() as session:
        auth.check_set_up_token(session, token)
        coach = operations.set_up(session, new, password_hash=password_hash, now=now)
        login = auth.sign_in(session, coach.id, now=now)
    response = redirect(url_for("desk.today"), 303)
    give_login(response, login)
    return response


def _is_good(form: SetUpForm) -> bool:
    good = form.was_sent_well()
    about = (form.name.data or "", form.email.data or "")
    weakness = passwords.weakness(form.password.data or "", about=about)
    if weakness and not form.password.errors:
        form.password.errors = [weakness]
    return good and weakness is None


def _page(form: SetUpForm, status: int = 200, problem: str | None = None) -> Response:
    return make_response(render_template("auth/set_up.html", form=form, problem=problem), status)
