"""What every test may ask for by name.

A test that touches the database runs twice, on SQLite and on PostgreSQL, each time on a database
as the migrations made it: real commits, and nothing left over. Time in the test process stands
still at NOW until a test moves it; programs that a test starts live in real time.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import structlog
import time_machine
from flask import Flask

from coachcrm.app import create_app
from coachcrm.auth.core.passwords import make_hash
from coachcrm.auth.operations.set_up import NewCoach
from coachcrm.desk import operations as desk
from coachcrm.kit.data.db import transaction
from coachcrm.kit.data.migrate import upgrade
from coachcrm.kit.resources import load_config
from coachcrm.kit.time import clock as kit_clock
from config import Settings
from tests.support import chromium, memory, postgres
from tests.support import server as programs
from tests.support.applications import close
from tests.support.cast import Desk
from tests.support.databases import PostgresDatabase, SqliteFile
from tests.support.forks import FORKS
from tests.support.pages import Visitor
from tests.support.shared import Shared
from tests.support.smtp import Mailbox, misread_in

ENGINES = ("sqlite", "postgresql")
NOW = datetime(2027, 6, 1, 8, tzinfo=UTC)  # a Tuesday, 9:00 am in London
# What starts programs, one after the other, or builds them.
LONG = frozenset({"page", "server", "serve", "start", "command", "flawed", "clean_python"})
KEY = "for-tests-only-0123456789-abcdefghijklmnop"


def pytest_configure(config: pytest.Config) -> None:
    """Put the tests' files into memory."""
    in_memory = memory.folder()
    if in_memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(in_memory))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Let Ctrl+C end what the tests start, though the tests themselves run in the background.

    A shell lets what it puts there ignore that signal, and every program would inherit it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure() -> None:
    """End the process whose forks the programs were."""
    FORKS.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one test more than there are cores: some wait for programs and browsers."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return cores + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that at the end no core waits for the others."""
    items.sort(key=lambda item: LONG.isdisjoint(getattr(item, "fixturenames", ())))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on both; in a browser, on SQLite alone unless the test says so."""
    if "engine_url" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("engines")
        in_browser = "browser_context_args" in metafunc.fixturenames
        names = mark.args if mark else ENGINES[:1] if in_browser else ENGINES
        metafunc.parametrize("engine_url", names, indirect=True)


def missing(reason: str) -> None:
    """Skip with a reason; fail instead where everything is meant to be there."""
    if os.environ.get("CI") or os.environ.get("COACHCRM_TEST_STRICT"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def log() -> Iterator[None]:
    """Put the log back as it was, whatever a test has made of it."""
    yield
    structlog.reset_defaults()


# ------------------------------------------------------------------------------------ databases


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """Give a PostgreSQL server for the whole run."""
    try:
        running = postgres.start()
    except postgres.NoServer as reason:
        missing(f"no PostgreSQL: {reason}")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    """Give the addresses of migrated databases to copy from, by engine; made when first needed."""
    return {}


@pytest.fixture
def engine_url(
    request: pytest.FixtureRequest,
    templates: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """Give the address of a database at head, to be copied and left alone.

    For a test that asks for the coach he is in it, with the free consultation and weekly hours.
    """
    engine = request.param
    who = "coach" if "coach" in request.fixturenames else "nobody"
    name = f"{engine} {who}"
    if name not in templates:
        folder = tmp_path_factory.mktemp("template")
        if engine == "sqlite":
            url = f"sqlite:///{folder / 'template.sqlite3'}"
        else:
            url = request.getfixturevalue("postgres_server").create()
        hashed = request.getfixturevalue("password_hash") if who == "coach" else None
        _prepare(url, folder, hashed)
        templates[name] = url
    return templates[name]


def _prepare(url: str, folder: Path, password_hash: str | None) -> None:
    app = create_app(_load({"COACHCRM_DATABASE_URL": url, "COACHCRM_INSTANCE": str(folder)}))
    upgrade(app)
    if password_hash is not None:
        with app.app_context(), transaction() as session:
            desk.set_up(session, NewCoach(**asdict(Coach())), password_hash=password_hash, now=NOW)
    close(app)


@pytest.fixture(scope="session")
def shared() -> Iterator[Shared]:
    """Give the databases and the applications that tests have one after the other."""
    found = Shared()
    yield found
    found.close()


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest,
    engine_url: str,
    shared: Shared,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Give the address of a database at head that holds nothing of any other test.

    With `@pytest.mark.own` it is made for this test alone, and the application too.
    """
    own, test = request.node.get_closest_marker("own"), request.node.nodeid
    if engine_url.startswith("sqlite"):
        template = Path(engine_url.removeprefix("sqlite:///"))
        if own:
            file = SqliteFile(template, tmp_path / "coachcrm.sqlite3")
            file.put_back()
            yield file.url
            return

        def new_file() -> SqliteFile:
            return SqliteFile(template, tmp_path_factory.mktemp("shared") / "coachcrm.sqlite3")

        yield shared.database(engine_url, new_file, user=test)
        return
    running = request.getfixturevalue("postgres_server")
    if own or not running.lets_us_empty:
        url = running.create(template=engine_url)
        yield url
        running.drop(url)
        return
    yield shared.database(
        engine_url, lambda: PostgresDatabase(running.create(template=engine_url)), user=test
    )


