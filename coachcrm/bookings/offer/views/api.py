"""The free times as JSON, for the coach's own site and for scripts."""

import json
from datetime import date, datetime

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from coachcrm.bookings.blueprint import api as bp
from coachcrm.bookings.offer.pages import times, zones
from coachcrm.bookings.offer.pages.running_diary import Shown, diary_now, offered
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.errors import NotFound
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import public
from coachcrm.kit.web.packed import Packed
from coachcrm.kit.web.site import site

MOST_DAYS = 62


@bp.after_request
def allow_own_sites(response: Response) -> Response:
    """Let the pages of the sites that the settings name read the answer; no cookie goes along."""
    if site().api_origins:
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin.lower() in site().api_origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
            response.headers["Access-Control-Expose-Headers"] = "ETag"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/services/<service>/slots")
@public
def slots(service: str) -> ResponseReturnValue:
    """Answer the free times between two dates, inclusive, in a zone."""
    now, asked = clock.now(), _dates()
    try:
        if isinstance(asked, str):
            _service_named(diary_now(now), service)
            return jsonify(error=asked), 422
        facts = (service, asked, request.args.get("tz"))
        return offered(facts, lambda diary: _answer(diary, service, asked, now), now=now)
    except NotFound:
        return jsonify(error="There is no such service."), 404


def _dates() -> tuple[date, date] | str:
    """Return the first and the last date that are asked for, or what is wrong with them."""
    first, last = parse_date(request.args.get("from")), parse_date(request.args.get("to"))
    if first is None or last is None:
        return "Give the dates as from=YYYY-MM-DD&to=YYYY-MM-DD."
    if last < first or (last - first).days >= MOST_DAYS:
        return f"Ask for 1 to {MOST_DAYS} days, the earlier date first."
    return first, last


def _answer(
    diary: Diary, service: str, asked: tuple[date, date], now: datetime
) -> tuple[Shown, datetime]:
    """Return the answer, and the last instant at which it is right. Raises `NotFound`."""
    card = _service_named(diary, service)
    zone = zones.zone_for(request.args.get("tz"), diary.coach, change_url="")
    today, horizon = times.first_and_last(diary, card, zone, now=now)
    first, last = max(asked[0], today), min(asked[1], horizon)
    listed = [
        {
            "start": slot.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "end": slot.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "local": slot.start.astimezone(zone.info).isoformat(),
        }
        for slot in times.slots_between(diary, card, zone, first, last, now=now)
    ]
    answer = {"service": card.slug, "timezone": zone.name, "slots": listed}
    body = json.dumps(answer, separators=(",", ":")).encode() + b"\n"
    packed = Packed.of(body, "application/json")
    return Shown(packed, not card.is_public), diary.good_until(card, zone.info, now=now)


def _service_named(diary: Diary, slug: str) -> ServiceCard:
    card = diary.service(slug)
    if card is None:
        raise NotFound
    return card
