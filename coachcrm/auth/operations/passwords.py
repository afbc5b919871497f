"""The coach's password: checked, kept in a stronger way, and another put in its place."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coachcrm.auth.core import passwords
from coachcrm.auth.models import Coach
from coachcrm.auth.operations import letters, logins
from coachcrm.auth.operations.set_up import the_coach
from coachcrm.kit.errors import Refusal
from coachcrm.outbox.letter.compose import ComposedLetter


class Superseded(Refusal):
    """Another password was set while this one was being checked."""

    title = "Please try again"
    sentence = "Your password was changed at the same moment, so this was not done."
    what_next = "Please try again, with the new password if it was you who changed it."


def find_by_password(session: Session, *, email: str, password: str) -> Coach | None:
    """Return the coach if address and password are his; equally slow if not (S5)."""
    coach = the_coach(session)
    is_his = coach is not None and coach.email.casefold() == email.strip().casefold()
    password_hash = coach.password_hash if coach is not None and is_his else None
    return coach if passwords.is_right(password_hash, password) else None


def check_still(session: Session, coach_id: int, password_hash: str) -> None:
    """Make sure that the password checked before this transaction is still the coach's.

    A password takes long to check, so that happens with nothing locked; from here on until the
    transaction ends no other can be set. Raises `Superseded`.
    """
    present = select(Coach.password_hash).where(Coach.id == coach_id)
    if session.scalar(present.with_for_update(key_share=True)) != password_hash:
        raise Superseded


def renew_hash(session: Session, coach_id: int, password_hash: str) -> None:
    """Keep the same password in a stronger way (S1)."""
    session.execute(update(Coach).where(Coach.id == coach_id).values(password_hash=password_hash))


def put_new(
    session: Session, coach_id: int, *, password_hash: str, letter: ComposedLetter, now: datetime
) -> None:
    """Put another password in the place of the old one; the coach is told (S9, S10).

    Every login ends, and so does every link by which a password could be set.
    """
    renew_hash(session, coach_id, password_hash)
    logins.end_all_logins(session)
    letters.queue(session, letter, "password", now=now)
