"""Whether there has been a practice here: what was is never begun anew in silence (S68, S72).

A mark in the instance folder, beside the key file, says so. Each start leaves it that has found or
made a database. The key is no sign: a first start that forgot a setting leaves one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from coachcrm.kit.data import private_file
from coachcrm.kit.data.db import engine_options
from coachcrm.kit.data.migrate import current
from coachcrm.kit.data.sqlite_file import is_there, path_of
from coachcrm.kit.resources import load_config

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings

MARK = "database_mark"
_EXPLAINED = """\
The line above names the database in which this practice is kept. While this file is here, coachcrm
does not begin with an empty database in silence, nor with a new key.
"""
_WAYS_OUT = (
    "Put it back, or put back a backup (coachcrm restore FILE); where there is neither, "
    "`coachcrm new-beginning` says what would be left behind without it."
)


@dataclass(frozen=True)
class Missing:
    """What is missing of a practice that has been here: the database, the key, or both.

    `place` is the database that is named now, `was_at` the one of the last start, if that is known.
    """

    database: bool
    key_file: Path | None
    place: str
    was_at: str | None
    is_empty: bool = False

    @property
    def sentence(self) -> str:
        """What is missing, and the ways out."""
        if not self.database:
            return (
                f"The secret key {self.key_file} is missing, and without it the links in the "
                f"letters of this practice are dead. (If it is kept elsewhere, name it in "
                f"COACHCRM_SECRET_KEY.) {_WAYS_OUT}"
            )
        lack = "is empty" if self.is_empty else "is missing"
        if self.was_at not in {None, self.place}:
            return (
                f"This practice is kept in the database {self.was_at}, but COACHCRM_DATABASE_URL "
                f"now says {self.place}, which {lack}. Please put the setting right, or put back a "
                "backup there (coachcrm restore FILE); to begin there with nothing, see "
                "`coachcrm new-beginning`."
            )
        return f"The database {self.place} {lack}, though there has been one. {_WAYS_OUT}"

    @property
    def left_behind(self) -> list[str]:
        """What a new beginning would leave behind, a sentence each."""
        told = []
        if self.database:
            told.append(
                f"All that was in the database {self.was_at or self.place}: clients, bookings, "
                "notes, letters and your sign-in. Links in letters that were sent find nothing."
            )
        if self.key_file is not None:
            told.append(
                f"The secret key {self.key_file}: the links in the letters that people have "
                "will be dead, so that they can move or cancel a meeting only by writing to you."
            )
        return told

    @property
    def stays(self) -> str:
        """What a new beginning would not touch, in a sentence; may be empty."""
        return "" if self.database else f"What is in the database {self.place} stays as it is."


def missing(settings: Settings) -> Missing | None:
    """Return what is missing of the practice that has been here; None if nothing is, or was.

    Raises SQLAlchemy's errors where the database cannot be read.
    """
    # In the opposite order of a start, which leaves the mark last: one may start beside us.
    was_at = _marked(settings)
    has_database = _is_migrated(settings.database_url)
    lost_key = settings.key_file if _is_gone(settings.key_file) else None
    lost_database = was_at is not None and not has_database
    if not (lost_database or (lost_key and has_database)):
        return None
    return Missing(
        database=lost_database,
        key_file=lost_key,
        place=_place(settings.database_url),
        was_at=was_at,
        is_empty=_is_empty(settings.database_url),
    )


def leave_mark(settings: Settings) -> None:
    """Note that there is a database here. Raises OSError."""
    words = f"{_place(settings.database_url)}\n\n{_EXPLAINED}"
    path = settings.instance / MARK
    if path.exists() and path.read_text() == words:
        return
    private_file.write(path, words)


def begin_anew(settings: Settings, lost: Missing) -> None:
    """Let the next start make what is lost, and make the key now. Raises OSError, SettingsError."""
    if lost.database:
        (settings.instance / MARK).unlink(missing_ok=True)
    load_config().with_key(settings)


def _marked(settings: Settings) -> str | None:
    """Return what the mark says, "" where it can no longer be read, None without one."""
    path = settings.instance / MARK
    if not os.path.lexists(path):
        return None
    try:
        return path.read_text().partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _is_gone(key_file: Path | None) -> bool:
    return key_file is not None and not os.path.lexists(key_file)


def _is_migrated(url: str) -> bool:
    if url.startswith("sqlite") and not is_there(url):
        return False
    engine = create_engine(url, **engine_options(url))
    try:
        return current(engine) is not None
    finally:
        engine.dispose()


def _is_empty(url: str) -> bool:
    return not url.startswith("sqlite") or path_of(url).exists()


def _place(url: str) -> str:
    """Return where a database is, without what only its user should know."""
    if url.startswith("sqlite"):
        return str(path_of(url))
    found = make_url(url)
    return URL.create(
        "postgresql", host=found.host, port=found.port, database=found.database
    ).render_as_string()
