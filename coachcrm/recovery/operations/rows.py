"""Any row of the record: reached through its coach, changed by the names of columns, taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from coachcrm.clients.models import Client
from coachcrm.kit.data.db import Base
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackItem,
    JobSearch,
    StageEvent,
)
from coachcrm.recovery.models.search import (
    ItemTheme,
    ThemeRow,
)

Row = TypeVar("Row", bound=Base)


class Misfit(Refusal):
    """What was typed in one field cannot be; `field` is the name of the column that it is of."""

    status = 422
    field = ""

    def __init__(self, sentence: str | None = None, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field or self.field


def get_own(
    session: Session, coach_id: int, kind: type[Row], row_id: int, *, for_change: bool = False
) -> Row:
    """Return a row of the record of one of the coach's clients; others are not found (S44)."""
    row = session.get(kind, row_id, with_for_update=for_change or None)
    if row is None or _coach_of(session, row) != coach_id:
        raise NotFound
    return row


def search_of(session: Session, row: Base) -> JobSearch:
    """Return the job search that a row belongs to."""
    search = _search_of(session, row)
    if search is None:
        raise NotFound
    return search


def change(session: Session, row: Row, values: Mapping[str, Any]) -> Row:
    """Set columns of a row by name. Raises TypeError for what it does not have."""
    _set(row, values)
    session.flush()
    return row


def add(session: Session, kind: type[Row], values: Mapping[str, Any], **owner: Any) -> Row:
    """Store a new row of a kind under its owner (`search_id=` or `application_id=`)."""
    row = kind(**owner)
    _set(row, values)
    session.add(row)
    session.flush()
    return row


def remove(
    session: Session, coach_id: int, table: type[Row], row_id: int, *, now: datetime
) -> None:
    """Take something back. A stage is struck out and stays; what is gone already is no trouble."""
    try:
        row = get_own(session, coach_id, table, row_id, for_change=True)
    except NotFound:
        if session.get(table, row_id) is None:
            return
        raise
    if isinstance(row, StageEvent):
        row.struck_at = row.struck_at or now
    else:
        session.delete(row)
    session.flush()


def _set(row: Base, values: Mapping[str, Any]) -> None:
    columns = type(row).__table__.columns
    for name, value in values.items():
        if name not in columns or name in {"id", "search_id"}:
            raise TypeError(f"{type(row).__name__} has no {name} to set")
        setattr(row, name, value)


def _search_of(session: Session, row: Base) -> JobSearch | None:
    if isinstance(row, JobSearch):
        return row
    if isinstance(row, ItemTheme):
        item = session.get(FeedbackItem, row.item_id)
        return _search_of(session, item) if item else None
    search_id = getattr(row, "search_id", None)
    if search_id is None:
        application = session.get(ApplicationRow, getattr(row, "application_id", 0))
        search_id = application.search_id if application else 0
    return session.get(JobSearch, search_id)


def _coach_of(session: Session, row: Base) -> int | None:
    if isinstance(row, ThemeRow):
        return row.coach_id
    search = _search_of(session, row)
    client = session.get(Client, search.client_id) if search else None
    return client.coach_id if client else None
