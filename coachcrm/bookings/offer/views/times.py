"""The public pages that only show the free times."""

from datetime import datetime
from urllib.parse import urlencode

from flask import (
    Response,
    render_template,
    request,
    url_for,
)

from coachcrm.bookings.blueprint import bookings as bp
from coachcrm.bookings.offer.pages import days as days_page
from coachcrm.bookings.offer.pages import times as times_page
from coachcrm.bookings.offer.pages import zones
from coachcrm.bookings.offer.pages.running_diary import Shown, offered
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.errors import NotFound
from coachcrm.kit.time import clock, words
from coachcrm.kit.web.error_pages import is_read_in
from coachcrm.kit.web.guard import as_token_page, public
from coachcrm.kit.web.packed import Packed


@bp.after_request
def vary_by_language(response: Response) -> Response:
    """Say that clocks of twelve hours or of 24 are shown by the browser's language."""
    response.vary.add("Accept-Language")
    return response


@bp.get("/book/<service>")
@public
def times(service: str) -> Response:
    """Show the free times of a day, or of seven days as a list."""
    now = clock.now()
    facts = (service, request.query_string, reads_twelve_hours())
    return offered(facts, lambda diary: _times_page(diary, service, now), now=now)


def _times_page(diary: Diary, service: str, now: datetime) -> tuple[Shown, datetime]:
    """Return the page, and the last instant at which it is as it should be."""
    card = service_named(diary, service)
    zone = zone_asked_for(diary, card)
    page = render_template(
        "bookings/offer/times.html",
        service=card,
        coach=diary.coach,
        zone=zone,
        **days_page.shown(
            times_page.free_days(diary, card, zone, now=now),
            zone,
            card,
            url_for("bookings.times", service=card.slug),
            day=request.args.get("day"),
            first=request.args.get("from"),
        ),
    )
    packed = Packed.of(page.encode(), "text/html; charset=utf-8")
    return Shown(packed, not card.is_public), diary.good_until(card, zone.info, now=now)


def service_named(diary: Diary, slug: str) -> ServiceCard:
    """Return what an address names; one that is booked by its link alone stays a secret (S17)."""
    service = diary.service(slug)
    if service is None:
        raise NotFound
    if not service.is_public:
        as_token_page()
    return service


def zone_asked_for(
    diary: Diary, card: ServiceCard | None = None, chosen: str | None = None
) -> zones.Zone:
    """Return the zone to show the times of a service in, with the way to choose another.

    What is `chosen` in a form counts before what the page's address names.
    """
    named = request.view_args or {}
    service = named.get("service") or request.args.get("service", "")
    query = {
        "service": service,
        "start": named.get("start", ""),
        **{n: request.args.get(n, "") for n in ("day", "from", "tz")},
    }
    asked_for = urlencode({name: value for name, value in query.items() if value})
    change_url = f"{url_for('bookings.time_zones')}?{asked_for}"
    asked = chosen or request.args.get("tz") or request.form.get("timezone")
    zone = zones.zone_for(
        asked,
        diary.coach,
        change_url=change_url,
        twelve_hour=reads_twelve_hours(),
        venue=card.venue(diary.coach) if card else "",
    )
    is_read_in(zone.visitor)
    return zone


def reads_twelve_hours() -> bool:
    """Say whether whoever asks reads clocks of twelve hours, not of 24."""
    # Reading the header as it is: most browsers name their one language first.
    return words.reads_twelve_hours(request.headers.get("Accept-Language"))
