"""Working days in England and Wales: Monday to Friday less the bank holidays. Pure."""

from datetime import date, timedelta

from coachcrm.availability.core.holidays import in_year

ENGLAND = "england-and-wales"
SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Say whether offices are open, in England and Wales."""
    return day.weekday() < SATURDAY and day not in in_year(ENGLAND, day.year)


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
