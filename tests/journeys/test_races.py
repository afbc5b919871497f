"""Many at once, over real sockets to real processes: one wins, the others are told so."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from tests.support.cast import ask, at, at_once, change
from tests.support.remote import FREE, answers, book, fetch, free_times

pytestmark = pytest.mark.usefixtures("coach")
LETTERS = "SELECT thread, audience, count(*) FROM outbox_message GROUP BY thread, audience"


@pytest.fixture
def two(serve) -> str:
    """Give the address of one server with two processes."""
    return serve("--no-worker", "--processes", "2").url


def wall(start: str) -> datetime:
    return at(start).astimezone(ZoneInfo("Europe/London"))


def test_case_26_twenty_who_want_one_time_from_two_servers(serve, database_url) -> None:
    servers = [serve("--no-worker").url for _ in range(2)]
    start = free_times(servers[0])[0]
    path = f"{FREE}/{start}"
    forms = [
        (servers[n % 2], {**answers(n), "csrf_token": fetch(servers[n % 2], path).token})
        for n in range(20)
    ]
    given = at_once(*(partial(fetch, url, path, data) for url, data in forms))
    assert Counter(answer.status for answer in given) == {303: 1, 409: 19}
    for number, answer in enumerate(given):
        if answer.status == 409:
            assert answer.body.count("<button") >= 4
            assert f'value="Client {number}"' in answer.body
            assert "client-" in answer.body
    winner = next(n for n, answer in enumerate(given) if answer.status == 303)
    assert ask(database_url, "SELECT name, sequence FROM booking") == [(f"Client {winner}", 0)]
    assert ask(database_url, "SELECT count(*) FROM client") == [(1,)]
    assert sorted(row[1:] for row in ask(database_url, LETTERS)) == [("client", 1), ("coach", 1)]


def test_r7_one_form_sent_eight_times_at_once_is_one_booking(two, database_url) -> None:
    start = free_times(two)[0]
    path = f"{FREE}/{start}"
    data = {**answers(1), "csrf_token": fetch(two, path).token}
    given = at_once(*[partial(fetch, two, path, data)] * 8)
    assert {answer.status for answer in given} == {303}
    assert len({answer.location for answer in given}) == 1
    assert ask(database_url, "SELECT count(*) FROM outbox_message") == [(2,)]


def test_case_27_no_race_gets_past_the_buffer(two, database_url) -> None:
    times = free_times(two)
    early = next(s for s in times if (wall(s).hour, wall(s).minute) == (14, 0))
    late = times[times.index(early) + 1]
    assert wall(late).minute == 30
    forms = []
    for number, start in enumerate((early, late) * 4):
        path = f"{FREE}/{start}"
        forms.append((path, {**answers(number), "csrf_token": fetch(two, path).token}))
    given = at_once(*(partial(fetch, two, path, data) for path, data in forms))
    assert Counter(answer.status for answer in given) == {303: 1, 409: 7}
    assert ask(database_url, "SELECT count(*) FROM booking") == [(1,)]


def test_case_23_two_tabs_move_a_booking_to_two_times_at_once(two, database_url) -> None:
    times = free_times(two)
    link = book(two, times[0], 1).location
    token = fetch(two, f"{link}/reschedule").token
    moves = [
        {"start": start, "sequence": "0", "csrf_token": token} for start in (times[20], times[40])
    ] * 3
    given = at_once(*(partial(fetch, two, f"{link}/reschedule", data) for data in moves))
    told = Counter(
        (data["start"], answer.status) for data, answer in zip(moves, given, strict=True)
    )
    winners = {start for start, status in told if status == 303}
    assert len(winners) == 1, told
    assert {answer.status for answer in given} == {303, 409}
    [(sequence, moved)] = ask(database_url, "SELECT sequence, moves FROM booking")
    assert (sequence, moved) == (1, 1)
    assert ask(database_url, "SELECT count(*) FROM outbox_message") == [(4,)]


def test_case_28_a_move_against_a_cancel_ends_in_one_state(two, database_url) -> None:
    times = free_times(two)
    link = book(two, times[0], 1).location
    token = fetch(two, f"{link}/cancel").token
    both = {"sequence": "0", "csrf_token": token}
    given = at_once(
        partial(fetch, two, f"{link}/reschedule", {**both, "start": times[20]}),
        partial(fetch, two, f"{link}/cancel", both),
        partial(fetch, two, f"{link}/reschedule", {**both, "start": times[20]}),
        partial(fetch, two, f"{link}/cancel", both),
    )
    assert {answer.status for answer in given} <= {303, 409}
    [(status, sequence, moves)] = ask(database_url, "SELECT status, sequence, moves FROM booking")
    assert (status, sequence, moves) in {("cancelled", 1, 0), ("confirmed", 1, 1)}
    kinds = ask(database_url, "SELECT kind, audience FROM outbox_message ORDER BY id")
    second = "cancelled" if status == "cancelled" else "moved"
    assert sorted(kinds) == sorted(
        (kind, who) for kind in ("confirmed", second) for who in ("client", "coach")
    )
    done = {answer.location.partition("done=")[2] for answer in given if answer.status == 303}
    assert done <= ({"moved"} if second == "moved" else {"cancelled", "already-cancelled"})


def test_rule_13_many_bookings_for_one_new_address_at_once_are_one_client_and_one_booking(
    two, database_url
) -> None:
    times = free_times(two)
    forms = []
    for start in times[:24:4]:
        path = f"{FREE}/{start}"
        forms.append((path, {**answers(1), "csrf_token": fetch(two, path).token}))
    given = at_once(*(partial(fetch, two, path, data) for path, data in forms))
    assert sorted(answer.status for answer in given) == [303] + [409] * (len(forms) - 1)
    assert ask(database_url, "SELECT count(*) FROM client") == [(1,)]
    assert ask(database_url, "SELECT count(*) FROM booking") == [(1,)]


def test_a_page_that_one_process_keeps_shows_what_another_books(app, serve) -> None:
    one, other = (serve("--no-worker").url for _ in range(2))
    start = free_times(one)[0]
    at_first = [fetch(url, FREE).body for url in (one, other, one, other)]
    assert all(f"/{start}" in page for page in at_first)
    assert book(one, start, 1).status == 303
    for url in (other, one):
        assert f"/{start}" not in fetch(url, FREE).body
    # By no program of ours, and back.
    change(app, "UPDATE booking SET status = 'cancelled'")
    for url in (other, one):
        assert f"/{start}" in fetch(url, FREE).body
