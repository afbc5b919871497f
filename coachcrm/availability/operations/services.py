"""What can be booked: made, changed, and given another address."""

import secrets
from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.availability.core.service_rules import slug_of
from coachcrm.availability.models import Service
from coachcrm.availability.operations.hours import FREE_CONSULTATION, lock_calendar
from coachcrm.kit.errors import NotFound


def find(session: Session, coach_id: int, service_id: int) -> Service:
    """Return one service of the coach's, or raise `NotFound`."""
    row = session.scalar(select(Service).filter_by(coach_id=coach_id, id=service_id))
    if row is None:
        raise NotFound
    return row


def is_free_consultation(service: Service) -> bool:
    """Say whether this is the one service that is always there."""
    return service.slug == FREE_CONSULTATION


def create(session: Session, coach_id: int, settings: Mapping[str, Any]) -> int:
    """Make a service, and return its id; `settings` are its columns by their names.

    The very same settings again, as a double click sends them, are the service that is there.
    """
    lock_calendar(session, coach_id)
    row = session.scalar(select(Service).filter_by(coach_id=coach_id, **settings).limit(1))
    if row is None:
        slug = _new_slug(session, coach_id, settings["name"], is_public=settings["is_public"])
        row = Service(coach_id=coach_id, slug=slug, **settings)
        session.add(row)
        session.flush()
    return row.id


def change(session: Session, coach_id: int, service_id: int, settings: Mapping[str, Any]) -> None:
    """Change a service; meetings that stand keep their time, and its address stays.

    Only a service that goes public, or is so no longer, gets another address: what everybody has
    seen is no secret, and a secret is no address for everybody. The free consultation is public.
    """
    lock_calendar(session, coach_id)
    row = find(session, coach_id, service_id)
    is_public = settings["is_public"] or is_free_consultation(row)
    if is_public != row.is_public:
        row.slug = _new_slug(session, coach_id, settings["name"], is_public=is_public)
    for name, value in settings.items():
        setattr(row, name, value)
    row.is_public = is_public
    session.flush()


def renew_link(session: Session, coach_id: int, service_id: int) -> None:
    """Give a service that is booked by its link another one; the old one leads nowhere.

    Raises `NotFound` for a public service, whose address is no secret.
    """
    lock_calendar(session, coach_id)
    row = find(session, coach_id, service_id)
    if row.is_public:
        raise NotFound
    row.slug = _secret_slug(row.name)
    session.flush()


def _new_slug(session: Session, coach_id: int, name: str, *, is_public: bool) -> str:
    if not is_public:
        return _secret_slug(name)
    used = set(session.scalars(select(Service.slug).where(Service.coach_id == coach_id)))
    readable = slug_of(name)
    tried = (readable if number == 1 else f"{readable}-{number}" for number in count(1))
    return next(slug for slug in tried if slug not in used)


def _secret_slug(name: str) -> str:
    # Kept as it is, unlike other tokens: the coach gives it to one person after another, for
    # months, and must be able to read it. All that it opens is the list of free times.
    return f"{slug_of(name)}-{secrets.token_urlsafe(16)}"
