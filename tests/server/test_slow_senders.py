"""Whoever sends an octet a second keeps nobody else waiting: the real server, in real time."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.support.remote import fetch

SLOW = 200
ENOUGH_S = 1.0
HEAD = b"GET /book/free-consultation HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /coach/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nemail="
)


@contextmanager
def slow_senders(url: str, beginning: bytes, number: int = SLOW):
    """Hold connections that have sent `beginning`, and an octet each second since."""
    address = (urlsplit(url).hostname, urlsplit(url).port)
    held = [socket.create_connection(address, timeout=5) for _ in range(number)]
    is_over = threading.Event()

    def drip(octets: bytes) -> None:
        for connection in held:
            try:
                connection.setblocking(False)
                connection.send(octets)
            except OSError:
                pass

    def drip_on() -> None:
        while not is_over.wait(1):
            drip(b"a")

    drip(beginning)
    dripping = threading.Thread(target=drip_on, daemon=True)
    dripping.start()
    try:
        time.sleep(1)  # until all of them have been taken in
        yield held
    finally:
        is_over.set()
        dripping.join()
        for connection in held:
            connection.close()


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("beginning", [HEAD, BODY, b""], ids=["heads", "bodies", "silence"])
def test_two_hundred_slow_senders_keep_nobody_waiting_s41_r17(serve, coach, beginning) -> None:
    url = serve("--no-worker").url
    with slow_senders(url, beginning):
        waits = []
        for _ in range(5):
            began = time.monotonic()
            assert fetch(url, "/book/free-consultation").status == 200
            waits.append(time.monotonic() - began)
    assert statistics.median(waits) < ENOUGH_S
