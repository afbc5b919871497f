"""The services: what can be booked, by whom, and by which rules."""

from datetime import timedelta

from flask import (
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from coachcrm.availability.models import Service
from coachcrm.availability.operations import services
from coachcrm.bookings import acts
from coachcrm.bookings.change.operations import resend
from coachcrm.bookings.letters.reading import wrong_place
from coachcrm.bookings.letters.reading.wrong_place import Misled
from coachcrm.bookings.offer.pages.running_diary import diary_cache, diary_now
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.desk import operations
from coachcrm.desk.availability.pages import preview
from coachcrm.desk.blueprint import services as bp
from coachcrm.desk.services.forms import ServiceForm
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import Refusal
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.web.error_pages import refused
from coachcrm.kit.web.site import as_letters_leave, site

DONE = {
    "saved": "Saved. Visitors see it like this from now on.",
    "link": "This is the new link. The old one leads nowhere any more.",
    "told": "The letters are on their way.",
    "deleted": "The service is deleted.",
}
# Hours further off than that say nothing of how long the coach is open.
LOOKED_AHEAD = timedelta(days=60)
MOST_NAMED = 20


@bp.errorhandler(operations.ServiceInUse)
def refuse_to_delete(refusal: Refusal) -> Response:
    """Show why a service stays, with the way back to it, where it can be closed."""
    url = url_for("services.service", **(request.view_args or {}))
    return refused(refusal, links=[("Back to the service", url)])


@bp.get("")
def service_list() -> str:
    """Show what can be booked."""
    diary = preview.diary_as()
    return render_template(
        "desk/services/services.html",
        rows=[(card, _next_free(diary, card)) for card in diary.services],
        zone_label=zones.label(diary.coach.timezone),
        notice=DONE.get(request.args.get("done", "")),
        is_front_empty=not diary.front,
    )


@bp.get("/new")
def blank() -> Response:
    """Show the form for a new service."""
    return _page(ServiceForm.showing())


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Make a service."""
    form = ServiceForm()
    if not form.can_work(longest_min=_longest_min()):
        return _page(form, status=422)
    with transaction() as session:
        service_id = services.create(session, g.coach_id, form.settings())
    return _back(service_id, "saved")


@bp.get("/<id:service_id>")
def service(service_id: int) -> Response:
    """Show one service, with the link to give and everything that can be set."""
    found = services.find(db.session(), g.coach_id, service_id)
    return _page(ServiceForm.showing(found), found)


@bp.post("/<id:service_id>")
def change(service_id: int) -> ResponseReturnValue:
    """Change a service; meetings that stand stay as they are."""
    found = services.find(db.session(), g.coach_id, service_id)
    form = ServiceForm(found)
    if not form.can_work(longest_min=_longest_min()):
        return _page(form, found, status=422)
    with transaction() as session:
        services.change(session, g.coach_id, service_id, form.settings())
    return _back(service_id, "saved")


@bp.post("/<id:service_id>/new-link")
def renew_link(service_id: int) -> ResponseReturnValue:
    """Make a new link, and let the old one lead nowhere."""
    with transaction() as session:
        services.renew_link(session, g.coach_id, service_id)
    return _back(service_id, "link")


@bp.post("/<id:service_id>/new-place")
def tell_new_place(service_id: int) -> ResponseReturnValue:
    """Tell everybody who has another place in the calendar where the meeting is now."""
    services.find(db.session(), g.coach_id, service_id)
    told = [resend.TellNewPlace(booking_id=meeting.booking_id) for meeting in _misled(service_id)]
    acts.perform_each(told, site(), diary_cache())
    return _back(service_id, "told")


@bp.post("/<id:service_id>/delete")
def delete(service_id: int) -> ResponseReturnValue:
    """Delete a service that nobody has ever booked."""
    with transaction() as session:
        operations.delete_service(session, g.coach_id, service_id)
    return redirect(url_for("services.service_list", done="deleted"), 303)


def _back(service_id: int, done: str) -> ResponseReturnValue:
    return redirect(url_for("services.service", service_id=service_id, done=done), 303)


def _misled(service_id: int) -> list[Misled]:
    now = clock.now()
    return wrong_place.misled(db.session(), diary_now(now), service_id, now=now)


def _misled_rows(service_id: int) -> list[dict[str, object]]:
    zone = preview.diary_as().coach.zone
    return [
        {
            "name": meeting.name,
            "url": url_for("desk.client", client_id=meeting.client_id),
            "when": words.when_year(meeting.starts_at, zone),
            "told": meeting.told,
            "lacks_number": meeting.lacks_number,
        }
        for meeting in _misled(service_id)
    ]


def _to_come(card: ServiceCard, done: str) -> dict[str, object]:
    """Return the meetings of a service that stand, where it is closed or has just been changed."""
    if card.is_active and done != "saved":
        return {"to_come": 0}
    coach, session, now = preview.diary_as().coach, db.session(), clock.now()
    found = operations.meetings_to_come(session, coach.id, card.id, now=now, limit=MOST_NAMED)
    return {
        "to_come": operations.number_to_come(session, card.id, now=now),
        "named": [
            (
                booking.client.name,
                words.when_year(booking.starts_at, coach.zone),
                url_for("desk.booking", booking_id=booking.id),
            )
            for booking in found
        ],
        "all_url": url_for("desk.bookings", service=card.slug, _anchor="list"),
        "zone_label": zones.label(coach.timezone),
    }


def _longest_min() -> int:
    """Return the longest stretch in which the coach is open, in minutes; 0 while he never is.

    Windows that touch are one.
    """
    first = preview.today()
    windows = preview.diary_as().practice.windows(first, first + LOOKED_AHEAD)
    return max((Interval(w.start, w.until).minutes for w in windows), default=0)


def _next_free(diary: Diary, card: ServiceCard) -> str | None:
    slot = next(diary.slots(card, now=clock.now()), None) if card.is_active else None
    return words.when(slot.start, diary.coach.zone) if slot else None


def _page(form: ServiceForm, found: Service | None = None, *, status: int = 200) -> Response:
    diary, session = preview.diary_as(), db.session()
    card = diary.service_of(found.id) if found is not None else None
    done = request.args.get("done", "") if not form.errors else ""
    page = render_template(
        "desk/services/service.html",
        form=form,
        service=card,
        address=site().link("bookings.times", service=card.slug) if card else "",
        is_local=site().is_loopback,
        instead=next((s.name for s in diary.front if s != card), None),
        next_free=_next_free(diary, card) if card else None,
        **(_to_come(card, done) if card else {"to_come": 0}),
        has_history=operations.was_booked(session, card.id) if card else False,
        misled=_misled_rows(card.id) if card else [],
        done=done,
        notice=as_letters_leave(DONE[done]) if done == "told" else DONE.get(done),
    )
    return make_response(page, status)
