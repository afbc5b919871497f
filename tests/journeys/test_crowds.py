"""A crowd at one moment: as many bookings as the rules allow, and a kind answer for all the others.

The crowd is small in every run; COACHCRM_TEST_CROWD names the size of a larger one.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from tests.support.cast import ask, at, at_once, change
from tests.support.remote import FREE, Answer, answers, fetch, free_times

pytestmark = pytest.mark.usefixtures("coach")
CROWD = int(os.environ.get("COACHCRM_TEST_CROWD", "24"))
processes = pytest.mark.parametrize("processes", ["2", "4"] if CROWD > 24 else ["2"])
BOOKED = "SELECT count(*) FROM booking"


def submitted(url: str, starts: list[str]) -> list[Answer]:
    """Let a crowd of people, each with a form of their own, press Book at the same moment."""
    forms = []
    for number in range(CROWD):
        path = f"{FREE}/{starts[number % len(starts)]}"
        forms.append((path, {**answers(number), "csrf_token": fetch(url, path).token}))
    return at_once(*(partial(fetch, url, path, data, seconds=120) for path, data in forms))


def check(given: list[Answer], *, won: int) -> None:
    """Check that nobody met an error: the others got other times, and kept their answers."""
    assert Counter(answer.status for answer in given) == {303: won, 409: CROWD - won}
    for number, answer in enumerate(given):
        if answer.status == 409:
            assert answer.body.count("<button") >= 4
            assert f'value="Client {number}"' in answer.body


@processes
def test_one_time_is_booked_once(app, serve, database_url, processes) -> None:
    url = serve("--no-worker", "--processes", processes).url
    check(submitted(url, free_times(url)[:1]), won=1)
    assert ask(database_url, BOOKED) == [(1,)]


@processes
def test_of_times_that_overlap_one_is_booked(app, serve, database_url, processes) -> None:
    change(app, "UPDATE service SET grid_min = 5")
    url = serve("--no-worker", "--processes", processes).url
    first, *more = free_times(url)
    near = [start for start in more if at(start) - at(first) < timedelta(minutes=15)]
    check(submitted(url, [first, *near]), won=1)
    assert ask(database_url, BOOKED) == [(1,)]


@processes
def test_a_days_cap_of_three_is_three(app, serve, database_url, processes) -> None:
    change(app, "UPDATE service SET day_cap = 3, after_min = 0")
    url = serve("--no-worker", "--processes", processes).url
    first, *more = free_times(url)
    check(submitted(url, [first, *(s for s in more if s[:8] == first[:8])]), won=3)
    assert ask(database_url, BOOKED) == [(3,)]
    assert first[:8] not in {start[:8] for start in free_times(url)}
