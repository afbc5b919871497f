"""Finding people, keeping their record, moving them from stage to stage."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from coachcrm.clients.core import lifecycle
from coachcrm.clients.models import Client, StageChange, Tag, email_key
from coachcrm.kit.data.db import stored
from coachcrm.kit.errors import NotFound
from coachcrm.kit.text.parts import parts_of
from coachcrm.kit.text.typed import folded

_BY_EMAIL = select(Client).where(
    Client.coach_id == bindparam("coach"), Client.email_key == bindparam("key")
)
MOST_TAGS = 20
LONGEST_TAG = 40


@dataclass(frozen=True)
class NewClient:
    """A person as the booking form tells of them. `phone` is E.164 or empty.

    `stage` is where a new client begins, `by` who or which rule says so; `source` is how they heard
    of the coach.
    """

    name: str
    email: str
    phone: str
    timezone: str
    stage: str = "enquiry"
    by: str = "coach"
    source: str = ""


def find_or_make(session: Session, coach_id: int, new: NewClient, *, now: datetime) -> Client:
    """Return the client with this address, or a new one.

    A known client's record is not overwritten: whoever knows an address could otherwise rename
    the person. Only what was missing is filled in: a phone number, how they heard of the coach.
    """
    client = find_by_email(session, coach_id, new.email)
    if client is None:
        return session.get_one(Client, make(session, coach_id, new, now=now))
    if (new.phone and not client.phone) or (new.source and not client.source):
        client.phone, client.source = client.phone or new.phone, client.source or new.source
        client.updated_at = now
    return client


def make(session: Session, coach_id: int, new: NewClient, *, now: datetime) -> int:
    """Store a person whose address nobody has yet; return the id."""
    called = _called(new.name, new.email)
    row = {
        "coach_id": coach_id,
        "name": new.name,
        "email": new.email,
        "email_key": email_key(new.email),
        "phone": new.phone,
        "timezone": new.timezone,
        "stage": new.stage,
        "source": new.source,
        "search_text": called,
        "search_parts": parts_of(called),
        "created_at": now,
        "updated_at": now,
    }
    client_id = stored(Client, session, row)
    change = {"client_id": client_id, "to_stage": new.stage, "at": now, "by": new.by}
    stored(StageChange, session, change)
    return client_id


def find_by_email(session: Session, coach_id: int, email: str) -> Client | None:
    """Return the client with this address, whatever its spaces and capitals."""
    return session.scalar(_BY_EMAIL, {"coach": coach_id, "key": email_key(email)})


def get(session: Session, coach_id: int, client_id: int, *, for_change: bool = False) -> Client:
    """Return one of the coach's clients; a foreign id is the same as none (S44).

    `for_change` keeps others from changing the person until the transaction ends.
    """
    client = session.get(Client, client_id, with_for_update=for_change or None)
    if client is None or client.coach_id != coach_id:
        raise NotFound
    return client


def change_address(session: Session, client: Client, address: str, *, now: datetime) -> bool:
    """Give a client another address, unless somebody else has it; return whether it was done."""
    key = email_key(address)
    taken = select(Client.id).where(
        Client.coach_id == client.coach_id, Client.email_key == key, Client.id != client.id
    )
    if session.scalar(taken.limit(1)) is not None:
        return False
    client.email, client.email_key, client.updated_at = address, key, now
    _let_find(client)
    return True


def _called(name: str, email: str) -> str:
    """Return what a client is found by."""
    return folded(f"{name} {email}")


def _let_find(client: Client) -> None:
    """Let a client be found by what they are called now."""
    client.search_text = _called(client.name, client.email)
    client.search_parts = parts_of(client.search_text)


@dataclass(frozen=True, slots=True)
class Card:
    """Who somebody is, without all that hangs on the row."""

    name: str
    stage: str
    phone: str


def card(session: Session, coach_id: int, client_id: int) -> Card:
    """Return who one of the coach's clients is, in one query; a foreign id is none (S44)."""
    found = session.execute(
        select(Client.name, Client.stage, Client.phone).where(
            Client.id == client_id, Client.coach_id == coach_id
        )
    ).first()
    if found is None:
        raise NotFound
    return Card(*found)


def move_to_stage(
    session: Session, client: Client, stage: str, *, by: str, now: datetime, reason: str = ""
) -> None:
    """Move a client to a stage and keep the trace; the same stage again changes nothing."""
    if client.stage == stage:
        return
    session.add(
        StageChange(
            client_id=client.id,
            from_stage=client.stage,
            to_stage=stage,
            at=now,
            by=by,
            reason=reason,
        )
    )
    client.stage, client.updated_at = stage, now


def follow(
    session: Session, client: Client, move: tuple[str, str] | None, *, now: datetime
) -> None:
    """Move a client as a rule of `lifecycle` says: (stage, rule), or None for nowhere."""
    if move is not None:
        move_to_stage(session, client, move[0], by=move[1], now=now)


def undo_move(
    session: Session,
    client: Client,
    rules: Collection[str],
    *,
    at: datetime | None = None,
    now: datetime,
) -> None:
    """Bring a client back to the stage before, if the newest move was by one of these rules.

    With `at` it must have been at that very moment. A stage that has changed since stays.
    """
    newest = session.scalar(
        select(StageChange)
        .where(StageChange.client_id == client.id)
        .order_by(StageChange.id.desc())
        .limit(1)
    )
    if newest is None or not newest.from_stage or newest.by not in rules:
        return
    if at is None or newest.at == at:
        move_to_stage(session, client, newest.from_stage, by=lifecycle.TAKEN_BACK, now=now)


def bring_to_alumni(session: Session, *, now: datetime) -> None:
    """Move those who were placed 90 days ago and more."""
    since = (
        select(StageChange.client_id, func.max(StageChange.at).label("at"))
        .where(StageChange.to_stage == "placed")
        .group_by(StageChange.client_id)
        .subquery()
    )
    placed = session.execute(
        select(Client, since.c.at)
        .join(since, since.c.client_id == Client.id)
        .where(Client.stage == "placed")
    ).all()
    for client, at in placed:
        if lifecycle.is_alumnus(client.stage, since=at, now=now):
            move_to_stage(session, client, "alumni", by=lifecycle.BY_TIME, now=now)
    session.flush()


def set_stopped(client: Client, *, has_stopped: bool, now: datetime) -> None:
    """Note whether somebody wants no letter that nobody asked for; the first time counts."""
    if has_stopped != (client.stopped_at is not None):
        client.stopped_at = now if has_stopped else None
        client.updated_at = now


def set_tags(client: Client, names: Iterable[str], *, now: datetime) -> None:
    """Replace a client's tags; case and space do not make a new one."""
    wanted: dict[str, str] = {}
    for name in names:
        word = " ".join(name.split())[:LONGEST_TAG]
        if word and len(wanted) < MOST_TAGS:
            wanted.setdefault(word.casefold(), word)
    kept = [tag for tag in client.tags if tag.name in wanted.values()]
    present = {tag.name for tag in kept}
    client.tags = kept + [Tag(name=word) for word in wanted.values() if word not in present]
    client.updated_at = now
