"""Setting the coach up: the one-time link, and the one coach that there can be."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach, SetUpLink
from coachcrm.kit.data.db import breaks
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.tokens import digest, random_token

ONLY_ONE = "coach_singleton_key"


class AlreadySetUp(Refusal):
    """There is a coach already; there can be one."""

    title = "This is set up already"
    sentence = "There is a coach here already, and nothing was changed."
    what_next = "Please sign in."


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Who the coach is to others, as he typed it. `phone` is E.164 or empty."""

    name: str
    timezone: str
    practice: str = ""
    phone: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class NewCoach(Profile):
    """Who the coach is, and what he signs in with."""

    email: str
    password: str


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
