"""Clients at once over kept connections, in one process of their own."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """One request as octets, and the status that it must get; 0 is any that is no error of ours."""

    octets: bytes
    status: int


def get(path: str) -> Request:
    """Return a GET that must answer 200."""
    return Request(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(), 200)


def post(path: str, body: str, *, cookie: str = "", status: int = 303) -> Request:
    """Return a form's POST that must answer `status`; one for 200 asks as a script does."""
    more = f"Cookie: {cookie}\r\n" if cookie else ""
    more += "Accept: application/json\r\n" if status == 200 else ""  # noqa: PLR2004
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Request((head + body).encode(), status)


def anyhow(request: Request) -> Request:
    """Return a request that may get any answer but an error of the server's."""
    return Request(request.octets, 0)


def rate(port: int, requests: list[Request], *, clients: int) -> float:
    """Send all requests, `clients` at once; return how many were answered a second.

    Raises RuntimeError where an answer is not what it must be.
    """
    return asyncio.run(_rate(port, requests, clients))


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


async def _rate(port: int, requests: list[Request], clients: int) -> float:
    waiting = iter(requests)
    started = time.perf_counter()
    await asyncio.gather(*(_client(port, waiting) for _ in range(clients)))
    return len(requests) / (time.perf_counter() - started)


async def _client(port: int, waiting: object) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:  # type: ignore[attr-defined]
        writer.write(request.octets)
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status >= 500 or request.status not in {status, 0}:  # noqa: PLR2004 - the server's
            raise RuntimeError(f"{status} instead of {request.status}: {head!r}")
        lowered = head.lower()
        length = int(lowered.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if length:
            await reader.readexactly(length)
        if b"connection: close" in lowered:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
