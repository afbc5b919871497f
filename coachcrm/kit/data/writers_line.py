"""The line of processes that want to write to one SQLite database.

SQLite lets writers nap and look again, so that whoever has just written writes again before who
has waited longest. Here a process first takes the place of the next one, then waits for the writer
to end: nobody can pass it meanwhile. Both are locks on files beside the database, which the death
of a process releases.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog

from coachcrm.kit.data import private_file
from coachcrm.kit.errors import DatabaseBusy

NAP_S = 0.0005
log = structlog.get_logger()


class WritersLine:
    """The line before the database at a path; with None, that of one process alone."""

    def __init__(self, path: Path | None) -> None:
        # Threads of one process wait here, so that of each process one alone stands in the line.
        self._one = threading.Lock()
        names = ("next", "writing") if path else ()
        self._places = [Path(f"{path}.{name}") for name in names]
        self._is_told = False

    @contextmanager
    def turn(self, until: float) -> Iterator[None]:
        """Wait for the turn to write, until a monotonic time at the latest. Raises `DatabaseBusy`.

        Where files cannot be made or locked, only the database's own waiting is left.
        """
        if not self._one.acquire(timeout=max(until - time.monotonic(), 0)):
            raise DatabaseBusy
        with ExitStack() as held:
            held.callback(self._one.release)
            try:
                self._stand_in(held, until)
            except OSError as error:
                self._tell(error)
            yield

    def _stand_in(self, held: ExitStack, until: float) -> None:
        """Take both places one after the other, and give the first one free again."""
        files = []
        for place in self._places:
            # Opened anew each time: what a fork inherits would be locked for both.
            file = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            held.callback(os.close, file)
            private_file.give_to_owner(place)
            _lock(file, until)
            files.append(file)
        if files:
            fcntl.flock(files[0], fcntl.LOCK_UN)

    def _tell(self, error: OSError) -> None:
        if not self._is_told:
            self._is_told = True
            log.warning(
                "no_line_for_writers",
                why=error.strerror,
                sentence=f"The file {error.filename or self._places[0]} cannot be used to let "
                "writers stand in line; they wait as SQLite lets them, and overtake each other.",
            )


def _lock(file: int, until: float) -> None:
    """Lock a file, looking again after naps. Raises `DatabaseBusy`."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise DatabaseBusy from None
            time.sleep(NAP_S)
        else:
            return
