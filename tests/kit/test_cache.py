"""What is kept is given until its instant, and never beyond it or to a clock that was set back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from coachcrm.kit.cache import Editions, Kept
from coachcrm.kit.time import clock as our_clock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ask(clock):
    """Ask for a value that is good for a minute; it tells how many had been made before it."""
    kept, made = Kept(most=2), []

    def ask(key: str) -> int:
        now = our_clock.now()

        def make():
            made.append(key)
            return len(made), now + MINUTE

        return kept.get(key, make, now=now)

    return ask


def test_a_value_is_made_once_for_its_time(ask, clock) -> None:
    assert [ask("a"), ask("a")] == [1, 1]
    clock.move(seconds=59)
    assert ask("a") == 1
    clock.move(seconds=2)
    assert ask("a") == 2


def test_a_clock_that_was_set_back_makes_it_anew(ask, clock) -> None:
    assert ask("a") == 1
    clock.move(seconds=-30)
    assert [ask("a"), ask("a")] == [2, 2]


def test_what_was_used_least_lately_makes_room(ask) -> None:
    assert [ask("a"), ask("b"), ask("a"), ask("c"), ask("a")] == [1, 2, 1, 3, 1]
    assert ask("b") == 4


def test_threads_may_ask_at_once() -> None:
    kept, now = Kept(most=3), our_clock.now()
    with ThreadPoolExecutor(8) as pool:
        told = pool.map(
            lambda n: kept.get(n % 5, lambda: (n % 5, now + MINUTE), now=now), range(5_000)
        )
        assert list(told) == [n % 5 for n in range(5_000)]


def test_two_editions_of_a_text_are_never_of_one_second(clock) -> None:
    editions, now = Editions(), our_clock.now()

    def since(facts: int, text: bytes) -> int:
        found = editions.get("a", facts, lambda: text, now=our_clock.now())
        assert (found.facts, found.octets) == (facts, text)
        return int((found.since - now).total_seconds())

    assert [since(1, b"one"), since(1, b"one"), since(2, b"two"), since(3, b"one")] == [0, 0, 1, 2]
    clock.move(minutes=1)
    assert [since(4, b"one"), since(5, b"five")] == [2, 60]
    clock.move(hours=-1)
    assert since(6, b"six") == 61
