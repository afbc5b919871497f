"""A program that is forked is, by all that it can see of itself, one that was just started."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.processes import ROOT, starting
from tests.support.remote import fetch
from tests.support.server import Program, Server, fork, fresh, run

MIRROR = "tests.support.mirror"
HOWS = {fork: {"main": (MIRROR,)}, fresh: {"command": starting(MIRROR)}}
EVER_NEW = ("pid", "group", "clock", "chance")
starts = pytest.mark.parametrize("start", HOWS)


@pytest.fixture
def hear(tmp_path):
    """Give a way to run the mirror, and to hear how it ended and what it said."""

    def ended(start, *arguments: str, **environment: str) -> tuple[int, str]:
        [command] = HOWS[start].values()
        with ExitStack() as opened:
            said = opened.enter_context((tmp_path / "said").open("w+b"))
            nothing = opened.enter_context(Path(os.devnull).open("rb"))
            process = start(
                [*command, *arguments],
                environment=environment,
                cwd=tmp_path,
                files=[file.fileno() for file in (nothing, said, said)],
            )
            status = process.wait(timeout=30)
            said.seek(0)
            return status, said.read().decode()

    return ended


@pytest.fixture
def look(hear):
    """Give a way to have the mirror tell what it sees of itself."""
    return lambda *how, **environment: json.loads(hear(*how, **environment)[1])


def test_a_fork_sees_of_itself_what_a_fresh_program_sees(look, clock, monkeypatch) -> None:
    monkeypatch.setenv("COACHCRM_LIMITS", "off")
    monkeypatch.setenv("SSL_CERT_FILE", "/of/this/test")
    given = {"COACHCRM_SECRET_KEY": "key", "TZ": "XYZ-5:45"}
    seen, as_fresh = (look(start, "one", "two words", **given) for start in HOWS)
    assert seen["group"] == seen["pid"]
    # Time in the tests stands still; in a program it is the world's.
    assert abs(seen["clock"] - as_fresh["clock"]) < 60
    assert seen["clock"] < clock.now.timestamp()
    for name in EVER_NEW:
        assert seen.pop(name) != as_fresh.pop(name)
    assert seen == as_fresh
    assert seen["arguments"] == ["one", "two words"]
    assert seen["environment"]["SSL_CERT_FILE"] == "/of/this/test"
    assert [name for name in seen["environment"] if name.startswith("COACHCRM")] == [*given][:1]
    assert seen["new year"] == "05:45"
    assert seen["files"] == [0, 1, 2]
    assert seen["threads"] == ["MainThread"]


def test_what_a_fork_makes_of_itself_is_gone_with_it(hear, look) -> None:
    before = look(fork)
    assert hear(fork, "makes a mess") == (0, "")
    after = look(fork)
    for name in EVER_NEW:
        assert before.pop(name) != after.pop(name)
    assert before == after


@starts
@pytest.mark.parametrize(
    ("deed", "status", "said"),
    [
        ("returns", 0, "begun\ngone home\n"),
        ("says 3", 3, "begun\ngone home\n"),
        ("stumbles", 1, "ZeroDivisionError"),
        ("is killed", -signal.SIGKILL, ""),
        ("leaves at once", 7, ""),
        ("leaves a thread", 0, "begun\nthe thread too\ngone home\n"),
    ],
)
def test_a_program_ends_as_it_would(hear, start, deed: str, status: int, said: str) -> None:
    ended, words = hear(start, deed)
    assert ended == status
    assert said in words


@starts
def test_a_program_takes_a_signal_as_it_would(tmp_path, start) -> None:
    program = Program("sleeps", environment={}, cwd=tmp_path, **HOWS[start])
    program.wait_for("asleep")
    assert program.process.poll() is None
    program.process.send_signal(signal.SIGINT)
    assert program.process.wait(timeout=30) == -signal.SIGINT
    program.kill()
    assert "KeyboardInterrupt" in program.output
    program.process.send_signal(signal.SIGINT)


def test_programs_are_forked_many_at_once_and_from_any_thread(tmp_path) -> None:
    given = {}

    def start(number: int) -> None:
        done = run("coach", "--help", environment={}, cwd=tmp_path)
        given[number] = done.returncode, done.stdout.partition("\n")[0]

    threads = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    usage = "Usage: coachcrm coach [OPTIONS] COMMAND [ARGS]..."
    assert given == dict.fromkeys(range(8), (0, usage))


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells of the end of a parent")
def test_a_program_ends_when_its_tests_are_gone_however(tmp_path) -> None:
    tests = f"""
import os, sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path; from tests.support.server import Program
program = Program("sleeps", environment={{}}, cwd=Path(), main=[{MIRROR!r}])
program.wait_for("asleep")
os.write(1, str(program.process.pid).encode())
os._exit(0)
"""
    with (tmp_path / "said").open("w+b") as said:
        files = [said.fileno()] * 3
        gone = fresh([sys.executable, "-c", tests], environment={}, cwd=tmp_path, files=files)
        assert gone.wait(timeout=60) == 0
        said.seek(0)
        left = Path("/proc") / said.read().decode()
    end = time.monotonic() + 30
    while left.exists():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_fresh_program_explains_itself_as_a_fork_does(tmp_path) -> None:
    forked, started = (
        run("--help", environment={}, cwd=tmp_path, is_fresh=is_fresh) for is_fresh in (False, True)
    )
    assert started.returncode == forked.returncode == 0
    assert started.stdout.partition("\n")[2] == forked.stdout.partition("\n")[2]
    assert "  serve " in started.stdout


@pytest.mark.engines("sqlite")
def test_a_fresh_server_serves_what_a_fork_serves(environment, coach, tmp_path) -> None:
    pages = []
    for how in ({}, {"command": starting("coachcrm.cli")}):
        server = Server(environment=environment, cwd=tmp_path, **how)
        try:
            answer = fetch(server.url, "/")
            # Each says in its head under which address it is found.
            pages.append((answer.status, answer.body.replace(server.url, "")))
            assert server.stop() == 0
        finally:
            server.kill()
    assert coach.practice in pages[0][1]
    assert pages[0] == pages[1]
