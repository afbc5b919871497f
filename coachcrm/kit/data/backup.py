"""A copy of everything in one file, made while the program runs (S72, R14).

The file is described in `archive`; `restore` puts it back.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from coachcrm.kit.data import postgres_tools
from coachcrm.kit.data.archive import POSTGRES, SQLITE, BackupTrouble, may_replace, pack
from coachcrm.kit.data.sqlite_file import path_of

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings


def write_backup(settings: Settings, file: Path) -> None:
    """Write a copy to `file`, whole or not at all, readable by its owner alone.

    Raises `BackupTrouble`.
    """
    if not may_replace(file):
        raise BackupTrouble(f"{file} is there already, and no backup. Please choose another name.")
    if not settings.secret_keys:
        raise BackupTrouble(
            f"The secret key {settings.key_file} is missing, and after a copy without it the links "
            "in old letters would be dead. Please put it back first; an older backup holds it."
        )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / kind_of(settings)
        _copy_database(settings, copy)
        draft = file.with_name(f".{file.name}.part")
        try:
            os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            pack(draft, copy, keys=settings.secret_keys)
            draft.replace(file)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise BackupTrouble(f"{file} cannot be written ({error.strerror}).") from error


def kind_of(settings: Settings) -> str:
    """Return the name that this kind of database has in a backup."""
    return SQLITE if settings.database_url.startswith("sqlite") else POSTGRES


def _copy_database(settings: Settings, copy: Path) -> None:
    if kind_of(settings) == POSTGRES:
        postgres_tools.dump(settings.database_url, copy)
        return
    path = path_of(settings.database_url)
    if not path.exists():
        raise BackupTrouble("There is no database yet, so there is nothing to copy.")
    try:
        address = f"{path.as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, timeout=30, uri=True)) as source:
            # Rows alone: free pages may still hold the words of people who were erased (L8).
            source.execute("VACUUM INTO ?", [str(copy)])
        with closing(sqlite3.connect(copy)) as target:
            verdict = target.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupTrouble(f"The database cannot be copied ({error}).") from error
    if verdict != "ok":
        raise BackupTrouble(f"The copy is damaged ({verdict}).")
