"""Counting by key, in the database, so that every process counts alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coachcrm.kit.data import limits
from coachcrm.kit.data.db import transaction
from tests.support.cast import at_once, rows

THREE = limits.Limit(3, timedelta(minutes=10))


@pytest.fixture
def hit(app, clock):
    def count(key: str = "a", *others: limits.Limit) -> int:
        with app.app_context(), transaction() as session:
            return limits.hit(session, key, THREE, *others, now=clock.now)

    return count


def test_each_key_is_counted_by_itself_s3(hit) -> None:
    assert [hit("a") for _ in range(4)] == [0, 0, 0, 600]
    assert hit("b") == 0


def test_the_wait_is_told_to_the_second_and_no_stretch_of_ten_minutes_has_more_s3(
    hit, clock
) -> None:
    for _ in range(3):
        assert hit() == 0
        clock.move(minutes=3)
    assert hit() == 60
    clock.move(seconds=59)
    assert hit() == 1
    clock.move(seconds=1)
    assert hit() == 0
    assert hit() == 180


def test_what_was_refused_does_not_count_s4(hit, clock) -> None:
    for _ in range(20):
        hit()
    clock.move(minutes=10)
    assert hit() == 0


def test_the_longest_wait_of_several_limits_is_told_s60(hit, clock) -> None:
    hour = limits.Limit(4, timedelta(hours=1))
    for _ in range(4):
        assert hit("a", hour) == 0
        clock.move(minutes=5)
    assert hit("a", hour) == 40 * 60


def test_at_once_is_counted_one_after_another_s3(hit) -> None:
    assert sorted(wait == 0 for wait in at_once(*[hit] * 8)) == [False] * 5 + [True] * 3


def test_the_key_is_not_kept_in_clear_s66(app, hit) -> None:
    hit("sign-in 192.0.2.7 ann@client.example")
    assert "ann" not in repr(rows(app, "SELECT * FROM attempt"))


def test_old_acts_are_swept_r20(app, hit, clock) -> None:
    hit("old")
    clock.move(days=1, minutes=1)
    hit("new")
    with app.app_context(), transaction() as session:
        limits.sweep(session, now=clock.now)
    assert rows(app, "SELECT count(*) FROM attempt") == [(1,)]


def test_what_was_counted_before_the_clock_was_set_back_keeps_nobody_out_for_hours_r10(
    hit, clock
) -> None:
    for _ in range(4):
        hit()
    clock.move(hours=-2)
    assert [hit() for _ in range(4)] == [0, 0, 0, 600]


def test_acts_that_overtake_each_other_are_all_counted_s3(hit, clock) -> None:
    for _ in range(3):
        hit()
    clock.move(seconds=-5)
    assert hit() == 605
