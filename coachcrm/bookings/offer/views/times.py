"""The public pages that only show: what is offered, the free times."""

from datetime import datetime
from itertools import islice
from urllib.parse import urlencode

from flask import (
    Response,
    render_template,
    request,
    url_for,
)

from coachcrm.bookings.blueprint import bookings as bp
from coachcrm.bookings.offer.pages import times as times_page
from coachcrm.bookings.offer.pages import zones
from coachcrm.bookings.offer.pages.running_diary import Shown, diary_now, offered
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


STEPS = [
    (1, "Get detailed feedback", "Ask again, and ask well: what was good, and what was missing."),
    (2, "Review it", "Walk through the whole process calmly, facts before feelings."),
    (3, "Work on the negatives", "Find what keeps coming back, and practise exactly that."),
    (4, "Take it on the chin", "Tell apart what you can change from what you cannot."),
    (5, "Time for a re-think?", "Aim where your experience is the proof."),
    (6, "Get resilient!", "Be ready for the next one, and stronger for this one."),
]
NEXT_TIMES = 3


@bp.get("/")
@public
def landing() -> str:
    """Show who the coach is, the next free times, and the way in."""
    now = clock.now()
    diary = diary_now(now)
    if not diary.front:
        return render_template("bookings/offer/closed.html", coach=diary.coach)
    service, *others = diary.front
    zone = zone_asked_for(diary, service)
    upcoming = islice(diary.slots(service, now=now), NEXT_TIMES)
    return render_template(
        "bookings/offer/landing.html",
        coach=diary.coach,
        service=service,
        next_slots=[times_page.one(slot, zone, service) for slot in upcoming],
        zone=zone,
        others=[_other(diary, each, now) for each in others],
        steps=STEPS,
        all_times_url=times_page.times_url(service, zone),
    )


def _other(
    diary: Diary, service: ServiceCard, now: datetime
) -> tuple[ServiceCard, str, str | None]:
    """Return a service of the front page with the way to its times, and the next that is free."""
    zone = zone_asked_for(diary, service)
    next_free = times_page.next_free(diary, service, zone, now)
    return service, times_page.times_url(service, zone), next_free


@bp.get("/book/<service>")
@public
def times(service: str) -> Response:
    """Show seven days of free times."""
    now = clock.now()
    facts = (service, request.query_string, _reads_twelve_hours())
    return offered(facts, lambda diary: _times_page(diary, service, now), now=now)


def _times_page(diary: Diary, service: str, now: datetime) -> tuple[Shown, datetime]:
    """Return the page, and the last instant at which it is as it should be."""
    card = service_named(diary, service)
    zone = zone_asked_for(diary, card)
    week = times_page.week_of(request.args.get("from"), diary, card, zone, now=now)
    found = times_page.slots_between(diary, card, zone, week.first, week.last, now=now)
    page = render_template(
        "bookings/offer/times.html",
        service=card,
        coach=diary.coach,
        zone=zone,
        notice=zone.notice,
        days=times_page.grouped(found, zone, card),
        **times_page.paging(diary, card, zone, week, now=now, is_empty=not found),
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


def zone_asked_for(diary: Diary, card: ServiceCard | None = None) -> zones.Zone:
    """Return the zone to show the times of a service in, with the way to choose another."""
    named = request.view_args or {}
    service = named.get("service") or request.args.get("service", "")
    query = {
        "service": service,
        "start": named.get("start", ""),
        **{n: request.args.get(n, "") for n in ("day", "from", "tz")},
    }
    asked_for = urlencode({name: value for name, value in query.items() if value})
    change_url = f"{url_for('bookings.time_zones')}?{asked_for}"
    asked = request.args.get("tz") or request.form.get("timezone")
    zone = zones.zone_for(
        asked,
        diary.coach,
        change_url=change_url,
        twelve_hour=_reads_twelve_hours(),
        venue=card.venue(diary.coach) if card else "",
    )
    is_read_in(zone.visitor)
    return zone


def _reads_twelve_hours() -> bool:
    # Reading the header as it is: most browsers name their one language first.
    return words.reads_twelve_hours(request.headers.get("Accept-Language"))
