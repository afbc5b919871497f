"""The form for one free time: shown, sent, shown again with what was typed."""

from contextlib import suppress
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.bookings import acts, attempts, refusals
from coachcrm.bookings.blueprint import bookings as bp
from coachcrm.bookings.book.forms import DetailsForm
from coachcrm.bookings.book.operations import already_booked
from coachcrm.bookings.book.operations.book import Answers, Book, same_form_again
from coachcrm.bookings.offer.pages import times
from coachcrm.bookings.offer.pages.running_diary import diary_cache, diary_now
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.bookings.offer.views.times import service_named, zone_asked_for
from coachcrm.bookings.policies import ByClient
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound, Refusal, TooMany
from coachcrm.kit.text.typed import parse_minutes
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.web.guard import (
    form_problem,
    form_token_again,
    keeps_answers,
    public,
    was_sent_within,
)
from coachcrm.kit.web.site import site

TOO_QUICK = "That was very quick. Please look at it once more, and press Book once more."
NOT_FREE = (
    "That time is not free, or not any more. If you have just booked it yourself, your booking "
    "stands: its link is in your mail."
)


@bp.get("/book/<service>/<start>")
@public
def details(service: str, start: str) -> ResponseReturnValue:
    """Show the form for one free time."""
    now = clock.now()
    diary, card, at = _asked_for(service, start, now)
    slot = diary.offers(card, at, now=now)
    if slot is None:
        return _taken(card, at, now)
    form = _form(diary, card, now, formdata=None)
    form.timezone.data = zone_asked_for(diary).visitor
    return _details_page(diary, card, slot, form)


@bp.post("/book/<service>/<start>")
@public
@keeps_answers
def book(service: str, start: str) -> ResponseReturnValue:
    """Book a free time, or show the form again with what was typed."""
    now = clock.now()
    diary, card, at = _asked_for(service, start, now)
    form = _form(diary, card, now)
    if (not_yet := _why_not_yet()) is not None:
        status, problem = not_yet
        return _form_again(diary, card, at, form, status=status, problem=problem)
    if form.more.data:
        return _private(render_template("bookings/book/thanks.html", coach=diary.coach), 200)
    answers = _answers(form, diary) if form.was_sent_well() else None
    try:
        public_id = _book(diary, card, at, answers)
    except (
        refusals.SlotTaken,
        refusals.LengthChanged,
        refusals.LookInYourMail,
        TooMany,
    ) as refusal:
        return _refused(diary, card, at, form, refusal)
    if public_id is None:
        return _form_again(diary, card, at, form, status=422)
    return redirect(url_for("booking.show", token=site().bookings.sign(public_id)), 303)


def _why_not_yet() -> tuple[int, str | None] | None:
    """Return the status and sentence with which the form is shown again before it is tried."""
    if "keep" in request.form:
        return 200, None
    if problem := form_problem():
        return problem.status, problem.sentence
    if site().limits and was_sent_within(attempts.LEAST_TIME):
        return 422, TOO_QUICK
    return None


def _refused(
    diary: Diary, service: ServiceCard, at: datetime, form: DetailsForm, refusal: Refusal
) -> Response:
    """Show why nothing was booked; what was typed is kept."""
    if isinstance(refusal, refusals.LookInYourMail):
        return _look_in_your_mail(diary, service, at, form, refusal)
    if isinstance(refusal, refusals.LengthChanged):
        problem = refusal.sentence
        return _form_again(diary, service, at, form, status=refusal.status, problem=problem)
    if isinstance(refusal, TooMany):
        sentence = f"{refusal.sentence} {refusal.what_next}"
        page = _form_again(diary, service, at, form, status=refusal.status, problem=sentence)
        page.headers["Retry-After"] = str(refusal.retry_after)
        return page
    return _taken(service, at, clock.now())