@pytest.fixture
def empty_database_url(
    request: pytest.FixtureRequest, engine_url: str, tmp_path: Path
) -> Iterator[str]:
    """Give the address of a database of this test's own on which no migration has run."""
    if engine_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    running = request.getfixturevalue("postgres_server")
    url = running.create()
    yield url
    running.drop(url)


# -------------------------------------------------------------------------------------- the app


@pytest.fixture
def environment(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> dict[str, str]:
    """Give the environment of this test's coachcrm: `@pytest.mark.settings(LIMITS="on")` adds.

    A test that asks for `mailbox` has it as its mail server; without, letters become files.
    """
    values: dict[str, str | None] = {
        "DATABASE_URL": database_url,
        "INSTANCE": str(tmp_path / "instance"),
        "SECRET_KEY": KEY,
        "LIMITS": "off",
    }
    if "mailbox" in request.fixturenames:
        mailbox = request.getfixturevalue("mailbox")
        values["MAIL_SERVER"] = mailbox.host
        values["MAIL_PORT"] = str(mailbox.port)
        values["MAIL_SENDER"] = "bookings@practice.example"
        values["MAIL_TIMEOUT"] = "5"
    for mark in reversed(list(request.node.iter_markers("settings"))):
        values.update(mark.kwargs)
    return {f"COACHCRM_{name}": value for name, value in values.items() if value is not None}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """Give the settings that the environment of this test spells."""
    return _load({"COACHCRM_BASE_URL": "http://127.0.0.1", **environment})


@pytest.fixture
def app(settings: Settings, shared: Shared, clock: Clock) -> Iterator[Flask]:
    """Give the application in the test process, where time stands still."""
    ours = shared.application(settings)
    if ours is not None:
        yield ours
        return
    made = create_app(settings)
    yield made
    close(made)


@pytest.fixture
def visitor(app: Flask, settings: Settings) -> Callable[[], Visitor]:
    """Give new visitors, each with a browser and cookies of their own."""
    return lambda: Visitor(app.test_client(), settings.base_url)


@pytest.fixture
def web(visitor: Callable[[], Visitor]) -> Visitor:
    """Give one visitor, who knows nothing and is signed in nowhere."""
    return visitor()


@dataclass(frozen=True)
class Coach:
    """The coach of the cast, as he would introduce himself."""

    email: str = "sam@practice.example"
    name: str = "Sam Carter"
    password: str = "seven green umbrellas"
    timezone: str = "Europe/London"
    practice: str = "Carter Coaching"
    phone: str = "+442079460018"
    about: str = "I help people who were turned down to hear yes."


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Give the hash of the coach's password; it takes long on purpose, so once is enough."""
    return make_hash(Coach.password)


@pytest.fixture
def coach() -> Coach:
    """Give the coach, who is set up before the test begins (see `engine_url`)."""
    return Coach()


@pytest.fixture
def coach_web(app: Flask, settings: Settings, coach: Coach) -> Desk:
    """Give the coach's browser, signed in, with no page in it yet."""
    return Desk(app, settings.base_url).sign_in()


def _load(environment: dict[str, str]) -> Settings:
    return load_config().load(environment)


# ----------------------------------------------------------------------------- the world outside


class Clock:
    """The time in the test process."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    @property
    def now(self) -> datetime:
        """The instant it shows."""
        return kit_clock.now()

    def at(self, instant: str | datetime) -> datetime:
        """Set it to an instant with a zone ("2027-06-14T08:00:00Z"), and return that."""
        value = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        assert value.tzinfo is not None, f"{instant} needs a zone"
        self._traveller.move_to(value, tick=False)
        return value

    def move(self, **by: float) -> datetime:
        """Move it on by `minutes=`, `hours=`, `days=` as timedelta has them; return the time."""
        return self.at(self.now + timedelta(**by))


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Give the clock of the test process: it stands at NOW until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield Clock(traveller)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Give a real mail server that can be told to behave badly.

    Whatever a test is about, no letter of it may hold what calendar programs misread (case 40).
    """
    with Mailbox() as opened:
        yield opened
    for letter in opened.letters:
        for misread in misread_in(letter):
            pytest.fail(f"{letter['Subject']!r} holds {misread}", pytrace=False)


# --------------------------------------------------------------------------------- real programs


@pytest.fixture
def command(environment: dict[str, str], tmp_path: Path) -> Callable[..., CompletedProcess[str]]:
    """Give a way to run `coachcrm …` to its end: `command("coach", "create", …, typed="…")`.

    A status other than 0 fails the test unless it is expected (`status=1`; None: any).
    """

    def run(*arguments: str, status: int | None = 0, **more: object):
        done = programs.run(*arguments, environment=environment, cwd=tmp_path, **more)
        assert status in {None, done.returncode}, (
            f"coachcrm {' '.join(arguments)} ended with {done.returncode}:\n"
            f"{done.stdout}{done.stderr}"
        )
        return done

    return run


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., programs.Program]]:
    """Give a way to start `coachcrm …` and leave it running: `start("worker")`."""
    yield from _starting(programs.Program, environment, tmp_path)


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., programs.Server]]:
    """Give a way to start servers on free ports: `serve("--no-worker", LIMITS="on")`."""
    yield from _starting(programs.Server, environment, tmp_path)


@pytest.fixture
def server(serve: Callable[..., programs.Server]) -> programs.Server:
    """Give one running server with its mail worker."""
    return serve()


def _starting(kind, environment, folder):
    running = []

    def start(*arguments: str, **settings: str):
        more = {f"COACHCRM_{name}": value for name, value in settings.items()}
        running.append(kind(*arguments, environment={**environment, **more}, cwd=folder))
        return running[-1]

    yield start
    for program in running:
        program.kill()


# ------------------------------------------------------------------------------------- a browser


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict, request: pytest.FixtureRequest
) -> dict:
    """Start the Chromium that is here, or that can be fetched."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    try:
        ours = chromium.launch_args(lambda words: reporter.write_line(f"\n{words}"))
    except chromium.NoChromium as reason:
        missing(f"no browser: {reason}")
    return {**browser_type_launch_args, **ours}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Give no common address: each test has a server of its own."""


@pytest.fixture
def browser_context_args(browser_context_args: dict, server: programs.Server) -> dict:
    """Open addresses without a host on this test's server."""
    return {**browser_context_args, "base_url": server.url, "locale": "en-GB"}
