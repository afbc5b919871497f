"""The database: the base of all tables, the instant type, and the one way to write.

SQLite runs in WAL with synchronous FULL, so that a confirmed booking survives a power cut, and
every writing transaction begins IMMEDIATE: the busy time-out does not help a read that turns into
a write.
"""

import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Insert,
    MetaData,
    Row,
    Table,
    event,
    insert,
)
from sqlalchemy import String as SqlString
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator, TypeEngine

from coachcrm.kit.data import sqlite_file
from coachcrm.kit.data.saving import saving
from coachcrm.kit.data.troubles import Trouble, collided, trouble_of
from coachcrm.kit.data.writers_line import WritersLine
from coachcrm.kit.errors import Collided, DatabaseBusy

# How long the worker and the commands wait for their turn to write.
BUSY_TIMEOUT_S = 15
# A page's wait, counted from when its request had come; one that only shows does hardly wait.
PAGE_PATIENCE_S, GLANCE_S = 5.0, 0.25
# Whoever has waited elsewhere still gets a turn: a line that moves must refuse nobody.
LEAST_PATIENCE_S = 0.1
# When a connection to PostgreSQL was last told how long it may wait.
LIMITED_AT = "limited_at"
# One for each database of SQLite, by its path.
_lines: dict[str | None, WritersLine] = {}


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, text that sorts as time on SQLite.

    Refuses naive values on both (ValueError). The text is fixed-width, so that SQLite compares
    it as time: `2026-10-25T01:30:00.000000Z`.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type by database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(SqlString(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write an instant; refuse one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value!r}")
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return value.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read an instant back, in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            # SQLite's own date functions write UTC without saying so.
            found = datetime.fromisoformat(value)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


class Base(DeclarativeBase):
    """The base of every table; constraints get names that can be spoken of."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "%(table_name)s_%(column_0_N_name)s_idx",
                "uq": "%(table_name)s_%(column_0_N_name)s_key",
                "ck": "%(table_name)s_%(constraint_name)s",
                "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
                "pk": "%(table_name)s_pkey",
            }
        ),
        type_annotation_map={datetime: Instant()},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def engine_options(url: str) -> dict[str, Any]:
    """Return what the engine needs for `url` so that both databases keep the same promises."""
    # Statements may be logged with an error; what people told us may not (S66).
    common: dict[str, Any] = {"hide_parameters": True, "pool_size": 16, "max_overflow": 16}
    if url.startswith("sqlite"):
        connect: dict[str, Any] = {
            "isolation_level": None,
            "timeout": BUSY_TIMEOUT_S,
            "check_same_thread": False,
        }
        if sys.version_info >= (3, 12):
            # The default is announced to change; ours must not change with it.
            connect["autocommit"] = sqlite3.LEGACY_TRANSACTION_CONTROL
        # What another connection has written makes one read all anew: not the one used last.
        return {**common, "pool_use_lifo": True, "connect_args": connect}
    return {
        **common,
        # Counting under the calendar's lock needs a snapshot taken after the lock.
        "isolation_level": "READ COMMITTED",
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 10,
            # A server may be set to write dates as 15/06/2027, or to speak less than all letters.
            "client_encoding": "utf8",
            "options": "-c timezone=UTC -c datestyle=ISO,YMD -c lock_timeout=15s",
        },
    }


def prepare_engine(engine: Engine, *, may_make: bool = False) -> None:
    """Attach the set-up of each SQLite connection and transaction to `engine`.

    A file that is missing is made only with `may_make`.
    """
    if engine.dialect.name != "sqlite":
        _watch_waiting(engine)
        return
    sqlite_file.watch(engine, may_make=may_make)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_S * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            # Kibibytes, for each of a dozen connections in each process.
            "cache_size=-2000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if "until" in options or options.get("may_be_forgotten"):
            connection.info["is_changed"] = True
        if "until" in options:
            milliseconds = round(_left(options["until"]) * 1000)
            connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
        if options.get("may_be_forgotten"):
            connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")

    @event.listens_for(engine, "checkin")
    def _as_before(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if connection is not None and record.info.pop("is_changed", False):
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000}")


@contextmanager
def transaction(*, may_be_forgotten: bool = False) -> Iterator[Session]:
    """Open the one writing transaction of an act; commit at the end, or leave no trace.

    What `may_be_forgotten` does not wait for the disk: it outlives the death of this program, but
    a power cut may undo it. It is for marks whose loss costs nothing but the same work again.
    What was read before is forgotten: what an act decides on is read again under the lock.
    Raises `DatabaseBusy` when the database is locked or out of reach for too long, `Collided` when
    doing the same again at once may help.
    """
    session = db.session()
    session.rollback()
    began = time.monotonic()
    until = session.info.get("until") or time.monotonic() + BUSY_TIMEOUT_S
    with ExitStack() as held:
        try:
            held.enter_context(_turn(session, until))
        except DatabaseBusy:
            saving.tried(Trouble.LOCKED, since=began)
            raise
        try:
            options = {"write": True, "may_be_forgotten": may_be_forgotten, **_hurry(session)}
            connection = session.connection(execution_options=options)
            if connection.dialect.name == "postgresql":
                _set_up_postgres(connection, session, may_be_forgotten=may_be_forgotten)
            yield session
            session.commit()
        except DBAPIError as error:
            session.rollback()
            if collided(error):
                raise Collided from error
            if (trouble := trouble_of(error)) is not None:
                saving.tried(trouble, since=began)
                raise DatabaseBusy from error
            raise
        except BaseException:
            session.rollback()
            raise
        saving.tried(None, since=began)


def be_a_page(session: Session, *, is_act: bool, since: float) -> None:
    """Let what this session saves wait only as long as a person does, `since` (monotonic)."""
    session.info["until"] = since + (PAGE_PATIENCE_S if is_act else GLANCE_S)


def be_patient(session: Session, seconds: float) -> None:
    """Let what this session saves wait that long from now on."""
    session.info["until"] = time.monotonic() + seconds


def be_patient_again(session: Session) -> None:
    """Let the next act of one press wait as long as the first, where a person waits at all."""
    if "until" in session.info:
        be_patient(session, PAGE_PATIENCE_S)


def _hurry(session: Session) -> dict[str, float]:
    return {"until": session.info["until"]} if "until" in session.info else {}


def _left(until: float) -> float:
    return max(until - time.monotonic(), LEAST_PATIENCE_S)


def _set_up_postgres(connection: Connection, session: Session, *, may_be_forgotten: bool) -> None:
    if "until" in session.info:
        _limit_waiting(connection, session.info["until"])
    if may_be_forgotten:
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _watch_waiting(engine: Engine) -> None:
    """Let all locks of an act share its patience; PostgreSQL counts for each one anew."""

    @event.listens_for(engine, "before_cursor_execute")
    def _limit_again(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        until = connection.get_execution_options().get("until")
        if until is None:
            return
        if statement.startswith("ROLLBACK"):
            # After an error nothing else is heard, and what was told meanwhile is forgotten.
            connection.info[LIMITED_AT] = 0
        elif time.monotonic() - connection.info.get(LIMITED_AT, 0) > LEAST_PATIENCE_S:
            _limit_waiting(connection, until)


def _limit_waiting(connection: Connection, until: float) -> None:
    connection.info[LIMITED_AT] = time.monotonic()
    milliseconds = round(_left(until) * 1000)
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")


def _turn(session: Session, until: float) -> AbstractContextManager[None]:
    """Wait for the turn to write, where the database knows no line of its own."""
    url = session.get_bind().engine.url
    if url.get_backend_name() != "sqlite":
        return nullcontext()
    path = url.database
    line = _lines.get(path) or _lines.setdefault(path, WritersLine(Path(path) if path else None))
    return line.turn(time.monotonic() + _left(until))


def stored(model: type[Base], session: Session, row: Mapping[str, object]) -> int:
    """Store one row of a table with no object of it, and return its id.

    For what is made while others wait: an object takes longer than the writing.
    """
    result = cast("CursorResult[Any]", session.execute(_into(model), row))
    return int(cast("Row[Any]", result.inserted_primary_key)[0])


@cache
def _into(model: type[Base]) -> Insert:
    """Return the statement that stores a row; put together once."""
    return insert(cast("Table", model.__table__))


def breaks(error: IntegrityError, constraint: str) -> bool:
    """Say whether `error` is the law named `constraint` speaking, on either database."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == constraint)
    return constraint in str(error.orig)
