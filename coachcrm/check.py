"""What `coachcrm check` says: one line for each part that must work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from coachcrm.kit import clock, health, migrate
from coachcrm.kit.db import db
from coachcrm.notes import finding
from coachcrm.outbox import operations as outbox

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings

SILENT = timedelta(minutes=2)


@dataclass(frozen=True)
class Line:
    """One part: how it is, in a sentence."""

    subject: str
    sentence: str
    is_well: bool = True


def report(app: Flask, settings: Settings) -> list[Line]:
    """Look at every part and say how it is; never raises for what is broken."""
    with app.app_context():
        trouble = health.database_trouble()
        lines = [_configuration(settings), _database(app, trouble)]
        if trouble is None:
            lines += [_worker()]
        return [*lines, _mail(app, settings)]


def _configuration(settings: Settings) -> Line:
    if not settings.limits:
        return Line(
            "Configuration", "warning: COACHCRM_LIMITS is off, so nothing slows down guesses."
        )
    return Line("Configuration", f"good; links begin with {settings.base_url}.")


def _database(app: Flask, trouble: str | None) -> Line:
    if trouble is not None:
        return Line("Database", trouble, is_well=False)
    missing = migrate.missing_laws(app)
    if missing:
        return Line("Database", f"its laws are missing: {', '.join(missing)}.", is_well=False)
    slow = "" if finding.has_index(db.session()) else "; its SQLite has no FTS5, so search is slow"
    return Line("Database", f"good ({db.engine.dialect.name}, schema {migrate.head()}){slow}.")


def _worker() -> Line:
    now, session = clock.now(), db.session()
    try:
        beat = outbox.last_beat(session)
        waiting, failed, oldest = outbox.waiting_and_failed(session)
    except SQLAlchemyError as error:
        return Line("Worker", f"cannot be looked at ({type(error).__name__}).", is_well=False)
    letters = f"{waiting} letters wait, {failed} could not be delivered"
    if oldest is not None:
        letters += f", the oldest has waited {int((now - oldest).total_seconds() // 60)} minutes"
    if beat is None or now - beat > SILENT:
        seen = f"last seen {beat:%Y-%m-%d %H:%M} UTC" if beat else "never seen"
        return Line("Worker", f"not running ({seen}); {letters}.", is_well=False)
    return Line("Worker", f"alive; {letters}.")


def _mail(app: Flask, settings: Settings) -> Line:
    if settings.mail.server is None:
        folder = settings.instance / "mail"
        return Line(
            "Mail", f"warning: no mail server is set; letters are kept as files in {folder}."
        )
    trouble = app.extensions["coachcrm.transport"].trouble()
    if trouble:
        return Line("Mail", trouble, is_well=False)
    return Line(
        "Mail", f"good; {settings.mail.server} answers, letters come from {settings.mail.sender}."
    )
