"""The public pages: what is offered, the free times, the form, the JSON of slots."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from coachcrm.bookings import operations, presenting
from coachcrm.bookings.current import diary_now, keeper, kept_pages
from coachcrm.bookings.forms import DetailsForm
from coachcrm.kit import clock, words, zones
from coachcrm.kit.db import db
from coachcrm.kit.errors import NotFound
from coachcrm.kit.guard import form_problem, form_token, keeps_answers, public
from coachcrm.kit.site import site
from coachcrm.kit.text import parse_date

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from coachcrm.bookings.diary import Diary
    from coachcrm.bookings.practice import ServiceCard
    from coachcrm.kit.guard import FormProblem
    from coachcrm.kit.interval import Interval

bp = Blueprint("bookings", __name__)

STEPS = [
    (1, "Get detailed feedback", "Ask again, and ask well: what was good, and what was missing."),
    (2, "Review it", "Walk through the whole process calmly, facts before feelings."),
    (3, "Work on the negatives", "Find what keeps coming back, and practise exactly that."),
    (4, "Take it on the chin", "Tell apart what you can change from what you cannot."),
    (5, "Time for a re-think?", "Aim where your experience is the proof."),
    (6, "Get resilient!", "Be ready for the next one, and stronger for this one."),
]
NEXT_TIMES = 3
MOST_API_DAYS = 62
NOT_FREE = (
    "That time is not free, or not any more. If you have just booked it yourself, your booking "
    "stands: its link is in your mail."
)


@bp.get("/")
@public
def landing() -> str:
    """Show who the coach is, the next free times, and the way in."""
    now = clock.now()
    diary = diary_now(now)
    service = next((s for s in diary.services if s.is_public and s.is_active), None)
    if service is None:
        raise NotFound
    zone = _zone(diary)
    upcoming = islice(diary.slots(service, now=now), NEXT_TIMES)
    return render_template(
        "bookings/landing.html",
        coach=diary.coach,
        service=service,
        next_slots=[presenting.one(slot, zone, diary.coach, service) for slot in upcoming],
        zone=zone,
        steps=STEPS,
        all_times_url=presenting.times_url(service, zone),
    )


@bp.get("/book/<service>")
@public
def times(service: str) -> str:
    """Show seven days of free times."""
    now = clock.now()
    diary = diary_now(now)
    card = _service(diary, service)
    zone = _zone(diary)
    week = presenting.week_of(request.args.get("from"), diary, card, zone, now=now)
    found = presenting.slots_between(diary, card, zone, week.first, week.last, now=now)
    paging = presenting.paging(diary, card, zone, week, now=now, is_empty=not found)

    def page() -> str:
        return render_template(
            "bookings/times.html",
            service=card,
            coach=diary.coach,
            zone=zone,
            notice=zone.notice,
            days=presenting.grouped(found, zone, diary.coach, card),
            **paging,
        )

    # The page shows nothing but these facts, so the same facts have the same page.
    facts = (diary.practice.version, card.slug, zone, week, tuple(found), repr(paging))
    return kept_pages().get(facts, page)


@bp.get("/time-zones")
@public
def time_zones() -> str:
    """Let a visitor choose the zone in which times are shown; `q` narrows the list."""
    diary = diary_now(clock.now())
    service = diary.service(request.args.get("service", "")) or diary.services[0]
    first, q = parse_date(request.args.get("from")), request.args.get("q", "")[:60]
    hidden = {"service": service.slug, **({"from": first.isoformat()} if first else {})}
    return render_template(
        "bookings/zones.html",
        service=service,
        groups=presenting.zone_groups(service, first, q),
        q=q,
        hidden=list(hidden.items()),
        back_url=presenting.times_url(service, _zone(diary), first),
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
    form.timezone.data = _zone(diary).name
    return _details_page(diary, card, slot, form)


@bp.post("/book/<service>/<start>")
@public
@keeps_answers
def book(service: str, start: str) -> ResponseReturnValue:
    """Book a free time, or show the form again with what was typed."""
    now = clock.now()
    diary, card, at = _asked_for(service, start, now)
    form = _form(diary, card, now)
    is_kept = "keep" in request.form
    problem = None if is_kept else form_problem()
    if problem is None and not is_kept:
        answers = form.answers(fallback_zone=diary.coach.timezone) if form.was_sent_well() else None
        try:
            public_id = _book(diary, card, at, answers)
        except operations.SlotTaken:
            return _taken(card, at, now)
        if public_id is not None:
            return redirect(url_for("booking.show", token=site().bookings.sign(public_id)), 303)
    return _form_again(diary, card, at, form, problem)


@bp.get("/api/v1/services/<service>/slots")
@public
def api_slots(service: str) -> ResponseReturnValue:
    """Answer the free times between two dates, inclusive, in a zone."""
    now = clock.now()
    diary = diary_now(now)
    card = diary.service(service)
    if card is None or not card.is_public:
        return jsonify(error="There is no such service."), 404
    first, last = parse_date(request.args.get("from")), parse_date(request.args.get("to"))
    if first is None or last is None:
        return jsonify(error="Give the dates as from=YYYY-MM-DD&to=YYYY-MM-DD."), 422
    if last < first or (last - first).days >= MOST_API_DAYS:
        return jsonify(error=f"Ask for 1 to {MOST_API_DAYS} days, the earlier date first."), 422
    zone = _zone(diary)
    week = presenting.week_of(None, diary, card, zone, now=now)
    found = presenting.slots_between(
        diary, card, zone, max(first, week.today), min(last, week.horizon), now=now
    )
    listed = [
        {
            "start": slot.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "end": slot.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "local": slot.start.astimezone(zone.info).isoformat(),
        }
        for slot in found
    ]
    return jsonify(service=card.slug, timezone=zone.name, slots=listed)


def _service(diary: Diary, slug: str) -> ServiceCard:
    service = diary.service(slug)
    if service is None or not service.is_public:
        raise NotFound
    return service


def _asked_for(slug: str, start: str, now: datetime) -> tuple[Diary, ServiceCard, datetime]:
    """Return the diary, the service and the instant that an address names, or answer 404."""
    at = words.parse_stamp(start)
    if at is None:
        raise NotFound
    diary = diary_now(now, near=at)
    return diary, _service(diary, slug), at


def _zone(diary: Diary) -> presenting.Zone:
    service = (request.view_args or {}).get("service") or request.args.get("service", "")
    query = {"service": service, "from": request.args.get("from", "")}
    change_url = "/time-zones?" + urlencode({name: value for name, value in query.items() if value})
    asked = request.args.get("tz") or request.form.get("timezone")
    return presenting.zone_for(asked, diary.coach, change_url=change_url)


def _form(diary: Diary, service: ServiceCard, now: datetime, **options: object) -> DetailsForm:
    today = now.astimezone(diary.coach.zone).date()
    return DetailsForm(needs_phone=service.place == "phone", today=today, **options)


def _details_page(
    diary: Diary,
    service: ServiceCard,
    slot: Interval,
    form: DetailsForm,
    *,
    status: int = 200,
    problem: str | None = None,
) -> Response:
    zone = _zone(diary)
    form.timezone.data = zones.canonical(form.timezone.data) or zone.name
    page = render_template(
        "bookings/details.html",
        coach=diary.coach,
        service=service,
        slot=presenting.one(slot, zone, diary.coach, service),
        zone=zone,
        form=form,
        csrf_token=form_token(),
        change_url=presenting.times_url(service, zone, slot.start.astimezone(zone.info).date()),
        problem=problem,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _taken(service: ServiceCard, at: datetime, now: datetime) -> Response:
    """Show that a time is not free, with the nearest ones; what was typed travels along."""
    diary = diary_now(now)
    zone = _zone(diary)
    was_sent = request.method == "POST"
    kept = ("name", "email", "phone", "timezone", "topic", "interview_on", "message")
    page = render_template(
        "bookings/taken.html",
        sentence=operations.SlotTaken.sentence if was_sent else NOT_FREE,
        what_next=operations.SlotTaken.what_next if was_sent else "Please choose another time.",
        days=presenting.nearest(diary, service, zone, at, now=now),
        zone=zone,
        service=service,
        coach=diary.coach,
        all_times_url=presenting.times_url(service, zone),
        answers=[(name, request.form[name]) for name in kept if request.form.get(name)],
        csrf_token=form_token(),
    )
    response = make_response(page, 409)
    response.headers["Cache-Control"] = "no-store"
    return response


def _book(
    diary: Diary, service: ServiceCard, at: datetime, answers: operations.Answers | None
) -> str | None:
    """Return the public id of what this form has booked, now or before; None if it cannot yet."""
    token, seen = request.form.get("csrf_token", ""), [diary]
    if answers is None or diary.offers(service, at, now=clock.now()) is None:
        return operations.same_form_again(
            db.session(), form_token=token, answers=answers, service=service.slug, start=at
        )
    return operations.prepared_then(
        lambda: operations.prepare_booking(
            site(),
            # What the page was decided on serves once; after that it is read anew.
            seen.pop() if seen else diary_now(clock.now(), near=at),
            service.slug,
            at,
            answers,
            now=clock.now(),
        ),
        lambda session, new: operations.book(
            session, keeper(), new, form_token=token, now=clock.now()
        ),
    )


def _form_again(
    diary: Diary,
    service: ServiceCard,
    at: datetime,
    form: DetailsForm,
    problem: FormProblem | None,
) -> Response:
    """Show the form with what was typed, if the time is still free."""
    now = clock.now()
    slot = diary.offers(service, at, now=now)
    if slot is None:
        return _taken(service, at, now)
    status = problem.status if problem else 422 if form.errors else 200
    sentence = problem.sentence if problem else None
    return _details_page(diary, service, slot, form, status=status, problem=sentence)
