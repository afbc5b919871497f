"""The first page: the coach, and the soonest times of what he offers."""

from datetime import datetime, timedelta

from flask import Response, render_template, request

from coachcrm.bookings.blueprint import bookings as bp
from coachcrm.bookings.offer.pages import landing as page
from coachcrm.bookings.offer.pages import times as times_page
from coachcrm.bookings.offer.pages.running_diary import Shown, offered
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import CoachCard, ServiceCard
from coachcrm.bookings.offer.views.times import reads_twelve_hours, zone_asked_for
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import public
from coachcrm.kit.web.packed import Packed

HTML = "text/html; charset=utf-8"
A_DAY = timedelta(days=1)


@bp.get("/")
@public
def landing() -> Response:
    """Show who the coach is, three free times, and the way in."""
    now = clock.now()
    facts = (request.query_string, reads_twelve_hours())
    return offered(facts, lambda diary: _page(diary, now), now=now)


def _page(diary: Diary, now: datetime) -> tuple[Shown, datetime]:
    """Return the page, and the last instant at which it is as it should be."""
    if not diary.front:
        html, until = _closed_page(diary.coach), now + A_DAY
    else:
        html = _open_page(diary, diary.front, now)
        zones = {service: zone_asked_for(diary, service).info for service in diary.front}
        until = min(diary.good_until(service, zones[service], now=now) for service in zones)
    return Shown(Packed.of(html.encode(), HTML), is_secret=False), until


def _closed_page(coach: CoachCard) -> str:
    described = page.shortened((coach.page.line, coach.about, f"{coach.full_name}."))
    return render_template("bookings/offer/closed.html", coach=coach, description=described)


def _open_page(diary: Diary, front: list[ServiceCard], now: datetime) -> str:
    coach, (service, *others) = diary.coach, front
    zone = zone_asked_for(diary, service)
    lead, rest = page.lead_and_rest(coach.about)
    return render_template(
        "bookings/offer/landing.html",
        has_long_word=page.has_long_word(coach.full_name),
        lead=lead,
        rest=rest,
        coach=coach,
        service=service,
        words=page.own_words(service),
        offers=page.offer_links(diary, service, zone, now=now),
        zone=zone,
        others=[_other(diary, each, now) for each in others],
        heading=page.half_hour_heading(service.minutes),
        links=page.own_links(coach),
        description=page.description(coach, service),
        all_times_url=times_page.times_url(service, zone),
    )


def _other(
    diary: Diary, service: ServiceCard, now: datetime
) -> tuple[ServiceCard, str, str | None]:
    """Return a further service with the way to its times, and the next that is free."""
    zone = zone_asked_for(diary, service)
    next_free = times_page.next_free(diary, service, zone, now)
    return service, times_page.times_url(service, zone), next_free
