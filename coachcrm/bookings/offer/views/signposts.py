"""What programs that look around are told: where not to look, what there is, whom to warn."""

from datetime import datetime, timedelta
from urllib.parse import quote

from flask import Response, make_response, render_template

from coachcrm.bookings.blueprint import bookings as bp
from coachcrm.bookings.offer.pages.running_diary import diary_cache, diary_now
from coachcrm.bookings.offer.reading.diary_cache import NotOpenYet
from coachcrm.kit.data.db import db
from coachcrm.kit.errors import NotFound
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import public
from coachcrm.kit.web.site import site

PLAIN = "text/plain; charset=utf-8"
# RFC 9116 2.5.5 advises less than a year, so that nobody trusts what is forgotten.
GOOD_FOR = timedelta(days=180)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Keep robots out of what only people with a link or a password open (RFC 9309)."""
    return _text("robots.txt", PLAIN)


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """List the pages that may be found: none that is booked by its link alone (S17)."""
    diary = diary_cache().read(db.session(), now=clock.now())
    return _text(
        "sitemap.xml", "application/xml; charset=utf-8", services=diary.front if diary else []
    )


@bp.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Say whom to warn of a hole in this site (RFC 9116); before there is a coach, nobody."""
    now = clock.now()
    try:
        email = diary_now(now).coach.email
    except NotOpenYet:
        raise NotFound from None
    return _text("security.txt", PLAIN, email=quote(email, safe="@"), expires=_expires(now))


def _expires(now: datetime) -> str:
    return f"{now + GOOD_FOR:%Y-%m-%dT00:00:00Z}"


def _text(name: str, content_type: str, **values: object) -> Response:
    text = render_template(f"bookings/offer/{name}", is_secure=site().is_secure, **values)
    # RFC 9116 2.2: the last line ends too, which a template need not do.
    response = make_response(f"{text.rstrip()}\n")
    response.content_type = content_type
    return response
