"""PostgreSQL's own programs for copies, and what they need to know of our database."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import bindparam, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url

from coachcrm.kit.data.archive import BackupTrouble
from coachcrm.kit.data.db import engine_options

# Comments and rights are the database's owner's: one who is not would fail at the extension's.
_RESTORE = ("--no-owner", "--no-comments", "--single-transaction", "--exit-on-error")
_FUNCTIONS = (
    "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
    "WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace "
    "AND c.relname IN :tables"
)


def dump(url: str, copy: Path) -> None:
    """Write the database to a file. Raises `BackupTrouble`."""
    _run("pg_dump", "--format=custom", f"--file={copy}", libpq_url(url), url=url)


def load(url: str, copy: Path) -> None:
    """Fill an empty database from a file, wholly or not at all. Raises `BackupTrouble`."""
    _run("pg_restore", *_RESTORE, f"--dbname={libpq_url(url)}", str(copy), url=url)


def tables_in(copy: Path) -> set[str]:
    """Return the names of the tables in a file that `dump` wrote, having read the whole of it.

    Raises `BackupTrouble`.
    """
    _run("pg_restore", f"--file={os.devnull}", str(copy))
    listed = _run("pg_restore", "--list", str(copy))
    return set(re.findall(r"^\d+; \d+ \d+ TABLE \S+ (\S+) ", listed, re.MULTILINE))


def revisions_in(copy: Path) -> list[str]:
    """Return the revisions at which the database in a file is. Raises `BackupTrouble`."""
    options = ("--data-only", "--table=alembic_version", "--file=-")
    told = _run("pg_restore", *options, str(copy))
    rows = re.search(
        r"^COPY [^\n]*alembic_version [^\n]*;\n(.*?)^\\\.$", told, re.DOTALL | re.MULTILINE
    )
    return rows[1].split() if rows else []


def has_any(url: str, tables: Iterable[str]) -> bool:
    """Say whether one of these tables is there. Raises SQLAlchemy's errors."""
    engine = create_engine(url, **engine_options(url))
    try:
        with engine.connect() as connection:
            return not set(tables).isdisjoint(inspect(connection).get_table_names())
    finally:
        engine.dispose()


def empty(url: str, tables: Iterable[str]) -> None:
    """Drop these tables, where they are there, with what hangs on them, and their triggers' words.

    Raises SQLAlchemy's errors, and then nothing is dropped.
    """
    engine = create_engine(url, **engine_options(url))
    quote = engine.dialect.identifier_preparer.quote
    try:
        with engine.begin() as connection:
            there = sorted(set(tables) & set(inspect(connection).get_table_names()))
            if not there:
                return
            ask = text(_FUNCTIONS).bindparams(bindparam("tables", expanding=True))
            functions = connection.scalars(ask, {"tables": there}).all()
            connection.exec_driver_sql(f"DROP TABLE {', '.join(map(quote, there))} CASCADE")
            for function in functions:
                connection.exec_driver_sql(f"DROP FUNCTION {function} CASCADE")
    finally:
        engine.dispose()


def libpq_url(url: str) -> str:
    """Return the address without its password: everybody on the machine can see arguments."""
    full = make_url(url)
    bare = URL.create(
        "postgresql", full.username, None, full.host, full.port, full.database, full.query
    )
    return bare.render_as_string(hide_password=False)


def _run(program: str, *arguments: str, url: str | None = None) -> str:
    """Run a program of PostgreSQL and return what it wrote. Raises `BackupTrouble`."""
    found = shutil.which(program)
    if found is None:
        raise BackupTrouble(
            f"The program {program} of PostgreSQL is not installed on this machine."
        )
    password = make_url(url).password if url else None
    own = {"PGPASSWORD": str(password)} if password is not None else {}
    done = subprocess.run(  # noqa: S603
        [found, *arguments], capture_output=True, check=False, env={**os.environ, **own}
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        # The first error is the reason; what follows is what was being done.
        reason = next((line for line in said if "error: " in line), said[-1])
        raise BackupTrouble(f"{program} failed: {reason.partition('error: ')[2] or reason}.")
    return done.stdout.decode(errors="replace")
