"""The line of letters: what is late leaves slowly, what is pointless not at all, and none stops it.

Also clocks that are set back, and processes that die over a letter.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.app import create_app, make_worker
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock as kit_clock
from coachcrm.outbox.letter.compose import Letter, Mailbox, compose
from coachcrm.outbox.queue import claims, operations, upkeep
from coachcrm.outbox.queue.process_names import place
from tests.conftest import NOW
from tests.support.applications import close
from tests.support.cast import book, change, deliver, rows, value

SENDER = Mailbox("Sam Carter", "bookings@practice.example")
STATES = "SELECT state FROM outbox_message ORDER BY id"
DEAD = f"{place()}:{2**22 - 1}:x"  # no process has this number


def queue(app, *names: str, now: datetime = NOW, **more) -> None:
    """Queue a letter for each name; names that begin alike are one person's thread."""
    with app.app_context(), transaction() as session:
        for name in names:
            person = name.partition("-")[0]
            letter = Letter(
                sender=SENDER,
                recipient=Mailbox(person, f"{person}@client.example"),
                reply_to=SENDER,
                subject=name,
                text="Hello\n",
                html="<p>Hello</p>\n",
                made_at=now,
            )
            operations.queue(
                session,
                compose(letter),
                thread=person,
                audience="client",
                kind="reminder",
                now=now,
                **more,
            )


def numbered(number: int, *, start: int = 0) -> list[str]:
    return [f"p{n}" for n in range(start, start + number)]


def subjects(mailbox) -> list[str]:
    return [letter["Subject"] for letter in mailbox.letters]


# -------------------------------------------------------------------------- what has lost its point


def test_r5_a_letter_that_comes_too_late_is_dropped_and_needs_nobody(app, mailbox, clock) -> None:
    queue(app, "ann", "bo", drop_after_at=NOW + timedelta(hours=1))
    queue(app, "cy")
    clock.move(hours=1)
    assert deliver(app) == 1
    assert subjects(mailbox) == ["cy"]
    assert [state for (state,) in rows(app, STATES)] == ["dropped", "dropped", "sent"]
    assert value(app, "SELECT count(*) FROM outbox_message WHERE set_aside_at IS NULL") == 1


def test_r5_a_letter_in_time_is_not_dropped(app, mailbox, clock) -> None:
    queue(app, "ann", drop_after_at=NOW + timedelta(hours=1))
    clock.move(minutes=59, seconds=59)
    assert deliver(app) == 1


def test_a_letter_that_is_dropped_holds_back_no_later_one(app, mailbox, clock) -> None:
    queue(app, "ann-reminder", drop_after_at=NOW + timedelta(minutes=5))
    queue(app, "ann-cancelled")
    clock.move(minutes=6)
    assert deliver(app) == 1
    assert subjects(mailbox) == ["ann-cancelled"]


# ---------------------------------------------------------------------------------- after an outage


def test_r5_a_backlog_leaves_at_thirty_a_minute_and_new_letters_pass_it_by(
    app, mailbox, clock
) -> None:
    queue(app, *numbered(70))
    clock.move(minutes=11)
    queue(app, "new", now=clock.now)
    assert deliver(app) == 31
    assert subjects(mailbox)[:30] == numbered(30)
    assert "new" in subjects(mailbox)
    assert deliver(app) == 0
    clock.move(seconds=61)
    assert deliver(app) == 30
    clock.move(seconds=61)
    assert deliver(app) == 10
    assert sorted(subjects(mailbox)) == sorted([*numbered(70), "new"])


@pytest.mark.engines("sqlite")
def test_letters_that_are_not_late_leave_at_once_however_many(app, mailbox) -> None:
    queue(app, *numbered(120))
    assert deliver(app) == 120


def test_while_the_server_is_away_letters_keep_their_turn(app, mailbox, clock) -> None:
    queue(app, "ann", "bo", "cy")
    mailbox.close()
    for _ in range(12):
        assert deliver(app) == 0
        clock.move(seconds=30)
    assert rows(app, "SELECT DISTINCT attempts FROM outbox_message") == [(0,)]
    assert "could not be reached" in value(app, "SELECT trouble FROM outbox_message WHERE id = 1")
    mailbox.open()
    assert deliver(app) == 3
    assert subjects(mailbox) == ["ann", "bo", "cy"]


def test_r4_what_waited_three_days_for_a_server_is_given_up_at_once(app, mailbox, clock) -> None:
    queue(app, *numbered(40))
    clock.move(days=3)
    queue(app, "new", now=clock.now)
    mailbox.close()
    assert deliver(app) == 0
    states = rows(app, "SELECT state, count(*) FROM outbox_message GROUP BY state ORDER BY state")
    assert states == [("failed", 40), ("queued", 1)]
    trouble = value(app, "SELECT DISTINCT trouble FROM outbox_message WHERE state = 'failed'")
    assert trouble.startswith("Given up after three days. The mail server could not be reached")


# --------------------------------------------------------------------------------- poison and death


@pytest.mark.engines("sqlite")
def test_a_row_that_cannot_be_read_fails_and_stops_no_other(app, mailbox) -> None:
    queue(app, "ann", "bo", "cy")
    change(app, "UPDATE outbox_message SET created_at = 'no time at all' WHERE id = 1")
    assert deliver(app) == 2
    assert rows(app, STATES) == [("failed",), ("sent",), ("sent",)]
    assert "cannot be read" in value(app, "SELECT trouble FROM outbox_message WHERE id = 1")


