"""Booking a client in by the coach's own hand."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings import acts, finding, refusals
from coachcrm.bookings.book.operations.book import Book
from coachcrm.bookings.offer.pages.running_diary import diary_cache, diary_now
from coachcrm.bookings.policies import ByCoach
from coachcrm.clients import operations as clients
from coachcrm.clients.models import Client
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.calendar.core import broken_rules
from coachcrm.desk.calendar.forms import BookForm
from coachcrm.desk.calendar.pages.book import people_found
from coachcrm.kit.data.db import db
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.text.phone_numbers import written
from coachcrm.kit.text.typed import parse_date, parse_row_number
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.web.guard import form_problem, keeps_answers
from coachcrm.kit.web.site import site


@bp.get("/bookings/new")
def new_booking() -> Response:
    """Show the form for booking a client in, filled in as far as the address says."""
    now, coach = clock.now(), current_coach()
    form = _book_form(blank=True)
    person = form.client
    if person is not None:
        form.phone.data = written(person.phone)
    start = words.parse_stamp(request.args.get("start", ""))
    on = parse_date(request.args.get("on"))
    if start is not None:
        form.show(start)
    elif on is not None:
        form.on.data = on.isoformat()
    else:
        form.on.data = now.astimezone(coach.zone).date().isoformat()
    return _book_page(form)


@bp.post("/bookings/new")
@keeps_answers
def book() -> ResponseReturnValue:
    """Book a client in; a time that breaks rules is asked about first."""
    form = _book_form()
    if problem := form_problem():
        return _book_page(form, problem.status, problem=problem.sentence)
    if not form.was_sent_well():
        return _book_page(form, 422)
    service, start = form.services[form.service.data], form.start()
    allowed = broken_rules.allowed_by(request.form.get("allowed", ""), start, service.slug)
    wanted = Book(
        policy=ByCoach(allowed),
        service=service.slug,
        start=start,
        answers=form.answers(),
        form_token=request.form["csrf_token"],
        message=form.message.data or "",
    )
    try:
        public_id = wanted.made_before(db.session()) or acts.perform(wanted, site(), diary_cache())
    except (refusals.BreaksRules, refusals.SlotTaken, refusals.HasPassed) as refusal:
        return _ask_again(form, refusal)
    made = finding.find(db.session(), public_id)
    return redirect(url_for("desk.booking", booking_id=made.id, done="booked"), 303)


def _ask_again(form: BookForm, refusal: Refusal) -> Response:
    """Show why nobody was booked in: the rules to say yes to, or what no yes helps against."""
    if not isinstance(refusal, refusals.BreaksRules):
        return _book_page(form, 409, problem=f"{refusal.sentence} {refusal.what_next}")
    service = form.services[form.service.data]
    broken = broken_rules.named(refusal.rules, service.policy)
    yes = broken_rules.yes_to(refusal.rules, form.start(), service.slug)
    return _book_page(form, 409, broken=broken, yes=yes)


def _book_form(*, blank: bool = False) -> BookForm:
    coach, now = current_coach(), clock.now()
    services = [service for service in diary_now(now).services if service.is_active]
    more = {"formdata": None} if blank else {}
    return BookForm(
        services=services,
        client=_client(),
        zone=coach.zone,
        home=coach.country,
        today=now.astimezone(coach.zone).date(),
        **more,
    )


def _book_page(
    form: BookForm,
    status: int = 200,
    *,
    problem: str | None = None,
    broken: list[str] | None = None,
    yes: str = "",
) -> Response:
    coach, asked = current_coach(), request.args.get("q", "")[:120]
    kept = {name: value for name in ("start", "on") if (value := request.args.get(name, ""))}
    page = render_template(
        "desk/calendar/book.html",
        **people_found(db.session(), coach.id, asked, kept=kept),
        form=form,
        client=form.client,
        problem=problem,
        broken=broken,
        yes=yes,
        zone_label=zones.label(coach.timezone),
    )
    return make_response(page, status)


def _client() -> Client | None:
    """Return the client whom the address names, if it names one."""
    asked = request.args.get("client", "")
    if not asked:
        return None
    if (client_id := parse_row_number(asked)) is None:
        raise NotFound
    return clients.get(db.session(), g.coach_id, client_id)
