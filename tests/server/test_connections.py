"""The port of one process, over real sockets: what it takes in, and whom it lets go."""

from __future__ import annotations

import contextlib
import email
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message

import pytest
from flask import Flask, Response, request

from coachcrm.kit.web import guard
from coachcrm.server import front as fronts
from coachcrm.server.connections import MOST_LARGER
from coachcrm.server.front import Front
from coachcrm.server.patience import Doing
from coachcrm.server.port import listen

only_sqlite = pytest.mark.engines("sqlite")
KEPT = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
SLOW_HEAD = b"GET / HTTP/1.1\r\nX: "
SLOW_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: str
    headers: Message

    @property
    def is_last(self) -> bool:
        """Whether the connection ends with it."""
        return self.headers["Connection"] == "close"


class Port:
    """A front with an application, turned by the test itself."""

    def __init__(self, app: Flask) -> None:
        listener = listen("127.0.0.1", 0)
        self.address = listener.getsockname()
        self.front = Front(app, listener)
        self.guests: list[socket.socket] = []
        self._heard: dict[socket.socket, bytes] = {}
        self._answers: dict[socket.socket, Answer] = {}

    def guest(self, octets: bytes = b"") -> socket.socket:
        """Connect, and say something."""
        guest = socket.create_connection(self.address, timeout=10)
        self.guests.append(guest)
        self.turn_until(lambda: guest.getsockname() in self.taken_in())
        guest.sendall(octets)
        return guest

    def kept_guest(self) -> socket.socket:
        """Connect, and be answered once."""
        guest = self.guest(KEPT)
        self.hear(guest)
        self.turn_until(
            lambda: not any(one.requests for one in self.front.active_channels.values())
        )
        return guest

    def taken_in(self) -> set[tuple[str, int]]:
        """Return the addresses of whoever has a connection."""
        return {connection.addr for connection in self.front.active_channels.values()}

    def turn_until(self, condition: Callable[[], object], *, seconds: float = 10) -> None:
        """Let the front work until something holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it never came"
            self.front.turn()

    def hear(self, guest: socket.socket, *, has_body: bool = True) -> Answer:
        """Return the next answer on a connection; what comes after it is kept for the next."""
        guest.setblocking(False)
        self.turn_until(lambda: self._listen(guest, has_body=has_body))
        guest.settimeout(10)
        return self._answers.pop(guest)

    def _listen(self, guest: socket.socket, *, has_body: bool) -> bool:
        with contextlib.suppress(BlockingIOError):
            self._heard[guest] = self._heard.get(guest, b"") + guest.recv(65536)
        head, end, rest = self._heard.get(guest, b"").partition(b"\r\n\r\n")
        if not end:
            return False
        line, _, fields = head.decode().partition("\r\n")
        headers = email.message_from_string(fields)
        length = int(headers["Content-Length"]) if has_body else 0
        if len(rest) < length:
            return False
        self._heard[guest] = rest[length:]
        self._answers[guest] = Answer(int(line.split()[1]), rest[:length].decode(), headers)
        return True

    def doing(self, address: tuple[str, int]) -> Doing:
        """Say what the connection of an address is at."""
        [found] = [one for one in self.front.active_channels.values() if one.addr == address]
        return found.progress(time.monotonic()).doing

    def is_let_go(self, guest: socket.socket) -> bool:
        """Say whether the connection is closed on this side."""
        return guest.getsockname() not in self.taken_in()

    def close(self) -> None:
        """Clear up."""
        for guest in self.guests:
            guest.close()
        self.front.end()


def little_app(asked: list[str] | None = None) -> Flask:
    """Return an application that echoes."""
    app = Flask("little", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1000

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def echo(path: str) -> str:
        (asked if asked is not None else []).append(request.path)
        said = request.get_data(as_text=True) or request.headers.get("X-Forwarded-For", "")
        return f"{request.method} {request.full_path} {request.remote_addr} {said}"

    return app


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def port(asked) -> Iterator[Port]:
    port = Port(little_app(asked))
    yield port
    port.close()


def later(port: Port, seconds: float) -> None:
    """Close what has had its time so many seconds from now."""
    port.front.close_what_is_over(time.monotonic() + seconds)


# ------------------------------------------------------------------------------------ manners


def test_a_connection_is_kept_and_answers_one_after_the_other(port) -> None:
    guest = port.guest(KEPT)
    answer = port.hear(guest)
    assert (answer.status, answer.body) == (200, "GET /? 127.0.0.1 ")
    assert not answer.is_last
    guest.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n" + LAST)
    assert [port.hear(guest).body.split()[1] for _ in range(2)] == ["/a?", "/b?"]
    assert port.hear(guest).is_last
    port.turn_until(lambda: port.is_let_go(guest))


def test_the_server_does_not_say_what_it_is_s27(port) -> None:
    assert "Server" not in port.hear(port.guest(KEPT)).headers
    answer = port.hear(port.guest(b"no such thing\r\n\r\n"))
    assert answer.status == 400
    assert "Server" not in answer.headers
    assert "waitress" not in answer.body


def test_an_answer_to_head_is_its_head(port) -> None:
    guest = port.guest(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + LAST)
    answer = port.hear(guest, has_body=False)
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) > 0
    assert port.hear(guest).body.startswith("GET /last")


def test_an_answer_with_more_to_it_than_it_says_is_ended_all_the_same() -> None:
    app = Flask("empty", static_folder=None)
    app.add_url_rule("/", view_func=lambda: Response("more", headers={"Content-Length": "0"}))
    port = Port(app)
    try:
        assert port.hear(port.guest(KEPT)).status == 200
    finally:
        port.close()


def test_a_body_in_chunks_arrives_whole(port) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    guest = port.guest(head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert port.hear(guest).body == "POST /? 127.0.0.1 abcde"


def test_who_asks_whether_to_go_on_is_told_to(port) -> None:
    guest = port.guest(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    )
    port.turn_until(lambda: port.front.active_channels and _has_body_to_come(port))
    assert guest.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    guest.sendall(b"abc")
    assert port.hear(guest).body == "POST /? 127.0.0.1 abc"


def _has_body_to_come(port: Port) -> bool:
    return any(found.sent_continue for found in port.front.active_channels.values())


def test_forwarded_addresses_are_left_for_the_application_to_count_s40(port) -> None:
    forwarded = (
        b"X-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 7.7.7.7\r\nX-Forwarded-For: 192.0.2.1"
    )
    guest = port.guest(b"GET / HTTP/1.1\r\nHost: x\r\n" + forwarded + b"\r\n\r\n")
    assert port.hear(guest).body == "GET /? 127.0.0.1 6.6.6.6, 192.0.2.1"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 0x3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length : 3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: a\nY: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n Folded: first\r\n\r\n", 400),
        (b"GET http://[x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000, 431),
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_refused_and_the_line_cut(
    port, asked, head: bytes, status: int
) -> None:
    guest = port.guest(head + (KEPT if status != 431 else b""))
    answer = port.hear(guest)
    assert answer.status == status
    assert answer.is_last
    port.turn_until(lambda: port.is_let_go(guest))
    assert asked == []


# --------------------------------------------------------------------------------------- sizes


def test_what_is_too_large_is_let_pass_by_and_refused_s41(port, asked) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n"
    guest = port.guest(head)
    threading.Thread(target=guest.sendall, args=(b"a" * 3_000_000 + KEPT,), daemon=True).start()
    assert port.hear(guest).status == 413
    assert port.hear(guest).body == "GET /? 127.0.0.1 "


@pytest.mark.parametrize(
    "octets",
    [
        b"Content-Length: 3000\r\nExpect: 100-continue\r\n\r\n",
        b"Content-Length: 30000000000\r\n\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\n1f4\r\n%b\r\nfff\r\n%b" % (b"a" * 500, b"a" * 600),
    ],
    ids=["asks first", "without end", "chunks"],
)  # fmt: skip
def test_what_is_too_large_to_wait_for_is_refused_at_once_s41(port, octets: bytes) -> None:
    guest = port.guest(b"POST / HTTP/1.1\r\nHost: x\r\n" + octets)
    answer = port.hear(guest)
    assert (answer.status, answer.is_last) == (413, True)
    port.turn_until(lambda: port.is_let_go(guest))


@only_sqlite
def test_a_form_of_more_than_a_megabyte_gets_our_page_s41(app, coach) -> None:
    port = Port(app)
    try:
        head = (
            "POST /coach/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        )
        size = guard.MOST_BYTES + 1
        guest = port.guest(f"{head}Content-Length: {size}\r\n\r\n".encode())
        threading.Thread(target=guest.sendall, args=(b"a" * size,), daemon=True).start()
        answer = port.hear(guest)
        assert answer.status == 413
        assert "too much at once" in answer.body
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        guest.sendall(f"{head}Content-Length: {guard.MOST_BYTES}\r\n\r\n".encode())
        threading.Thread(target=guest.sendall, args=(b"a" * guard.MOST_BYTES,)).start()
        assert port.hear(guest).status == 400  # it is read, and is no form of ours
    finally:
        port.close()


# ---------------------------------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("octets", "within", "too_late"),
    [((), 9, 11), ((b"\r\n\r\n", b"\r\n\r\n"), 9, 11), ((SLOW_HEAD, b"a"), 9, 11),
     ((SLOW_BODY, b"a"), 31, 35)],
    ids=["silence", "empty lines", "head", "body"],
)  # fmt: skip
def test_a_request_that_does_not_come_is_not_waited_for_s41(port, octets, within, too_late) -> None:
    guest = port.guest()
    for some in octets:
        guest.sendall(some)
        port.front.turn()
    later(port, within)
    assert not port.is_let_go(guest)
    later(port, too_late)
    assert port.is_let_go(guest)


def test_a_body_that_comes_at_a_pace_is_waited_for_s41(port) -> None:
    guest = port.guest(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 15000000\r\n\r\n")
    [connection] = port.front.active_channels.values()
    port.turn_until(lambda: connection.request)
    later(port, 31)
    threading.Thread(target=guest.sendall, args=(b"a" * 200_000,), daemon=True).start()
    port.turn_until(lambda: connection.request.body_bytes_received >= 200_000)
    later(port, 40)
    assert not port.is_let_go(guest)
    later(port, 42)
    assert port.is_let_go(guest)


def test_a_kept_connection_has_time_and_its_next_head_has_ten_seconds_s41(port) -> None:
    guest = port.guest(KEPT)
    port.hear(guest)
    later(port, 120)
    assert not port.is_let_go(guest)
    guest.sendall(SLOW_HEAD)
    [connection] = port.front.active_channels.values()
    port.turn_until(lambda: connection.request)
    later(port, 9)
    assert not port.is_let_go(guest)
    later(port, 11)
    assert port.is_let_go(guest)


def test_whoever_takes_nothing_of_an_answer_is_let_go_r17() -> None:
    app = Flask("large", static_folder=None)
    app.add_url_rule("/", view_func=lambda: "a" * 15_000_000)
    port = Port(app)
    try:
        guest = port.guest(KEPT)
        [connection] = port.front.active_channels.values()
        port.turn_until(lambda: connection.total_outbufs_len and not connection.requests)
        later(port, 1)
        later(port, 60)
        assert not port.is_let_go(guest)
        later(port, 62)
        assert port.is_let_go(guest)
    finally:
        port.close()


def test_a_full_table_makes_room_the_idle_first_s41(port, monkeypatch) -> None:
    monkeypatch.setattr(fronts, "MOST_CONNECTIONS", 4)
    body = port.guest(SLOW_BODY)
    head = port.guest(SLOW_HEAD)
    older = port.kept_guest()
    newer = port.kept_guest()
    for gone in (older, newer, head, body):
        newcomer = port.guest(SLOW_BODY)
        address = newcomer.getsockname()
        port.turn_until(lambda known=address: port.doing(known) is Doing.BODY)
        assert port.is_let_go(gone)
        assert len(port.taken_in()) == 4
    assert port.hear(port.guest(KEPT)).status == 200


def test_many_who_come_at_once_are_all_taken_in(port) -> None:
    people = [socket.create_connection(port.address, timeout=10) for _ in range(40)]
    port.guests += people
    for guest in people:
        guest.sendall(KEPT)
    assert {port.hear(guest).status for guest in people} == {200}


def test_where_all_are_being_served_the_next_waits_at_the_door(busy, monkeypatch) -> None:
    port, may_end, begun = busy
    monkeypatch.setattr(fronts, "MOST_CONNECTIONS", 2)
    acting = [port.guest(POST) for _ in range(2)]
    port.turn_until(lambda: len(begun) == 2)
    late = socket.create_connection(port.address, timeout=10)
    port.guests.append(late)
    late.sendall(KEPT)
    assert not port.front.readable()
    may_end.set()
    assert [port.hear(guest).body for guest in acting] == ["done", "done"]
    assert port.hear(late).body == "page"


# ------------------------------------------------------------------------------- threads, the end


@pytest.fixture
def busy() -> Iterator[tuple[Port, threading.Event, list[str]]]:
    """A port whose acts wait for an event."""
    app, may_end, begun = Flask("busy", static_folder=None), threading.Event(), []

    @app.post("/")
    def act() -> str:
        begun.append("act")
        may_end.wait(20)
        return "done"

    @app.get("/")
    def page() -> str:
        return "page"

    port = Port(app)
    yield port, may_end, begun
    may_end.set()
    port.close()


POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


def test_acts_that_wait_leave_the_threads_of_pages_alone_r8(busy) -> None:
    port, may_end, begun = busy
    acting = [port.guest(POST) for _ in range(12)]
    port.turn_until(lambda: len(begun) == fronts.ACT_THREADS)
    assert port.hear(port.guest(KEPT)).body == "page"
    assert len(begun) == fronts.ACT_THREADS
    may_end.set()
    assert {port.hear(guest).body for guest in acting} == {"done"}


def test_a_server_that_stops_answers_what_has_begun_and_lets_the_others_go_r19(busy) -> None:
    port, may_end, begun = busy
    acting, kept, half = port.guest(POST), port.guest(KEPT), port.guest(SLOW_HEAD)
    assert not port.hear(kept).is_last
    port.turn_until(lambda: begun)
    port.front.begin_to_stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(port.address, timeout=1)
    half.sendall(b"\r\n\r\n")
    assert port.hear(half).is_last
    later(port, 2)
    assert port.is_let_go(kept)
    assert port.front.is_at_work
    may_end.set()
    answer = port.hear(acting)
    assert (answer.body, answer.is_last) == ("done", True)
    port.turn_until(lambda: not port.front.is_at_work)


@only_sqlite
def test_a_photo_may_be_larger_but_only_so_many_come_at_once_s41(app, coach) -> None:
    port = Port(app)
    size = 2 * guard.MOST_BYTES
    strange = b"POST /coach/settings/page/photo HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    strange += b"Content-Length: %d\r\n\r\n" % size
    head = strange.replace(b"\r\n\r\n", b"\r\nCookie: zone=x; login=anything\r\n\r\n")

    def are_kept() -> list[bool]:
        readers = [one.request for one in port.front.active_channels.values()]
        return [reader.body_rcv is not None for reader in readers if reader is not None]

    try:
        strangers = [port.guest(strange) for _ in range(MOST_LARGER)]
        port.turn_until(lambda: are_kept() == [False] * MOST_LARGER)
        guests = [port.guest(head) for _ in range(MOST_LARGER + 1)]
        port.turn_until(lambda: len(are_kept()) == len(guests + strangers))
        assert sum(are_kept()) == MOST_LARGER, "the others' octets are let pass by"
        for guest in guests:
            threading.Thread(target=guest.sendall, args=(b"a" * size,), daemon=True).start()
            # It has come whole, and whoever sent it is asked to sign in.
            assert port.hear(guest).status == 303
        port.guest(head)
        port.turn_until(lambda: sum(are_kept()) == 1)
    finally:
        port.close()
