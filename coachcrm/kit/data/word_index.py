"""Whether the database has an index of words: some builds of SQLite cannot."""

from functools import lru_cache

from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session


def has_index(session: Session, table: str) -> bool:
    """Say whether there is an index of the words of this table."""
    return _has_index(session.get_bind().engine, table)


@lru_cache(maxsize=8)
def _has_index(engine: Engine, table: str) -> bool:
    """Ask once: the index comes and goes with the schema only."""
    return engine.dialect.name == "postgresql" or inspect(engine).has_table(f"{table}_fts")
