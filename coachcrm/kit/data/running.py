"""Who works on a practice: those who run share it, and who replaces what is there has it alone.

The lock is one of the machine (flock) on a file in the instance folder and, for an SQLite database
elsewhere, on one beside it; on PostgreSQL it is an advisory lock of the database besides, which
reaches other machines. All of them go with the process that holds them, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from coachcrm.kit.data import private_file
from coachcrm.kit.data.db import engine_options
from coachcrm.kit.data.sqlite_file import path_of

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings

LOCK = "running"
RUNNING_LOCK = 7003  # the advisory lock's key on PostgreSQL


class InUse(Exception):  # noqa: N818 - shown as a sentence
    """Somebody else works there; the sentence says who."""


@contextmanager
def with_others(settings: Settings) -> Iterator[None]:
    """Work here beside others that run; who replaces what is there waits until all have ended.

    Raises `InUse` while somebody has the practice alone, and SQLAlchemy's OperationalError where
    PostgreSQL cannot be reached.
    """
    with ExitStack() as held:
        if not _take(held, settings, alone=False):
            raise InUse(
                "What is kept here is just being replaced (by restore or new-beginning). Please "
                "start again when that has ended."
            )
        yield


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Have the practice alone. Raises `InUse` while anybody works there, else as `with_others`."""
    with ExitStack() as held:
        if not _take(held, settings, alone=True):
            raise InUse(
                "coachcrm is running here (a server, a worker or another command), so nothing was "
                "changed. Please stop it and try again."
            )
        yield


def _take(held: ExitStack, settings: Settings, *, alone: bool) -> bool:
    if not all(_take_file(held, path, alone=alone) for path in _files(settings)):
        return False
    return settings.database_url.startswith("sqlite") or _take_database(
        held, settings.database_url, alone=alone
    )


def _files(settings: Settings) -> list[Path]:
    files = [settings.instance / LOCK]
    if settings.database_url.startswith("sqlite"):
        path = path_of(settings.database_url).resolve()
        if path.parent != settings.instance.resolve():
            files.append(path.with_name(f"{path.name}.{LOCK}"))
    return files


def _take_file(held: ExitStack, path: Path, *, alone: bool) -> bool:
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return True  # No folder: there is nothing that could be in use.
    # Closed and not unlocked: the processes of a server share it, until the last has ended.
    held.callback(os.close, number)
    private_file.give_to_owner(path)
    try:
        fcntl.flock(number, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_database(held: ExitStack, url: str, *, alone: bool) -> bool:
    engine = create_engine(url, connect_args=engine_options(url)["connect_args"])
    places, options = engine.dialect.create_connect_args(engine.url)
    options |= engine_options(url)["connect_args"]
    try:
        connection: Any = engine.dialect.connect(*places, **options)
        held.callback(_hang_up, connection, os.getpid())
        connection.autocommit = True
        ask = f"SELECT pg_try_advisory_lock{'' if alone else '_shared'}(%s)"
        return bool(connection.execute(ask, [RUNNING_LOCK]).fetchone()[0])
    except engine.dialect.loaded_dbapi.Error as error:
        raise OperationalError(None, None, error) from error


def _hang_up(connection: Any, owner: int) -> None:
    # A process that was forked shares the line; its goodbye would end the lock of all.
    if os.getpid() == owner:
        connection.close()
