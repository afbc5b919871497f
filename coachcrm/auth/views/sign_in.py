"""Signing in and out."""

import re
from datetime import datetime
from urllib.parse import unquote

import structlog
from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import (
    caller,
    check_safe_connection,
    give_login,
    keep_before_sign_in,
    take_login,
)
from coachcrm.auth.blueprint import bp
from coachcrm.auth.core.passwords import renewed
from coachcrm.auth.forms import SignInForm
from coachcrm.auth.operations import attempts, logins, passwords
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import form_problem, keeps_answers, public
from coachcrm.kit.web.site import site

log = structlog.get_logger()

WRONG = "This address and password do not belong together. Please try again."


@bp.get("/sign-in")
@public
def sign_in() -> Response:
    """Show the form."""
    check_safe_connection()
    return _form(SignInForm(formdata=None), status=200)


@bp.post("/sign-in")
@public
@keeps_answers
def try_to_sign_in() -> ResponseReturnValue:
    """Check address and password; make a new login."""
    check_safe_connection()
    form, now = SignInForm(), clock.now()
    if problem := form_problem():
        return _form(form, status=problem.status, problem=problem.sentence)
    email, password = form.email.data or "", form.password.data or ""
    _count_attempt(email, now)
    # Hashing takes a while: it happens before anything is locked.
    coach = passwords.find_by_password(db.session(), email=email, password=password)
    if coach is None:
        log.warning("sign_in_failed")
        return _form(form, status=422, problem=WRONG)
    coach_id, old_hash = coach.id, coach.password_hash
    new_hash = renewed(old_hash, password)
    with transaction() as session:
        passwords.check_still(session, coach_id, old_hash)
        if new_hash != old_hash:
            passwords.renew_hash(session, coach_id, new_hash)
        token = logins.sign_in(session, coach_id, now=now)
    response = redirect(safe_next(request.args.get("next", "")) or url_for("desk.today"), 303)
    give_login(response, token)
    return response


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this login; the browser forgets what it kept."""
    login_id = g.login_id
    with transaction() as session:
        logins.sign_out(session, login_id)
    response = redirect(url_for("auth.sign_in"), 303)
    take_login(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def safe_next(path: str) -> str | None:
    """Return `path` if it is one of this site's, else None (S12)."""
    plain = unquote(path)
    if not plain.startswith("/") or plain[1:2] in {"/", "\\"} or "\\" in plain:
        return None
    if re.search(r"[\x00-\x1f\x7f]", plain) or " " in plain.partition("?")[0]:
        return None
    return path


def _count_attempt(email: str, now: datetime) -> None:
    """Count an attempt to sign in, whatever becomes of it. Raises `TooMany`."""
    if site().limits:
        with transaction() as session:
            attempts.count_sign_in(session, caller(), email=email, now=now)


def _form(form: SignInForm, *, status: int, problem: str | None = None) -> Response:
    changed = "changed" in request.args and request.method == "GET"
    page = render_template("auth/sign_in.html", form=form, problem=problem, changed=changed)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    keep_before_sign_in(response)
    return response
