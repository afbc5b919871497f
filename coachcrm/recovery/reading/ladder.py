"""The coach's own ladder, read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.recovery.core import ladder
from coachcrm.recovery.core.ladder import START, Ladder
from coachcrm.recovery.models.search import RungRow

# What is read of a rung.
COLUMNS = (RungRow.key, RungRow.name, RungRow.kind, RungRow.is_aside)


def ladder_of(session: Session, coach_id: int) -> Ladder:
    """Return the coach's ladder, in one query."""
    query = select(*COLUMNS).where(RungRow.coach_id == coach_id).order_by(RungRow.position)
    return made_of(session.execute(query))


def made_of(rows: Iterable[Any]) -> Ladder:
    """Return the ladder of rows with `COLUMNS`, the first rung first; of none, the start's."""
    found = tuple(_rung(*row) for row in rows)
    return Ladder(found) if found else START


def _rung(key: str, name: str, kind: str, is_aside: bool) -> ladder.Rung:  # noqa: FBT001 - a row
    """Return a rung as it is read: what a row leaves empty is as the ladder began."""
    first = START[key]
    return ladder.Rung(
        key, name or first.name, kind or first.kind, "" if name else first.place, is_aside
    )
