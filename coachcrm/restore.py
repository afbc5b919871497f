"""Putting a backup back: nobody else at work, the whole of it checked, what is in it at rest."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from coachcrm import start
from coachcrm.auth.models import Coach
from coachcrm.auth.operations.logins import end_all_logins
from coachcrm.bookings.change.operations.outrank import outrank
from coachcrm.kit.data import beginning, running
from coachcrm.kit.data.archive import BackupTrouble
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.data.migrate import WrongSchema, missing_parts
from coachcrm.kit.data.restore import Restored, put_back
from coachcrm.kit.time import clock
from coachcrm.outbox.queue.operations import hold_back_waiting

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings

# More changes than a practice makes in years, and few enough for a thousand restores.
LEAST_LEAP = 1_000_000


def restore(settings: Settings, file: Path) -> Restored:
    """Put a backup back in the place of what is there.

    Raises `BackupTrouble` and `StartTrouble`; then nothing was changed, but for `NotUndone`.
    """
    with start.database_trouble(), running.alone(settings):
        done = put_back(settings, file, make_ready=_make_ready)
        beginning.leave_mark(settings)
    return done


def _make_ready(settings: Settings) -> int:
    """Bring the database of a backup up, and to rest; return how many letters are held back."""
    app = start.make_app(settings)
    try:
        start.bring_up(app)
        lacks = missing_parts(app)
        if lacks:
            raise BackupTrouble(f"The database in it lacks {', '.join(lacks)[:200]}.")
        with app.app_context(), transaction() as session:
            held = hold_back_waiting(session, trouble="Held back after a backup was put back.")
            outrank(session, now=clock.now())
            # A login that was signed out of since must not come back to life.
            end_all_logins(session)
            _outdate_pages(session)
    except (start.StartTrouble, WrongSchema, SQLAlchemyError) as error:
        raise BackupTrouble(
            f"The database in it is not one of coachcrm ({_reason(error)})."
        ) from error
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    return held


def _outdate_pages(session: Session) -> None:
    """Count the changes of the offer on from a number that no page of before can have.

    A program that outlived the restore may know pages of the very numbers that come next.
    """
    leap = LEAST_LEAP + secrets.randbelow(LEAST_LEAP)
    session.execute(
        update(Coach).values(
            practice_version=Coach.practice_version + leap,
            bookings_version=Coach.bookings_version + leap,
        )
    )


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0].removesuffix(".")
