"""Databases that each test finds as the migrations, or the coach's set-up, left them.

Making one takes longer than most tests, so the tests of a process share one, which is put back
before each of them; what cannot be put back is told, and fails the test that would have met it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

SHUT_OUT_WITHIN_S = 10
SCHEMA = "public"
# Whatever changes the schema writes one of these rows anew. The version of a row is the
# transaction that wrote it; what PostgreSQL counts for itself it writes in place.
FINGERPRINT = """
    SELECT sum(hashtextextended(part || ':' || name || ':' || version, 0)) FROM (
        SELECT 'relation' AS part, oid::text AS name, xmin::text AS version FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'column', attrelid || '.' || attnum, a.xmin::text FROM pg_attribute a
        JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'trigger', oid::text, xmin::text FROM pg_trigger
        UNION ALL
        SELECT 'constraint', oid::text, xmin::text FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'function', oid::text, xmin::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    ) AS parts
"""
STRANGERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL (%s)
"""


class LeftBehind(AssertionError):  # noqa: N818 - it says what is wrong
    """Something of a test outlived it, where the next one would have found it."""


class Database(Protocol):
    """A database that is put back before each test."""

    url: str

    def put_back(self, *, known: Collection[int] = ()) -> None:
        """Make it as it was made; `known` are the server's processes that may stay connected.

        Raises `LeftBehind`.
        """

    def close(self) -> None:
        """Let go of it."""


class SqliteFile:
    """An SQLite file that is copied anew: nothing that was done to it can stay."""

    def __init__(self, template: Path, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self._template = template
        self._path = path

    def put_back(self, *, known: Collection[int] = ()) -> None:
        """Put a new file in the place of the old; whoever still has that open keeps it."""
        del known
        for end in ("-wal", "-shm", "-journal", ".migrating"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        draft = self._path.with_suffix(".new")
        shutil.copyfile(self._template, draft)
        draft.replace(self._path)

    def close(self) -> None:
        """Take the file away."""
        self._path.unlink(missing_ok=True)


class PostgresDatabase:
    """A database of PostgreSQL that is emptied and filled with the rows that it began with."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection: psycopg.Connection[Any] = psycopg.connect(
            url, autocommit=True, options="-c lock_timeout=10s -c timezone=UTC"
        )
        tables = self._names("r")
        counts = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(name), sql.Identifier(name))
            for name in tables
        )
        self._rows_of = sql.SQL("SELECT * FROM ({}) AS n (name, rows) WHERE rows > 0").format(
            counts
        )
        self._schema = self._fingerprint()
        self._counted = self._count()
        self._rows = {name: self._copy_of(name) for name in self._counted}
        self._empty = sql.SQL("; ").join(
            sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in tables
        )
        self._rewind = sql.SQL("SELECT {}").format(
            sql.SQL(", ").join(self._where_it_stands(name) for name in self._names("S"))
        )

    def put_back(self, *, known: Collection[int] = ()) -> None:
        """Shut out whoever is not known, empty all tables, and put the first rows back."""
        try:
            self._shut_out_all_but(known)
        except psycopg.OperationalError as error:
            raise LeftBehind(f"our own connection was cut: {error}") from None
        if self._fingerprint() != self._schema:
            raise LeftBehind("the schema of the database is not what it was")
        with self._connection.transaction():
            # No trigger of ours, and no foreign key, has a say in this.
            self._connection.execute("SET LOCAL session_replication_role = replica")
            self._connection.execute(self._empty)
            for name, octets in self._rows.items():
                statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
                with self._connection.cursor().copy(statement) as copy:
                    copy.write(octets)
            self._connection.execute(self._rewind)
        found = self._count()
        if found != self._counted:
            raise LeftBehind(f"the tables hold {found} rows instead of {self._counted}")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _shut_out_all_but(self, known: Collection[int]) -> None:
        """End every other connection: its program may be dead and its last words on their way."""
        end = time.monotonic() + SHUT_OUT_WITHIN_S
        while self._one(STRANGERS, [*known]):
            if time.monotonic() > end:
                raise LeftBehind("somebody is still connected to the database")
            time.sleep(0.002)

    def _names(self, kind: str) -> list[str]:
        found = self._connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = %s AND relnamespace = %s::regnamespace",
            [kind, SCHEMA],
        )
        return sorted(name for (name,) in found)

    def _fingerprint(self) -> object:
        return self._one(FINGERPRINT)

    def _count(self) -> dict[str, int]:
        return dict(self._connection.execute(self._rows_of, prepare=True).fetchall())

    def _copy_of(self, name: str) -> bytes:
        statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
        with self._connection.cursor().copy(statement) as copy:
            return b"".join(bytes(piece) for piece in copy)

    def _where_it_stands(self, name: str) -> sql.Composable:
        statement = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        [value, is_called] = self._connection.execute(statement).fetchone()
        place = sql.Literal(sql.Identifier(name).as_string(self._connection))
        return sql.SQL("setval({}, {}, {})").format(place, value, is_called)

    def _one(self, statement: str, *values: object) -> object:
        row = self._connection.execute(statement, values or None, prepare=True).fetchone()
        assert row is not None
        return row[0]
