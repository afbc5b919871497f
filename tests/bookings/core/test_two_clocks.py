"""How far the coach's clocks are from the visitor's, said once for all the times that are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.bookings.core.two_clocks import difference

LONDON = "Europe/London"
WINTER = datetime(2027, 1, 12, 9, tzinfo=UTC)
SUMMER = datetime(2027, 6, 15, 9, tzinfo=UTC)
# The fortnight in which New York has changed its clocks, and London has not.
MARCH = datetime(2027, 3, 18, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mine", "at", "said"),
    [
        ("America/New_York", WINTER, "UK time is 5 hours ahead of you"),
        ("America/New_York", MARCH, "UK time is 4 hours ahead of you"),
        ("Europe/Paris", SUMMER, "UK time is an hour behind you"),
        ("Atlantic/Azores", SUMMER, "UK time is an hour ahead of you"),
        ("Asia/Kolkata", WINTER, "UK time is 5 and a half hours behind you"),
        ("Asia/Kolkata", SUMMER, "UK time is 4 and a half hours behind you"),
        ("Asia/Kathmandu", WINTER, "UK time is 5 hours 45 minutes behind you"),
        ("America/St_Johns", WINTER, "UK time is 3 and a half hours ahead of you"),
        ("Pacific/Auckland", SUMMER, "UK time is 11 hours behind you"),
        ("Pacific/Kiritimati", WINTER, "UK time is 14 hours behind you"),
        ("UTC", SUMMER, "UK time is an hour ahead of you"),
        ("Africa/Accra", SUMMER, "UK time is an hour ahead of you"),
        # Other names for the same clocks.
        (LONDON, SUMMER, None),
        ("UTC", WINTER, None),
        ("Africa/Accra", WINTER, None),
        ("Europe/Lisbon", WINTER, None),
        ("Europe/Lisbon", SUMMER, None),
        ("Europe/Jersey", SUMMER, None),
        ("Europe/Dublin", WINTER, None),
        ("Europe/Isle_of_Man", SUMMER, None),
    ],
)
def test_what_a_visitor_is_told_of_the_coach_s_clock(mine, at, said) -> None:
    assert difference(mine, LONDON, [at]) == said


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        ("America/New_York", "Your own clock (New York time) is 5 hours behind"),
        ("Asia/Kolkata", "Your own clock (Kolkata time) is 4 and a half hours ahead"),
        ("Europe/Dublin", None),
    ],
)
def test_at_an_address_it_is_the_reader_s_own_clock_that_is_another(mine, said) -> None:
    assert difference(LONDON, mine, [SUMMER], is_mine=True) == said


def test_nothing_shown_is_nothing_to_compare() -> None:
    assert difference("America/New_York", LONDON, []) is None


def test_a_change_between_two_times_is_said_with_the_first_time_after_it() -> None:
    """London's clocks go forward at 1:00 am GMT on 28 March 2027; it is 9:00 pm in New York."""
    late = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    shown = [late + timedelta(minutes=30) * number for number in range(-1, 4)]
    assert difference("America/New_York", LONDON, shown) == (
        "UK time is 4 hours ahead of you; from 9:00 pm it is 5 hours ahead of you"
    )
    assert difference("America/New_York", LONDON, shown, twelve_hour=False) == (
        "UK time is 4 hours ahead of you; from 21:00 it is 5 hours ahead of you"
    )
    assert difference("UTC", LONDON, shown) == (
        "UK time is the same as yours; from 1:00 am it is an hour ahead of you"
    )


def test_a_week_on_both_sides_of_a_change_says_both() -> None:
    days = [datetime(2027, 10, day, 12, tzinfo=UTC) for day in (29, 30, 31)]
    assert difference("UTC", LONDON, days[:2]) == "UK time is an hour ahead of you"
    assert difference("UTC", LONDON, days[2:]) is None
    assert difference("UTC", LONDON, days) == (
        "UK time is an hour ahead of you; from Sunday 31 October, 12:00 pm it is the same as yours"
    )
