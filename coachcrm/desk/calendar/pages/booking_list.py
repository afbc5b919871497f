"""The list of bookings that can be searched, as its page shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.desk import listing, meetings
from coachcrm.desk.calendar import reading
from coachcrm.desk.calendar.reading import BookingSearch
from coachcrm.kit.web.site import Site
from coachcrm.notes.operations import notes

SHOWN = {"coming": "Coming", "past": "Past", "cancelled": "Cancelled"}
STATUSES = {"": "Any", **meetings.STATE_WORDS}


def listed(
    session: Session,
    coach: Coach,
    services: Iterable[ServiceCard],
    address: Mapping[str, str],
    *,
    site: Site,
    now: datetime,
) -> dict[str, object]:
    """Return the bookings that an address asks for by its query, and what else can be asked for."""
    wanted, after = _wanted(address), listing.place(address, site)
    found = reading.bookings(
        session, coach.id, wanted, now=now, limit=listing.PAGE + 1, after=after
    )
    page, following = listing.one_page(found, site)
    written = notes.note_of_booking(session, [booking.id for booking in page])
    return {
        "wanted": wanted,
        "tabs": [
            (value, label, _url(wanted, show=value), value == wanted.show)
            for value, label in SHOWN.items()
        ],
        "statuses": STATUSES.items(),
        "services": [("", "Any"), *((service.slug, service.name) for service in services)],
        "groups": meetings.by_day(page, coach, written, now=now),
        "next_url": following and _url(wanted, page=following),
        "first_url": after and _url(wanted),
        "is_searched": wanted != BookingSearch(show=wanted.show),
    }


def _wanted(address: Mapping[str, str]) -> BookingSearch:
    """Read what is looked for; what cannot be looked for finds everything."""
    show, status = address.get("show", ""), address.get("status", "")
    return BookingSearch(
        show=show if show in SHOWN else "coming",
        q=listing.asked(address, "q"),
        status=status if status in STATUSES else "",
        service=listing.asked(address, "service"),
    )


def _url(wanted: BookingSearch, **more: str) -> str:
    query = {name: value for name, value in asdict(wanted).items() if value}
    return url_for("desk.bookings", **{**query, **more}, _anchor="list")
