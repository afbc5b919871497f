"""The coach's own words for a message, as a row of the table that keeps them."""

from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coachcrm.kit.data.db import Base

# A table with a row for each message of a coach: `coach_id`, `name`, and the words.
OwnWords = TypeVar("OwnWords", bound=Base)


def find(session: Session, table: type[OwnWords], coach_id: int, name: str) -> OwnWords | None:
    """Return the coach's own words for a message by its name, or None."""
    return session.scalar(select(table).filter_by(coach_id=coach_id, name=name))


def keep(session: Session, table: type[Base], coach_id: int, name: str, **words: object) -> None:
    """Keep the coach's words for a message; whoever calls has checked them.

    Raises TypeError or AttributeError for a column that is not there.
    """
    row = find(session, table, coach_id, name)
    if row is None:
        session.add(table(coach_id=coach_id, name=name, **words))
    else:
        for column, value in words.items():
            getattr(row, column)
            setattr(row, column, value)
    session.flush()


def put_back(session: Session, table: type[Base], coach_id: int, name: str) -> None:
    """Give a message the words again that it came with; twice is harmless."""
    session.execute(delete(table).filter_by(coach_id=coach_id, name=name))
