"""Finding the zone of a city or a country by what somebody types."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coachcrm.kit.text.cities import City, World, plain, plain_letters, world
from coachcrm.kit.text.typed import one_line
from coachcrm.kit.time import zones

MOST = 20
LONGEST = 60  # what is typed beyond is left out
_SHORT = 3  # fewer letters are looked for at the beginning of words alone
_NEARER = 4
_WHOLE, _BEGINS, _WORD, _INSIDE, _NOT = range(5)
# They are in no list of countries: the clocks are those of the kingdom.
_NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
_NAMED = (
    City("UTC", ("GMT",), ("utc", "gmt"), "", "", "UTC"),
    *(City(name, (), (plain(name),), "", "UK time", "Europe/London") for name in _NATIONS),
)
# The short names of times, each with the places that are meant, the likeliest first.
_TIMES = {
    "et est edt": (("US", "New York"),),
    "ct cdt": (("US", "Chicago"),),
    "cst": (("US", "Chicago"), ("CN", "Shanghai")),
    "mt mst": (("US", "Denver"), ("US", "Phoenix")),
    "mdt": (("US", "Denver"),),
    "pt pst pdt": (("US", "Los Angeles"),),
    "akst akdt": (("US", "Anchorage"),),
    "hst": (("US", "Honolulu"),),
    "ast": (("CA", "Halifax"), ("SA", "Riyadh")),
    "bst": (("GB", "London"),),
    "wet west": (("PT", "Lisbon"),),
    "cet cest": (("FR", "Paris"), ("DE", "Berlin")),
    "eet eest": (("GR", "Athens"),),
    "msk": (("RU", "Moscow"),),
    "trt": (("TR", "Istanbul"),),
    "wat": (("NG", "Lagos"),),
    "sast": (("ZA", "Johannesburg"),),
    "eat": (("KE", "Nairobi"),),
    "gst": (("AE", "Dubai"),),
    "pkt": (("PK", "Karachi"),),
    "ist": (("IN", "Mumbai"), ("IE", "Dublin"), ("IL", "Jerusalem")),
    "sgt": (("SG", "Singapore"),),
    "hkt": (("HK", "Hong Kong"),),
    "jst": (("JP", "Tokyo"),),
    "kst": (("KR", "Seoul"),),
    "awst": (("AU", "Perth"),),
    "acst acdt": (("AU", "Adelaide"),),
    "aest": (("AU", "Sydney"), ("AU", "Brisbane")),
    "aedt": (("AU", "Sydney"),),
    "nzst nzdt": (("NZ", "Auckland"),),
}

_SOME = (
    ("US", "Los Angeles"), ("US", "Chicago"), ("US", "New York"), ("BR", "São Paulo"),
    ("IE", "Dublin"), ("FR", "Paris"), ("NG", "Lagos"), ("ZA", "Johannesburg"),
    ("AE", "Dubai"), ("IN", "Mumbai"), ("SG", "Singapore"), ("HK", "Hong Kong"),
    ("AU", "Sydney"), ("NZ", "Auckland"),
)  # fmt: skip

# A text in three: before what was typed, that itself, and after it.
Marked = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """A place as a list shows it: its name, what tells it from others of that name, its zone.

    `number` is a city's place among all by how many people live there, the largest first; 0 where
    it was not itself what was found.
    """

    name: Marked
    beside: Marked
    zone: str
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Search:
    """What is found, best first, and whether there is more than is shown."""

    found: list[Found]
    is_cut: bool


def some() -> list[Found]:
    """Return some large cities, from west to east, for somebody who has typed nothing yet."""
    cities = {(city.code, city.name): city for city in world().entries if not city.is_country}
    places = [(cities[key].name, _where(cities[key]), cities[key].zone) for key in _SOME]
    return [
        Found((name, "", ""), (", ".join(filter(None, where)), "", ""), zone)
        for name, where, zone in places
    ]


def typed(text: str | None) -> str:
    """Return what somebody searches for, as it is shown to him again."""
    return one_line((text or "")[: LONGEST * 2])[:LONGEST]


def search(text: str, *, now: datetime, near: str = "") -> Search:
    """Return the places that `text` means; never raises, whatever it is.

    Those in the zone `near` come first among their like. A country or region whose clocks differ is
    shown by its largest city of each clock, over the year from `now` on.
    """
    wanted = plain(typed(text))
    if not wanted:
        return Search([], is_cut=False)
    hits = list(_hits(world(), wanted)) or list(_word_by_word(world(), wanted.split()))
    hits.sort(key=lambda hit: hit.order(near))
    if hits and hits[0].rank < _INSIDE:
        # What has the letters somewhere inside is meant only where nothing begins with them.
        hits = [hit for hit in hits if hit.rank < _INSIDE]
    shown: dict[tuple[str, str, str], Found] = {}
    for hit in hits:
        for found in _rows(hit, now):
            place = "".join(found.name), hit.city.code, found.zone
            shown.setdefault(place, found)
        if len(shown) > MOST:
            break
    return Search(list(shown.values())[:MOST], is_cut=len(shown) > MOST)


@dataclass(frozen=True, slots=True)
class _Hit:
    """An entry that fits: how well, its number in the list, and by which of its names.

    With `region` it is that part of the country that fits. `wanted` are the letters to mark.
    """

    rank: int
    number: int
    city: City
    wanted: str
    said: str = ""
    region: str = ""

    def order(self, near: str) -> tuple[int, int, int]:
        """Return by what hits are sorted; the number stands for how many people live there.

        What has just that name is a country first, then a city, then a region. Of those that only
        begin so, a town near by is likelier meant than one of its size far away.
        """
        if self.rank == _WHOLE:
            kind = 2 if self.region else 0 if self.city.is_country else 1
            return self.rank, kind, self.number
        return self.rank, 0, self.number // (_NEARER if self.city.zone == near else 1)


def _hits(found_in: World, wanted: str) -> Iterator[_Hit]:
    yield from _by_time(found_in, wanted)
    for number, city in enumerate((*_NAMED, *found_in.entries)):
        rank, place = min((_rank(key, wanted), place) for place, key in enumerate(city.keys))
        if rank < _NOT:
            said = city.others[place - 1] if place else ""
            yield _Hit(rank, number, city, wanted, said)
    for (code, region), name in found_in.regions.items():
        if name in _NATIONS:
            continue
        rank = _rank(plain(name), wanted)
        if rank == _WHOLE or (rank == _BEGINS and len(wanted) > _SHORT):
            # Half a name is sooner that of a city.
            country = found_in.countries[code]
            yield _Hit(rank and _WORD, len(found_in.entries), country, wanted, region=region)


def _by_time(found_in: World, wanted: str) -> Iterator[_Hit]:
    """Yield the places where clocks go by what is typed: "EST"."""
    places = next((meant for names, meant in _TIMES.items() if wanted in names.split()), ())
    for place, (code, name) in enumerate(places):
        city = next(each for each in found_in.entries if (each.code, each.name) == (code, name))
        yield _Hit(_WHOLE, place - len(places), city, wanted, said=wanted.upper())


def _rank(key: str, wanted: str) -> int:
    """Return how well a name fits; `_NOT` is not at all."""
    if key == wanted:
        return _WHOLE
    if key.startswith(wanted):
        return _BEGINS
    if f" {wanted}" in key:
        return _WORD
    return _INSIDE if len(wanted) >= _SHORT and wanted in key else _NOT


def _word_by_word(found_in: World, words: list[str]) -> Iterator[_Hit]:
    """Yield the cities whose names, region and country hold every word: "portland oregon"."""
    for number, city in enumerate(found_in.entries):
        country = found_in.countries[city.code]
        region = found_in.regions.get((city.code, city.region), "")
        names = " ".join(city.keys)
        where = " ".join((*country.keys, plain(region), city.region.lower()))
        if _begins_word(names, words[0]) and all(
            _begins_word(f"{names} {where}", word) for word in words
        ):
            yield _Hit(_WORD, number, city, words[0])


def _begins_word(text: str, word: str) -> bool:
    return f" {word}" in f" {text}"


def _rows(hit: _Hit, now: datetime) -> Iterable[Found]:
    city = hit.city
    if not city.is_country:
        return [_row(hit, city)]
    cities = [each for each in world().entries if each.code == city.code and not each.is_country]
    if hit.region:
        cities = [each for each in cities if each.region == hit.region]
    main = _one_of_each_clock(cities, city, now)
    if len(main) > 1 or hit.region:
        return [_row(hit, each) for each in main]
    return [_row(hit, city)]


def _row(hit: _Hit, shown: City) -> Found:
    """Return a place in words, with what was found marked where it stands."""
    region, country = _where(shown)
    if shown is hit.city and not hit.said:
        beside = ", ".join(filter(None, (region, country)))
        number = 0 if shown.is_country else hit.number
        return Found(_marked(shown.name, hit.wanted), (beside, "", ""), shown.zone, number)
    # Found by another name, by its region or by its country, whose name then stands for both.
    is_of_country = shown is not hit.city and not hit.region
    before = region if is_of_country else ""
    found = hit.said or (region if hit.region else country)
    after = [part for part in (region, country) if part != found and not is_of_country]
    start, middle, end = _marked(found, hit.wanted)
    start, end = f"{before}, {start}" if before else start, ", ".join((end, *filter(None, after)))
    return Found((shown.name, "", ""), (start, middle, end), shown.zone)


def _where(shown: City) -> tuple[str, str]:
    """Return a city's region and country, where they are not of its name; a country's capital."""
    country = world().countries.get(shown.code)
    if shown.is_country or country is None:
        return (shown.region if shown.region != shown.name else "", "")
    region = world().regions.get((shown.code, shown.region), "")
    return (
        region if region != shown.name else "",
        country.name if country.name != shown.name else "",
    )


def _one_of_each_clock(cities: list[City], country: City, now: datetime) -> list[City]:
    """Return the largest city of each clock; the country itself where it has none in the list."""
    by_zone: dict[str, City] = {}
    for city in cities or [country]:
        by_zone.setdefault(city.zone, city)
    if len(by_zone) == 1:
        return list(by_zone.values())
    by_clock: dict[tuple[timedelta, ...], City] = {}
    for city in by_zone.values():
        by_clock.setdefault(zones.clock_of_year(city.zone, now), city)
    return list(by_clock.values())


def _marked(text: str, wanted: str) -> Marked:
    """Return a text in three around what was typed; the middle is empty where it is not there."""
    letters = [
        (letter, place) for place, each in enumerate(text) for letter in plain_letters(each) or ""
    ]
    searched = "".join(letter for letter, _ in letters)
    words = ["(saint|st)" if word == "saint" else re.escape(word) for word in wanted.split()]
    pattern = r"[\W_]+".join(words)
    match = re.search(rf"(?<!\w){pattern}", searched) or re.search(pattern, searched)
    if match is None or match.start() == match.end():
        return text, "", ""
    start, end = letters[match.start()][1], letters[match.end() - 1][1] + 1
    return text[:start], text[start:end], text[end:]
