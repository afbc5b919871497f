"""A copy of everything in one file, made while the program runs, and put back (S72, R14).

The file is a ZIP: the database (SQLite's own online copy, or what `pg_dump` writes), the secret
key, without which the links in old letters would be dead, and a line that says what it is.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
import zlib
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL, make_url

from coachcrm.kit.data.migrate import head

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings

ABOUT, KEY, SQLITE, POSTGRES = "about.json", "secret_key", "database.sqlite3", "database.pgdump"


# What reading a damaged or foreign file can end in.
_NO_BACKUP = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, RuntimeError, TypeError,
    ValueError,
)  # fmt: skip


class BackupTrouble(Exception):  # noqa: N818 - shown as a sentence
    """The copy could not be made or put back; the sentence says why."""


def write_backup(settings: Settings, file: Path) -> None:
    """Write a copy to `file`, whole or not at all, readable by its owner alone."""
    with tempfile.TemporaryDirectory() as folder:
        name = SQLITE if _is_sqlite(settings) else POSTGRES
        copy = Path(folder) / name
        _copy_database(settings, copy)
        draft = file.with_name(f".{file.name}.part")
        try:
            with (
                os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out,
                zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
            ):
                about = {"format": 1, "database": name, "schema": head()}
                archive.writestr(ABOUT, json.dumps(about))
                archive.writestr(KEY, "\n".join(settings.secret_keys) + "\n")
                archive.write(copy, name)
            draft.replace(file)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise BackupTrouble(f"{file} cannot be written ({error.strerror}).") from error


def read_backup(settings: Settings, file: Path) -> None:
    """Put a copy back in the place of what is there; the program must not be running."""
    wanted = SQLITE if _is_sqlite(settings) else POSTGRES
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(file) as archive:
                about = json.loads(archive.read(ABOUT))
                if about["database"] != wanted:
                    raise BackupTrouble(
                        f"{file} was made from another kind of database than "
                        "COACHCRM_DATABASE_URL names."
                    )
                if about["schema"] > head():
                    raise BackupTrouble(
                        f"{file} was made by a newer version of coachcrm; nothing was changed."
                    )
                keys = archive.read(KEY).decode().split()
                archive.extract(wanted, folder)
        except _NO_BACKUP as error:
            raise BackupTrouble(f"{file} is not a whole backup of coachcrm.") from error
        _restore_database(settings, Path(folder) / wanted)
    _keep_keys(settings, keys)


def _is_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite")


def _sqlite_path(settings: Settings) -> str:
    return make_url(settings.database_url).database or ""


def _copy_database(settings: Settings, copy: Path) -> None:
    if not _is_sqlite(settings):
        _run(settings, "pg_dump", "--format=custom", f"--file={copy}", _libpq_url(settings))
        return
    path = _sqlite_path(settings)
    if not Path(path).exists():
        raise BackupTrouble("There is no database yet, so there is nothing to copy.")
    with closing(sqlite3.connect(path, timeout=30)) as source:
        _copy_sqlite(source, copy)


def _copy_sqlite(source: sqlite3.Connection, target: str | Path) -> None:
    try:
        with closing(sqlite3.connect(target, timeout=30)) as copy:
            source.backup(copy)
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupTrouble(f"The database cannot be copied ({error}).") from error
    if verdict != "ok":
        raise BackupTrouble(f"The copy is damaged ({verdict}).")


def _restore_database(settings: Settings, copy: Path) -> None:
    if not _is_sqlite(settings):
        options = (
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            "--exit-on-error",
        )
        _run(settings, "pg_restore", *options, f"--dbname={_libpq_url(settings)}", str(copy))
        return
    with closing(sqlite3.connect(copy)) as source:
        _copy_sqlite(source, _sqlite_path(settings))


def _keep_keys(settings: Settings, keys: list[str]) -> None:
    """Sign with the copy's key from now on; what the present ones have signed stays good."""
    path = settings.instance / KEY
    if not path.exists():
        return  # The key is set from outside, and stays so.
    both = dict.fromkeys([*keys, *settings.secret_keys])
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(both) + "\n")
    draft.replace(path)


def _libpq_url(settings: Settings) -> str:
    """Return the address without its password: everybody on the machine can see arguments."""
    url = make_url(settings.database_url).set(drivername="postgresql")
    bare = URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, url.query
    )
    return bare.render_as_string(hide_password=False)


def _run(settings: Settings, program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupTrouble(
            f"The program {program} of PostgreSQL is not installed on this machine."
        )
    password = make_url(settings.database_url).password
    own = {"PGPASSWORD": str(password)} if password is not None else {}
    done = subprocess.run(  # noqa: S603
        [found, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **own},
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupTrouble(f"{program} failed: {reason}")
