"""Working days in England and Wales."""

from __future__ import annotations

from datetime import date

import pytest

from coachcrm.recovery.core import workdays


@pytest.mark.parametrize(
    ("day", "number", "then"),
    [
        ("2026-05-20", 3, "2026-05-26"),  # over the spring bank holiday
        ("2026-04-02", 1, "2026-04-07"),  # Good Friday and Easter Monday
        ("2026-04-01", 3, "2026-04-08"),
        ("2026-12-24", 1, "2026-12-29"),  # Boxing Day is a Saturday: Monday 28th instead
        ("2027-12-24", 1, "2027-12-29"),  # Christmas on a Saturday: 27th and 28th instead
        ("2022-12-23", 1, "2022-12-28"),  # Christmas on a Sunday: the 27th instead
        ("2027-12-31", 1, "2028-01-04"),  # New Year on a Saturday: Monday the 3rd instead
        ("2026-08-28", 1, "2026-09-01"),  # the summer bank holiday is England's, not Scotland's
        ("2026-08-03", 1, "2026-08-04"),  # Scotland's summer holiday is a working day here
        ("2026-11-30", 0, "2026-11-30"),
        ("2026-06-06", 1, "2026-06-08"),  # from a Saturday
    ],
)
def test_so_many_working_days_after(day, number, then) -> None:
    assert workdays.after(date.fromisoformat(day), number) == date.fromisoformat(then)


@pytest.mark.parametrize(
    ("first", "last", "number"),
    [
        ("2026-06-09", "2026-07-01", 16),
        ("2026-04-02", "2026-04-07", 1),
        ("2026-12-24", "2027-01-04", 4),
        ("2026-06-05", "2026-06-07", 0),
        ("2026-06-05", "2026-06-05", 0),
        ("2026-06-05", "2026-06-01", 0),
    ],
)
def test_so_many_working_days_between(first, last, number) -> None:
    found = workdays.between(date.fromisoformat(first), date.fromisoformat(last))
    assert found == number
