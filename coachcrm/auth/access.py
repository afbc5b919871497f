"""Who may enter: one gate for every view that is neither public nor opened by a secret link."""

import secrets
from contextlib import suppress
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from flask import Flask, abort, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from coachcrm.auth.core import known_browsers
from coachcrm.auth.core.login_life import ABSOLUTE
from coachcrm.auth.core.passwords import is_right
from coachcrm.auth.models import Coach, Login
from coachcrm.auth.operations import attempts, held_forms, logins
from coachcrm.auth.operations.set_up import the_coach
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import DatabaseBusy, Refusal
from coachcrm.kit.time import clock
from coachcrm.kit.tokens import digest
from coachcrm.kit.web.error_pages import names
from coachcrm.kit.web.guard import access_of, is_held, wants_json
from coachcrm.kit.web.site import site

LOGIN = "login"
BEFORE_SIGN_IN = "before-sign-in"
KNOWN_BROWSER = "known-browser"
SIGN_IN = "auth.sign_in"
TRY_TO_SIGN_IN = "auth.try_to_sign_in"
LONGEST_PATH = 200
NOT_HIS = "This is not your password. Please try again."


class NotOverPlainHttp(Refusal):
    """A password must not travel in clear (S73)."""

    status = 403
    title = "This page needs a safe connection"
    sentence = "Signing in over plain http is only possible on the machine itself."
    what_next = "Please set up https for this site; the README says how."


def login_cookie() -> str:
    """Return the login cookie's name."""
    return _cookie_name(LOGIN)


def gate(app: Flask) -> Response | None:
    """Let a request in, or send it to the sign-in page; runs before every view (S43)."""
    if request.endpoint is None:
        return None
    if request.endpoint in {SIGN_IN, TRY_TO_SIGN_IN}:
        g.form_bound_to = digest(before_sign_in_token())
        return None
    if access_of(app, request.endpoint) != "private":
        return None
    login = _present_login()
    if login is None:
        if wants_json():
            abort(401)
        _hold_form(app)
        return redirect(url_for(SIGN_IN, next=_where_to_return(app)), 303)
    g.login_id, g.coach_id = login.id, login.coach_id
    g.form_bound_to = login.token_digest
    coach = current_coach()
    names(practice=coach.practice, coach_name=coach.name)
    return None


def _where_to_return(app: Flask) -> str:
    """Return where to go after signing in: here if here is a page, else to the desk."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    try:
        app.url_map.bind("").match(request.path, "GET")
    except HTTPException:
        return url_for("desk.today")
    return request.full_path.rstrip("?")


def current_coach() -> Coach:
    """Return the signed-in coach, for views behind the gate."""
    coach = the_coach(db.session())
    if coach is None or coach.id != g.coach_id:  # pragma: no cover - the gate has just seen him
        abort(404)
    return coach


def before_sign_in_token() -> str:
    """Return the browser's own secret that a sign-in form is bound to, made if needed (S23)."""
    if "before_sign_in" not in g:
        cookie = request.cookies.get(_cookie_name(BEFORE_SIGN_IN), "")
        g.before_sign_in = cookie if len(cookie) == 43 else secrets.token_urlsafe(32)  # noqa: PLR2004
    return str(g.before_sign_in)


def keep_before_sign_in(response: Response) -> None:
    """Give the browser its own secret, which the sign-in form of a response is bound to."""
    _set_cookie(response, BEFORE_SIGN_IN, before_sign_in_token())


def give_login(response: Response, token: str) -> None:
    """Put a new login's cookie on a response; the cookie from before is spent."""
    _set_cookie(response, LOGIN, token, lasts=ABSOLUTE)
    _drop_cookie(response, BEFORE_SIGN_IN)
    make_known(response)


def take_login(response: Response) -> None:
    """Take the login's cookie from the browser."""
    _drop_cookie(response, LOGIN)


def make_known(response: Response) -> None:
    """Let this browser be known: guesses of strangers do not slow it (S4)."""
    mark = known_browsers.mark(secrets.token_urlsafe(16), now=clock.now())
    signed = site().known_browsers.sign(mark)
    _set_cookie(response, KNOWN_BROWSER, signed, lasts=known_browsers.LIFE)


def caller() -> attempts.Caller:
    """Return who is at the door."""
    mark = site().known_browsers.text_of(request.cookies.get(_cookie_name(KNOWN_BROWSER), ""))
    browser = known_browsers.name_in(mark, now=clock.now()) if mark else None
    return attempts.Caller(request.remote_addr or "", browser)


def _cookie_name(name: str) -> str:
    """Return what a cookie is called: with the `__Host-` promise wherever there is TLS (S8)."""
    return f"__Host-{name}" if site().is_secure else name


def _set_cookie(
    response: Response, name: str, value: str, *, lasts: timedelta | None = None
) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send with a form (S8).

    Without `lasts` it goes when the browser is closed.
    """
    response.set_cookie(
        _cookie_name(name),
        value,
        max_age=lasts,
        path="/",
        secure=site().is_secure,
        httponly=True,
        samesite="Lax",
    )


def _drop_cookie(response: Response, name: str) -> None:
    # A browser drops a cookie only for an answer that could have set it.
    _set_cookie(response, name, "", lasts=timedelta(0))


def knows_password(password: str) -> bool:
    """Ask whoever is signed in for the password again, where more than a login is needed (S11).

    Raises `TooMany`.
    """
    if site().limits:
        with transaction() as session:
            attempts.count_password_again(session, g.login_id, now=clock.now())
    return is_right(current_coach().password_hash, password)


def check_safe_connection() -> None:
    """Refuse passwords over plain http from other machines (S73)."""
    if not (site().is_secure or site().is_loopback):
        raise NotOverPlainHttp


def _hold_form(app: Flask) -> None:
    """Keep what was written and sent after the login had ended, if the view asks for it."""
    token = request.cookies.get(login_cookie())
    if request.method != "POST" or not token or not is_held(app, request.endpoint):
        return
    body = urlencode(list(request.form.items(multi=True)))
    with transaction() as session:
        held_forms.hold_form(session, token, path=here(), body=body, now=clock.now())


def held_here() -> MultiDict[str, str] | None:
    """Return what was sent to this very address after the login had ended, or None."""
    body = held_forms.held_form(db.session(), g.coach_id, here())
    return MultiDict(parse_qsl(body, keep_blank_values=True)) if body else None


def forget_held_here(session: Session) -> None:
    """Forget what was held for this address, once it is saved."""
    held_forms.forget_held_form(session, g.coach_id, here())


def here() -> str:
    """Return this address with its query, as a held form is found by it."""
    return request.full_path.rstrip("?")[:LONGEST_PATH]


def _present_login() -> Login | None:
    token = request.cookies.get(login_cookie())
    if not token:
        return None
    now = clock.now()
    login = logins.find_login(db.session(), token, now=now)
    if login is not None and now - login.seen_at > logins.SEEN_EVERY:
        login_id = login.id
        # Where nothing can be written just now, reading goes on (R8, R9).
        with suppress(DatabaseBusy), transaction() as session:
            logins.mark_seen(session, login_id, now=now)
        login = logins.find_login(db.session(), token, now=now)
    return login
