"""The form for one free time: shown, sent, shown again with what was typed."""

from datetime import datetime

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.bookings import acts, attempts, refusals
from coachcrm.bookings.blueprint import bookings as bp
from coachcrm.bookings.book.forms import DetailsForm
from coachcrm.bookings.book.operations.book import Answers, Book, same_form_again
from coachcrm.bookings.book.views import shown
from coachcrm.bookings.offer.pages.running_diary import diary_cache, diary_now
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.bookings.offer.views.times import service_named, zone_asked_for
from coachcrm.bookings.policies import ByClient
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound, Refusal, TooMany
from coachcrm.kit.text.typed import parse_minutes
from coachcrm.kit.time import clock, words
from coachcrm.kit.web.guard import (
    form_problem,
    keeps_answers,
    public,
    was_sent_within,
)
from coachcrm.kit.web.site import site

TOO_QUICK = "That was very quick. Please look at it once more, and press Book once more."


@bp.get("/book/<service>/<start>")
@public
def details(service: str, start: str) -> ResponseReturnValue:
    """Show the form for one free time."""
    now = clock.now()
    diary, card, at = _asked_for(service, start, now)
    slot = diary.offers(card, at, now=now)
    if slot is None:
        return shown.taken(card, at, now)
    form = _form(diary, card, now, formdata=None)
    form.timezone.data = zone_asked_for(diary).visitor
    return shown.the_form(diary, card, slot, form)


@bp.post("/book/<service>/<start>")
@public
@keeps_answers
def book(service: str, start: str) -> ResponseReturnValue:
    """Book a free time, or show the form again with what was typed."""
    now = clock.now()
    diary, card, at = _asked_for(service, start, now)
    form = _form(diary, card, now)
    if not form_problem() and request.form.keys() & {"change_time", "day"}:
        return shown.choose_another(diary, card, at, now)
    if (not_yet := _why_not_yet()) is not None:
        status, problem = not_yet
        return shown.form_again(diary, card, at, form, status=status, problem=problem)
    if form.more.data:
        return shown.private(render_template("bookings/book/thanks.html", coach=diary.coach), 200)
    answers = _answers(form, diary) if form.was_sent_well() else None
    try:
        public_id = _book(diary, card, at, answers, heard=form.heard.data or "")
    except (
        refusals.SlotTaken,
        refusals.LengthChanged,
        refusals.LookInYourMail,
        TooMany,
    ) as refusal:
        return _refused(diary, card, at, form, refusal)
    if public_id is None:
        return shown.form_again(diary, card, at, form, status=422)
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
        return shown.look_in_your_mail(diary, service, at, form, refusal)
    if isinstance(refusal, refusals.LengthChanged):
        problem = refusal.sentence
        return shown.form_again(diary, service, at, form, status=refusal.status, problem=problem)
    if isinstance(refusal, TooMany):
        sentence = f"{refusal.sentence} {refusal.what_next}"
        page = shown.form_again(diary, service, at, form, status=refusal.status, problem=sentence)
        page.headers["Retry-After"] = str(refusal.retry_after)
        return page
    return shown.taken(service, at, clock.now())


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
        needs_phone=service.place == "phone",
        home=diary.coach.country,
        sources=diary.coach.page.sources,
        today=today,
        **options,
    )


def _answers(form: DetailsForm, diary: Diary) -> Answers:
    return form.answers(
        fallback_zone=diary.coach.timezone, twelve_hour=zone_asked_for(diary).twelve_hour
    )


def _book(
    diary: Diary, service: ServiceCard, at: datetime, answers: Answers | None, *, heard: str
) -> str | None:
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
        heard=heard,
        minutes=parse_minutes(request.form.get("minutes")),
    )
    return acts.perform(wanted, site(), diary_cache(), seen=diary)


def _count_attempt() -> bool:
    """Count this attempt; say whether so many come that the coach should look at it first."""
    with transaction() as session:
        attempts.count_attempt(session, address=request.remote_addr or "", now=clock.now())
        return attempts.is_flooded(session, now=clock.now())
