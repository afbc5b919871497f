"""People far away, who reach a real server over real sockets and many at a time."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode, urlsplit

FREE = "/book/free-consultation"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WAIT_S = 30


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: str

    @property
    def token(self) -> str:
        """The token of the form on the page."""
        found = TOKEN.search(self.body)
        assert found, self.body[:500]
        return found[1]


def fetch(
    url: str, path: str, data: Mapping[str, str] | None = None, *, seconds: float = WAIT_S
) -> Answer:
    """Ask one server one thing, on a connection of its own; OSError if it goes away meanwhile."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
    try:
        if data is None:
            connection.request("GET", path)
        else:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", path, urlencode(data), kind)
        answer = connection.getresponse()
        body = answer.read().decode()
        return Answer(answer.status, answer.getheader("Location", ""), body)
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def free_times(url: str, *, days: int = 60) -> list[str]:
    """Return what is on offer from now on, as addresses spell it."""
    page = fetch(url, FREE)
    first = re.search(r"/book/free-consultation/(\d{4})(\d{2})(\d{2})T", page.body)
    assert first, page.body[:500]
    start = "-".join(first.groups())
    end = _after(start, days)
    answer = fetch(url, f"/api/v1/services/free-consultation/slots?from={start}&to={end}")
    slots = json.loads(answer.body)["slots"]
    return [re.sub("[-:]", "", slot["start"]) for slot in slots]


def _after(on: str, days: int) -> str:
    return (date.fromisoformat(on) + timedelta(days=days)).isoformat()


def answers(number: int) -> dict[str, str]:
    """Return what the client of this number types."""
    return {
        "name": f"Client {number}",
        "email": f"client-{number}@client.example",
        "phone": "07400 123456",
    }


def book(url: str, start: str, number: int) -> Answer:
    """Open a free time and book it at once."""
    path = f"{FREE}/{start}"
    page = fetch(url, path)
    if page.status != 200:
        return page
    return fetch(url, path, {**answers(number), "csrf_token": page.token})
