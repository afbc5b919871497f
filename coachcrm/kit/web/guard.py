"""What stands at the door of every request: host, size, origin, form token, headers.

Every view is private unless it says otherwise (S43): `public` for pages that anyone may open,
`token_page` for pages that a secret link opens. Every form that posts carries a signed and dated
token (S21, S60); on the coach's pages it is bound to the login, at sign-in to a cookie made just
before, elsewhere to nothing but the date.
"""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask.globals import request_ctx

from coachcrm.kit.data.db import be_a_page, db
from coachcrm.kit.errors import Refusal
from coachcrm.kit.time import clock
from coachcrm.kit.web.site import Site, site

View = TypeVar("View", bound="Callable[..., Any]")

FORM_LIFE = timedelta(hours=24)
ANYONE = "anyone"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MOST_BYTES = 1024 * 1024
# Under this name the server tells when a request had wholly arrived, on the monotonic clock.
ARRIVED = "coachcrm.arrived"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class FormProblem(StrEnum):
    """What is wrong with a form's token."""

    MISSING = "missing"
    FORGED = "forged"
    EXPIRED = "expired"

    @property
    def status(self) -> int:
        """The HTTP status that answers it."""
        return 422 if self is FormProblem.EXPIRED else 400

    @property
    def sentence(self) -> str:
        """What the person reads; what was typed is still in the form."""
        if self is FormProblem.EXPIRED:
            return (
                "This page has been open for more than a day. "
                "Please check it and press the button again."
            )
        return (
            "We could not be sure that this came from our page. Please press the button once more."
        )


class UntrustedForm(Refusal):
    """The form's token is missing, forged or too old, on a page that keeps no answers."""

    title = "Please press the button once more"

    def __init__(self, problem: FormProblem) -> None:
        super().__init__(problem.sentence, what_next="Go back, reload the page and try again.")
        self.status = problem.status


def public(view: View) -> View:
    """Mark a view that anyone may open."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def token_page(view: View) -> View:
    """Mark a view that a secret link opens: never stored, indexed or named to others (S17)."""
    view.access = "token"  # type: ignore[attr-defined]
    return view


def as_token_page() -> None:
    """Send this answer as a token page, where only what the address holds makes it secret (S17)."""
    g.is_token_page = True


def takes_up_to(most: int) -> Callable[[View], View]:
    """Mark a view that takes a larger body than others, in bytes, from whoever may enter (S41)."""

    def mark(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


def larger_bodies(app: Flask) -> dict[str, int]:
    """Return the paths that take a larger body than others, and how large, in bytes."""
    taken = (
        (rule.rule, getattr(app.view_functions[rule.endpoint], "most_bytes", 0))
        for rule in app.url_map.iter_rules()
    )
    return {path: most for path, most in taken if most}


def keeps_answers(view: View) -> View:
    """Mark a view that shows its form again, filled in, when the form's token is refused."""
    view.keeps_answers = True  # type: ignore[attr-defined]
    return view


def held_when_signed_out(view: View) -> View:
    """Mark a view whose form is kept when it comes after the login has ended."""
    view.held = True  # type: ignore[attr-defined]
    return view


def is_held(app: Flask, endpoint: str | None) -> bool:
    """Say whether an endpoint's form is kept when it comes after the login has ended."""
    return bool(getattr(app.view_functions.get(endpoint or ""), "held", False))


def access_of(app: Flask, endpoint: str | None) -> str:
    """Return `public`, `token` or `private` for an endpoint."""
    view = app.view_functions.get(endpoint or "")
    return str(getattr(view, "access", "private"))


def issue_form_token(site: Site, *, now: datetime, bound_to: str = ANYONE) -> str:
    """Return a new token for one form, good for 24 hours."""
    text = f"{int(now.timestamp())}-{secrets.token_urlsafe(16)}"
    # Only the part after the binding travels: what the form is bound to stays out of the page.
    return site.forms.sign(f"{bound_to} {text}").split(" ")[-1]


