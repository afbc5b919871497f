"""Which country's clocks a zone shows, as the tables of the package tzdata say.

Countries are the two letters of ISO 3166: "GB".
"""

from functools import cache
from importlib.resources import files

from coachcrm.kit.time import zones

# The table is for people who look for their zone; this is what its readers call the country.
_CALLED = {"GB": "United Kingdom"}


def of_zone(zone: object) -> str | None:
    """Return the country in which a zone's city lies; None for UTC, and for what is no zone."""
    return _countries().get(zones.canonical(zone) or "")


def with_clocks_of(zone: object) -> tuple[str, ...]:
    """Return the other countries whose clocks have agreed with the zone's city since 1970."""
    return _sharing().get(zones.canonical(zone) or "", ())


def name(country: str) -> str:
    """Return what people call a country: "United States"; for what is none, the letters."""
    return _CALLED.get(country) or _names().get(country, country)


@cache
def _countries() -> dict[str, str]:
    return {row[2]: row[0] for row in _table("zone.tab")}


@cache
def _sharing() -> dict[str, tuple[str, ...]]:
    own = _countries()
    return {
        zone: tuple(country for country in countries.split(",") if country != own.get(zone))
        for countries, _, zone, *_ in _table("zone1970.tab")
    }


@cache
def _names() -> dict[str, str]:
    return {row[0]: row[1] for row in _table("iso3166.tab")}


def _table(name: str) -> list[list[str]]:
    text = (files("tzdata") / "zoneinfo" / name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
