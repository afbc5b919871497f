"""kill -9 at the worst moment: what somebody saw confirmed is there, and every letter arrives."""

from __future__ import annotations

import queue
import threading
import time

import pytest

from tests.support.cast import ask
from tests.support.remote import Answer, book, fetch, free_times

pytestmark = pytest.mark.usefixtures("coach")
SAM = "sam@practice.example"
CLIENTS = 8
PER_BOOKING = (
    "SELECT b.email, count(m.id) FROM booking b LEFT JOIN outbox_message m ON m.thread = b.uid "
    "GROUP BY b.id, b.email"
)


class Crowd:
    """Clients who book one time after another, until the server is gone."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.confirmed: dict[int, str] = {}
        self.surprises: list[Answer] = []
        # Every other time: the buffer takes the one between.
        self._times: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        for number, start in enumerate(free_times(url)[::2]):
            self._times.put((number, start))
        self._threads = [threading.Thread(target=self._book) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _book(self) -> None:
        while True:
            try:
                number, start = self._times.get_nowait()
                answer = book(self.url, start, number)
            except (OSError, queue.Empty):
                return
            if answer.status == 303:
                self.confirmed[number] = answer.location
            elif answer.status != 409:
                self.surprises.append(answer)

    def wait_for(self, number: int) -> None:
        end = time.monotonic() + 20
        while len(self.confirmed) < number:
            assert time.monotonic() < end, f"only {len(self.confirmed)} booked: {self.surprises}"
            time.sleep(0.005)

    def go_home(self) -> None:
        for thread in self._threads:
            thread.join()


def test_r2_a_server_killed_in_mid_booking_loses_nothing_that_was_confirmed(
    serve, mailbox, database_url
) -> None:
    server = serve()
    crowd = Crowd(server.url)
    crowd.wait_for(24)
    server.kill()
    crowd.go_home()
    assert crowd.surprises == []

    again = serve()
    per_booking = dict(ask(database_url, PER_BOOKING))
    assert {f"client-{n}@client.example" for n in crowd.confirmed} <= per_booking.keys()
    assert set(per_booking.values()) == {2}
    for link in list(crowd.confirmed.values())[-8:]:
        assert fetch(again.url, link).status == 200

    expected = {row[0] for row in ask(database_url, "SELECT message_id FROM outbox_message")}
    end = time.monotonic() + 20
    while {letter["Message-ID"] for letter in list(mailbox.letters)} < expected:
        assert time.monotonic() < end, f"{len(mailbox.letters)} of {len(expected)} letters"
        time.sleep(0.05)
    arrived = [letter["Message-ID"] for letter in mailbox.letters]
    assert set(arrived) == expected
    # One that had left without being marked may come once more, and no other.
    assert len(arrived) - len(expected) <= 1
    assert len({letter.octets for letter in mailbox.letters}) == len(expected)
    for email in per_booking:
        assert mailbox.to(email)


@pytest.mark.settings(MAIL_TIMEOUT="60")
def test_r1_a_worker_killed_in_mid_sending_loses_no_letter(
    serve, start, mailbox, database_url
) -> None:
    mailbox.hang(at="DATA")
    server = serve("--no-worker")
    times = free_times(server.url)
    for number, at in enumerate(times[:6:2]):
        assert book(server.url, at, number).status == 303
    before = dict(ask(database_url, "SELECT message_id, octets FROM outbox_message"))

    first = _worker(start, server.url)
    end = time.monotonic() + 20
    while ("sending",) not in ask(database_url, "SELECT state FROM outbox_message"):
        assert time.monotonic() < end, first.output
        time.sleep(0.02)
    while not mailbox.conversations:
        assert time.monotonic() < end, first.output
        time.sleep(0.02)
    first.kill()
    mailbox.recover()

    _worker(start, server.url)
    mailbox.wait_for(6, seconds=20)
    time.sleep(0.2)
    arrived = {letter["Message-ID"]: letter.octets for letter in mailbox.letters}
    assert len(mailbox.letters) == 6
    assert arrived == {message_id: bytes(octets) for message_id, octets in before.items()}
    assert len(mailbox.to(SAM)) == 3


@pytest.mark.engines("sqlite")
def test_r19_a_server_asked_to_stop_finishes_what_it_has_begun(
    serve, mailbox, database_url
) -> None:
    server = serve()
    crowd = Crowd(server.url)
    crowd.wait_for(8)
    assert server.stop() == 0
    crowd.go_home()
    emails = {row[0] for row in ask(database_url, "SELECT email FROM booking")}
    assert {f"client-{n}@client.example" for n in crowd.confirmed} <= emails
    assert [a for a in crowd.surprises if a.status >= 500] == []


def _worker(start, url: str):
    program = start("worker", BASE_URL=url)
    program.wait_for("The mail worker runs")
    return program
