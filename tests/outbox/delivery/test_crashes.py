"""R1: wherever the program ends, no booking and no letter is lost, and one comes twice at most."""

from __future__ import annotations

import time

import pytest

from tests.support import crash
from tests.support.cast import ask
from tests.support.remote import FREE, Answer, answers, fetch, free_times
from tests.support.server import Server

pytestmark = pytest.mark.usefixtures("coach")
# Where the mail server has the letter and the database does not know it yet.
REPEATED = {"letter sent, no answer yet", "letter taken", "letter marked"}
# Where the database has to undo something: another program does that than on SQLite.
WITH_A_TRANSACTION_OPEN = ("before the commit", "letters claimed", "letter marked")
WAIT_S = 20


@pytest.fixture
def flawed(environment, tmp_path):
    """Give a way to start a server, with its mail worker, that ends once at a point."""
    running = []

    def start(point: str) -> tuple[Server, object]:
        marker = tmp_path / "crashed"
        main = crash.program(point, marker)
        running.append(Server(environment=environment, cwd=tmp_path, main=main))
        return running[-1], marker

    yield start
    for program in running:
        program.kill()


def send_until_answered(url: str, path: str, form: dict[str, str]) -> Answer:
    """Do as a browser does whose answer did not come: the same again."""
    end = time.monotonic() + WAIT_S
    while True:
        try:
            return fetch(url, path, form)
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.05)


def wait_until_all_is_sent(url: str) -> None:
    end = time.monotonic() + WAIT_S
    while ask(url, "SELECT DISTINCT state FROM outbox_message") != [("sent",)]:
        states = ask(url, "SELECT id, state, trouble FROM outbox_message")
        assert time.monotonic() < end, states
        time.sleep(0.05)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("point", [*crash.WEB, *crash.MAIL])
def test_r1_case_20_nothing_is_lost_wherever_the_program_ends(
    flawed, mailbox, database_url, point
) -> None:
    crash_and_go_on(flawed, mailbox, database_url, point)


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("point", WITH_A_TRANSACTION_OPEN)
def test_r1_a_server_of_databases_forgets_what_was_begun(
    flawed, mailbox, database_url, point
) -> None:
    crash_and_go_on(flawed, mailbox, database_url, point)


def crash_and_go_on(flawed, mailbox, database_url, point: str) -> None:
    """Book with a program that ends once, and find all there: one letter twice at most."""
    server, marker = flawed(point)
    path = f"{FREE}/{free_times(server.url)[0]}"
    form = {**answers(1), "csrf_token": fetch(server.url, path).token}
    answer = send_until_answered(server.url, path, form)
    assert answer.status == 303
    assert answer.location.startswith("/booking/")
    wait_until_all_is_sent(database_url)
    assert marker.exists(), "it never came to this point"

    assert ask(database_url, "SELECT status FROM booking") == [("confirmed",)]
    stored = ask(database_url, "SELECT message_id, recipient, octets FROM outbox_message")
    assert len(stored) == 2
    for message_id, recipient, octets in stored:
        copies = mailbox.to(recipient)
        assert copies, f"no letter to {recipient}"
        assert {(copy["Message-ID"], copy.octets) for copy in copies} == {
            (message_id, bytes(octets))
        }
    assert len(mailbox.letters) - 2 == (1 if point in REPEATED else 0)
    assert server.stop() == 0
