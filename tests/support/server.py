"""coachcrm as people run it: real processes of the real command."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def starting(module: str) -> tuple[str, ...]:
    """Return what runs the `main` of a module as an installed command does, from this checkout.

    While the program is read there is no garbage; looking for it would take an eighth of the time.
    """
    code = (
        f"import gc, sys; gc.disable(); sys.path.insert(0, {str(ROOT)!r}); "
        f"from {module} import main; gc.enable(); main()"
    )
    return (sys.executable, "-P", "-c", code)


COMMAND = starting("coachcrm.cli")
READY_WITHIN_S = 30
PR_SET_PDEATHSIG = 1


class Program:
    """A running `coachcrm …` with everything below it, and what it has said so far.

    Start it from the main thread: it ends when the thread that started it ends.
    """

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str],
        cwd: Path,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.arguments = arguments
        self._said: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            [*command, *arguments],
            env=whole_environment(environment),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own, so that a kill takes the web processes too.
            process_group=0,
            preexec_fn=dies_with_us(signal.SIGTERM),  # noqa: PLW1509 - one system call
        )
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
        assert self.process.stdout is not None
        with self.process.stdout as stream:
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


def whole_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with no settings of coachcrm but those given.

    Python may keep what it compiled, as it does for people: each start would compile it again.
    """
    outside = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COACHCRM_", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"))
    }
    return {**outside, **environment}


def run(
    *arguments: str, environment: Mapping[str, str], cwd: Path, typed: str = "", seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `coachcrm …` to its end with `typed` on standard input."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=whole_environment(environment),
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def dies_with_us(signal_number: int) -> Callable[[], None]:
    """Return what a new process must do so that it gets a signal when we are gone, however."""

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)

    return ask
