"""Passwords: which are good enough, and how they are kept (S1, S2)."""

import re
import threading
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import ARGON2_VERSION

SHORTEST = 12
MOST_BYTES = 1024
LONG_ENOUGH_TO_MEAN_A_NAME = 4
FEWEST_GUESSES = 1_000_000

_hasher = PasswordHasher()
# One hash takes 64 MiB: a crowd at the door must not fill the memory.
_hashing = threading.BoundedSemaphore(2)


def _of_no_password(hasher: PasswordHasher) -> str:
    """Return a hash as `hasher` writes them, whose password nobody knows: it was never made."""
    salt, hashed = (
        b64encode(bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    settings = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${settings}${salt}${hashed}"


# What is checked when there is no account, so that the answer takes the same time (S5).
_nobody = _of_no_password(_hasher)


def weakness(password: str, *, about: tuple[str, ...] = ()) -> str | None:
    """Return why a password is too weak, as a sentence, or None.

    At least 12 characters, at most 1,024 bytes, no rule of composition; not among the commonest,
    and not made of the coach's name, address or the product's name (`about`).
    """
    if len(password) < SHORTEST:
        return f"Please use at least {SHORTEST} characters; three or four ordinary words are good."
    if len(password.encode("utf-8", "replace")) > MOST_BYTES:
        return "Please use at most 1,024 characters."
    if "\0" in password or not password.isprintable():
        return "There is a character here that cannot be typed again. Please use another password."
    own_words = {
        word.casefold()
        for text in (*about, "coachcrm")
        for word in (text, *re.split(r"[\W_]+", text.partition("@")[0]))
        if len(word) >= LONG_ENOUGH_TO_MEAN_A_NAME
    }
    if any(word in password.casefold() for word in own_words):
        return (
            "Please leave your name, your address and the name of this program out of the password."
        )
    # Its word lists take a moment and some memory; only this needs them.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    if zxcvbn(password[:72])["guesses"] < FEWEST_GUESSES:
        return "This password is among the first that others would try. Please use another one."
    return None


def make_hash(password: str) -> str:
    """Return the Argon2id hash of a password."""
    with _hashing:
        return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Check a password; without an account takes as long and says no."""
    if len(password.encode("utf-8", "replace")) > MOST_BYTES:
        return False
    with _hashing:
        try:
            _hasher.verify(password_hash or _nobody, password.encode("utf-8", "replace"))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None


def renewed(password_hash: str, password: str) -> str:
    """Return a hash of today's settings for the password of this hash: its own if it has them."""
    return make_hash(password) if needs_new_hash(password_hash) else password_hash


def needs_new_hash(password_hash: str) -> bool:
    """Say whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)
