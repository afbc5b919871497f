"""What a visitor is shown until there is a booking; no cache keeps what somebody typed."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from flask import Response, make_response, render_template, request

from coachcrm.bookings import refusals
from coachcrm.bookings.book.forms import DetailsForm
from coachcrm.bookings.book.operations import already_booked
from coachcrm.bookings.book.pages import details as details_page
from coachcrm.bookings.book.pages import other_times
from coachcrm.bookings.offer.pages import times
from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.bookings.offer.views.times import service_named, zone_asked_for
from coachcrm.kit.data.db import transaction
from coachcrm.kit.errors import TooMany
from coachcrm.kit.time import clock, zones
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.web.guard import form_token_again
from coachcrm.kit.web.site import letters_leave, site


def the_form(
    diary: Diary,
    service: ServiceCard,
    slot: Interval,
    form: DetailsForm,
    *,
    status: int = 200,
    problem: str | None = None,
) -> Response:
    """Show the form for a time that is free; `problem` is what is wrong with it as a whole."""
    zone = zone_asked_for(diary, service)
    form.timezone.data = zones.canonical(form.timezone.data) or zone.visitor
    page = render_template(
        "bookings/book/details.html",
        **details_page.page(service, slot, zone, form, problem=problem),
        coach=diary.coach,
        csrf_token=form_token_again(),
    )
    return private(page, status)


def choose_another(diary: Diary, service: ServiceCard, at: datetime, now: datetime) -> Response:
    """Show other times as buttons of the form that is half filled in; nothing is booked."""
    zone = replace(zone_asked_for(diary, service, request.form.get("zone")), change_url="")
    whole = diary_now(now)
    slot = whole.offers(service, at, now=now)
    page = render_template(
        "bookings/book/other_times.html",
        **other_times.choose(whole, service, zone, near=at, asked=request.form.get("day"), now=now),
        present=times.one(slot, zone, service) if slot else None,
        typed=other_times.typed({**request.form, "timezone": zone.visitor}),
        service=service,
        zone=zone,
        coach=diary.coach,
        csrf_token=form_token_again(),
    )
    return private(page, 200)


def taken(service: ServiceCard, at: datetime, now: datetime) -> Response:
    """Show that a time is not free, with the nearest ones; what was typed travels along."""
    diary = diary_now(now)
    # Offered until just now, perhaps: it is closed, or has another address.
    service = service_named(diary, service.slug)
    zone = zone_asked_for(diary, service)
    page = render_template(
        "bookings/book/taken.html",
        **other_times.instead(diary, service, zone, at, now=now),
        was_sent=request.method == "POST",
        zone=zone,
        service=service,
        coach=diary.coach,
        all_times_url=times.times_url(service, zone),
        typed=other_times.typed(request.form),
        said=other_times.said(request.form, diary.coach.country),
        csrf_token=form_token_again(),
    )
    return private(page, 409)


def look_in_your_mail(
    diary: Diary,
    service: ServiceCard,
    at: datetime,
    form: DetailsForm,
    refusal: refusals.LookInYourMail,
) -> Response:
    """Send the link of the meeting that stands, and say no more than that a letter may be there."""
    now = clock.now()
    slot = diary.offers(service, at, now=now)
    # The page says the same whether a letter could go or not.
    if slot is not None:
        _tell_of_standing(refusal, service, slot, form.email.data or "", now=now)
    if not letters_leave():
        refusal.without_letters()
    page = render_template(
        "bookings/book/look_in_your_mail.html", coach=diary.coach, refusal=refusal
    )
    return private(page, refusal.status)


def _tell_of_standing(
    refusal: refusals.LookInYourMail,
    service: ServiceCard,
    wanted: Interval,
    email: str,
    *,
    now: datetime,
) -> None:
    with suppress(TooMany), transaction() as session:
        already_booked.tell_of_standing(
            site(),
            session,
            diary_now(now),
            standing=refusal.standing,
            service=service.slug,
            wanted=wanted,
            email=email,
            now=now,
        )


def private(page: str, status: int) -> Response:
    """Return a page that holds what somebody typed: no cache keeps it."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def form_again(
    diary: Diary,
    service: ServiceCard,
    at: datetime,
    form: DetailsForm,
    *,
    status: int,
    problem: str | None = None,
) -> Response:
    """Show the form with what was typed, if the time is still free."""
    now = clock.now()
    slot = diary.offers(service, at, now=now)
    if slot is None:
        return taken(service, at, now)
    return the_form(diary, service, slot, form, status=status, problem=problem)
