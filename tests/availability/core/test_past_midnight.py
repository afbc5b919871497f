"""What typed hours mean where they run past midnight: tables, and a brute force by the minute."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coachcrm.availability.core.past_midnight import (
    merged,
    of_the_date,
    of_the_next,
    shifted,
    span_of,
    too_short,
)


@pytest.mark.parametrize(
    ("opens", "closes", "meant", "on_it", "on_the_next"),
    [
        (540, 720, (540, 720), [(540, 720)], []),
        (1350, 0, (1350, 1440), [(1350, 1440)], []),
        (1350, 1440, (1350, 1440), [(1350, 1440)], []),
        (0, 0, (0, 1440), [(0, 1440)], []),
        (1350, 90, (1350, 1530), [(1350, 1440)], [(0, 90)]),
        (1439, 1, (1439, 1441), [(1439, 1440)], [(0, 1)]),
        (1140, 420, (1140, 1860), [(1140, 1440)], [(0, 420)]),
        (1140, 421, None, [], []),
        (720, 720, None, [], []),
        (720, 540, None, [], []),
        (1440, 60, None, [], []),
    ],
)
def test_two_clock_times_mean_hours_of_one_date_or_of_two(
    opens, closes, meant, on_it, on_the_next
) -> None:
    assert span_of(opens, closes) == meant
    spans = [meant] if meant else []
    assert (of_the_date(spans), of_the_next(spans)) == (on_it, on_the_next)


def test_what_overlaps_is_one_and_what_touches_stays_two() -> None:
    assert merged([(60, 120), (0, 90), (120, 180)]) == [(0, 120), (120, 180)]


spans = st.lists(
    st.tuples(st.integers(0, 48), st.integers(1, 72)).filter(lambda pair: pair[0] < pair[1]),
    max_size=5,
)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(spans, spans, st.integers(1, 30))
def test_hours_are_too_short_where_no_run_of_open_minutes_around_them_is_long_enough(
    wanted, around, shortest
) -> None:
    is_open = {minute for begins, ends in [*wanted, *around] for minute in range(begins, ends)}
    for span in too_short(wanted, around, shortest=shortest):
        begins, ends = span
        while begins - 1 in is_open:
            begins -= 1
        while ends in is_open:
            ends += 1
        assert ends - begins < shortest
    for begins, ends in set(wanted) - set(too_short(wanted, around, shortest=shortest)):
        long = range(begins - shortest, ends + shortest)
        assert any(all(m + n in is_open for n in range(shortest)) for m in long)


def test_the_hours_of_another_date_are_told_from_this_ones_midnight() -> None:
    assert shifted([(0, 90)], 1) == [(1440, 1530)]
    assert shifted([(1350, 1530)], -1) == [(-90, 90)]
