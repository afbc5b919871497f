"""What the coach says of himself: set up once, and changed when he likes."""

import structlog
from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import (
    NOT_HIS,
    check_safe_connection,
    current_coach,
    give_login,
    knows_password,
)
from coachcrm.auth.core import passwords
from coachcrm.auth.operations import logins
from coachcrm.auth.operations.letters import address_changed
from coachcrm.auth.operations.passwords import check_still
from coachcrm.auth.operations.set_up import check_set_up_token
from coachcrm.bookings.letters.reading.booking_details import hosts_of
from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.desk import operations
from coachcrm.desk.availability.operations import touched_meetings
from coachcrm.desk.availability.pages.ask_first import goes_back, save_or_ask
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.blueprint import set_up as set_up_bp
from coachcrm.desk.mail.pages import invited_elsewhere, mail_notice
from coachcrm.desk.settings.forms import AddressForm, ProfileForm, SetUpForm
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.phone_numbers import written
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import form_problem, keeps_answers, token_page
from coachcrm.kit.web.site import site

log = structlog.get_logger()

SAVED = {
    "": "Saved. Your page and your letters use it from now on.",
    "address": "You sign in with the new address from now on, and letters come to it.",
    "password": "Your new password is set, and every other browser is signed out.",
}


@bp.get("/settings")
def settings() -> Response:
    """Show what the coach says of himself, and how mail is set up."""
    coach = current_coach()
    form = ProfileForm(formdata=None, obj=coach, home=coach.country)
    form.phone.data = written(coach.phone)
    form.sources.data = "\n".join(diary_now(clock.now()).coach.page.sources)
    return _settings_page(form)


@bp.post("/settings")
def change_settings() -> ResponseReturnValue:
    """Change the profile."""
    form = ProfileForm(home=current_coach().country)
    if not form.was_sent_well():
        return _settings_page(form, 422)
    if goes_back():
        return _settings_page(form)
    profile = form.profile()
    change = touched_meetings.other_zone(
        profile.timezone,
        lambda session, _: operations.change_profile(
            session, current_coach(), profile, sources=form.sources.data
        ),
    )
    done = url_for("desk.settings", saved="")
    return save_or_ask(change, about="Another time zone", done_url=done)


def _settings_page(form: ProfileForm, status: int = 200) -> Response:
    coach, now = current_coach(), clock.now()
    card = diary_now(now).coach
    what = request.args.get("saved")
    page = render_template(
        "desk/settings/settings.html",
        form=form,
        email=coach.email,
        saved=SAVED.get(what, SAVED[""]) if what is not None else None,
        organizer_line=(
            "Invitations come from your own address. Your own copy can be added to your calendar, "
            "but does not update itself there."
            if hosts_of(site(), card).are_one
            else f"Invitations come from {site().mail_sender} in your name; answers to letters go "
            "to you. A Yes or No in a calendar, and letters that come back, arrive at that "
            "address: have them forwarded to you."
        ),
        elsewhere=invited_elsewhere(site(), db.session(), card, now=now),
        mail_line=mail_notice(site()) or f"Letters leave through {site().mail_server}.",
    )
    return make_response(page, status)


@bp.get("/settings/address")
def address() -> Response:
    """Show the form, with the address of now."""
    return _address_page(_address_form(formdata=None))


@bp.post("/settings/address")
def change_address() -> ResponseReturnValue:
    """Sign in with another address from now on; both addresses are told."""
    form, coach_id, login_id, now = _address_form(), g.coach_id, g.login_id, clock.now()
    if not form.was_sent_well():
        return _address_page(form, 422)
    if not knows_password(form.present_password.data or ""):
        form.present_password.errors = [NOT_HIS]
        return _address_page(form, 422)
    coach, new = current_coach(), form.email.data or ""
    old, seen = coach.email, coach.password_hash
    told = address_changed(site(), coach, new, now=now)
    with transaction() as session:
        check_still(session, coach_id, seen)
        operations.change_address(session, coach_id, old=old, new=new, told=told, now=now)
        token = logins.renew(session, login_id)
    log.info("address_changed")
    response = redirect(url_for("desk.settings", saved="address"), 303)
    give_login(response, token)
    return response


def _address_form(**more: None) -> AddressForm:
    present = current_coach().email
    return AddressForm(present_email=present, email=present, **more)


def _address_page(form: AddressForm, status: int = 200) -> Response:
    return make_response(render_template("desk/settings/address.html", form=form), status)


@set_up_bp.get("/set-up/<token>")
@token_page
def set_up(token: str) -> Response:
    """Show the form."""
    check_safe_connection()
    check_set_up_token(db.session(), token)
    form = SetUpForm(formdata=None)
    form.timezone.data = "Europe/London"
    return _set_up_page(form)


@set_up_bp.post("/set-up/<token>")
@token_page
@keeps_answers
def make_coach(token: str) -> ResponseReturnValue:
    """Make the coach and sign him in."""
    check_safe_connection()
    check_set_up_token(db.session(), token)
    form = SetUpForm()
    if problem := form_problem():
        return _set_up_page(form, problem.status, problem.sentence)
    if not _is_good(form):
        return _set_up_page(form, 422)
    new, now = form.new_coach(), clock.now()
    password_hash = passwords.make_hash(new.password)
    with transaction() as session:
        check_set_up_token(session, token)
        coach = operations.set_up(session, new, password_hash=password_hash, now=now)
        login = logins.sign_in(session, coach.id, now=now)
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


def _set_up_page(form: SetUpForm, status: int = 200, problem: str | None = None) -> Response:
    return make_response(render_template("auth/set_up.html", form=form, problem=problem), status)
