"""Which passwords are good enough, and how they are kept."""

from __future__ import annotations

import re
import time

import pytest
from argon2 import PasswordHasher

from coachcrm.auth.core import passwords
from tests.conftest import Coach
from tests.support.cast import change, value

ABOUT = ("Sam Carter", "sam.carter@practice.example")


@pytest.mark.parametrize(
    "password",
    [
        "seven green umbrellas", "correct horse battery staple", "Tr0ub4dor & three more",
        "ein äpfelkuchen für müller", "李小龍 drinks tea at nine", "      a     b     c    z",
        "x8#kQ!m2Zr9$", "\N{GRINNING FACE} likes long sentences", "hello there, moon " * 50,
    ],
)  # fmt: skip
def test_any_characters_will_do_if_they_are_hard_to_guess_s2(password: str) -> None:
    assert passwords.weakness(password, about=ABOUT) is None


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "at least 12"),
        ("x8#kQ!m2Zr9", "at least 12"),
        ("password1234", "first that others would try"),
        ("123456789012", "first that others would try"),
        ("qwertyuiopas", "first that others would try"),
        ("aaaaaaaaaaaaaaaaaaaa", "first that others would try"),
        ("iloveyou1234", "first that others would try"),
        ("Carter rides at dawn", "name"),
        ("the SAM.CARTER way of life", "name"),
        ("SAM.carter@practice.example", "address"),
        ("coachcrm is my program", "name"),
        ("nul \0 is hard to type", "cannot be typed"),
        ("a line\nand another", "cannot be typed"),
        ("half \ud800 a character", "cannot be typed"),
        ("é" * 513, "1,024"),
        ("x" * 1_000_000, "1,024"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason_s2(password: str, said: str) -> None:
    assert said in (passwords.weakness(password, about=ABOUT) or "")


def test_a_name_of_two_or_three_letters_forbids_nothing_s2() -> None:
    assert passwords.weakness("seven green umbrellas", about=("Al Re", "al@re.example")) is None


def test_a_long_password_is_judged_quickly_s2_s42() -> None:
    began = time.monotonic()
    for password in ("(" * 1000, "ab1" * 340, "2027-06-01" * 100, "p4ssw0rd" * 128, "éà" * 250):
        passwords.weakness(password)
    assert time.monotonic() - began < 3


def test_the_hash_is_argon2id_with_the_memory_it_should_have_s1(password_hash) -> None:
    kind, memory, rounds = re.match(r"\$(\w+)\$v=19\$m=(\d+),t=(\d+)", password_hash).groups()
    assert kind == "argon2id"
    assert int(memory) >= 19 * 1024
    assert int(rounds) >= 2
    assert passwords.make_hash(Coach.password) != password_hash, "salted"


def test_checking_takes_any_text_and_as_long_without_an_account_s5(password_hash) -> None:
    def took(check) -> float:
        began = time.perf_counter()
        assert not check()
        return time.perf_counter() - began

    with_account = min(took(lambda: passwords.is_right(password_hash, "wrong")) for _ in range(3))
    without = min(took(lambda: passwords.is_right(None, "wrong")) for _ in range(3))
    assert 0.4 < without / with_account < 2.5
    assert took(lambda: passwords.is_right(password_hash, "x" * 1_000_000)) < with_account / 2
    assert not passwords.is_right(password_hash, "\0\ud800")
    assert not passwords.is_right(None, "")
    assert not passwords.needs_new_hash(passwords._nobody), "as dear as a real one"
    assert not passwords.is_right("no hash at all", "wrong")


@pytest.mark.engines("sqlite")
def test_an_old_hash_is_made_anew_when_the_coach_signs_in_s1(app, coach, web) -> None:
    weaker = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    change(app, "UPDATE coach SET password_hash = :hash", hash=weaker.hash(coach.password))
    for _ in range(2):
        web.get("/coach/sign-in")
        web.submit(email=coach.email, password=coach.password)
        kept = value(app, "SELECT password_hash FROM coach")
        assert not passwords.needs_new_hash(kept)
        assert passwords.is_right(kept, coach.password)
