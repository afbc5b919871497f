"""Changing the password, by whoever knows the old one."""

import structlog
from flask import Response, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import NOT_HIS, current_coach, give_login, knows_password
from coachcrm.auth.blueprint import bp
from coachcrm.auth.core.passwords import make_hash
from coachcrm.auth.forms import ChangePasswordForm
from coachcrm.auth.operations import letters, logins, passwords
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock
from coachcrm.kit.web.site import site

log = structlog.get_logger()


@bp.get("/settings/password")
def password() -> Response:
    """Show the form."""
    return _page(_form(formdata=None), 200)


@bp.post("/settings/password")
def change_password() -> ResponseReturnValue:
    """Set another password; every other browser is signed out, and this one gets a new login."""
    form, coach_id, now = _form(), g.coach_id, clock.now()
    if not form.was_sent_well():
        return _page(form, 422)
    if not knows_password(form.present_password.data or ""):
        form.present_password.errors = [NOT_HIS]
        return _page(form, 422)
    old_hash, new_hash = current_coach().password_hash, make_hash(form.password.data or "")
    letter = letters.password_changed(site(), current_coach(), now=now)
    with transaction() as session:
        passwords.check_still(session, coach_id, old_hash)
        passwords.put_new(session, coach_id, password_hash=new_hash, letter=letter, now=now)
        token = logins.sign_in(session, coach_id, now=now)
    log.info("password_changed", by="coach")
    response = redirect(url_for("desk.settings", saved="password"), 303)
    give_login(response, token)
    return response


def _form(**more: None) -> ChangePasswordForm:
    coach = current_coach()
    return ChangePasswordForm(about=(coach.name, coach.email), **more)


def _page(form: ChangePasswordForm, status: int) -> Response:
    return make_response(render_template("auth/password.html", form=form), status)
