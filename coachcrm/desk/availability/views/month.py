"""A month as a visitor would see it, and the next clock changes rehearsed."""

import re
from datetime import date, timedelta

from flask import render_template, request, url_for

from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.desk.availability.pages import month as month_page
from coachcrm.desk.availability.pages import preview
from coachcrm.desk.availability.pages.clock_changes import rehearse
from coachcrm.desk.blueprint import availability as bp
from coachcrm.kit.time import clock, zones
from coachcrm.kit.time.words import MONTHS

MOST_MONTHS = 24


@bp.get("/month")
def month() -> str:
    """Show a month day by day, with the reason on each hour that is not on offer."""
    diary = preview.diary_as()
    services = preview.active(diary)
    service = _chosen(services)
    this = preview.today().replace(day=1)
    first = _month(this)
    # What is over cannot be booked: the month begins today.
    begin = max(first, preview.today())
    days = preview.days(diary, service, begin, _next(first) - timedelta(days=1)) if service else []
    return render_template(
        "desk/availability/month.html",
        title=_name(first),
        weeks=month_page.month(first, days),
        days=days,
        service=service,
        services=[(card.name, _url(first, card), card == service) for card in services],
        earlier=_link(_next(first, back=True), service) if first > this else None,
        later=_link(_next(first), service)
        if _number(first) < _number(this) + MOST_MONTHS
        else None,
        zone_label=zones.label(diary.coach.timezone),
    )


@bp.get("/clock-changes")
def clock_changes() -> str:
    """Show what the next clock changes do to the hours."""
    diary = preview.diary_as()
    service = _chosen(preview.active(diary))
    return render_template(
        "desk/availability/clock_changes.html",
        rehearsals=rehearse(diary.practice, service, now=clock.now()),
        service=service,
        zone_label=zones.label(diary.coach.timezone),
    )


def _chosen(services: list[ServiceCard]) -> ServiceCard | None:
    slug = request.args.get("service", "")
    return next((s for s in services if s.slug == slug), next(iter(services), None))


def _month(this: date) -> date:
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", request.args.get("month", ""))
    if match is None or match[1] == "0000":
        return this
    asked = date(int(match[1]), int(match[2]), 1)
    return asked if _number(this) <= _number(asked) <= _number(this) + MOST_MONTHS else this


def _number(first: date) -> int:
    return first.year * 12 + first.month - 1


def _next(first: date, *, back: bool = False) -> date:
    number = _number(first) + (-1 if back else 1)
    return date(number // 12, number % 12 + 1, 1)


def _name(first: date) -> str:
    return f"{MONTHS[first.month - 1]} {first.year}"


def _url(first: date, service: ServiceCard | None) -> str:
    slug = service.slug if service else None
    return url_for("availability.month", month=f"{first:%Y-%m}", service=slug)


def _link(first: date, service: ServiceCard | None) -> tuple[str, str]:
    return _name(first), _url(first, service)
