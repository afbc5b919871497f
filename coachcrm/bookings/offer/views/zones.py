"""Where a visitor says which clock he is on, and what leads back to the times."""

from flask import render_template, request, url_for

from coachcrm.bookings.blueprint import bookings as bp
from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.bookings.offer.pages.zone_choice import kept, zone_choice
from coachcrm.bookings.offer.views.times import service_named, zone_asked_for
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import public


@bp.get("/time-zones")
@public
def time_zones() -> str:
    """Let a visitor choose the zone in which times are shown; `q` is the place he looks for."""
    now = clock.now()
    diary = diary_now(now)
    asked = request.args.get("service", "")
    first_of_all = diary.front[0].slug if diary.front else ""
    service = service_named(diary, asked if diary.service(asked) else first_of_all)
    back, asked_for, start = _way_back(service.slug)
    choice = zone_choice(
        request.args.get("q"),
        zone_asked_for(diary),
        diary.coach.timezone,
        asked_for,
        back=back,
        now=now,
    )
    hidden = [("service", service.slug), *([("start", start)] if start else [])]
    return render_template("bookings/offer/zones.html", choice=choice, hidden=hidden)


def _way_back(service: str) -> tuple[str, dict[str, str], str | None]:
    """Return where the choice leads, what is said there besides, and the time that was chosen."""
    asked_for = kept(request.args)
    if start := asked_for.pop("start", None):
        # A time that was chosen is its own address, with nothing else to say.
        return url_for("bookings.details", service=service, start=start), {}, start
    return url_for("bookings.times", service=service), asked_for, None
