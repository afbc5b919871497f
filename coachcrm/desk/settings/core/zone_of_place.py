"""The time zone of a place that somebody types. Pure."""

from datetime import datetime

from coachcrm.kit.text import city_search
from coachcrm.kit.text.cities import plain
from coachcrm.kit.time import zones

MOST = 12
LONGEST = city_search.LONGEST
# A city that stands so many times further up in the list, by how many people live there, is the one
# that is meant: London, and not its namesake in Ontario.
MUCH_LARGER = 5


def zones_of(typed: str, *, now: datetime) -> dict[str, str]:
    """Return the zones that a text can mean, each with its place; empty if none is known.

    A zone's own name is that zone. What has just that name comes before what only begins so, and a
    city that is much larger than its namesakes before them.
    """
    text = typed.strip()
    if not text or len(text) > LONGEST:
        return {}
    if (zone := zones.canonical(text)) is not None:
        return {zone: city(zone)}
    found = city_search.search(text, now=now).found
    wanted = plain(text)
    namesakes = [one for one in found if wanted in map(plain, _parts(one))]
    places: dict[str, str] = {}
    for each in _meant(namesakes) or found:
        places.setdefault(each.zone, ", ".join(_parts(each)))
    named = places or {
        name: name for name in zones.names() if wanted and wanted == plain(city(name))
    }
    return dict(list(named.items())[:MOST])


def city(zone: str) -> str:
    """Return the city of a zone as people write it: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def place(zone: str, *, now: datetime) -> str:
    """Return what finds a zone again and reads best: its city, with more where two share a name.

    Where no place does, it is the zone's own name.
    """
    name = city(zone)
    more = zones_of(name, now=now).get(zone, name)
    return next((text for text in (name, more) if [*zones_of(text, now=now)] == [zone]), zone)


def _meant(namesakes: list[city_search.Found]) -> list[city_search.Found]:
    """Return the first alone where it and all others are cities, and it is much the largest."""
    if not namesakes or not namesakes[0].number:
        return namesakes
    least = MUCH_LARGER * namesakes[0].number
    return namesakes[:1] if all(one.number >= least for one in namesakes[1:]) else namesakes


def _parts(found: city_search.Found) -> list[str]:
    return ["".join(found.name), *filter(None, "".join(found.beside).split(", "))]
