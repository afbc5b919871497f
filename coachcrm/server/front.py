"""What stands at the port of one process: it takes connections in and hands requests to threads.

Requests that act have threads of their own: when the database keeps those waiting, the others go on
showing pages (R8). Those are so many that a few slow pages at once leave some for everybody else.
"""

import logging
import socket
import sys
import time
from typing import TYPE_CHECKING, Any, cast

import structlog
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from coachcrm.kit.web.guard import MOST_BYTES, UNSAFE, larger_bodies
from coachcrm.server.connections import Connection, LargerBodies
from coachcrm.server.patience import ROOM, is_over
from coachcrm.server.port import BACKLOG

if TYPE_CHECKING:
    from waitress.task import Task

log = structlog.get_logger()

PAGE_THREADS, ACT_THREADS = 8, 4
MOST_CONNECTIONS, MOST_AT_ONCE = 500, 16
MOST_HEAD = 32 * 1024
# Beyond this a body waits in a file until it has wholly come: hundreds may come at once.
MOST_IN_MEMORY = 64 * 1024
LOOK_EVERY_S = 1.0


class Front(TcpWSGIServer):
    """Serves an application on a socket that listens already; all but `add_task` on one thread."""

    channel_class = Connection
    active_channels: dict[int, Connection]  # type: ignore[assignment]  # wrong in the stubs

    def __init__(self, app: Flask, listener: socket.socket) -> None:
        settings = Adjustments(
            ident=None,
            # The number of proxies to believe is the application's to know (S40).
            clear_untrusted_proxy_headers=False,
            server_name="localhost.invalid",
            backlog=BACKLOG,
            # Counted here: see `handle_accept`.
            connection_limit=sys.maxsize,
            max_request_header_size=MOST_HEAD,
            # Waitress takes less than this, the application this much.
            max_request_body_size=(app.config["MAX_CONTENT_LENGTH"] or MOST_BYTES) + 1,
            inbuf_overflow=MOST_IN_MEMORY,
            # Answers stay in memory, so that a full disk does not keep anybody from reading (R9).
            outbuf_overflow=Adjustments.outbuf_high_watermark,
            log_socket_errors=False,
            asyncore_use_poll=True,
        )
        cast("Any", settings).larger = LargerBodies(larger_bodies(app))
        self._open: dict[int, Any] = {}
        self._listener = listener
        pages, self._acts = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        super().__init__(
            app,
            map=self._open,
            _sock=listener,
            dispatcher=pages,
            adj=settings,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        self._stopping_at: float | None = None
        self._looked_at = 0.0
        pages.set_thread_count(PAGE_THREADS)
        self._acts.set_thread_count(ACT_THREADS)

    @property
    def is_at_work(self) -> bool:
        """Whether anybody is still here."""
        return bool(self.active_channels)

    def turn(self) -> None:
        """Read, write and take in whatever is ready, or wait a second for it."""
        self.asyncore.loop(timeout=LOOK_EVERY_S, use_poll=True, map=self._open, count=1)
        now = time.monotonic()
        if now >= self._looked_at + LOOK_EVERY_S:
            self._looked_at = now
            self.close_what_is_over(now)

    def close_what_is_over(self, now: float) -> None:
        """Close the connections that have had their time; `now` on the monotonic clock."""
        stopping_s = None if self._stopping_at is None else now - self._stopping_at
        for connection in [*self.active_channels.values()]:
            if is_over(connection.progress(now), stopping_s=stopping_s):
                connection.handle_close()

    def add_task(self, task: "Task") -> None:
        """Hand a request that has wholly come to the threads of its kind."""
        connection = cast("Connection", task)
        connection.arrived_at = time.monotonic()
        method = getattr(connection.requests[0], "command", None)
        (self._acts if method in UNSAFE else self.task_dispatcher).add_task(task)

    def handle_accept(self) -> None:
        """Take connections in, some at once; where there are too many, others make room."""
        for _ in range(MOST_AT_ONCE):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                return
            if before >= MOST_CONNECTIONS and (one := self._least_useful(but_newest=True)):
                one.handle_close()

    def readable(self) -> bool:
        """Say whether to look for new connections: not where all are being served."""
        is_full = len(self.active_channels) >= MOST_CONNECTIONS
        return self.accepting and not (is_full and self._least_useful() is None)

    def maintenance(self, now: float) -> None:
        """Leave it to `close_what_is_over`: this one is called by the clock on the wall."""

    def _least_useful(self, *, but_newest: bool = False) -> Connection | None:
        """Return the connection that is to make room for another, or None."""
        now, known = time.monotonic(), [*self.active_channels.values()]
        waiting = [
            (ROOM.index(found.doing), -found.for_s, number)
            for number, connection in enumerate(known[:-1] if but_newest else known)
            if (found := connection.progress(now)).doing in ROOM
        ]
        return known[min(waiting)[2]] if waiting else None

    def begin_to_stop(self) -> None:
        """Take nobody in any more; whoever is here is answered, and then let go."""
        self._stopping_at = time.monotonic()
        for connection in self.active_channels.values():
            connection.must_close = True
        self.accepting = False
        self.del_channel()
        self._listener.close()

    def end(self) -> None:
        """Let the threads go; whoever is still here is cut off."""
        for threads in (self.task_dispatcher, self._acts):
            threads.shutdown(timeout=1)
        self.asyncore.close_all(self._open)


class WaitressLog(logging.Handler):
    """Writes what waitress logs as our log is written: with no address, which may be secret."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say where it happened and with what error, in none of its own words (S66)."""
        log.error(
            "web_server", where=f"{record.module}.{record.funcName}", exc_info=record.exc_info
        )

    @classmethod
    def install(cls) -> None:
        """Take the place of whatever else waitress would log to."""
        logger = logging.getLogger("waitress")
        logger.handlers, logger.propagate = [cls()], False
        logger.setLevel(logging.ERROR)
