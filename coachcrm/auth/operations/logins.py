"""The browsers that the coach is signed in with."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coachcrm.auth.core.login_life import ABSOLUTE, IDLE
from coachcrm.auth.models import HeldForm, Login, ResetLink
from coachcrm.kit.tokens import digest, random_token

SEEN_EVERY = timedelta(minutes=5)
KEPT_AFTER_END = timedelta(days=7)


def sign_in(session: Session, coach_id: int, *, now: datetime) -> str:
    """Make a new login and return its token; one that a browser brings is never adopted (S7)."""
    token = random_token()
    session.add(Login(coach_id=coach_id, token_digest=digest(token), created_at=now, seen_at=now))
    return token


def find_login(session: Session, token: str, *, now: datetime) -> Login | None:
    """Return the login of a cookie's token if it is still good."""
    login = session.scalar(select(Login).where(Login.token_digest == digest(token)))
    return login if login is not None and login.is_good(now) else None


def mark_seen(session: Session, login_id: int, *, now: datetime) -> None:
    """Keep a login that is in use from becoming idle."""
    login = session.get(Login, login_id)
    if login is not None:
        login.seen_at = now


def renew(session: Session, login_id: int) -> str:
    """Give a login another id, once the password was said again, and return its token (S7)."""
    token = random_token()
    session.execute(update(Login).where(Login.id == login_id).values(token_digest=digest(token)))
    return token


def sign_out(session: Session, login_id: int) -> None:
    """End a login; its cookie is worth nothing from then on (S9)."""
    session.execute(delete(Login).where(Login.id == login_id))


def end_all_logins(session: Session) -> None:
    """End every login (S9), and every link by which somebody could have one."""
    session.execute(delete(Login))
    session.execute(delete(ResetLink))


def sweep_logins(session: Session, *, now: datetime) -> None:
    """Forget logins that ended long ago, and what was held for them.

    An ended login is good for nothing but to tell the coach's own browser from a stranger's.
    """
    kept = now - KEPT_AFTER_END
    session.execute(
        delete(Login).where((Login.seen_at < kept - IDLE) | (Login.created_at < kept - ABSOLUTE))
    )
    session.execute(delete(HeldForm).where(HeldForm.held_at < kept))
