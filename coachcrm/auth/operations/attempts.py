"""Counting who tries a password, so that guessing slows down and nobody locks the coach out.

A stranger is counted by where he comes from and by whose account he tries, so that guesses from
many addresses are slowed as well. A browser in which the coach has signed in before is counted by
itself, and what strangers do never keeps it waiting (S4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from coachcrm.auth.core.login_life import RESET
from coachcrm.kit.data import limits
from coachcrm.kit.errors import TooMany

# As long as a link is good: whoever has to wait has letters with links that are.
LINKS_PER_ACCOUNT = limits.Limit(3, RESET)
LINKS_PER_ADDRESS = limits.Limit(10, timedelta(minutes=15))
PER_LOGIN = limits.Limit(8, timedelta(minutes=15))
PER_BROWSER = limits.Limit(8, timedelta(minutes=15))
PER_ADDRESS_AND_ACCOUNT = limits.Limit(8, timedelta(minutes=15))
PER_ADDRESS = limits.Limit(30, timedelta(minutes=15))
PER_ACCOUNT = limits.Limit(20, timedelta(minutes=15))

LINKS_FROM_HERE = "A new password was asked for too often from here."
LINKS_TO_THERE = (
    "A new password was asked for several times already. Please use the link in the newest letter "
    "about it."
)
ASKED_AGAIN = "There were too many attempts with a wrong password."
FROM_HERE = "There were too many attempts to sign in from here."
FROM_EVERYWHERE = (
    "There were too many attempts to sign in, so a browser that is new here has to wait. One in "
    "which you have signed in before does not, nor does one in which you set a new password by a "
    "letter."
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the door: the address he comes from, and his browser's name if it is known."""

    address: str
    browser: str | None = None


def count_sign_in(session: Session, caller: Caller, *, email: str, now: datetime) -> None:
    """Count an attempt to sign in. Raises `TooMany` (S3, S4)."""
    if caller.browser is not None:
        _count(
            session, f"sign-in browser {caller.browser}", PER_BROWSER, sentence=FROM_HERE, now=now
        )
        return
    here, account = f"sign-in {caller.address}", email.strip().casefold()
    _count(session, f"{here} {account}", PER_ADDRESS_AND_ACCOUNT, sentence=FROM_HERE, now=now)
    _count(session, here, PER_ADDRESS, sentence=FROM_HERE, now=now)
    _count(session, f"sign-in to {account}", PER_ACCOUNT, sentence=FROM_EVERYWHERE, now=now)


def count_password_again(session: Session, login_id: int, *, now: datetime) -> None:
    """Count an attempt of somebody signed in to say the password again. Raises `TooMany`."""
    _count(session, f"password of login {login_id}", PER_LOGIN, sentence=ASKED_AGAIN, now=now)


def count_link(session: Session, caller: Caller, *, email: str, now: datetime) -> None:
    """Count that a link for a new password is asked for. Raises `TooMany`.

    What strangers have asked for keeps no known browser from asking.
    """
    if caller.browser is not None:
        key = f"new password for browser {caller.browser}"
        _count(session, key, LINKS_PER_ACCOUNT, sentence=LINKS_TO_THERE, now=now)
        return
    here, account = f"new password from {caller.address}", email.strip().casefold()
    _count(session, here, LINKS_PER_ADDRESS, sentence=LINKS_FROM_HERE, now=now)
    key = f"new password for {account}"
    _count(session, key, LINKS_PER_ACCOUNT, sentence=LINKS_TO_THERE, now=now)


def _count(session: Session, key: str, limit: limits.Limit, sentence: str, now: datetime) -> None:
    if wait := limits.hit(session, key, limit, now=now):
        raise TooMany(sentence, retry_after=wait)