def _asked_for(slug: str, start: str, now: datetime) -> tuple[Diary, ServiceCard, datetime]:
    """Return the diary, the service and the instant that an address names, or answer 404."""
    at = words.parse_stamp(start)
    if at is None:
        raise NotFound
    diary = diary_now(now, near=at)
    return diary, service_named(diary, slug), at


def _form(diary: Diary, service: ServiceCard, now: datetime, **options: object) -> DetailsForm:
    today = now.astimezone(diary.coach.zone).date()
    return DetailsForm(
        needs_phone=service.place == "phone", home=diary.coach.country, today=today, **options
    )


def _details_page(
    diary: Diary,
    service: ServiceCard,
    slot: Interval,
    form: DetailsForm,
    *,
    status: int = 200,
    problem: str | None = None,
) -> Response:
    zone = zone_asked_for(diary, service)
    form.timezone.data = zones.canonical(form.timezone.data) or zone.visitor
    page = render_template(
        "bookings/book/details.html",
        coach=diary.coach,
        service=service,
        slot=times.one(slot, zone, service),
        zone=zone,
        form=form,
        csrf_token=form_token_again(),
        change_url=times.times_url(service, zone, slot.start.astimezone(zone.info).date()),
        problem=problem,
    )
    return _private(page, status)


def _taken(service: ServiceCard, at: datetime, now: datetime) -> Response:
    """Show that a time is not free, with the nearest ones; what was typed travels along."""
    diary = diary_now(now)
    # Offered until just now, perhaps: it is closed, or has another address.
    service = service_named(diary, service.slug)
    zone = zone_asked_for(diary, service)
    was_sent = request.method == "POST"
    kept = ("name", "email", "phone", "timezone", "topic", "interview_on", "message")
    page = render_template(
        "bookings/book/taken.html",
        sentence=refusals.SlotTaken.sentence if was_sent else NOT_FREE,
        what_next=refusals.SlotTaken.what_next if was_sent else "Please choose another time.",
        days=times.nearest(diary, service, zone, at, now=now),
        zone=zone,
        service=service,
        coach=diary.coach,
        all_times_url=times.times_url(service, zone),
        answers=[(name, request.form[name]) for name in kept if request.form.get(name)],
        csrf_token=form_token_again(),
    )
    return _private(page, 409)


def _answers(form: DetailsForm, diary: Diary) -> Answers:
    return form.answers(
        fallback_zone=diary.coach.timezone, twelve_hour=zone_asked_for(diary).twelve_hour
    )


def _book(diary: Diary, service: ServiceCard, at: datetime, answers: Answers | None) -> str | None:
    """Return the public id of what this form has booked, now or before; None if it cannot yet."""
    token = request.form.get("csrf_token", "")
    is_offered = diary.offers(service, at, now=clock.now()) is not None
    if answers is None or not is_offered:
        # What this form has booked before is on offer no more.
        earlier = same_form_again(
            db.session(), form_token=token, answers=answers, service=service.slug, start=at
        )
        if earlier is None and not is_offered:
            raise refusals.SlotTaken
        return earlier
    wanted = Book(
        policy=ByClient(is_held=site().limits and _count_attempt()),
        service=service.slug,
        start=at,
        answers=answers,
        form_token=token,
        minutes=parse_minutes(request.form.get("minutes")),
    )
    return acts.perform(wanted, site(), diary_cache(), seen=diary)


def _count_attempt() -> bool:
    """Count this attempt; say whether so many come that the coach should look at it first."""
    with transaction() as session:
        attempts.count_attempt(session, address=request.remote_addr or "", now=clock.now())
        return attempts.is_flooded(session, now=clock.now())


def _look_in_your_mail(
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
    page = render_template(
        "bookings/book/look_in_your_mail.html", coach=diary.coach, refusal=refusal
    )
    return _private(page, refusal.status)


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


def _private(page: str, status: int) -> Response:
    """Return a page that holds what somebody typed: no cache keeps it."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _form_again(
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
        return _taken(service, at, now)
    return _details_page(diary, service, slot, form, status=status, problem=problem)
