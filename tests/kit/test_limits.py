"""Counting by key and window, in the database, so that every process counts alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coachcrm.kit import limits
from coachcrm.kit.db import transaction
from tests.support.cast import at_once, rows

WINDOW = timedelta(minutes=15)


@pytest.fixture
def hit(app, clock):
    def count(key: str = "a") -> tuple[int, int]:
        with app.app_context(), transaction() as session:
            return limits.hit(session, key, window=WINDOW, now=clock.now)

    return count


def test_each_key_is_counted_by_itself_s3(hit) -> None:
    assert [hit("a")[0], hit("a")[0], hit("b")[0], hit("a")[0]] == [1, 2, 1, 3]


def test_a_new_window_begins_at_one_and_the_wait_is_told_s3(hit, clock) -> None:
    clock.at("2027-06-01T08:14:30Z")
    assert hit() == (1, 30)
    clock.at("2027-06-01T08:15:00Z")
    assert hit() == (1, 900)


def test_at_once_is_counted_as_often_as_it_was_s3(hit) -> None:
    assert sorted(number for number, _ in at_once(*[hit] * 8)) == list(range(1, 9))


def test_the_key_is_not_kept_in_clear_s66(app, hit) -> None:
    hit("sign-in 192.0.2.7 ann@client.example")
    assert "ann" not in repr(rows(app, "SELECT * FROM hit_count"))


def test_old_windows_are_swept_r20(app, hit, clock) -> None:
    hit("old")
    clock.move(days=2, minutes=15)
    hit("new")
    with app.app_context(), transaction() as session:
        limits.sweep(session, now=clock.now)
    assert rows(app, "SELECT count(*) FROM hit_count") == [(1,)]
