"""A connection: how its requests are read, how long it may take, when it is closed.

Waitress reads heads and bodies without a thread, and closes only what is silent; these classes,
which it is told of by the attributes that it has for them, add the limits and what its parser
leaves open.
"""

import re
import time
from collections.abc import Mapping
from copy import copy
from typing import Any, cast
from weakref import WeakSet

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import WSGITask
from waitress.utilities import RequestEntityTooLarge, build_http_date

from coachcrm.auth.access import LOGIN
from coachcrm.kit.web.guard import ARRIVED
from coachcrm.server.patience import BODY_S, Doing, Progress

# A body that is too large is let pass by, up to here: a browser that is cut off in mid-sentence
# shows no page.
MOST_PASSED_BY = 20 * 1024 * 1024

# So many larger bodies are taken at once: they fill the disk before it is known who sends them.
MOST_LARGER = 4
# Whoever has no login has no use for one, and must not stand in the way of the coach.
OF_A_LOGIN = re.compile(rf"(?:^|[;,] ?)(?:__Host-)?{LOGIN}=")


class LargerBodies:
    """The addresses that take a larger body than others, and who is sending one just now."""

    def __init__(self, most: Mapping[str, int]) -> None:
        self._most = most
        self._senders: WeakSet[Reader] = WeakSet()

    def settings_for(self, reader: "Reader") -> Adjustments:
        """Return the settings for a request whose head is read."""
        head, settings = cast("Any", reader), reader.adj
        most = self._most.get(head.path, 0) if head.command == "POST" else 0
        if not most or not OF_A_LOGIN.search(head.headers.get("COOKIE", "")):
            return settings
        if len(self._senders) >= MOST_LARGER:
            return settings
        self._senders.add(reader)
        larger = copy(settings)
        larger.max_request_body_size = most + 1
        return larger


