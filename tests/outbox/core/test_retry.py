"""When a letter is tried again, and when it is given up: a table of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.outbox.core.retry import (
    Outcome,
    due_after_death,
    due_again,
    outcome,
    pause,
    room_for_backlog,
)

MADE = datetime(2027, 6, 1, 8, tzinfo=UTC)
DAYS_3 = timedelta(days=3)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 30), (1, 30), (2, 60), (3, 300), (4, 900), (5, 1800), (6, 3600), (7, 3600), (500, 3600)],
)
def test_the_pause_grows_up_to_an_hour(attempts, seconds) -> None:
    due = due_again(attempts=attempts, created_at=MADE, now=MADE, chance=0.5)
    assert due == MADE + timedelta(seconds=seconds)


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 240), (0.5, 300), (1.0, 360)])
def test_chance_spreads_the_tries_by_a_fifth_either_way(chance, seconds) -> None:
    due = due_again(attempts=3, created_at=MADE, now=MADE, chance=chance)
    assert due == MADE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("age", "is_given_up"),
    [
        (timedelta(0), False),
        (DAYS_3 - timedelta(seconds=1), False),
        (DAYS_3, True),
        (DAYS_3 + timedelta(days=1), True),
    ],
)
def test_a_letter_is_given_up_after_three_days(age, is_given_up) -> None:
    due = due_again(attempts=9, created_at=MADE, now=MADE + age, chance=0.5)
    assert (due is None) is is_given_up


def test_tries_go_on_until_the_three_days_are_over() -> None:
    now, attempts = MADE, 1
    while (due := due_again(attempts=attempts, created_at=MADE, now=now, chance=0.5)) is not None:
        assert due > now
        now, attempts = due, attempts + 1
    assert now - MADE >= DAYS_3
    assert 70 <= attempts <= 80


@pytest.mark.parametrize(
    ("code", "about_recipient", "means"),
    [
        (550, True, Outcome.REFUSED),
        (500, True, Outcome.REFUSED),
        (599, True, Outcome.REFUSED),
        (554, True, Outcome.REFUSED),
        (450, True, Outcome.AGAIN),
        (421, True, Outcome.AGAIN),
        (600, True, Outcome.AGAIN),
        (None, True, Outcome.AGAIN),
        (550, False, Outcome.AGAIN),
        (535, False, Outcome.AGAIN),
        (530, True, Outcome.AGAIN),
        (552, True, Outcome.AGAIN),
        (553, True, Outcome.REFUSED),
        (421, False, Outcome.AGAIN),
    ],
)
def test_only_a_final_answer_about_the_recipient_is_final(code, about_recipient, means) -> None:
    assert outcome(code, about_recipient=about_recipient) is means


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 0), (2, 0), (3, 30), (4, 60), (5, 300), (8, 3600), (80, 3600)]
)
def test_a_letter_whose_processes_die_is_forgiven_twice(attempts, seconds) -> None:
    due = due_after_death(attempts=attempts, created_at=MADE, now=MADE, chance=0.5)
    assert due == MADE + timedelta(seconds=seconds)


def test_a_letter_whose_processes_die_for_three_days_is_given_up() -> None:
    late = MADE + DAYS_3
    assert due_after_death(attempts=2, created_at=MADE, now=late, chance=0.5) == late
    assert due_after_death(attempts=3, created_at=MADE, now=late, chance=0.5) is None


@pytest.mark.parametrize(
    ("times", "seconds"), [(0, 5), (1, 5), (2, 15), (3, 60), (4, 120), (5, 300), (99, 300)]
)
def test_a_server_that_is_away_is_knocked_at_every_five_minutes_at_most(times, seconds) -> None:
    assert pause(times, chance=0.5) == timedelta(seconds=seconds)
    assert pause(times, chance=0) == timedelta(seconds=seconds) * 0.8
    assert pause(times, chance=1) == timedelta(seconds=seconds) * 1.2


@pytest.mark.parametrize(("left_lately", "room"), [(0, 30), (1, 29), (30, 0), (500, 0)])
def test_a_backlog_leaves_at_thirty_a_minute(left_lately, room) -> None:
    assert room_for_backlog(left_lately=left_lately) == room
