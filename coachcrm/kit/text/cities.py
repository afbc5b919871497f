"""The cities and countries that people type, largest first, each with its zone.

They lie in `cities.txt`, which `make cities` makes from GeoNames (CC BY 4.0) and CLDR; nothing is
read of it before somebody searches.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from coachcrm.kit.text.typed import folded
from coachcrm.kit.time import zones

# Letters that are not a plain one with a mark, and signs that nobody types between two letters.
_PLAIN = str.maketrans(
    dict(zip("łøđðħ\u0131", "loddhi", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("'’‘\u02bb\u02bc`.", "")
)
_GAP = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class City:
    """A city, with the code of its country and perhaps that of a region; or a country.

    `others` are further names; `keys` are all names as they are searched, the shown one first. As
    the region of a country stands its capital.
    """

    name: str
    others: tuple[str, ...]
    keys: tuple[str, ...]
    code: str
    region: str
    zone: str
    is_country: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """All that can be found: `entries` are countries and cities, by how many people live there."""

    entries: tuple[City, ...]
    countries: dict[str, City]
    # By the codes of country and region.
    regions: dict[tuple[str, str], str]


def plain(text: str) -> str:
    """Return a name as it is searched: small letters without marks, words with one space between.

    "St" is "saint" but at the end, where it may be the beginning of another word.
    """
    words = _GAP.sub(" ", plain_letters(text)).split()
    return " ".join(["saint" if word == "st" else word for word in words[:-1]] + words[-1:])


def plain_letters(text: str) -> str:
    """Return a text letter by letter as it is searched, with the signs between its words."""
    return folded(text).translate(_PLAIN)


@cache
def world() -> World:
    """Return all cities and countries of the list."""
    rows = [line.split("|") for line in _lines()]
    regions = {(row[1], row[2]): row[3] for row in rows if row[0] == "@"}
    usual_zone = {row[1]: row[5] for row in rows if row[0] == "="}
    entries = []
    for row in rows:
        if row[0] == "=":
            entries.append(_city(row[1:], row[5], is_country=True))
        elif row[0] != "@":
            entries.append(_city(row, row[4] or usual_zone[row[0]]))
    countries = {entry.code: entry for entry in entries if entry.is_country}
    return World(tuple(entries), countries, regions)


def _city(row: list[str], zone: str, *, is_country: bool = False) -> City:
    code, name, others, region = row[:4]
    names = (name, *filter(None, others.split(";")))
    # The zone may have another name by now than when the list was made.
    present = zones.canonical(zone) or zone
    keys = tuple(plain(each) for each in names)
    return City(name, names[1:], keys, code, region, present, is_country)


def _lines() -> list[str]:
    text = (files("coachcrm") / "kit" / "text" / "cities.txt").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
