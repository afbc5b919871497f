"""Programs that begin where coachcrm is imported already: forks of one process that has read it.

Reading the modules is nearly all that it costs to start coachcrm, and comes out the same each time.
One fresh process reads them, before it has a thread, a connection or a setting; each program is a
fork of it, a process of its own with the environment, the folder and the files that it was given,
which goes on as a fresh one does and ends as one does.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.processes import dies_with_us, starting, whole_environment

WITHIN_S = 30
STANDARD = 3  # input, output and errors
NUMBER = struct.Struct("!i")
# What coachcrm, or a library of it, imports only when it comes to need it.
LATER = (
    "alembic.command",
    "alembic.config",
    "concurrent.futures.thread",
    "encodings.idna",
    "flask_sqlalchemy.cli",
    "gunicorn.glogging",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)


class Fork:
    """A program that was forked, to be watched and ended as a `subprocess.Popen` is."""

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line

    def poll(self) -> int | None:
        """Return how it ended (a signal is a negative number), or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(timeout=0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends and return how; raises `subprocess.TimeoutExpired`."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                said = self._line.recv(NUMBER.size)
            except (BlockingIOError, TimeoutError):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0) from None
            assert said, "the server of forks is gone"
            [self.returncode] = NUMBER.unpack(said)
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)


class Forks:
    """The server of forks, as the tests see it: started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._one_at_a_time = threading.Lock()

    def start(
        self,
        main: Sequence[str],
        *,
        environment: Mapping[str, str],
        cwd: Path,
        files: Sequence[int],
    ) -> Fork:
        """Start the `main` of a module, its name first, then its arguments.

        `environment` is all of it; `files` are standard input, output and errors.
        """
        ours, theirs = socket.socketpair()
        with theirs, self._one_at_a_time:
            socket.send_fds(self._running(), [b"."], [*files, theirs.fileno()])
        wanted = {"main": [*main], "environment": {**environment}, "cwd": str(cwd)}
        ours.settimeout(WITHIN_S)
        ours.sendall(json.dumps(wanted).encode() + b"\n")
        said = ours.recv(NUMBER.size)
        assert said, "the server of forks is gone"
        [pid] = NUMBER.unpack(said)
        return Fork(pid, ours)

    def stop(self) -> None:
        """End the server; programs that still run are asked to end."""
        if self._control is not None and self._process is not None:
            self._control.close()
            self._process.wait(timeout=WITHIN_S)
        self._process = self._control = None

    def _running(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [*starting(__name__), str(theirs.fileno())],
                    env=whole_environment({}),
                    # As programs of a test have them, so that Python buffers as it does for those.
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    # In a group of its own, so that Ctrl-C does not take it before its users.
                    process_group=0,
                )
        return self._control


FORKS = Forks()


# ------------------------------------------------------------------ in the process that is forked


def main() -> None:
    """Read everything, then serve; in a fork, be the program that was asked for."""
    _, control = sys.argv
    read_everything()
    wanted = serve(socket.socket(fileno=int(control)))
    module, *arguments = wanted["main"]
    sys.argv = ["coachcrm", *arguments]
    importlib.import_module(module).main()


def read_everything() -> None:
    """Import whatever a program may come to need, and nothing that a setting decides."""
    package = importlib.import_module("coachcrm")
    for found in pkgutil.walk_packages(package.__path__, "coachcrm."):
        importlib.import_module(found.name)
    for name in LATER:
        importlib.import_module(name)
    importlib.import_module("coachcrm.kit.resources").load_config()
    importlib.import_module("sqlalchemy.orm").configure_mappers()
    # What is here now stays for good; a fork that looked for garbage in it would copy all of it.
    gc.collect()
    gc.freeze()


def serve(control: socket.socket) -> dict[str, Any]:
    """Fork whenever asked to, and tell how each fork ended, until nobody can ask any more.

    Returns in the forks only, with what was asked for.
    """
    assert threading.active_count() == 1, "a thread cannot be carried into a fork"
    lines: dict[int, socket.socket] = {}
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as waiting:
        waiting.register(control, selectors.EVENT_READ)
        waiting.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is woken:
                    woken.recv(64)
                    _tell_who_ended(lines)
                    continue
                asked, files, *_ = socket.recv_fds(control, 1, STANDARD + 1)
                if not asked:
                    sys.exit()
                line = socket.socket(fileno=files.pop())
                pid = os.fork()
                if pid:
                    with contextlib.suppress(OSError):
                        os.setpgid(pid, pid)
                    for file in files:
                        os.close(file)
                    lines[pid] = line
                    _say(line, pid)
                    continue
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for ours in (control, woken, wakes, *lines.values()):
                    ours.close()
                waiting.close()
                return _become(line, files)


def _tell_who_ended(lines: dict[int, socket.socket]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with lines.pop(pid) as line:
                _say(line, os.waitstatus_to_exitcode(status))


def _say(line: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):
        line.sendall(NUMBER.pack(number))


def _become(line: socket.socket, files: list[int]) -> dict[str, Any]:
    """Turn a new fork into what a fresh process is when its `main` begins."""
    os.setpgid(0, 0)
    dies_with_us(signal.SIGTERM)()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    with line, line.makefile("r", encoding="utf-8") as said:
        wanted: dict[str, Any] = json.loads(said.readline())
    os.environ.clear()
    os.environ.update(wanted["environment"])
    time.tzset()
    os.chdir(wanted["cwd"])
    return wanted
