"""Clients at once over kept connections, in one process of their own."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """One request as octets, and the status that it must get."""

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


def rate(port: int, requests: list[Request], *, clients: int) -> float:
    """Send all requests, `clients` at once; return how many were answered a second.

    Raises RuntimeError where an answer is not what it must be.
    """
    return asyncio.run(_rate(port, requests, clients))


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
        if status != request.status:
            raise RuntimeError(f"{status} instead of {request.status}: {head!r}")
        lowered = head.lower()
        length = int(lowered.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if length:
            await reader.readexactly(length)
        if b"connection: close" in lowered:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