def test_a_letter_at_which_every_server_hangs_up_stops_no_other(app, mailbox, clock) -> None:
    mailbox.drop_after_data(keep=False, address="ann@client.example")
    queue(app, "ann", "bo", "cy")
    assert deliver(app) == 2
    assert rows(app, STATES) == [("queued",), ("sent",), ("sent",)]
    clock.move(minutes=1)
    queue(app, "di", now=clock.now)
    assert deliver(app) == 1


def test_a_letter_at_which_process_after_process_dies_waits_longer_and_longer(
    app, mailbox, clock
) -> None:
    queue(app, "ann", "bo")

    def die() -> list[str]:
        with app.app_context(), transaction() as session:
            upkeep.tidy(session, now=clock.now)
            found = claims.claim(session, now=clock.now, lease=timedelta(minutes=5), most=1)
        change(app, "UPDATE outbox_message SET owner = :owner WHERE state = 'sending'", owner=DEAD)
        return [letter.recipient.partition("@")[0] for letter in found]

    assert [die(), die(), die()] == [["ann"], ["ann"], ["ann"]]
    assert deliver(app) == 1
    assert subjects(mailbox) == ["bo"]
    clock.move(minutes=1)
    assert deliver(app) == 1


def test_what_was_claimed_and_not_tried_goes_back_into_the_line(app, mailbox) -> None:
    mailbox.refuse(451, at="MAIL")
    queue(app, *numbered(5))
    assert deliver(app) == 0
    attempts = rows(app, "SELECT state, attempts FROM outbox_message ORDER BY id")
    # Two in a row are the server's trouble; the others are not tried at all.
    assert attempts == [("queued", 1)] * 2 + [("queued", 0)] * 3


# ------------------------------------------------------------------------------------------- clocks


def test_r10_a_clock_that_is_set_back_delays_no_letter(app, mailbox, clock) -> None:
    queue(app, "ann", "bo")
    clock.move(hours=-2)
    assert deliver(app) == 2


def test_r10_a_clock_that_was_set_back_does_not_stop_a_backlog(app, mailbox, clock) -> None:
    queue(app, *numbered(40))
    assert deliver(app) == 40
    clock.move(hours=-2)
    queue(app, *numbered(40, start=40), now=clock.now)
    clock.move(minutes=15)
    assert deliver(app) == 30


# -------------------------------------------------------------------------------- several processes


@pytest.mark.usefixtures("coach")
def test_r11_three_workers_send_each_letter_once_and_in_its_order(
    settings, start, mailbox, database_url
) -> None:
    mailbox.slow(0.01)
    workers = [start("worker", BASE_URL="http://127.0.0.1") for _ in range(3)]
    for worker in workers:
        worker.wait_for("The mail worker runs")
    app = create_app(settings)
    names = [f"p{n}-{step}" for step in range(3) for n in range(60)]
    queue(app, *names, now=datetime.now(UTC))  # noqa: TID251 - processes live in real time
    mailbox.wait_for(180, seconds=30)
    end = time.monotonic() + 10
    while value(app, "SELECT count(*) FROM outbox_message WHERE state = 'sent'") < 180:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert sorted(subjects(mailbox)) == sorted(names)
    for n in range(60):
        assert [letter["Subject"] for letter in mailbox.to(f"p{n}@client.example")] == [
            f"p{n}-{step}" for step in range(3)
        ]
    assert mailbox.conversations > 1
    assert value(app, "SELECT count(*) FROM worker_beat") == 3
    for worker in workers:
        assert worker.stop() == 0
    close(app)


@pytest.mark.usefixtures("coach")
def test_r2_a_worker_killed_among_others_loses_nothing_and_repeats_one_at_most(
    settings, start, mailbox, database_url
) -> None:
    mailbox.slow(0.01)
    workers = [start("worker", BASE_URL="http://127.0.0.1") for _ in range(2)]
    for worker in workers:
        worker.wait_for("The mail worker runs")
    app = create_app(settings)
    queue(app, *numbered(150), now=datetime.now(UTC))  # noqa: TID251 - as above
    mailbox.wait_for(20, seconds=30)
    workers[0].kill()
    end = time.monotonic() + 30
    while value(app, "SELECT count(*) FROM outbox_message WHERE state = 'sent'") < 150:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert set(subjects(mailbox)) == set(numbered(150))
    assert len(mailbox.letters) <= 151
    assert len({letter.octets for letter in mailbox.letters}) == 150
    close(app)


@pytest.mark.engines("sqlite")
def test_the_line_rests_while_the_server_is_away_and_goes_on_when_it_is_back(
    app, coach, web, mailbox
) -> None:
    mailbox.close()
    worker = make_worker(app)
    worker.start()
    try:
        book(web)
        end = time.monotonic() + 10
        while not value(app, "SELECT count(*) FROM worker_beat WHERE trouble IS NOT NULL"):
            assert time.monotonic() < end
            time.sleep(0.05)
        mailbox.open()
        mailbox.wait_for(2, seconds=15)
        while value(app, "SELECT count(*) FROM worker_beat WHERE trouble IS NOT NULL"):
            assert time.monotonic() < end + 10
            time.sleep(0.05)
    finally:
        worker.stop(timeout=5)
    assert kit_clock.now() == NOW
