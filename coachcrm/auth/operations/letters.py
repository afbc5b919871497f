"""Letters about signing in: to the coach alone, each composed before the act that it tells of."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from coachcrm.auth.core.login_life import RESET
from coachcrm.auth.models import Coach
from coachcrm.kit.time import words, zones
from coachcrm.kit.tokens import random_token
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ComposedLetter, Letter, Mailbox, compose
from coachcrm.outbox.letter.render import render
from coachcrm.outbox.queue import operations as outbox

# A letter that is not sent again: the link in it is good for a while only, and is forgotten here.
ONCE = frozenset({"reset"})


def password_changed(site: Site, coach: Coach, *, now: datetime) -> ComposedLetter:
    """Compose what tells the coach that his password is another (S10)."""
    forgotten_url = site.link("auth.forgotten_password")
    return _composed(site, coach, "password", to=coach.email, now=now, forgotten_url=forgotten_url)


def reset_link(site: Site, coach: Coach, token: str, *, now: datetime) -> ComposedLetter:
    """Compose what carries the link that sets a new password (S10)."""
    reset_url = site.link("auth.new_password", token=token)
    minutes = str(RESET // timedelta(minutes=1))
    return _composed(
        site, coach, "reset", to=coach.email, now=now, reset_url=reset_url, minutes=minutes
    )


def address_changed(
    site: Site, coach: Coach, new: str, *, now: datetime
) -> tuple[ComposedLetter, ComposedLetter]:
    """Compose what tells both addresses that the coach signs in with another (S10).

    The old one is not told the new: it may be somebody else's by now.
    """
    return (
        _composed(site, coach, "old_address", to=coach.email, now=now),
        _composed(site, coach, "new_address", to=new, now=now),
    )


def queue(
    session: Session,
    letter: ComposedLetter,
    kind: str,
    *,
    now: datetime,
    drop_after_at: datetime | None = None,
) -> int:
    """Put a letter into the outbox, in the transaction of its act; it waits for no other.

    Returns its number there.
    """
    thread = f"{kind}-{random_token()}"
    return outbox.queue(
        session,
        letter,
        thread=thread,
        audience="coach",
        kind=kind,
        now=now,
        drop_after_at=drop_after_at,
    )


def _composed(
    site: Site, coach: Coach, name: str, *, to: str, now: datetime, **facts: str
) -> ComposedLetter:
    himself = Mailbox(coach.name, to)
    said = render(
        f"auth/{name}",
        coach=coach,
        base_url=site.base_url,
        desk_url=site.link("desk.today"),
        when=f"{words.when_year(now, coach.zone)} ({zones.label(coach.timezone)})",
        **facts,
    )
    return compose(
        Letter(
            sender=Mailbox(coach.name, site.mail_sender),
            recipient=himself,
            reply_to=himself,
            subject=said.subject,
            text=said.text,
            html=said.html,
            made_at=now,
        )
    )
