"""Whether the database has an index of words: some builds of SQLite cannot."""

from functools import lru_cache

from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from coachcrm.kit.data.db import db, transaction

# SQLite marks in its indexes what is gone, and keeps the words until it happens to write that part
# anew: somebody's name may stay for years after she was deleted.
FORGET_EVERY_S = 6 * 3600
OF_SQLITE = ("client", "note")
# The names are our own.
_MERGE = {
    table: text(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('merge', :pages)")  # noqa: S608
    for table in OF_SQLITE
}
# So much of an index is written anew at once; others write in between.
PAGES_AT_ONCE = 64


def has_index(session: Session, table: str) -> bool:
    """Say whether there is an index of the words of this table."""
    return _has_index(session.get_bind().engine, table)


@lru_cache(maxsize=8)
def _has_index(engine: Engine, table: str) -> bool:
    """Ask once: the index comes and goes with the schema only."""
    return engine.dialect.name == "postgresql" or inspect(engine).has_table(f"{table}_fts")


def forget_what_is_gone() -> None:
    """Take out of the indexes for good what was deleted or worded anew; opens its transactions.

    PostgreSQL does it by itself. See https://sqlite.org/fts5.html#the_merge_command.
    """
    look = db.session()
    tables = [table for table in OF_SQLITE if has_index(look, table)]
    is_sqlite = look.get_bind().dialect.name == "sqlite"
    look.rollback()
    for table in tables if is_sqlite else ():
        # A number below nothing begins to make one piece of all, another goes on with it.
        pages = -PAGES_AT_ONCE
        while _merge(table, pages):
            pages = PAGES_AT_ONCE


def _merge(table: str, pages: int) -> bool:
    """Write a part of an index anew, and say whether there was anything to do."""
    changes = text("SELECT total_changes()")
    with transaction() as session:
        before = session.scalars(changes).one()
        session.execute(_MERGE[table], {"pages": pages})
        # The command itself counts as one.
        return bool(session.scalars(changes).one() - before > 1)
