"""R4: mail servers that say no, say nothing, are slow, hang up, or are not who they claim to be."""

from __future__ import annotations

import socket
import time

import pytest

from tests.outbox.queue.test_claims import queue, subjects
from tests.support.cast import deliver, rows, value
from tests.support.smtp import certificate_file

pytestmark = pytest.mark.engines("sqlite")
STATES = "SELECT state FROM outbox_message ORDER BY id"
TROUBLE = "SELECT trouble FROM outbox_message WHERE id = 1"
quick = pytest.mark.settings(MAIL_TIMEOUT="1")
secure = pytest.mark.settings(MAIL_USE_TLS="on")


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("code", "state"),
    [
        (421, "queued"),
        (450, "queued"),
        (451, "queued"),
        (452, "queued"),
        (530, "queued"),
        (552, "queued"),
        (550, "failed"),
        (553, "failed"),
        (554, "failed"),
    ],
)
@pytest.mark.engines("sqlite", "postgresql")
def test_a_no_for_good_ends_a_letter_and_a_no_for_now_does_not(
    app, mailbox, clock, code, state, at
) -> None:
    mailbox.refuse(code, "not today", at=at, times=1)
    queue(app, "ann", "bo")
    assert deliver(app) == 1
    assert rows(app, STATES) == [(state,), ("sent",)]
    assert value(app, TROUBLE) == f"The mail server said {code}: not today"
    clock.move(minutes=1)
    assert deliver(app) == (1 if state == "queued" else 0)


@quick
def test_a_server_that_does_not_greet_costs_one_time_out_and_no_try(app, mailbox) -> None:
    mailbox.close()
    queue(app, "ann", "bo")
    with socket.create_server((mailbox.host, mailbox.port)):
        began = time.monotonic()
        assert deliver(app) == 0
        assert time.monotonic() - began < 3
    assert value(app, TROUBLE) == "The mail server did not answer in time."
    assert rows(app, "SELECT DISTINCT attempts FROM outbox_message") == [(0,)]


@quick
def test_a_server_that_falls_silent_twice_is_left_alone(app, mailbox) -> None:
    mailbox.hang()
    queue(app, "ann", "bo", "cy", "di")
    began = time.monotonic()
    assert deliver(app) == 0
    assert time.monotonic() - began < 5
    assert rows(app, "SELECT attempts FROM outbox_message ORDER BY id") == [(1,), (1,), (0,), (0,)]


@pytest.mark.settings(MAIL_TIMEOUT="2")
def test_a_slow_server_gets_its_letters(app, mailbox) -> None:
    mailbox.slow(0.5)
    queue(app, "ann", "bo", "cy")
    assert deliver(app) == 3
    assert subjects(mailbox) == ["ann", "bo", "cy"]


@quick
def test_a_server_that_drips_its_answer_does_not_hold_us_for_ever(app, mailbox, clock) -> None:
    mailbox.drip(0.1, times=1)
    queue(app, "ann", "bo")
    began = time.monotonic()
    assert deliver(app) == 1
    assert time.monotonic() - began < 6
    assert value(app, TROUBLE) == "The mail server did not answer in time."
    clock.move(minutes=1)
    assert deliver(app) == 1
    assert subjects(mailbox) == ["bo", "ann"]


@pytest.mark.parametrize(("keep", "copies"), [(True, 2), (False, 1)])
@pytest.mark.engines("sqlite", "postgresql")
def test_case_17_a_server_that_hangs_up_after_the_letter_gets_it_again(
    app, mailbox, clock, keep, copies
) -> None:
    mailbox.drop_after_data(keep=keep, times=1)
    queue(app, "ann")
    assert deliver(app) == 0
    assert "hung up" in value(app, TROUBLE)
    clock.move(minutes=1)
    assert deliver(app) == 1
    assert len(mailbox.letters) == copies
    assert len({(letter["Message-ID"], letter.octets) for letter in mailbox.letters}) == 1


# ------------------------------------------------------------------------------------ certificates


@secure
def test_a_certificate_that_nobody_vouches_for_gets_no_letter(app, mailbox) -> None:
    mailbox.secure("here")
    queue(app, "ann")
    assert deliver(app) == 0
    assert value(app, TROUBLE).startswith("The mail server's certificate is not good: ")
    assert rows(app, STATES) == [("queued",)]
    assert mailbox.letters == []


@secure
def test_a_certificate_of_another_host_gets_no_letter(app, mailbox, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file("elsewhere")))
    mailbox.secure("elsewhere")
    queue(app, "ann")
    assert deliver(app) == 0
    assert "not valid for '127.0.0.1'" in value(app, TROUBLE)
    assert mailbox.letters == []


@secure
def test_a_good_certificate_gets_its_letters_over_tls(app, mailbox, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file("here")))
    mailbox.secure("here")
    queue(app, "ann", "bo")
    assert deliver(app) == 2


@secure
def test_a_server_without_tls_gets_no_letter_where_tls_is_asked_for(app, mailbox) -> None:
    queue(app, "ann")
    assert deliver(app) == 0
    assert mailbox.letters == []
    assert rows(app, STATES) == [("queued",)]


@pytest.mark.settings(MAIL_USERNAME="bookings", MAIL_PASSWORD="wrong")
def test_a_server_that_knows_no_login_blames_no_letter(app, mailbox) -> None:
    queue(app, "ann", "bo")
    assert deliver(app) == 0
    assert rows(app, "SELECT DISTINCT state, attempts FROM outbox_message") == [("queued", 0)]