class Reader(HTTPRequestParser):
    """Reads a request; what could be read in two ways is refused (RFC 9112, 6.1 and 6.3)."""

    must_close = False
    _passing_by = 0

    def received(self, data: bytes) -> int:
        """Take octets and return how many belong to this request."""
        if self._passing_by:
            taken = min(len(data), self._passing_by)
            self._passing_by -= taken
            self.body_bytes_received += taken
            self.completed = not self._passing_by
            return taken
        taken = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self._let_pass_by()
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Parse a head. Raises `ParsingError`."""
        try:
            super().parse_header(header_plus)
        except ParsingError:
            raise
        except ValueError as error:
            raise ParsingError("Bad URI") from error
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Both a length and chunks")
        if "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Chunks in a version that has none")
        self.adj = cast("Any", self.adj).larger.settings_for(self)

    def _let_pass_by(self) -> None:
        """Keep nothing of the body: the application is told its length, and refuses it (413)."""
        self.error = None
        self.close()
        self.body_rcv = None
        if self.chunked:
            cast("dict[str, str]", self.headers)["CONTENT_LENGTH"] = str(self.body_bytes_received)
        if self.chunked or self.expect_continue or self.content_length > MOST_PASSED_BY:
            self.must_close = True
            self.expect_continue = False
            return
        self._passing_by = self.content_length
        self.completed = False


class Task(WSGITask):
    """One request for the application."""

    def build_response_header(self) -> bytes:
        """Return the head of the answer; the last one of a connection says that it is."""
        connection = cast("Connection", self.channel)
        if connection.must_close or getattr(self.request, "must_close", False):
            self.set_close_on_finish()
        return self._plain_head() if self._is_plain else super().build_response_header()

    @property
    def _is_plain(self) -> bool:
        """Whether nothing has to be found out for the head: a whole body, the connection stays."""
        return (
            self.version == "1.1"
            and self.has_body
            and not self.close_on_finish
            and cast("Reader", self.request).headers.get("CONNECTION", "").lower() != "close"
            and any(name == "Content-Length" for name, _ in self.response_headers)
        )

    def _plain_head(self) -> bytes:
        """Return the head as it is: waitress spells and sorts all names anew for each answer."""
        lines = [f"HTTP/1.1 {self.status}"]
        lines += [f"{name}: {value}" for name, value in self.response_headers]
        if all(name != "Date" for name, _ in self.response_headers):
            lines.append(f"Date: {build_http_date(self.start_time)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def write(self, data: bytes) -> None:
        """Send on what the application gives; the head goes with the first of it, not before."""
        connection = cast("Connection", self.channel)
        connection.waits_for_more = bool(data) and not self.wrote_header and self.has_body
        super().write(data)

    def finish(self) -> None:
        """End the answer."""
        super().finish()
        cast("Connection", self.channel).send_what_is_held()

    def get_environment(self) -> dict[str, Any]:
        """Return the WSGI environment, with the moment at which the request had wholly come."""
        environ: dict[str, Any] = super().get_environment()
        environ[ARRIVED] = cast("Connection", self.channel).arrived_at
        return environ


class Connection(HTTPChannel):
    """One connection, which knows since when it does what it does; on the monotonic clock."""

    parser_class = Reader
    task_class = Task
    must_close = waits_for_more = False
    _held = b""

    def __init__(self, *more: Any, **named: Any) -> None:
        now = time.monotonic()
        self.arrived_at = self._rested_at = self._moved_at = now
        self._head_at: float | None = now
        self._body_at: float | None = None
        self._late: tuple[float, int] | None = None
        self._left = 0
        self._taking_at: float | None = None
        super().__init__(*more, **named)

    def received(self, data: bytes) -> bool:
        """Take what has come in, and note what it is the beginning of."""
        now, before = time.monotonic(), self.request
        if self._head_at is None:
            self._head_at = now
        is_open = super().received(data)
        if self.request is not before:
            self._body_at = self._late = None
        if self.arrived_at >= now or self.requests:
            self._head_at = None if self.request is None else now
            self._rested_at = now
        if self.request is not None and self.request.headers_finished and self._body_at is None:
            self._body_at = now
        return is_open

    def write_soon(self, data: bytes) -> int:
        """Send octets, on a thread: two writes at once, where the second is about to come."""
        if self.waits_for_more:
            self.waits_for_more, self._held = False, data
            return len(data)
        held, self._held = self._held, b""
        return super().write_soon(held + data if held else data)

    def send_what_is_held(self) -> None:
        """Send what nothing came after."""
        self.waits_for_more = False
        if self._held:
            self.write_soon(b"")

    def progress(self, now: float) -> Progress:
        """Return what this connection is doing; to be asked every second or so."""
        if self.total_outbufs_len:
            self._begin_anew(now)
            return self._taking(now)
        self._taking_at = None
        if self.requests:
            self._begin_anew(now)
            return Progress(Doing.SERVED, 0)
        if self._body_at is not None:
            return self._body(now)
        if self._head_at is not None:
            doing = Doing.NEW if self.request is None else Doing.HEAD
            return Progress(doing, now - self._head_at)
        return Progress(Doing.IDLE, now - self._rested_at)

    def _begin_anew(self, now: float) -> None:
        """Count from now: while it is answered, nobody reads what comes next."""
        self._rested_at = now
        self._head_at = None if self._head_at is None else now
        self._body_at = None if self._body_at is None else now

    def _taking(self, now: float) -> Progress:
        if self._taking_at is None:
            self._taking_at = self._moved_at = now
        if self.total_outbufs_len != self._left:
            self._left, self._moved_at = self.total_outbufs_len, now
        return Progress(Doing.TAKING, now - self._taking_at, stuck_s=now - self._moved_at)

    def _body(self, now: float) -> Progress:
        assert self._body_at is not None  # noqa: S101 - asked by its caller
        for_s, request = now - self._body_at, self.request
        come = request.body_bytes_received if request is not None else 0
        if for_s <= BODY_S:
            return Progress(Doing.BODY, for_s)
        if self._late is None:
            self._late = now, come
        late_at, late_octets = self._late
        return Progress(Doing.BODY, for_s, late_s=now - late_at, late_octets=come - late_octets)
