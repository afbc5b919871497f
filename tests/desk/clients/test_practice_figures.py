"""The practice in figures: counts while they are few, and every date on its own side."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coachcrm.desk.clients.core.practice_figures import Move, Talk, practice

JUNE = date(2027, 6, 1)
LAST = JUNE + timedelta(days=365)


def talk(client: int, day: int, status: str = "completed", *, is_free: bool = True) -> Talk:
    return Talk(client, JUNE + timedelta(days=day), status, is_free, is_over=True)


def move(client: int, stage: str, day: int) -> Move:
    return Move(client, stage, JUNE + timedelta(days=day))


def rows(talks, moves=(), first: date | None = None, last: date = LAST) -> dict[str, str]:
    return dict(practice(talks, moves, first=first, last=last).rows)


def test_a_time_without_anything_is_empty() -> None:
    assert practice([], [], first=None, last=LAST).is_empty


def test_consultations_are_told_by_how_they_went() -> None:
    ahead = Talk(6, JUNE + timedelta(days=9), "confirmed", is_free=True, is_over=False)
    found = rows([talk(1, 0), talk(2, 1), talk(3, 1, "no_show"), talk(4, 2, "cancelled"),
                  talk(5, 3, "confirmed"), ahead])  # fmt: skip
    assert found["Consultations booked"] == "6"
    assert found["Took place"] == "2"
    assert found["Did not come"] == "1"
    assert found["Cancelled"] == "1"
    assert found["Still to come"] == "1"
    assert found["Not said how it went"] == "1"


@pytest.mark.parametrize(("number", "told"), [(4, "1 of 4"), (5, "20% (1 of 5)")])
def test_under_five_a_share_stays_a_count(number, told) -> None:
    found = rows([talk(n, n) for n in range(number)], [move(0, "active", 3)])
    assert found["From consultation to client"] == told
    assert found["Time to decide"] == "3 days"


def test_sessions_and_weeks_to_the_offer_are_those_of_clients() -> None:
    talks = [talk(1, 0), talk(1, 7, is_free=False), talk(1, 14, is_free=False), talk(2, 1)]
    moves = [move(1, "active", 2), move(1, "placed", 35), move(1, "alumni", 125)]
    found = rows(talks, moves)
    assert found["Sessions for each client"] == "2 sessions"
    assert found["Offers accepted"] == "1"
    assert found["From the first session to the offer"] == "4 weeks"


def test_a_consultation_counts_on_its_own_date_and_what_became_of_it_whenever() -> None:
    talks, moves = [talk(1, 0), talk(2, 40)], [move(1, "active", 60)]
    early = rows(talks, moves, first=JUNE, last=JUNE + timedelta(days=30))
    assert (early["Consultations booked"], early["From consultation to client"]) == ("1", "1 of 1")
    late = rows(talks, moves, first=JUNE + timedelta(days=30))
    assert (late["Consultations booked"], late["From consultation to client"]) == ("1", "0 of 1")
