"""Bringing the database to the schema of this version, under a lock, and checking that it is."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from coachcrm.kit.data.db import Base, db, engine_options, prepare_engine
from coachcrm.kit.resources import resource

# Tables whose triggers raise a version of the coach's: the names of the triggers, but the act.
WATCHED = (
    "booking_bookings", "service_practice", "weekly_hours_practice", "date_override_practice",
    "time_off_practice", "opened_holiday_practice", "letter_wording_practice",
)  # fmt: skip
LAWS = ("booking_no_overlap", "booking_at_most_a_day")  # SQLite keeps them by triggers
# A foreign key that came with a later column stands in that column's own words on SQLite, of which
# SQLAlchemy reads neither the name nor what a deletion does. Models and head cannot be compared
# on such keys; None is the name that it reads.
UNREAD_KEYS = frozenset({None, "fit_row_story_id_fkey", "strength_story_id_fkey"})
# Nor can indexes by an expression, of which SQLAlchemy reads nothing on SQLite.
UNREAD_INDEXES = frozenset({"client_name_idx", "client_stage_name_idx"})
MIGRATION_LOCK = 7000  # the advisory lock's key on PostgreSQL


class WrongSchema(Exception):  # noqa: N818 - it is shown to a person as a sentence
    """The database cannot be brought to this program's schema: a sentence that says why."""


def head() -> str:
    """Return the newest revision: migrations are numbered, so their names sort."""
    return max(revisions())


def revisions() -> set[str]:
    """Return every revision that this version knows."""
    versions = (resource("migrations") / "versions").glob("[0-9]*.py")
    return {path.name.partition("_")[0] for path in versions}


def current(engine: Engine) -> str | None:
    """Return the database's revision, or None where nothing was ever migrated."""
    if _is_still_to_be_made(engine):
        return None
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError):
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            # It may have come into being between the two questions; if not, the trouble is real.
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def trouble_with(engine: Engine) -> str | None:
    """Return why this version cannot use the database, as a sentence, or None."""
    try:
        present = current(engine)
    except SQLAlchemyError as error:
        return f"The database cannot be reached ({type(error).__name__})."
    if present != head():
        return "The database's schema is not this version's; run: coachcrm migrate"
    return None


def _is_still_to_be_made(engine: Engine) -> bool:
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    return path is not None and not Path(path).exists()


def upgrade(app: Flask, revision: str = "head") -> None:
    """Run the migrations up to `revision`; do nothing when they have all been run.

    Raises `WrongSchema` when the database is newer than this program, or holds what a migration
    refuses; nothing is changed then.
    """
    with app.app_context():
        engine = db.engine
        present = current(engine)
        if present is not None and present > head():
            raise WrongSchema(
                f"The database was made by a newer version of coachcrm (schema {present}; this one "
                f"knows {head()}). Please install that version again; nothing was changed."
            )
        if revision == "head" and present == head():
            return
        _walk(engine, revision, up=True)


def downgrade(app: Flask, revision: str) -> None:
    """Run the migrations down to `revision` (`base` empties the database)."""
    with app.app_context():
        _walk(db.engine, revision, up=False)


def _walk(engine: Engine, revision: str, *, up: bool) -> None:
    from alembic import command  # noqa: PLC0415 - takes a third of a second to import
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(resource("migrations")).replace("%", "%%"))
    url = engine.url.render_as_string(hide_password=False)
    # An engine of its own, so that nothing of the pool outlives the change of schema.
    own = create_engine(url, **engine_options(url))
    prepare_engine(own, may_make=True)
    try:
        with _alone(own) as connection:
            config.attributes["connection"] = connection
            (command.upgrade if up else command.downgrade)(config, revision)
            connection.commit()
    except RuntimeError as refusal:  # A migration says in a sentence why it cannot run.
        raise WrongSchema(str(refusal)) from refusal
    finally:
        own.dispose()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Give a connection while no other process migrates the same database."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("SET lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
            try:
                yield connection
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
                connection.commit()
        return
    with open(f"{engine.url.database}.migrating", "w") as lock:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_EX)
        with engine.connect() as connection:
            connection = connection.execution_options(write=True)  # noqa: PLW2901
            yield connection


def missing_parts(app: Flask) -> list[str]:
    """Return the tables, and the columns of the others, that should be there and are not."""
    with app.app_context(), db.engine.connect() as connection:
        there = inspect(connection)
        tables = set(there.get_table_names())
        columns = {
            f"{table}.{column['name']}"
            for table in tables & Base.metadata.tables.keys()
            for column in there.get_columns(table)
        }
    wanted = {
        f"{name}.{column.name}" if name in tables else name
        for name, table in Base.metadata.tables.items()
        for column in table.columns
    }
    return sorted(wanted - tables - columns)


def missing_laws(app: Flask) -> list[str]:
    """Return the names of triggers and constraints that should be there and are not.

    A rebuild of a table on SQLite drops its triggers in silence; this is how it is noticed.
    """
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            wanted = {f"{law}_{act}" for law in LAWS for act in ("i", "u")}
        else:
            rows = connection.execute(
                text(
                    "SELECT conname FROM pg_constraint UNION ALL "
                    "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
                )
            )
            wanted = {*LAWS, "booking_serialise"}
        wanted |= {f"{watched}_{act}" for watched in WATCHED for act in ("i", "u", "d")}
        wanted.add("coach_practice_u")
        return sorted(wanted - {row[0] for row in rows})
