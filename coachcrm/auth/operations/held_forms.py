"""What the coach sent when his login had ended, kept until he is back."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from coachcrm.auth.models import HeldForm, Login
from coachcrm.kit.tokens import digest


def hold_form(session: Session, token: str, *, path: str, body: str, now: datetime) -> None:
    """Keep what was sent with the cookie of a login that has ended; a stranger's is not kept."""
    coach_id = session.scalar(select(Login.coach_id).where(Login.token_digest == digest(token)))
    if coach_id is None:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"body": body, "held_at": now}
    session.execute(
        insert(HeldForm)
        .values(coach_id=coach_id, path=path, **values)
        .on_conflict_do_update(index_elements=[HeldForm.coach_id, HeldForm.path], set_=values)
    )


def held_form(session: Session, coach_id: int, path: str) -> str | None:
    """Return what was sent to `path` when the login had ended, or None."""
    return session.scalar(
        select(HeldForm.body).where(HeldForm.coach_id == coach_id, HeldForm.path == path)
    )


def forget_held_form(session: Session, coach_id: int, path: str) -> None:
    """Forget what was held, once it is saved."""
    session.execute(delete(HeldForm).where(HeldForm.coach_id == coach_id, HeldForm.path == path))
