"""What `coachcrm check` says: one line for each part that must work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from coachcrm.auth.operations.set_up import the_coach
from coachcrm.kit.data import beginning, migrate
from coachcrm.kit.data.beginning import Missing
from coachcrm.kit.data.db import db
from coachcrm.kit.data.probe import try_to_save
from coachcrm.kit.data.word_index import has_index
from coachcrm.kit.time import clock, zones
from coachcrm.outbox import health as mail_health
from coachcrm.outbox.core.sender_address import advice
from coachcrm.outbox.health import MailHealth

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings


@dataclass(frozen=True)
class CheckLine:
    """One part: how it is, in a sentence."""

    subject: str
    sentence: str
    is_well: bool = True


def report(app: Flask, settings: Settings, *, mail_to: str | None = None) -> list[CheckLine]:
    """Look at every part and say how it is; never raises for what is broken.

    With `mail_to` a test letter is sent to that address.
    """
    with app.app_context():
        trouble = migrate.trouble_with(db.engine)
        lost = _lost(settings)
        lines = [_configuration(settings, lost), _time_zones(), _database(app, trouble, lost)]
        if trouble is None:
            lines += [_worker()]
        lines += [_mail(app, settings, _coach_address() if trouble is None else "")]
        return [*lines, _test_letter(app, settings, mail_to)] if mail_to else lines


def _lost(settings: Settings) -> Missing | None:
    try:
        return beginning.missing(settings)
    except SQLAlchemyError:
        return None  # The line of the database says so.


def _configuration(settings: Settings, lost: Missing | None) -> CheckLine:
    if lost is not None and not lost.database:
        return CheckLine("Configuration", lost.sentence, is_well=False)
    if _is_key_overruled(settings):
        return CheckLine(
            "Configuration",
            "warning: COACHCRM_SECRET_KEY is set, so the key in "
            f"{settings.instance / 'secret_key'} does not count, and links that it signed are "
            "dead; to keep both, add it there after a space.",
        )
    if not settings.limits:
        return CheckLine(
            "Configuration", "warning: COACHCRM_LIMITS is off, so nothing slows down guesses."
        )
    return CheckLine("Configuration", f"good; links begin with {settings.base_url}.")


def _time_zones() -> CheckLine:
    package = f"the package tzdata {version('tzdata')}"
    return CheckLine("Time zones", f"good; rules of {zones.data_version()}, from {package}.")


def _is_key_overruled(settings: Settings) -> bool:
    path = settings.instance / "secret_key"
    if settings.key_file is not None or not path.is_file():
        return False
    return not set(path.read_text(errors="replace").split()) <= set(settings.secret_keys)


def _database(app: Flask, trouble: str | None, lost: Missing | None) -> CheckLine:
    if lost is not None and lost.database:
        return CheckLine("Database", lost.sentence, is_well=False)
    if trouble is not None:
        return CheckLine("Database", trouble, is_well=False)
    missing = migrate.missing_laws(app)
    if missing:
        return CheckLine("Database", f"its laws are missing: {', '.join(missing)}.", is_well=False)
    if (in_the_way := try_to_save(now=clock.now())) is not None:
        return CheckLine("Database", f"nothing can be saved: {in_the_way}.", is_well=False)
    slow = "" if has_index(db.session(), "note") else "; its SQLite has no FTS5, so search is slow"
    return CheckLine("Database", f"good ({db.engine.dialect.name}, schema {migrate.head()}){slow}.")


def _worker() -> CheckLine:
    try:
        health = mail_health.look(db.session(), now=clock.now())
    except SQLAlchemyError as error:
        return CheckLine("Worker", f"cannot be looked at ({type(error).__name__}).", is_well=False)
    letters = _letters(health)
    if not health.is_alive:
        seen = f"last seen {_minute(health.seen_at)}" if health.seen_at else "never seen"
        return CheckLine("Worker", f"not running ({seen}); {letters}.", is_well=False)
    if health.trouble:
        since = _minute(health.trouble_since_at)
        sentence = f"alive, but cannot send since {since}: {health.trouble} {letters}."
        return CheckLine("Worker", sentence, is_well=False)
    return CheckLine("Worker", f"alive; {letters}.", is_well=not health.is_late)


def _letters(health: MailHealth) -> str:
    told = f"{health.waiting} letters wait"
    if health.oldest_at is not None:
        minutes = int((health.now - health.oldest_at).total_seconds() // 60)
        told += f", the oldest has waited {minutes} minutes"
    told += f"; {health.failed} could not be delivered"
    if health.held_back:
        told += f"; {health.held_back} are held back on the mail page"
    last = _minute(health.last_sent_at)
    return f"{told}; " + (f"the last one left {last}" if health.last_sent_at else "none has left")


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "an unknown time"


def _coach_address() -> str:
    """Return the coach's own address, empty before there is a coach."""
    try:
        coach = the_coach(db.session())
    except SQLAlchemyError:
        return ""
    return coach.email if coach else ""


def _mail(app: Flask, settings: Settings, coach: str) -> CheckLine:
    if settings.mail.server is None:
        folder = settings.instance / "mail"
        return CheckLine(
            "Mail", f"warning: no mail server is set; letters are kept as files in {folder}."
        )
    trouble = app.extensions["coachcrm.transport"].trouble()
    if trouble:
        return CheckLine("Mail", trouble, is_well=False)
    server, sender = settings.mail.server, settings.mail.sender
    good = f"good; {server} answers, letters come from {sender}."
    return CheckLine("Mail", " ".join([good, *advice(sender=sender, server=server, coach=coach)]))


def _test_letter(app: Flask, settings: Settings, address: str) -> CheckLine:
    from coachcrm.outbox.delivery.test_letter import (  # noqa: PLC0415 - composes letters
        send_test_letter,
    )

    transport = app.extensions["coachcrm.transport"]
    trouble = send_test_letter(transport, to=address, base_url=settings.base_url, now=clock.now())
    if trouble:
        return CheckLine("Test letter", f"did not leave for {address}. {trouble}", is_well=False)
    if settings.mail.server is None:
        return CheckLine("Test letter", "is kept as a file, like every letter here.")
    return CheckLine(
        "Test letter",
        f"was taken by {settings.mail.server} for {address}. Please look whether it is there, and "
        "not among the junk.",
    )
