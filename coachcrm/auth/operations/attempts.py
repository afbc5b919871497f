"""Counting who tries a password, so that guessing slows down and nobody locks the coach out."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from coachcrm.kit.data import limits
from coachcrm.kit.errors import TooMany

PER_ADDRESS_AND_ACCOUNT = limits.Limit(8, timedelta(minutes=15))
PER_ADDRESS = limits.Limit(30, timedelta(minutes=15))


def count_attempt(session: Session, *, address: str, email: str, now: datetime) -> None:
    """Count an attempt to sign in. Raises `TooMany` (S3).

    The limit by account counts for one address at a time, so that a stranger who guesses cannot
    lock the coach out (S4).
    """
    account = f"sign-in {address} {email.strip().casefold()}"
    for key, limit in ((account, PER_ADDRESS_AND_ACCOUNT), (f"sign-in {address}", PER_ADDRESS)):
        if wait := limits.hit(session, key, limit, now=now):
            raise TooMany("There were too many attempts to sign in from here.", retry_after=wait)
