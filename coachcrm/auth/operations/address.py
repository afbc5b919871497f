"""The address that the coach signs in with, and that his letters and invitations go to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach, ResetLink
from coachcrm.auth.operations import letters
from coachcrm.kit.errors import Refusal
from coachcrm.outbox.letter.compose import ComposedLetter


class ChangedMeanwhile(Refusal):
    """Another page has changed the address since this one was opened."""

    sentence = "Your address was changed at the same moment, so this was not done."


def change(
    session: Session,
    coach_id: int,
    *,
    old: str,
    new: str,
    told: Collection[ComposedLetter],
    now: datetime,
) -> None:
    """Put another address in the place of the old one, and tell both (S10).

    A link to set a password that went to the old address is void. Raises `ChangedMeanwhile`.
    """
    changed = session.execute(
        update(Coach).where(Coach.id == coach_id, Coach.email == old).values(email=new)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    session.execute(delete(ResetLink))
    for letter in told:
        letters.queue(session, letter, "address", now=now)
