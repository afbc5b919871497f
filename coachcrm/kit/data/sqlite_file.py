"""The file of an SQLite database: never made by accident, and the same one to the end.

SQLite goes on writing to a file that somebody has moved or deleted, and makes an empty one in the
place of one that is missing: either way what people are told is saved lives nowhere.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry


def is_there(url: str) -> bool:
    """Say whether the file that an address of SQLite names exists and is not empty."""
    path = path_of(url)
    return path.is_file() and path.stat().st_size > 0


def path_of(url: str) -> Path:
    """Return the path in an address of SQLite."""
    return Path(url.removeprefix("sqlite:///").partition("?")[0])


def watch(engine: Engine, *, may_make: bool = False) -> None:
    """Let `engine` open the file that is there, and use it only while it is still in its place.

    Only with `may_make` is a missing file made. Who uses one that is not where it was gets an
    OperationalError, as SQLite's own SQLITE_READONLY_DBMOVED says it.
    """
    if engine.url.database is None:
        return
    file = _File(Path(engine.url.database))

    @event.listens_for(engine, "do_connect")
    def _open(
        dialect: Dialect, _record: ConnectionPoolEntry, places: Any, options: dict[str, Any]
    ) -> DBAPIConnection | None:
        if may_make or options.get("uri"):
            return None
        address = f"{file.path.as_uri()}?mode=rw"
        return dialect.connect(address, *places[1:], **options, uri=True)

    @event.listens_for(engine, "connect")
    def _opened(_connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        file.check()

    def is_in_its_place() -> None:
        try:
            file.check()
        except sqlite3.OperationalError as moved:
            raise OperationalError(None, None, moved) from moved

    @event.listens_for(engine, "checkout")
    def _begins(*_: object) -> None:
        is_in_its_place()

    @event.listens_for(engine, "commit")
    def _commits(_connection: Connection) -> None:
        is_in_its_place()

    @event.listens_for(engine, "engine_disposed")
    def _closed(_engine: Engine) -> None:
        file.forget()


class _File:
    """The file at a path, as it was when it was first opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._first: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise sqlite3.OperationalError if the file is gone, or another one is in its place."""
        try:
            found = os.stat(self.path)  # noqa: PTH116 - twice in each transaction: as fast as can be
        except OSError as error:
            raise _moved(f"the database file {self.path} is not there any more") from error
        if self._first is None:
            self._first = found.st_dev, found.st_ino
        elif self._first != (found.st_dev, found.st_ino):
            raise _moved(f"the database file {self.path} is another one than at the start")

    def forget(self) -> None:
        """Begin anew: nobody has the file open any more."""
        self._first = None


def _moved(words: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorname = "SQLITE_READONLY_DBMOVED"
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED
    return error
