"""When a letter is tried again, and when it is given up: a table of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.outbox.retry import Outcome, due_again, outcome

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
        (421, False, Outcome.AGAIN),
    ],
)
def test_only_a_final_answer_about_the_recipient_is_final(code, about_recipient, means) -> None:
    assert outcome(code, about_recipient=about_recipient) is means
