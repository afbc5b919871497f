"""Setting the coach up, signing in and out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coachcrm.auth.core import passwords
from coachcrm.auth.core.login_life import ABSOLUTE, IDLE
from coachcrm.auth.models import Coach, HeldForm, Login, SetUpLink
from coachcrm.kit.data import limits
from coachcrm.kit.data.db import breaks
from coachcrm.kit.errors import NotFound, Refusal, TooMany
from coachcrm.kit.tokens import digest, random_token

PER_ADDRESS_AND_ACCOUNT = limits.Limit(8, timedelta(minutes=15))
PER_ADDRESS = limits.Limit(30, timedelta(minutes=15))
ONLY_ONE = "coach_singleton_key"
SEEN_EVERY = timedelta(minutes=5)
KEPT_AFTER_END = timedelta(days=7)


class AlreadySetUp(Refusal):
    """There is a coach already; there can be one."""

    title = "This is set up already"
    sentence = "There is a coach here already, and nothing was changed."
    what_next = "Please sign in."


@dataclass(frozen=True)
class NewCoach:
    """Who the coach is, as he typed it. `phone` is E.164 or empty."""

    email: str
    name: str
    password: str
    timezone: str
    practice: str = ""
    phone: str = ""
    about: str = ""


def the_coach(session: Session) -> Coach | None:
    """Return the coach, or None before he is set up."""
    return session.scalar(select(Coach))


def make_coach(session: Session, new: NewCoach, *, password_hash: str, now: datetime) -> Coach:
    """Make the one coach; the set-up link is void from then on. Raises `AlreadySetUp`."""
    if the_coach(session) is not None:
        raise AlreadySetUp
    coach = Coach(
        email=new.email,
        name=new.name,
        password_hash=password_hash,
        timezone=new.timezone,
        practice=new.practice,
        phone=new.phone,
        about=new.about,
        created_at=now,
    )
    session.add(coach)
    try:
        session.flush()
    except IntegrityError as error:
        # Two set up at once, and the other was first.
        if breaks(error, ONLY_ONE):
            raise AlreadySetUp from error
        raise
    session.execute(delete(SetUpLink))
    return coach


def new_set_up_token(session: Session, *, now: datetime) -> str | None:
    """Return the token of a new set-up link, voiding the old one; None once there is a coach."""
    if the_coach(session) is not None:
        return None
    token = random_token()
    session.execute(delete(SetUpLink))
    session.add(SetUpLink(token_digest=digest(token), created_at=now))
    return token


def check_set_up_token(session: Session, token: str) -> None:
    """Raise `NotFound` unless the token is the present set-up link's."""
    found = session.scalar(select(SetUpLink.id).where(SetUpLink.token_digest == digest(token)))
    if found is None:
        raise NotFound


def count_attempt(session: Session, *, address: str, email: str, now: datetime) -> None:
    """Count an attempt to sign in. Raises `TooMany` (S3).

    The limit by account counts for one address at a time, so that a stranger who guesses cannot
    lock the coach out (S4).
    """
    account = f"sign-in {address} {email.strip().casefold()}"
    for key, limit in ((account, PER_ADDRESS_AND_ACCOUNT), (f"sign-in {address}", PER_ADDRESS)):
        if wait := limits.hit(session, key, limit, now=now):
            raise TooMany("There were too many attempts to sign in from here.", retry_after=wait)


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


def sign_out(session: Session, login_id: int) -> None:
    """End a login; its cookie is worth nothing from then on (S9)."""
    session.execute(delete(Login).where(Login.id == login_id))


def end_all_logins(session: Session) -> None:
    """End every login (S9)."""
    session.execute(delete(Login))


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


def sweep_logins(session: Session, *, now: datetime) -> None:
    """Forget logins that ended long ago, and what was held for them.

    An ended login is good for nothing but to tell the coach's own browser from a stranger's.
    """
    kept = now - KEPT_AFTER_END
    session.execute(
        delete(Login).where((Login.seen_at < kept - IDLE) | (Login.created_at < kept - ABSOLUTE))
    )
    session.execute(delete(HeldForm).where(HeldForm.held_at < kept))
