"""A new password for whoever has forgotten his: by a link in a letter, good once and for a while.

What is asked on the page is written down whoever asks; the worker answers it, so that the page says
and does the same for every address (S5). A link sets a password and opens nothing: whoever has used
it signs in as ever, with a second factor where there is one (S10).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from coachcrm.auth.core.login_life import RESET
from coachcrm.auth.models import Coach, ResetLink, ResetRequest
from coachcrm.auth.operations import letters, passwords
from coachcrm.auth.operations.set_up import the_coach
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound
from coachcrm.kit.tokens import digest, random_token
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ComposedLetter, ascii_address
from coachcrm.outbox.models import OutboxMessage
from coachcrm.outbox.queue import operations as outbox
from coachcrm.outbox.queue.claims import WAITING

ANSWER_EVERY_S = 2.0


def ask(session: Session, email: str, *, now: datetime) -> None:
    """Write down that somebody asked for a link, for the account of this address if there is one.

    Links that have gone out before stay good: a stranger who asks too cannot take them away.
    """
    session.add(ResetRequest(account_digest=_account(email), asked_at=now))


def answer(site: Site, *, now: datetime) -> None:
    """Send a link for what was asked, and forget links that are over; the worker's job."""
    session: Session = db.session()
    session.rollback()
    asked = session.scalars(select(ResetRequest.id)).all()
    if asked:
        coach, token = the_coach(session), random_token()
        letter = letters.reset_link(site, coach, token, now=now) if coach else None
        with transaction():
            _send(session, asked, letter, token, now=now)
    if session.scalar(select(exists().where(_is_over(now) | _has_left()))):
        with transaction():
            _tidy(session, now=now)
    # Nothing is left open between two rounds.
    session.rollback()


def coach_of(session: Session, token: str, *, now: datetime) -> Coach:
    """Return whose password a link sets. Raises `NotFound` for one that is over, used or wrong."""
    coach = session.scalar(
        select(Coach)
        .join(ResetLink, ResetLink.coach_id == Coach.id)
        .where(ResetLink.token_digest == digest(token), ~_is_over(now))
    )
    if coach is None:
        raise NotFound
    return coach


def use(
    session: Session, token: str, *, password_hash: str, letter: ComposedLetter, now: datetime
) -> None:
    """Set a new password by a link, which is spent then, as are all others. Raises `NotFound`.

    The old password is good until here.
    """
    # The coach's row first, as for any new password: two with a link each must not wait in a ring.
    session.execute(select(Coach.id).with_for_update(key_share=True))
    coach_id = session.scalar(
        delete(ResetLink)
        .where(ResetLink.token_digest == digest(token), ~_is_over(now))
        .returning(ResetLink.coach_id)
    )
    if coach_id is None:
        raise NotFound
    passwords.put_new(session, coach_id, password_hash=password_hash, letter=letter, now=now)


def _send(
    session: Session,
    asked: Sequence[int],
    letter: ComposedLetter | None,
    token: str,
    *,
    now: datetime,
) -> None:
    """Answer what was asked, once, whichever worker comes first; one letter answers all of it.

    It waits for the next round where the letter is to an address that is the coach's no more: that
    one may be somebody else's by now.
    """
    # The coach's row first, as for a new password: an address that is changed after this voids the
    # link as well.
    coach = session.scalar(select(Coach).with_for_update(key_share=True))
    address = ascii_address(coach.email) if coach else None
    if (letter.recipient if letter else None) != address:
        return
    requests = session.execute(
        delete(ResetRequest)
        .where(ResetRequest.id.in_(asked))
        .returning(ResetRequest.account_digest, ResetRequest.asked_at)
    ).all()
    if coach is None or letter is None:
        return
    wanted = _account(coach.email)
    if not any(row.account_digest == wanted and now - row.asked_at < RESET for row in requests):
        return
    letter_id = letters.queue(session, letter, "reset", now=now, drop_after_at=now + RESET)
    link = ResetLink(
        coach_id=coach.id, token_digest=digest(token), letter_id=letter_id, made_at=now
    )
    session.add(link)


def _tidy(session: Session, *, now: datetime) -> None:
    """Forget links that are over, and what the letters say that have left with one.

    Of a link that is good the database holds a digest, but for the moments until its letter leaves.
    """
    session.execute(delete(ResetLink).where(_is_over(now)))
    for link in session.scalars(select(ResetLink).where(_has_left())).all():
        outbox.empty(session, link.letter_id)
        link.letter_id = None


def _has_left() -> ColumnElement[bool]:
    return exists().where(
        OutboxMessage.id == ResetLink.letter_id, OutboxMessage.state.not_in(WAITING)
    )


def _is_over(now: datetime) -> ColumnElement[bool]:
    return ResetLink.made_at <= now - RESET


def _account(email: str) -> str:
    return digest(email.strip().casefold())
