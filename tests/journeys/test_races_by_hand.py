"""The coach and a client at the same moment, over real sockets to two real servers."""

from __future__ import annotations

import http.client
import re
from collections import Counter
from functools import partial
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Coach
from tests.support.cast import ask, at, at_once
from tests.support.remote import FREE, TOKEN, answers, book, fetch, free_times

LONDON = ZoneInfo("Europe/London")


class Desk:
    """The coach at one of the servers, signed in."""

    def __init__(self, url: str, coach: Coach) -> None:
        self.host = urlsplit(url)
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.get("/coach/sign-in")
        self.post("/coach/sign-in", {"email": coach.email, "password": coach.password})

    def get(self, path: str) -> tuple[int, str, str]:
        """Fetch a page and keep its form's token."""
        found = self._ask("GET", path, None)
        token = TOKEN.search(found[2])
        self.token = token[1] if token else self.token
        return found

    def post(self, path: str, data: dict[str, str]) -> tuple[int, str, str]:
        """Send a form with the token seen last."""
        return self._ask("POST", path, urlencode({"csrf_token": self.token, **data}))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(self.host.hostname, self.host.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Location", ""), text


@pytest.fixture
def two(serve, coach) -> list[str]:
    """Give the addresses of two servers on one database."""
    return [serve("--no-worker").url for _ in range(2)]


def wall(start: str) -> dict[str, str]:
    local = at(start).astimezone(LONDON)
    return {"on": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}"}


def test_case_28_the_client_cancels_while_the_coach_moves_it(two, coach, database_url) -> None:
    desk = Desk(two[0], coach)
    times = free_times(two[0])
    expected = 0
    for number in range(6):
        link = book(two[1], times[number * 6], number).location
        booking_id = ask(database_url, "SELECT max(id) FROM booking")[0][0]
        desk.get(f"/coach/bookings/{booking_id}/move")
        token = fetch(two[1], f"{link}/cancel").token
        move = partial(
            desk.post,
            f"/coach/bookings/{booking_id}/move",
            {**wall(times[number * 6 + 3]), "sequence": "0", "message": "Sorry"},
        )
        end = partial(fetch, two[1], f"{link}/cancel", {"sequence": "0", "csrf_token": token})
        moved, ended = at_once(*((move, end) if number % 2 else (end, move)))[
            :: 1 if number % 2 else -1
        ]
        [(status, sequence, moves)] = ask(
            database_url, f"SELECT status, sequence, moves FROM booking WHERE id = {booking_id}"
        )
        assert (status, sequence, moves) in {("cancelled", 1, 0), ("confirmed", 1, 0)}
        loser = moved[0] if status == "cancelled" else ended.status
        assert {moved[0], ended.status} == {303, 409}
        assert loser == 409
        said = moved[2] if status == "cancelled" else ended.body
        assert "This booking has changed" in said
        expected += 4
        assert ask(database_url, "SELECT count(*) FROM outbox_message") == [(expected,)]


def test_two_who_want_the_coachs_hour_one_of_them_he_himself(two, coach, database_url) -> None:
    desk = Desk(two[0], coach)
    start = free_times(two[0])[0]
    path = f"{FREE}/{start}"
    desk.get("/coach/bookings/new")
    hand = {
        **wall(start), "service": "free-consultation", "name": "Bo Day",
        "email": "bo@client.example", "phone": "07400 654321",
    }  # fmt: skip
    form = {**answers(1), "csrf_token": fetch(two[1], path).token}
    given = at_once(
        partial(desk.post, "/coach/bookings/new", hand), partial(fetch, two[1], path, form)
    )
    assert sorted([given[0][0], given[1].status]) == [303, 409]
    assert ask(database_url, "SELECT count(*) FROM booking") == [(1,)]
    assert ask(database_url, "SELECT count(*) FROM outbox_message") == [(2,)]


def test_the_coachs_form_sent_six_times_at_once_is_one_booking(two, coach, database_url) -> None:
    desk = Desk(two[0], coach)
    start = free_times(two[0])[0]
    desk.get("/coach/bookings/new")
    hand = {
        **wall(start), "service": "free-consultation", "name": "Bo Day",
        "email": "bo@client.example", "phone": "07400 654321",
    }  # fmt: skip
    given = at_once(*[partial(desk.post, "/coach/bookings/new", hand)] * 6)
    assert Counter(status for status, _, _ in given) == {303: 6}
    assert len({location for _, location, _ in given}) == 1
    assert ask(database_url, "SELECT count(*) FROM outbox_message") == [(2,)]


def test_case_29_the_coach_blocks_the_hour_while_a_client_submits(two, coach, database_url) -> None:
    desk = Desk(two[0], coach)
    times = free_times(two[0])
    for number in range(4):
        start = times[number * 7]
        path = f"{FREE}/{start}"
        desk.get(f"/coach/bookings/block?start={start}")
        when = wall(start)
        off = {
            "on": when["on"], "begins": when["at"], "shown": "", "reason": "",
            "ends": f"{int(when['at'][:2]) + 1:02}{when['at'][2:]}",
        }  # fmt: skip
        form = {**answers(number), "csrf_token": fetch(two[1], path).token}
        block = partial(desk.post, "/coach/bookings/block", off)
        given = at_once(block, partial(fetch, two[1], path, form))
        assert sorted([given[0][0], given[1].status]) == [303, 409], given[0]
        if given[0][0] == 409:
            assert re.search("you have (a|[0-9]) ?meeting", given[0][2])
            assert f"Client {number}" in given[0][2]
