"""Clients at once over kept connections, in one process of their own."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


ANY = -1


@dataclass(frozen=True)
class Request:
    """One request as octets, and the status that it must get.

    `ANY` is any at all, 0 any that is no error of the server's.
    """

    octets: bytes
    status: int


@dataclass(frozen=True)
class Found:
    """How long all requests took together, how long each waited, in seconds, and what it got."""

    seconds: float
    waits: list[float]
    statuses: list[int]

    def at(self, percent: int) -> float:
        """Return the milliseconds within which so many of a hundred were answered."""
        waits = sorted(self.waits)
        return waits[min(len(waits) * percent // 100, len(waits) - 1)] * 1000


def get(path: str) -> Request:
    """Return a GET as a browser sends it, which must answer 200."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-GB,en;q=0.9\r\n\r\n"
    return Request(head.encode(), 200)


def post(path: str, body: str, *, cookie: str = "", status: int = 303) -> Request:
    """Return a form's POST that must answer `status`; one for 200 asks as a script does."""
    more = f"Cookie: {cookie}\r\n" if cookie else ""
    more += "Accept: application/json\r\n" if status == 200 else ""  # noqa: PLR2004
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Request((head + body).encode(), status)


def anyhow(request: Request, *, status: int = 0) -> Request:
    """Return a request that may get any answer but an error of the server's, or `ANY`."""
    return Request(request.octets, status)


def rate(port: int, requests: list[Request], *, clients: int) -> float:
    """Send all requests, `clients` at once; return how many were answered a second.

    Raises RuntimeError where an answer is not what it must be.
    """
    return len(requests) / timed(port, requests, clients=clients).seconds


def timed(port: int, requests: list[Request], *, clients: int) -> Found:
    """Send all requests, `clients` at once. Raises RuntimeError as `rate` does."""
    return asyncio.run(_timed(port, requests, clients))


def waits(port: int, requests: list[Request]) -> list[float]:
    """Send one request after the other; return how many seconds each waited for its answer."""
    found = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for request in requests:
            started = time.perf_counter()
            connection.sendall(request.octets)
            answer = b""
            while b"\r\n\r\n" not in answer:
                answer += connection.recv(65536)
            head, _, body = answer.partition(b"\r\n\r\n")
            left = int(re.search(rb"(?i)content-length: *(\d+)", head)[1]) - len(body)  # type: ignore[index]
            while left > 0:
                left -= len(connection.recv(65536))
            found.append(time.perf_counter() - started)
            if int(head.split(b" ", 2)[1]) != request.status:
                raise RuntimeError(f"not {request.status}: {head!r}")
    return found


async def _timed(port: int, requests: list[Request], clients: int) -> Found:
    waiting, found = iter(requests), Found(0, [], [])
    started = time.perf_counter()
    await asyncio.gather(*(_client(port, waiting, found) for _ in range(clients)))
    return replace(found, seconds=time.perf_counter() - started)


async def _client(port: int, waiting: Iterator[Request], found: Found) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:
        asked = time.perf_counter()
        writer.write(request.octets)
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        is_ours = status >= 500 and request.status != ANY  # noqa: PLR2004 - the server's
        if is_ours or request.status not in {status, 0, ANY}:
            raise RuntimeError(f"{status} instead of {request.status}: {head!r}")
        lowered = head.lower()
        length = int(lowered.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if length:
            await reader.readexactly(length)
        found.waits.append(time.perf_counter() - asked)
        found.statuses.append(status)
        if b"connection: close" in lowered:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
