"""Working days in England and Wales: Monday to Friday less the bank holidays. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Say whether offices are open, in England and Wales."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def after(day: date, number: int) -> date:
    """Return the working day that is `number` working days after `day`."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def between(first: date, last: date) -> int:
    """Return how many working days come after `first`, up to and with `last`."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(map(is_working_day, days))


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of a year with their substitute days, observed in England."""
    import holidays  # noqa: PLC0415 - a large library, needed by few requests

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
