"""The page on which a visitor says where he is: a search, and places with the time there now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from coachcrm.bookings.offer.pages.zones import Zone
from coachcrm.kit.text import city_search
from coachcrm.kit.text.city_search import Found, Marked
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import words, zones

# What a page of times is asked for besides the zone: it is asked for again with the zone chosen.
_DATES = ("day", "from")


@dataclass(frozen=True, slots=True)
class Place:
    """A place to choose, with the time there now and the address of the times in its zone.

    Its name, and what tells it from others, are in three around what was typed.
    """

    name: Marked
    beside: Marked
    zone: str
    clock: str
    url: str


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """All that the page shows. `now_shown` is the place whose clocks the times are in so far."""

    q: str
    now: str
    twelve_hour: bool
    now_shown: Place
    places: list[Place]
    is_cut: bool
    hidden: list[tuple[str, str]]


def zone_choice(
    q: str | None, zone: Zone, coach_zone: str, kept: Mapping[str, str], *, back: str, now: datetime
) -> ZoneChoice:
    """Return the page for what is typed; without that, the coach's zone and some large cities.

    `kept` is what the page of times at the address `back` was asked for.
    """
    q = city_search.typed(q)
    chosen = {"tz": zone.visitor} if zone.chosen else {}

    def place(found: Found, tz: Mapping[str, str]) -> Place:
        local = now.astimezone(ZoneInfo(found.zone))
        url = f"{back}?{urlencode({**tz, **kept}, safe='/')}" if tz or kept else back
        return Place(found.name, found.beside, found.zone, zone.clock(local), url)

    result = city_search.search(q, now=now, near=coach_zone)
    found = result.found
    if not q:
        own = Found((zones.label(coach_zone), "", ""), ("My time", "", ""), coach_zone)
        found = [own, *(each for each in city_search.some() if each.zone != coach_zone)]
    shown = Found((zones.label(zone.visitor), "", ""), ("", "", ""), zone.visitor)
    return ZoneChoice(
        q=q,
        now=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        twelve_hour=zone.twelve_hour,
        now_shown=place(shown, chosen),
        places=[place(each, {"tz": each.zone}) for each in found],
        is_cut=result.is_cut,
        hidden=list({**kept, **chosen}.items()),
    )


def kept(args: Mapping[str, str]) -> dict[str, str]:
    """Return what a page of times was asked for besides the zone, and nothing that is no date."""
    asked = {name: args[name] for name in _DATES if parse_date(args.get(name))}
    start = words.parse_stamp(args.get("start", ""))
    return {**asked, "start": words.utc_stamp(start)} if start else asked