def check_form_token(
    site: Site, token: str, *, now: datetime, bound_to: str = ANYONE
) -> FormProblem | None:
    """Return what is wrong with a form's token, or None."""
    if not token:
        return FormProblem.MISSING
    text = site.forms.text_of(f"{bound_to} {token}")
    if text is None:
        return FormProblem.FORGED
    issued = int(text.split(" ")[-1].partition("-")[0])
    age = now.timestamp() - issued
    return FormProblem.EXPIRED if age > FORM_LIFE.total_seconds() else None


def form_token() -> str:
    """Return a token for a form on the page that is being made."""
    bound_to = g.get("form_bound_to", ANYONE)
    return issue_form_token(site(), now=clock.now(), bound_to=bound_to)


def form_token_again() -> str:
    """Return the posted form's own token if it is good, for the form goes on; else a new one.

    One that is younger than nothing comes from before the clock was set back: it would live on
    for more than a day.
    """
    is_good = request.method in UNSAFE and form_problem() is None and "csrf_token" in request.form
    return request.form["csrf_token"] if is_good and _form_age() >= timedelta() else form_token()


def was_sent_within(least: timedelta) -> bool:
    """Say whether the posted form, whose token is good, was sent sooner than a person could.

    Of one from before the clock was set back nobody knows, so it was not.
    """
    return timedelta() <= _form_age() < least


def _form_age() -> timedelta:
    issued = int(request.form["csrf_token"].partition("-")[0])
    return clock.now() - datetime.fromtimestamp(issued, UTC)


def form_problem() -> FormProblem | None:
    """Return what is wrong with the posted form's token, for views that keep the answers."""
    return g.get("form_problem")  # type: ignore[no-any-return]


def wants_json() -> bool:
    """Say whether a script asks, not a person who waits for a page."""
    return (
        request.accept_mimetypes.best == "application/json"
        or request.headers.get("Sec-Fetch-Dest") == "empty"
    )


def check_host() -> None:
    """Answer 400 to any host but our own (S39); a health probe may use any."""
    if request.endpoint == "health.healthz":
        return
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        host = None
    if not site().is_our_host(host):
        if request_ctx.url_adapter is None:
            # No host has such a name at all; the page that says so has addresses on it.
            request_ctx.url_adapter = current_app.url_map.bind(site().host)
        abort(400, "This site is known by another address.")


def limit_waiting() -> None:
    """Bound the time for which this request may wait for a locked database (R8)."""
    # Requests that act may have stood in the server's line before.
    since = request.environ.get(ARRIVED, time.monotonic())
    be_a_page(db.session(), is_act=request.method in UNSAFE, since=since)


def check_form() -> None:
    """Check where an act comes from, and its form's token (S21); GET never acts (S13)."""
    if request.method not in UNSAFE or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    keeps = getattr(view, "keeps_answers", False)
    # Whoever may not enter has been turned away by now, with nothing read.
    request.max_content_length = getattr(view, "most_bytes", MOST_BYTES)
    problem = None if _is_from_here() else FormProblem.FORGED
    problem = problem or check_form_token(
        site(),
        request.form.get("csrf_token", ""),
        now=clock.now(),
        bound_to=g.get("form_bound_to", ANYONE),
    )
    g.form_problem = problem
    if problem is not None and not keeps:
        raise UntrustedForm(problem)


def _is_from_here() -> bool:
    """Ask what the browser itself says of the act's origin: the second net (S21)."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site not in {None, "same-origin", "none"}:
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or site().is_our_origin(origin, asked=request.host)


def add_headers(response: Response) -> Response:
    """Send the security headers of S17, S24, S25 and S27 with every answer."""
    headers = response.headers
    for name, value in HEADERS.items():
        headers[name] = value
    secret = g.get("is_token_page", False)
    access = "token" if secret else access_of(current_app, request.endpoint)
    headers["Referrer-Policy"] = "no-referrer" if access == "token" else "same-origin"
    if site().is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-cache" if access == "public" else "no-store"
    if access == "token":
        headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
