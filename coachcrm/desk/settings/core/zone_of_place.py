"""The time zone of a place that somebody types. Pure."""

from coachcrm.kit.text.typed import folded
from coachcrm.kit.time import zones

MOST = 12
LONGEST = 64


def zones_of(typed: str) -> list[str]:
    """Return the zones that a text can mean, none if it is no place that is known.

    A zone's own name is that zone. A city is asked for by its whole name before a part of it.
    """
    text = typed.strip()
    if not text or len(text) > LONGEST:
        return []
    if (zone := zones.canonical(text)) is not None:
        return [zone]
    wanted = _plain(text)
    whole = [name for name in zones.names() if wanted == _plain(city(name))]
    return whole or [name for name in zones.names() if wanted and wanted in _plain(name)][:MOST]


def city(zone: str) -> str:
    """Return the city of a zone as people write it: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


def place(zone: str) -> str:
    """Return what finds a zone again and reads best: its city, or its name where two share one."""
    return city(zone) if zones_of(city(zone)) == [zone] else zone


def place_in_words(zone: str) -> str:
    """Return a zone's city with the region that tells it from others: "Knox, Indiana, America"."""
    return ", ".join(reversed(zone.replace("_", " ").split("/")))


def _plain(text: str) -> str:
    return folded(text).replace("_", " ").strip()
