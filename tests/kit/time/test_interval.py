"""What an interval refuses to be, and what it means for two to overlap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coachcrm.kit.time.interval import Interval

NINE = datetime(2027, 6, 15, 9, tzinfo=UTC)


def minutes(first: int, last: int) -> Interval:
    """Return an interval given in minutes after nine."""
    return Interval(NINE + timedelta(minutes=first), NINE + timedelta(minutes=last))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(NINE, NINE, id="empty"),
        pytest.param(NINE, NINE - timedelta(seconds=1), id="backwards"),
        pytest.param(NINE.replace(tzinfo=None), NINE + timedelta(1), id="naive start"),
        pytest.param(NINE, NINE.replace(tzinfo=None) + timedelta(1), id="naive end"),
        pytest.param(
            NINE.astimezone(ZoneInfo("Europe/London")), NINE + timedelta(1), id="another zone"
        ),
        pytest.param(
            NINE.replace(tzinfo=None), NINE.replace(tzinfo=None) + timedelta(1), id="both naive"
        ),
    ],
)
def test_it_cannot_be_naive_backward_or_empty(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="an interval"):
        Interval(start, end)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        pytest.param(minutes(0, 30), minutes(30, 60), False, id="they only touch"),
        pytest.param(minutes(0, 30), minutes(29, 60), True, id="they share the last minute"),
        pytest.param(minutes(0, 60), minutes(15, 30), True, id="one lies inside the other"),
        pytest.param(minutes(0, 30), minutes(0, 30), True, id="they are the same"),
        pytest.param(minutes(0, 30), minutes(45, 60), False, id="they are apart"),
    ],
)
def test_two_overlap_when_they_share_an_instant(
    one: Interval, other: Interval, *, overlap: bool
) -> None:
    assert one.overlaps(other) is overlap
    assert other.overlaps(one) is overlap


def test_its_duration_is_elapsed_time() -> None:
    assert minutes(15, 60).duration == timedelta(minutes=45)


def test_equal_intervals_are_one_value() -> None:
    assert len({minutes(0, 30), minutes(0, 30)}) == 1


@pytest.mark.parametrize(
    ("away", "left"),
    [
        pytest.param(minutes(60, 90), [minutes(0, 60)], id="they only touch"),
        pytest.param(minutes(20, 30), [minutes(0, 20), minutes(30, 60)], id="in the middle"),
        pytest.param(minutes(-5, 30), [minutes(30, 60)], id="at the beginning"),
        pytest.param(minutes(30, 60), [minutes(0, 30)], id="at the end"),
        pytest.param(minutes(-5, 70), [], id="more than all of it"),
    ],
)
def test_what_is_left_when_another_is_taken_away(away: Interval, left: list[Interval]) -> None:
    assert minutes(0, 60).without(away) == left
