"""The file of a backup, looked at as a whole before anything of it is used (S72).

It is a ZIP of three members: a line that says what it is, the secret keys, and the database, as
SQLite's own online copy or as `pg_dump` writes it. Such a file may come from anybody: nothing is
unpacked by the name that it gives, and nothing before its size is known.
"""

import json
import shutil
import sqlite3
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coachcrm.kit.data.migrate import head, revisions
from coachcrm.kit.resources import load_config

FORMAT = 1
ABOUT, KEY, SQLITE, POSTGRES = "about.json", "secret_key", "database.sqlite3", "database.pgdump"
MOST_OF = {ABOUT: 4096, KEY: 65536}  # bytes
# A larger database that packs better than so many times is none of ours: a copy has no free pages,
# and its rows are text.
ANY_BYTES = 512 * 1024**2
MOST_TIMES = 50
# What reading a damaged or foreign file can end in.
_NO_BACKUP = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


class BackupTrouble(Exception):  # noqa: N818 - shown as a sentence
    """The copy could not be made or put back; the sentence says why."""


@dataclass(frozen=True)
class Unpacked:
    """What is in a backup: the secret keys, the first of which signs, and the database's file."""

    keys: tuple[str, ...]
    database: Path


def pack(file: Path, database: Path, *, keys: tuple[str, ...]) -> None:
    """Write a backup of `database`, whose name says its kind, to `file`. Raises OSError."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {"format": FORMAT, "database": database.name, "schema": head()}
        archive.writestr(ABOUT, json.dumps(about))
        archive.writestr(KEY, "\n".join(keys) + "\n")
        archive.write(database, database.name)


def may_replace(file: Path) -> bool:
    """Say whether a new backup may take the place of `file`: of nothing, or of an older backup."""
    if not file.exists():
        return True
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(_members(archive, file))
    except (OSError, zipfile.BadZipFile, BackupTrouble, KeyError):
        return False


def unpack(file: Path, folder: Path, *, wanted: str) -> Unpacked:
    """Unpack a backup into `folder`, once it is seen to be what it should be.

    `wanted` is the kind of database. Raises `BackupTrouble`.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(archive, file)
            _check_about(json.loads(archive.read(ABOUT)), file, wanted)
            keys = tuple(archive.read(KEY).decode().split())
            _check_keys(keys, file)
            _check_size(members[wanted], file, folder)
            with archive.open(wanted) as packed, (folder / wanted).open("wb") as out:
                shutil.copyfileobj(packed, out, 1024**2)
    except OSError as error:
        raise BackupTrouble(
            f"{file} cannot be unpacked ({error.strerror or type(error).__name__})."
        ) from error
    except _NO_BACKUP as error:
        raise BackupTrouble(f"{file} is not a whole backup of coachcrm.") from error
    return Unpacked(keys=keys, database=folder / wanted)


def check_sqlite(path: Path, file: Path) -> None:
    """See that the database of a backup is whole, and that its schema is one that we know.

    Raises `BackupTrouble`.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            tables = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            if database.execute(tables).fetchone() is None:
                raise not_ours(file)
            found = database.execute("SELECT version_num FROM alembic_version").fetchall()
            verdict = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupTrouble(f"The database in {file} is damaged ({error}).") from error
    if verdict != "ok":
        raise BackupTrouble(f"The database in {file} is damaged.")
    check_revision([row[0] for row in found], file)


def check_revision(found: list[Any], file: Path) -> None:
    """See that a database is at exactly one revision, and one that we know.

    Raises `BackupTrouble`.
    """
    if len(found) != 1 or found[0] not in revisions():
        raise not_ours(file)


def not_ours(file: Path) -> BackupTrouble:
    """Return what to say of somebody else's database."""
    return BackupTrouble(f"The database in {file} is not one of coachcrm.")


def _members(archive: zipfile.ZipFile, file: Path) -> dict[str, zipfile.ZipInfo]:
    members = {member.filename: member for member in archive.infolist()}
    strange = sorted(members.keys() - {ABOUT, KEY, SQLITE, POSTGRES})
    if strange:
        raise BackupTrouble(f"{file} holds what no backup of coachcrm does ({strange[0]!r:.80}).")
    small = all(members[name].file_size <= most for name, most in MOST_OF.items())
    plain = all(
        member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        for member in members.values()
    )
    if not (small and plain and len(members) == len(MOST_OF) + 1 == len(archive.infolist())):
        raise BackupTrouble(f"{file} is not a whole backup of coachcrm.")
    return members


def _check_about(about: Any, file: Path, wanted: str) -> None:
    if about["database"] not in {SQLITE, POSTGRES} or about["format"] != FORMAT:
        raise BackupTrouble(f"{file} is not a whole backup of coachcrm.")
    if about["database"] != wanted:
        raise BackupTrouble(
            f"{file} was made from another kind of database than COACHCRM_DATABASE_URL names."
        )
    if about["schema"] > head():
        raise BackupTrouble(f"{file} was made by a newer version of coachcrm.")


def _check_keys(keys: tuple[str, ...], file: Path) -> None:
    if not keys or any(map(load_config().is_easy_to_guess, keys)):
        raise BackupTrouble(
            f"The secret key in {file} is too easy to guess: whoever knows it could forge links."
        )


def _check_size(database: zipfile.ZipInfo, file: Path, folder: Path) -> None:
    size, packed = database.file_size, database.compress_size
    if size > max(ANY_BYTES, MOST_TIMES * packed):
        raise BackupTrouble(
            f"{file} would grow from {_megabytes(packed)} to {_megabytes(size)}, which no backup "
            "of coachcrm does."
        )
    free = shutil.disk_usage(folder).free
    if size > free:
        raise BackupTrouble(
            f"There is no room to unpack {file}: it needs {_megabytes(size)}, and "
            f"{_megabytes(free)} are free."
        )


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / 1024**2)):,} MB"
