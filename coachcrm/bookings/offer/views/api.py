"""The free times as JSON, for the coach's own site and for scripts."""

import hashlib
import json
from datetime import date, datetime

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from coachcrm.bookings.blueprint import api as bp
from coachcrm.bookings.offer.pages import times, zones
from coachcrm.bookings.offer.pages.running_diary import diary_now, kept_answers
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import as_token_page, public
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
    now = clock.now()
    diary = diary_now(now)
    card = diary.service(service)
    if card is None:
        return jsonify(error="There is no such service."), 404
    if not card.is_public:
        as_token_page()
    first, last = parse_date(request.args.get("from")), parse_date(request.args.get("to"))
    if first is None or last is None:
        return jsonify(error="Give the dates as from=YYYY-MM-DD&to=YYYY-MM-DD."), 422
    if last < first or (last - first).days >= MOST_DAYS:
        return jsonify(error=f"Ask for 1 to {MOST_DAYS} days, the earlier date first."), 422
    zone = zones.zone_for(request.args.get("tz"), diary.coach, change_url="")
    facts = (diary.version, card.slug, zone.name, first, last)
    body, tag = kept_answers().get(
        facts, lambda: _answer(diary, card, zone, (first, last), now), now=now
    )
    response = Response(body, content_type="application/json")
    response.set_etag(tag)
    return response.make_conditional(request)


def _answer(
    diary: Diary,
    card: ServiceCard,
    zone: zones.Zone,
    asked: tuple[date, date],
    now: datetime,
) -> tuple[tuple[bytes, str], datetime]:
    """Return the answer's octets with their ETag, and the last instant at which they are right."""
    week = times.week_of(None, diary, card, zone, now=now)
    first, last = max(asked[0], week.today), min(asked[1], week.horizon)
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
    tag = hashlib.sha256(body).hexdigest()[:32]
    return (body, tag), diary.good_until(card, zone.info, now=now)
