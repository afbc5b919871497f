"""coachcrm as people run it: real processes of the real command.

They are forks of a process that has read coachcrm already, unless a fresh one is asked for.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.forks import FORKS, Fork
from tests.support.processes import dies_with_us, starting, whole_environment

COACHCRM = ("coachcrm.cli",)
READY_WITHIN_S = 30


class Program:
    """A running `coachcrm …` with everything below it, and what it has said so far.

    `main` is the module that is run, and what goes before the arguments; a `command` is started
    afresh in its place. Do that from the main thread: it ends when the thread that started it does.
    """

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str],
        cwd: Path,
        main: Sequence[str] = COACHCRM,
        command: Sequence[str] | None = None,
    ) -> None:
        self.arguments = arguments
        self._said: list[str] = []
        self._news = threading.Condition()
        output, input_of_it = os.pipe()
        start = fork if command is None else fresh
        with os.fdopen(input_of_it, "wb") as said, Path(os.devnull).open("rb") as nothing:
            self.process = start(
                [*(main if command is None else command), *arguments],
                environment=environment,
                cwd=cwd,
                files=(nothing.fileno(), said.fileno(), said.fileno()),
            )
        self._output = os.fdopen(output, "rb")
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def output(self) -> str:
        """What it has written to standard output and error."""
        with self._news:
            return "".join(self._said)

    def wait_for(self, pattern: str, *, seconds: float = READY_WITHIN_S) -> re.Match[str]:
        """Wait until it has said something that `pattern` finds; AssertionError if it does not."""
        end = time.monotonic() + seconds
        with self._news:
            while True:
                found = re.search(pattern, "".join(self._said), re.MULTILINE)
                if found:
                    return found
                left = end - time.monotonic()
                if left <= 0 or not self._listener.is_alive():
                    raise AssertionError(f"{self} never said {pattern!r}, but:\n{self.output}")
                self._news.wait(min(left, 0.2))

    def stop(self, *, seconds: float = READY_WITHIN_S) -> int:
        """Ask it to end, as Ctrl-C and a service manager do; return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self} did not stop. It said:\n{self.output}") from None
        self._clear_up()
        return status

    def kill(self) -> None:
        """End it in mid-act (kill -9), with all its processes."""
        self._clear_up()
        self.process.wait(timeout=READY_WITHIN_S)

    def _clear_up(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._listener.join(timeout=READY_WITHIN_S)

    def _listen(self) -> None:
        with self._output as stream:
            for line in stream:
                with self._news:
                    self._said.append(line.decode(errors="replace"))
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def __repr__(self) -> str:
        return f"coachcrm {' '.join(self.arguments)} (process {self.process.pid})"


class Server(Program):
    """`coachcrm serve` on a free port; made once it answers. `url` has no slash at its end."""

    def __init__(self, *arguments: str, **how: Any) -> None:
        super().__init__("serve", "--port", "0", *arguments, **how)
        try:
            self.url = self.wait_for(r"http://127\.0\.0\.1:[1-9][0-9]*")[0]
            self._wait_for_answer()
        except BaseException:
            self.kill()
            raise

    def _wait_for_answer(self) -> None:
        """Wait until a page comes: the line is said before the web processes are there."""
        end = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=READY_WITHIN_S).close()
            except urllib.error.HTTPError as answer:
                answer.close()
            except OSError:
                left = end - time.monotonic()
                if left <= 0 or self.process.poll() is not None:
                    raise AssertionError(f"{self} never answered:\n{self.output}") from None
                time.sleep(0.02)
                continue
            return

    @property
    def set_up_url(self) -> str:
        """The one-time link that sets the coach up."""
        return self.wait_for(r"^Set up: (\S+)$")[1]


def run(
    *arguments: str,
    environment: Mapping[str, str],
    cwd: Path,
    typed: str = "",
    seconds: float = 60,
    is_fresh: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run `coachcrm …` to its end with `typed` on standard input."""
    start = fresh if is_fresh else fork
    command = starting(*COACHCRM) if is_fresh else COACHCRM
    with contextlib.ExitStack() as opened:
        files = [opened.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(typed.encode())
        files[0].seek(0)
        numbers = [file.fileno() for file in files]
        process = start([*command, *arguments], environment=environment, cwd=cwd, files=numbers)
        try:
            status = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=READY_WITHIN_S)
            raise
        said = []
        for file in files[1:]:
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess(["coachcrm", *arguments], status, *said)


def fork(
    main: Sequence[str], *, environment: Mapping[str, str], cwd: Path, files: Sequence[int]
) -> Fork:
    """Start the `main` of a module in a process that has read coachcrm already."""
    return FORKS.start(main, environment=whole_environment(environment), cwd=cwd, files=files)


def fresh(
    command: Sequence[str], *, environment: Mapping[str, str], cwd: Path, files: Sequence[int]
) -> subprocess.Popen[bytes]:
    """Start a command in a process that has read nothing yet."""
    return subprocess.Popen(
        command,
        env=whole_environment(environment),
        cwd=cwd,
        stdin=files[0],
        stdout=files[1],
        stderr=files[2],
        # A group of its own, so that a kill takes the web processes too.
        process_group=0,
        preexec_fn=dies_with_us(signal.SIGTERM),  # noqa: PLW1509 - one system call
    )
