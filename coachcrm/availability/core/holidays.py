"""Bank holidays of the nations of the United Kingdom, by year."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

# By the name that the coach chooses: what he reads, and the subdivision that the library knows.
NATIONS = {
    "england-and-wales": "England and Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
    "none": "None: I work on bank holidays",
}
_SUBDIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}


@cache
def in_year(nation: str, year: int) -> Mapping[date, str]:
    """Return the bank holidays of a nation in a year with their names, substitute days included.

    A holiday on a weekend is there beside its substitute day: nobody who works on Saturdays means
    Christmas Day by it. An unknown nation has none.
    """
    subdivision = _SUBDIVISIONS.get(nation)
    if subdivision is None:
        return MappingProxyType({})
    import holidays  # noqa: PLC0415 - takes long to import, and only the coach's pages need it soon

    found = holidays.country_holidays("GB", subdiv=subdivision, years=year)
    return MappingProxyType(
        {on: name.replace("(observed)", "(substitute day)") for on, name in sorted(found.items())}
    )


def between(nation: str, first: date, last: date) -> dict[date, str]:
    """Return the bank holidays of a nation from `first` to `last` inclusive, in order."""
    return {
        on: name
        for year in range(first.year, last.year + 1)
        for on, name in in_year(nation, year).items()
        if first <= on <= last
    }
