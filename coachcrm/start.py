"""What comes before a command's work: settings, nobody in the way, nothing lost, the schema."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from coachcrm.bare import bare_app, set_up_log
from coachcrm.kit.data import beginning, running
from coachcrm.kit.data.migrate import WrongSchema, missing_laws, upgrade
from coachcrm.kit.resources import home, load_config

if TYPE_CHECKING:
    # Loaded by its path when the program runs.
    from config import Settings


class StartTrouble(Exception):  # noqa: N818 - shown as a sentence
    """The command cannot begin; the sentence says why and what to do."""


def read_settings(**options: Any) -> Settings:
    """Read the settings; a key that is missing stays so. Raises `StartTrouble`."""
    config = load_config()
    try:
        settings: Settings = config.load(os.environ, home=home(), makes_key=False, **options)
    except config.SettingsError as error:
        raise StartTrouble(str(error)) from error
    return settings


@contextmanager
def ready_app(settings: Settings) -> Iterator[Flask]:
    """Give the application with its database at this version's schema, its laws in place.

    Until the end nobody can replace what it works with. Raises `StartTrouble`.
    """
    with ExitStack() as held, database_trouble():
        held.enter_context(running.with_others(settings))
        lost = beginning.missing(settings)
        if lost is not None:
            raise StartTrouble(lost.sentence)
        app = make_app(load_config().with_key(settings))
        bring_up(app)
        beginning.leave_mark(settings)
        lock = held.pop_all()
    with lock:
        yield app


def make_app(settings: Settings) -> Flask:
    """Put the application together, its log set up; opens no connection."""
    from coachcrm.app import create_app  # noqa: PLC0415 - the pages are most of the program

    set_up_log()
    return create_app(settings)


def make_bare_app(settings: Settings) -> Flask:
    """Put together what a command needs that shows no page and composes no letter."""
    set_up_log()
    return bare_app(settings)


def bring_up(app: Flask) -> None:
    """Bring the database to this version's schema, and see that its laws are there.

    Raises `StartTrouble` without them, and `WrongSchema` and SQLAlchemy's errors.
    """
    upgrade(app)
    gone = missing_laws(app)
    if gone:
        raise StartTrouble(
            f"The database has lost its guard against double booking ({', '.join(gone)}). "
            "Please put back the last backup."
        )


@contextmanager
def database_trouble() -> Iterator[None]:
    """Say in a sentence what keeps the database, or what lies beside it, from being used.

    Raises `StartTrouble`.
    """
    try:
        yield
    except (WrongSchema, running.InUse, load_config().SettingsError) as trouble:
        raise StartTrouble(str(trouble)) from trouble
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise StartTrouble(
            f"COACHCRM_DATABASE_URL: the database cannot be used ({reason})."
        ) from error
    except ImportError as error:
        raise StartTrouble(
            f"COACHCRM_DATABASE_URL: the driver is not installed ({error.name}); the README says "
            "how to install it."
        ) from error
    except OSError as error:
        raise StartTrouble(
            f"COACHCRM_INSTANCE: {error.filename or 'a file'} cannot be used ({error.strerror})."
        ) from error
