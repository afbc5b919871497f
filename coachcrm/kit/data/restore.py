"""A backup put back in the place of what is there, which nobody uses meanwhile (S72, R15).

First the whole backup is looked at; then what is there is kept beside it; only then anything is
replaced. On SQLite the new database is made ready aside and takes the old one's place at one
stroke; on PostgreSQL what goes wrong on the way is undone from what was kept.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from coachcrm.kit.data import archive, postgres_tools, private_file
from coachcrm.kit.data.archive import BackupTrouble, Unpacked
from coachcrm.kit.data.backup import kind_of, write_backup
from coachcrm.kit.data.db import Base
from coachcrm.kit.data.sqlite_file import is_there, path_of
from coachcrm.kit.time import clock

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings

# What every revision of ours has had.
OURS = frozenset({"alembic_version", "coach", "client", "booking"})
# Brings the database of these settings to this version's schema, and what is in it to rest.
MakeReady = Callable[["Settings"], int]


class NotUndone(BackupTrouble):
    """What went wrong could not be undone; the sentence says where what was there lies."""


@dataclass(frozen=True)
class Restored:
    """What a restore has done.

    `held` letters waited when the copy was made. `kept` is where what was there before lies, None
    if there was nothing. Links in the letters of the copy are `dead` where the key comes from
    outside and is another.
    """

    held: int
    kept: Path | None
    are_links_dead: bool


def put_back(settings: Settings, file: Path, *, make_ready: MakeReady) -> Restored:
    """Put a backup back in the place of what is there; the caller has the practice alone.

    Raises `BackupTrouble`, and then all is as it was but for `NotUndone`.
    """
    is_sqlite = kind_of(settings) == archive.SQLITE
    beside = path_of(settings.database_url).resolve().parent if is_sqlite else settings.instance
    with _workroom(beside) as folder:
        found = archive.unpack(file, folder, wanted=kind_of(settings))
        # Sign with the copy's key from now on; what the present ones have signed stays good.
        both = tuple(dict.fromkeys([*found.keys, *settings.secret_keys]))
        after = replace(settings, secret_keys=both)
        replace_all = _replace_file if is_sqlite else _replace_tables
        held, kept = replace_all(settings, after, found, file, make_ready)
    is_foreign = settings.key_file is None and found.keys[0] not in settings.secret_keys
    return Restored(held=held, kept=kept, are_links_dead=is_foreign)


def _replace_file(
    before: Settings, after: Settings, found: Unpacked, file: Path, make_ready: MakeReady
) -> tuple[int, Path | None]:
    archive.check_sqlite(found.database, file)
    held = make_ready(replace(after, database_url=f"sqlite:///{found.database}"))
    target = path_of(after.database_url).resolve()
    try:
        _settle(found.database)
        private_file.give_to_owner(found.database, of=target.parent)
        is_whole = _settles(target) and is_there(before.database_url)
        kept = _keep_aside(before, after) if is_whole else None
        moves = [] if kept else _moves_aside(target, before)
        with ExitStack() as undo:
            undo.callback(_undo_moves, moves, kept)
            _keep_keys(after)
            undo.callback(_put_keys_back, before)
            for path, aside in moves:
                shutil.move(path, aside)
            found.database.replace(target)
            undo.pop_all()
    except sqlite3.Error as error:
        raise BackupTrouble(
            f"The database {target} cannot be replaced ({error}). Please close "
            "whatever has it open."
        ) from error
    except OSError as error:
        raise BackupTrouble(f"{target} cannot be replaced ({error.strerror}).") from error
    with suppress(OSError):
        private_file.sync_folder(target.parent)
    return held, moves[0][1].parent if moves else kept


def _replace_tables(
    before: Settings, after: Settings, found: Unpacked, file: Path, make_ready: MakeReady
) -> tuple[int, Path | None]:
    url, tables = after.database_url, postgres_tools.tables_in(found.database)
    archive.check_revision(postgres_tools.revisions_in(found.database), file)
    if OURS - tables:
        raise archive.not_ours(file)
    tables |= OURS | Base.metadata.tables.keys()
    try:
        kept = _keep_aside(before, after) if postgres_tools.has_any(url, tables) else None
        try:
            postgres_tools.empty(url, tables)
            postgres_tools.load(url, found.database)
            held = make_ready(after)
            _keep_keys(after)
        except BaseException:
            _undo(url, tables, kept, found.database.parent)
            raise
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise BackupTrouble(f"The database cannot be replaced ({reason}).") from error
    except OSError as error:
        raise BackupTrouble(f"The secret key cannot be kept ({error.strerror}).") from error
    return held, kept


def _undo(url: str, tables: set[str], kept: Path | None, folder: Path) -> None:
    """Put back into PostgreSQL what was kept. Raises `NotUndone` that says where it lies."""
    try:
        postgres_tools.empty(url, tables)
        if kept is not None:
            before = archive.unpack(kept, folder, wanted=archive.POSTGRES)
            postgres_tools.load(url, before.database)
            kept.unlink()
    except (SQLAlchemyError, BackupTrouble, OSError) as error:
        where = f"; it lies in {kept}, for `coachcrm restore`" if kept else ""
        raise NotUndone(
            f"The backup could not be put back, and what was there not either{where} ({error})."
        ) from error


def _undo_moves(moves: list[tuple[Path, Path]], kept: Path | None) -> None:
    """Let the files of a database stand where they stood, and nothing more beside them.

    Raises `NotUndone` that says where they lie.
    """
    try:
        for path, aside in moves:
            if path.exists():
                aside.unlink(missing_ok=True)
            else:
                shutil.move(aside, path)
        if moves:
            moves[0][1].parent.rmdir()
        if kept is not None:
            kept.unlink()
    except OSError as error:
        where = moves[0][1].parent if moves else kept
        raise NotUndone(
            f"The backup could not be put back; what was there lies in {where} ({error.strerror})."
        ) from error


def _keep_aside(before: Settings, after: Settings) -> Path | None:
    """Keep what is there as a backup, which `restore` takes; None where it is too damaged.

    It has the keys of before, the first of which signs: whoever goes back by it signs as before.
    Raises `BackupTrouble` where it could not be kept otherwise either.
    """
    kept = _free_name(before).with_suffix(".zip")
    try:
        # Where the key is lost, the one that is put back is better than none.
        write_backup(before if before.secret_keys else after, kept)
        private_file.give_to_owner(kept)
    except BackupTrouble:
        if kind_of(before) == archive.POSTGRES:
            raise
        return None
    return kept


def _moves_aside(target: Path, settings: Settings) -> list[tuple[Path, Path]]:
    """Return where the files go of a database that no backup can hold, into a folder made for them.

    A log without its database is one of them: it would be read into the new one.
    """
    paths = [target.with_name(f"{target.name}{end}") for end in ("", "-wal", "-shm", "-journal")]
    there = [path for path in paths if path.exists() and path.stat().st_size]
    if not there:
        return []
    folder = _free_name(settings)
    folder.mkdir(mode=0o700)
    private_file.give_to_owner(folder)
    return [(path, folder / path.name) for path in there]


def _free_name(settings: Settings) -> Path:
    wanted = settings.instance / f"before-restore-{clock.now():%Y-%m-%d-%H%M%S}"
    number, name = 1, wanted
    while name.exists() or name.with_suffix(".zip").exists():
        number += 1
        name = wanted.with_name(f"{wanted.name}-{number}")
    return name


def _settles(path: Path) -> bool:
    """Settle a database; say whether it is whole enough for that. Raises as `_settle`."""
    try:
        _settle(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False
    return True


def _settle(path: Path) -> None:
    """Bring all that stands in the files beside a database into it, and take them away.

    Raises sqlite3.OperationalError while anybody has it open.
    """
    if not path.exists():
        return
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", timeout=5, uri=True)) as database:
        database.execute("PRAGMA journal_mode=DELETE").fetchone()
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _keep_keys(settings: Settings) -> None:
    if settings.key_file is not None:  # One that is set from outside stays so.
        private_file.write(settings.key_file, "\n".join(settings.secret_keys) + "\n")


def _put_keys_back(before: Settings) -> None:
    """Let the file of the secret keys be as it was. Raises `NotUndone`."""
    try:
        if before.secret_keys:
            _keep_keys(before)
        elif before.key_file is not None:
            before.key_file.unlink(missing_ok=True)
    except OSError as error:
        raise NotUndone(
            f"The backup could not be put back, but its secret key is in {before.key_file} now "
            f"({error.strerror})."
        ) from error


@contextmanager
def _workroom(beside: Path) -> Iterator[Path]:
    """Give an empty folder on the disk of the database; one that a crash has left is taken away."""
    folder = beside / ".restoring"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise BackupTrouble(f"{beside} cannot be written to ({error.strerror}).") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
