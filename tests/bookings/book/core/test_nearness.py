"""For a time that is gone others are offered, and each says how near it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coachcrm.bookings.book.core.nearness import REACHES, is_enough, nearest, words

LONDON = ZoneInfo("Europe/London")
# The last one went from 29 to 31 December 2011.
ZONES = [ZoneInfo(name) for name in ("Europe/London", "America/Los_Angeles", "Pacific/Apia")]
CHANGES = [datetime(2027, 3, 28, tzinfo=UTC), datetime(2011, 12, 30, 10, tzinfo=UTC)]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 6, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (at(15, 9, 45), "A little later"),
        (at(15, 9), "A little earlier"),
        (at(15, 10, 30), "An hour later"),
        (at(15, 10, 45), "An hour later"),
        (at(15, 11), "An hour and a half later"),
        (at(15, 8), "An hour and a half earlier"),
        (at(15, 11, 15), "Two hours later"),
        (at(15, 11, 30), "Two hours later"),
        (at(15, 12), "Two and a half hours later"),
        (at(15, 19), "Nine and a half hours later"),
        (at(15, 19, 30), "10 hours later"),
        (at(15, 14), "Four and a half hours later"),
        (at(15, 20), "10½ hours later"),
        (at(16, 9), "The next day"),
        (at(14, 17), "The day before"),
        (at(18, 9), "Three days later"),
        (at(28, 9), "13 days later"),
        (at(30, 9), ""),
    ],
)
def test_nearness_is_said_as_people_say_it(other: datetime, said: str) -> None:
    assert words(at(15, 9, 30), other) == said


def test_the_nearest_comes_first_and_one_of_them_is_on_another_day() -> None:
    free = [at(15, 10), at(15, 10, 30), at(15, 11), at(16, 9), at(16, 9, 30), at(16, 17)]
    assert nearest(at(15, 9, 30), free) == [at(15, 10), at(16, 9, 30), at(15, 10, 30)]


def test_where_that_day_has_nothing_the_nearest_days_are_offered() -> None:
    free = [at(14, 9), at(16, 9), at(16, 9, 30), at(17, 9, 30)]
    assert nearest(at(15, 9, 30), free)[0] == at(16, 9)


def test_of_nothing_nothing_is_offered() -> None:
    assert nearest(at(15, 9, 30), []) == []


@settings(max_examples=400)
@given(
    change=st.sampled_from(CHANGES),
    gone=st.integers(-30, 30),
    apart=st.frozensets(st.integers(-110, 110), min_size=3, max_size=6),
    here=st.sampled_from(ZONES),
    there=st.sampled_from(ZONES),
)
def test_the_days_around_decide_as_all_days_would(change, gone, apart, here, there) -> None:
    # `gone` counts hours from a change of the clocks, `apart` from what is gone.
    wanted = (change + timedelta(hours=gone)).astimezone(there)
    hours = [timedelta(hours=number) for number in sorted(apart)]
    free = [(wanted.astimezone(UTC) + hour).astimezone(there) for hour in hours]
    on, days = wanted.astimezone(here).date(), REACHES[0]
    near = [at for at in free if abs(at.astimezone(here).date() - on).days <= days]
    if is_enough(wanted, near, days=days):
        assert nearest(wanted, near) == nearest(wanted, free)
