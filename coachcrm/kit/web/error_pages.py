"""Error pages: what happened, what did not, and what to do next; they need no database.

A client is told whose site this is and by which number the coach is reached; on the coach's side
they look like his desk.
"""

from contextlib import suppress
from http import HTTPStatus

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
)
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from coachcrm.kit.data.db import db
from coachcrm.kit.data.troubles import trouble_of
from coachcrm.kit.errors import DatabaseBusy, NotFound, Refusal
from coachcrm.kit.text import phone_numbers
from coachcrm.kit.time import countries, words
from coachcrm.kit.web.forms import is_secret
from coachcrm.kit.web.guard import form_token, wants_json
from coachcrm.kit.web.site import site

log = structlog.get_logger()

NOT_SHOWN = ("We cannot show this page just now.", "Please try again in a minute.")
KEPT = "What you typed is kept here: please wait a few seconds, and press the button."

PAGES = {
    400: (
        "That did not arrive as it should",
        "Something in the request was not right, and nothing was changed.",
        "Please go back, reload the page and try again.",
    ),
    405: (
        "That cannot be done here",
        "This address does not take that kind of request, and nothing was changed.",
        "Please go back and use the buttons on the page.",
    ),
    413: (
        "That was too much at once",
        "What you sent is larger than this page can take, and nothing was changed.",
        "Please go back and shorten the text, or choose a smaller file.",
    ),
    500: (
        "Something went wrong on our side",
        (
            "This is our mistake, not yours. If you pressed a button, please check whether it "
            "worked before you press it again."
        ),
        "Please try again in a few minutes.",
    ),
}


class IdConverter(BaseConverter):
    """A row's id in an address; a number that no row can have is not found."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)


def init_app(app: Flask) -> None:
    """Install the handlers and the filters that write dates and times."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _bug)
    app.jinja_env.filters.update(
        day=words.day,
        day_year=words.day_year,
        clock_time=words.clock_time,
        phone=_phone,
    )
    app.jinja_env.globals["link"] = lambda endpoint, **values: site().link(endpoint, **values)
    app.context_processor(lambda: {"site": g.get("names") or {}, "csrf_token": _late_token})


def _phone(e164: str) -> str:
    """Return the coach's number as the reader dials it, at home where nothing else is known."""
    zone = g.get("reader_zone")
    country = countries.of_zone(zone) or "" if zone else phone_numbers.country_of(e164, "")
    return phone_numbers.spoken(e164, country)


class _LateToken:
    """A form token that is made only if a template really writes it."""

    def __html__(self) -> str:
        return form_token()

    __str__ = __html__


_late_token = _LateToken()


def names(*, practice: str, coach_name: str, **more: object) -> None:
    """Tell the page's frame whose practice this is; the coach's own page adds what it shows."""
    g.names = {"practice": practice or coach_name, "coach_name": coach_name, **more}


def is_read_in(zone: str) -> None:
    """Tell the page in which zone its reader is, for whom telephone numbers are written."""
    g.reader_zone = zone


def answer(
    status: int,
    title: str,
    sentence: str,
    what_next: str,
    links: list[tuple[str, str]] | None = None,
    *,
    form: list[tuple[str, str]] | None = None,
    by_phone: str = Refusal.by_phone,
) -> Response:
    """Return an error page, or the same in JSON for a script; `form` can be sent once more."""
    if wants_json():
        return make_response(jsonify(error=sentence, what_next=what_next), status)
    _say_whose(status)
    page = render_template(
        "errors/desk.html" if _is_desk() else "errors/public.html",
        status=status,
        title=title,
        sentence=sentence,
        what_next=what_next,
        links=links or [],
        form=form,
        form_url=request.full_path.rstrip("?"),
        by_phone=by_phone,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_desk() -> bool:
    return "coach_id" in g or request.path.startswith(("/coach/", "/set-up/"))


def _say_whose(status: int) -> None:
    """Let the frame say whose site this is; what is in trouble is not asked, and nothing fails."""
    if "names" in g:
        return
    # A request for another host is nothing that we look anything up for.
    may_ask = status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.BAD_REQUEST
    say_whose = current_app.extensions["coachcrm.whose"]
    try:
        say_whose(ask=may_ask)
    except Exception as error:
        # Whatever it is: this is the page on which people read that something is wrong.
        log.warning("nobody named", exc_info=error)
        with suppress(Exception):
            db.session.rollback()
        say_whose(ask=False)


def refused(refusal: Refusal, links: list[tuple[str, str]] | None = None) -> Response:
    """Return the page of a refusal; `links` lead to where the reader can go on."""
    form = _form_as_sent() if isinstance(refusal, DatabaseBusy) else None
    sentence, what_next = refusal.sentence, KEPT if form else refusal.what_next
    if isinstance(refusal, DatabaseBusy) and request.method in {"GET", "HEAD"}:
        sentence, what_next = NOT_SHOWN
    response = answer(
        refusal.status,
        refusal.title,
        sentence,
        what_next,
        links,
        form=form,
        by_phone=refusal.by_phone,
    )
    retry_after = getattr(refusal, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _form_as_sent() -> list[tuple[str, str]] | None:
    """Return what was posted, to be sent once more as it is; a secret is rather typed again."""
    if request.method != "POST" or not request.form:
        return None
    typed = list(request.form.items(multi=True))
    return None if any(is_secret(name) for name, _ in typed) else typed


def of_http(error: HTTPException) -> Response:
    """Return the page of what the framework refuses."""
    code = error.code or 500
    if code == 404:  # noqa: PLR2004
        return refused(NotFound())
    if 300 <= code < 400:  # noqa: PLR2004 - a redirect to the canonical address
        return error.get_response()  # type: ignore[return-value]
    response = answer(code, *PAGES.get(code, PAGES[500 if code >= 500 else 400]))  # noqa: PLR2004
    if code == 405 and error.get_headers():  # noqa: PLR2004
        response.headers.extend(h for h in error.get_headers() if h[0] == "Allow")
    return response


def _database(error: Exception) -> Response:
    db.session.rollback()
    if trouble_of(error) is not None:
        return refused(DatabaseBusy())
    return _bug(error)


def _bug(error: Exception) -> Response:
    log.error("bug", endpoint=request.endpoint, exc_info=error)
    return answer(500, *PAGES[500])
