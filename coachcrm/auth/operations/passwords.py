"""The coach's password: checked."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from coachcrm.auth.core import passwords
from coachcrm.auth.models import Coach
from coachcrm.auth.operations.set_up import the_coach


def find_by_password(session: Session, *, email: str, password: str) -> Coach | None:
    """Return the coach if address and password are his; equally slow if not (S5)."""
    coach = the_coach(session)
    is_his = coach is not None and coach.email.casefold() == email.strip().casefold()
    password_hash = coach.password_hash if coach is not None and is_his else None
    return coach if passwords.is_right(password_hash, password) else None


def renew_hash(session: Session, coach_id: int, *, old: str, new: str) -> None:
    """Keep the same password in a stronger way, unless another was set meanwhile (S1)."""
    if new == old:
        return
    session.execute(
        update(Coach)
        .where(Coach.id == coach_id, Coach.password_hash == old)
        .values(password_hash=new)
    )
