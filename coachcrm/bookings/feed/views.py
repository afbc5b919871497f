"""The coach's feed, and the page on which he makes and ends its address."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings.blueprint import feed as bp
from coachcrm.bookings.feed import operations
from coachcrm.bookings.feed.forms import FeedForm
from coachcrm.bookings.offer.pages.running_diary import diary_now, kept_feeds
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.web.guard import token_page
from coachcrm.kit.web.site import site


@bp.get("/calendar/<token>.ics")
@token_page
def calendar(token: str) -> Response:
    """Answer a calendar program; one that has the newest octets is told so (F3)."""
    now, session = clock.now(), db.session()
    shown = operations.find(session, token)
    shows, facts = shown.shows, operations.facts(session, shown, now=now)

    def made() -> bytes:
        return operations.octets(session, diary_now(now), shows=shows, now=now)

    edition = kept_feeds().get(shown.coach_id, facts, made, now=now)
    response = Response(edition.octets, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.last_modified = edition.since
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/coach/calendar")
def show() -> Response:
    """Show whether there is a feed, and how to subscribe to it."""
    return _page(FeedForm(formdata=None))


@bp.post("/coach/calendar")
def make() -> ResponseReturnValue:
    """Make a new address and show it, this once; the old one is void."""
    form = FeedForm()
    if not form.was_sent_well():
        return _page(form, 422)
    with transaction() as session:
        token = operations.new_address(
            session, g.coach_id, shows=form.shows.data or operations.DETAILS, now=clock.now()
        )
    return _page(form, address=site().link("feed.calendar", token=token))


@bp.post("/coach/calendar/revoke")
def revoke() -> ResponseReturnValue:
    """End the feed."""
    with transaction() as session:
        operations.revoke(session, g.coach_id)
    return redirect(url_for("feed.show", done="revoked"), 303)


def _page(form: FeedForm, status: int = 200, address: str | None = None) -> Response:
    coach = current_coach()
    present = operations.feed_of(db.session(), coach.id)
    if present is not None and not form.is_submitted():
        form.shows.data = present.shows
    page = render_template(
        "bookings/feed/feed.html",
        form=form,
        address=address,
        webcal="webcal:" + address.partition(":")[2] if address else None,
        since=words.when_year(present.created_at if present else None, coach.zone),
        zone_label=zones.label(coach.timezone),
        is_revoked=request.args.get("done") == "revoked",
        is_local=site().is_loopback,
        revoke_url=url_for("feed.revoke"),
    )
    return make_response(page, status)
