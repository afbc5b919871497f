"""Letters leave in their order, unaltered, whatever the mail server does; bookings never wait."""

from __future__ import annotations

import os
import stat
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy.event

from coachcrm.app import make_worker
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound
from coachcrm.kit.time import clock as kit_clock
from coachcrm.outbox.queue import claims, operations, upkeep
from coachcrm.outbox.queue.process_names import place
from tests.support.cast import (
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    change,
    deliver,
    move,
    rows,
    value,
)
from tests.support.ics import event, parse

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
SAM, CLIENT = "sam@practice.example", "ann@client.example"
STATES = "SELECT audience, state FROM outbox_message ORDER BY id"
quick = pytest.mark.settings(MAIL_TIMEOUT="1")


def told(letters) -> list[tuple[str, str]]:
    """Return method and SEQUENCE of each letter."""
    return [
        (parse(each.calendar).one("METHOD").value, event(each.calendar).one("SEQUENCE").value)
        for each in letters
    ]


def stored(app) -> dict[str, bytes]:
    return {
        message_id: bytes(octets)
        for message_id, octets in rows(app, "SELECT message_id, octets FROM outbox_message")
    }


# ------------------------------------------------------------------------------- what is sent


@both_engines
def test_h3_what_is_sent_is_what_was_stored(app, web, mailbox) -> None:
    book(web)
    before = stored(app)
    assert deliver(app) == 2
    assert {each["Message-ID"]: each.octets for each in mailbox.letters} == before
    assert rows(app, STATES) == [("client", "sent"), ("coach", "sent")]


def test_what_is_sent_is_not_sent_again(app, web, mailbox) -> None:
    book(web)
    deliver(app)
    assert deliver(app) == 0
    assert len(mailbox.letters) == 2


def test_all_letters_go_over_one_conversation(app, web, mailbox) -> None:
    book(web)
    book(web, TUESDAY_10, RAVI)
    assert deliver(app) == 4
    assert mailbox.conversations == 1


# ----------------------------------------------------------------------------- trouble for now


@both_engines
def test_case_15_a_letter_refused_for_now_goes_later_with_the_same_octets(
    app, web, mailbox, clock
) -> None:
    mailbox.refuse(450, address=CLIENT, times=2)
    book(web)
    before = stored(app)
    assert deliver(app) == 1
    assert rows(app, STATES) == [("client", "queued"), ("coach", "sent")]
    assert "450" in value(app, "SELECT trouble FROM outbox_message WHERE audience = 'client'")
    assert deliver(app) == 0
    clock.move(seconds=40)
    assert deliver(app) == 0
    clock.move(seconds=80)
    assert deliver(app) == 1
    assert {each["Message-ID"]: each.octets for each in mailbox.letters} == before
    assert value(app, "SELECT attempts FROM outbox_message WHERE audience = 'client'") == 3


def test_a_letter_waits_as_long_as_the_rule_says(app, web, mailbox, clock) -> None:
    mailbox.refuse(451, address=CLIENT)
    book(web)
    now = clock.now
    for seconds in (30, 60, 300, 900, 1800, 3600, 3600):
        deliver(app)
        due = value(app, "SELECT due_at FROM outbox_message WHERE audience = 'client'")
        due = due if not isinstance(due, str) else type(now).fromisoformat(due)
        pause = (due - clock.now).total_seconds()
        assert 0.8 * seconds <= pause <= 1.2 * seconds
        clock.at(due)


@both_engines
def test_case_16_a_final_no_ends_one_letter_and_stops_no_other(app, web, mailbox) -> None:
    mailbox.refuse(550, address=CLIENT)
    book(web)
    book(web, TUESDAY_10, RAVI)
    assert deliver(app) == 3
    assert rows(app, STATES)[0] == ("client", "failed")
    assert "550" in value(app, "SELECT trouble FROM outbox_message WHERE state = 'failed'")
    assert value(app, "SELECT count(*) FROM booking WHERE status = 'confirmed'") == 2
    assert deliver(app) == 0


def test_case_16_the_coach_learns_of_a_letter_that_failed(app, web, mailbox, coach_web) -> None:
    mailbox.refuse(550, address=CLIENT)
    book(web)
    deliver(app)
    assert "ann@client.example" in coach_web.get("/coach/mail").text
    assert "could not be delivered" in coach_web.get("/coach/").text or "mail" in (
        coach_web.page.text.lower()
    )


@pytest.mark.parametrize("step", ["MAIL", "DATA"])
def test_a_no_to_the_letter_is_final_and_a_no_to_us_is_not(app, web, mailbox, step) -> None:
    mailbox.refuse(554, at=step)
    book(web)
    assert deliver(app) == 0
    states = {state for _, state in rows(app, STATES)}
    assert states == ({"queued"} if step == "MAIL" else {"failed"})


@both_engines
def test_r4_after_three_days_a_letter_is_given_up(app, web, mailbox, clock) -> None:
    mailbox.refuse(450)
    book(web)
    clock.move(days=3, seconds=-1)
    deliver(app)
    assert {state for _, state in rows(app, STATES)} == {"queued"}
    clock.move(hours=2)
    deliver(app)
    assert {state for _, state in rows(app, STATES)} == {"failed"}
    mailbox.recover()
    clock.move(days=1)
    assert deliver(app) == 0


def test_case_17_a_lost_answer_is_one_repeat_that_can_be_recognised(
    app, web, mailbox, clock
) -> None:
    mailbox.drop_after_data(times=1)
    book(web)
    deliver(app)
    clock.move(minutes=2)
    deliver(app)
    for address, copies in ((CLIENT, 2), (SAM, 1)):
        letters = mailbox.to(address)
        assert len(letters) == copies
        assert len({each.octets for each in letters}) == 1
        assert len({each["Message-ID"] for each in letters}) == 1


@quick
def test_case_18_a_server_that_says_nothing_costs_one_time_out(app, web, mailbox, clock) -> None:
    mailbox.hang(times=1)
    book(web)
    began = time.monotonic()
    assert deliver(app) == 1
    assert time.monotonic() - began < 4
    assert "did not answer in time" in value(
        app, "SELECT trouble FROM outbox_message WHERE trouble IS NOT NULL"
    )
    clock.move(minutes=1)
    assert deliver(app) == 1
    assert len(mailbox.to(CLIENT)) == len(mailbox.to(SAM)) == 1


@both_engines
def test_case_19_after_an_hour_without_a_server_letters_leave_in_their_order(
    app, web, mailbox, clock
) -> None:
    mailbox.close()
    link = book(web)
    deliver(app)
    clock.move(minutes=20)
    move(web, link, TUESDAY_10)
    deliver(app)
    clock.move(minutes=20)
    cancel(web, link)
    deliver(app)
    assert {state for _, state in rows(app, STATES)} == {"queued"}
    mailbox.open()
    clock.move(hours=2)
    deliver(app)
    for address in (CLIENT, SAM):
        assert told(mailbox.to(address)) == [("REQUEST", "0"), ("REQUEST", "1"), ("CANCEL", "2")]


@both_engines
def test_an_update_never_overtakes_its_request(app, web, mailbox, clock) -> None:
    mailbox.refuse(450, address=CLIENT, times=1)
    link = book(web)
    deliver(app)
    move(web, link, TUESDAY_10)
    assert deliver(app) == 1
    assert told(mailbox.to(SAM)) == [("REQUEST", "0"), ("REQUEST", "1")]
    assert mailbox.to(CLIENT) == []
    clock.move(minutes=1)
    assert deliver(app) == 2
    assert told(mailbox.to(CLIENT)) == [("REQUEST", "0"), ("REQUEST", "1")]


def test_a_request_that_failed_holds_back_no_later_letter(app, web, mailbox) -> None:
    mailbox.refuse(550, address=CLIENT, times=1)
    link = book(web)
    deliver(app)
    cancel(web, link)
    deliver(app)
    assert told(mailbox.to(CLIENT)) == [("CANCEL", "1")]


def test_case_21_a_421_in_the_middle_delays_only_what_was_not_sent(
    app, web, mailbox, clock
) -> None:
    book(web)
    mailbox.refuse(421, address=SAM, times=1)
    deliver(app)
    clock.move(minutes=2)
    deliver(app)
    assert len(mailbox.to(CLIENT)) == len(mailbox.to(SAM)) == 1


# ------------------------------------------------------------------------- workers that died


def claim(app, *, lease: timedelta = timedelta(minutes=5)):
    with app.app_context(), transaction() as session:
        upkeep.tidy(session, now=kit_clock.now())
        found = claims.claim(session, now=kit_clock.now(), lease=lease, most=1)
        return found[0] if found else None


@both_engines
def test_r11_a_letter_that_somebody_sends_is_not_sent_by_another(app, web, mailbox) -> None:
    book(web)
    claimed = claim(app)
    assert deliver(app) == 1
    assert rows(app, f"SELECT state FROM outbox_message WHERE id = {claimed.id}") == [("sending",)]


@both_engines
def test_r11_a_letter_of_a_dead_owner_is_taken_over_at_once(app, web, mailbox) -> None:
    book(web)
    claim(app)
    with_pid = 2**22 - 1  # no process has this number
    change(
        app,
        "UPDATE outbox_message SET owner = :owner WHERE state = 'sending'",
        owner=f"{place()}:{with_pid}:x",
    )
    assert deliver(app) == 2


@both_engines
def test_r11_a_letter_of_an_earlier_process_with_our_number_is_taken_over(
    app, web, mailbox
) -> None:
    book(web)
    claim(app)
    change(
        app,
        "UPDATE outbox_message SET owner = :owner WHERE state = 'sending'",
        owner=f"{place()}:{os.getpid()}:earlier",
    )
    assert deliver(app) == 2


@both_engines
def test_r11_an_owner_elsewhere_has_the_letter_until_the_lease_ends(
    app, web, mailbox, clock
) -> None:
    book(web)
    claim(app)
    change(app, "UPDATE outbox_message SET owner = 'elsewhere:1:x' WHERE state = 'sending'")
    assert deliver(app) == 1
    clock.move(minutes=4, seconds=59)
    assert deliver(app) == 0
    clock.move(seconds=1)
    assert deliver(app) == 1


@both_engines
def test_a_letter_that_we_could_not_settle_is_sent_when_its_lease_ends(
    app, web, mailbox, clock
) -> None:
    """The database was away when the letter was to be settled, and nothing else is due."""
    book(web)
    claim(app)
    claim(app)
    assert deliver(app) == 0
    clock.move(minutes=5)
    assert deliver(app) == 2


@both_engines
def test_a_worker_that_comes_back_late_does_not_unsettle_a_letter(app, web, mailbox, clock):
    book(web)
    late = claim(app, lease=timedelta(seconds=10))
    clock.move(seconds=10)
    assert deliver(app) == 2
    with app.app_context(), transaction() as session:
        claims.settle_sent(session, late, now=kit_clock.now())
    assert rows(app, STATES) == [("client", "sent"), ("coach", "sent")]


@pytest.mark.engines("postgresql")
@pytest.mark.own
def test_r11_freeing_a_dead_owner_s_letter_does_not_free_its_new_owner_s(
    app, web, mailbox, clock
) -> None:
    """Two workers see the same dead owner; one takes the letter; the other must not free it."""
    book(web)
    claim(app, lease=timedelta(seconds=10))
    change(app, "UPDATE outbox_message SET state = 'sent' WHERE state = 'queued'")
    clock.move(seconds=10)
    quicker: list[claims.Claimed] = []
    looked: list[str] = []

    def before_freeing(_connection, _cursor, statement, *_) -> None:
        if statement.startswith("UPDATE outbox_message") and not looked:
            looked.append(statement)
            quicker.append(claim(app))

    with app.app_context():
        sqlalchemy.event.listen(db.engine, "before_cursor_execute", before_freeing)
    assert claim(app) is None
    state = "SELECT id, claim FROM outbox_message WHERE state = 'sending'"
    assert rows(app, state) == [(each.id, each.claim) for each in quicker]


# ---------------------------------------------------------------------------- by the coach's hand


@both_engines
def test_a_letter_that_failed_is_sent_again_by_hand(app, web, mailbox, clock) -> None:
    mailbox.refuse(550, address=CLIENT, times=1)
    book(web)
    deliver(app)
    clock.move(days=4)
    [(number,)] = rows(app, "SELECT id FROM outbox_message WHERE state = 'failed'")
    with app.app_context(), transaction() as session:
        operations.send_again(session, number, now=clock.now)
        with pytest.raises(NotFound):
            operations.send_again(session, number + 100, now=clock.now)
    assert deliver(app) == 1
    with app.app_context(), transaction() as session:
        operations.send_again(session, number, now=clock.now)
    assert deliver(app) == 0


def test_u2_a_confirmation_is_not_sent_again_after_its_cancellation(app, web, mailbox) -> None:
    mailbox.refuse(550, address=CLIENT, times=1)
    link = book(web)
    deliver(app)
    cancel(web, link)
    deliver(app)
    [(number,)] = rows(app, "SELECT id FROM outbox_message WHERE state = 'failed'")
    with app.app_context(), transaction() as session, pytest.raises(operations.Overtaken):
        operations.send_again(session, number, now=kit_clock.now())
    assert deliver(app) == 0
    assert told(mailbox.to(CLIENT)) == [("CANCEL", "1")]


def test_a_letter_that_nobody_knows_how_to_send_is_put_off_and_named(app, web, mailbox) -> None:
    book(web)
    change(
        app,
        "UPDATE outbox_message SET recipient = :people WHERE audience = 'client'",
        people="ann@client.example\r\nRCPT TO:<evil@evil.example>",
    )
    deliver(app)
    [(state, attempts, trouble)] = rows(
        app, "SELECT state, attempts, trouble FROM outbox_message WHERE audience = 'client'"
    )
    assert (state, attempts) == ("queued", 1)
    assert trouble
    assert len(mailbox.to(SAM)) == 1


@both_engines
def test_letters_that_are_held_back_wait_for_the_coach(app, web, mailbox) -> None:
    book(web)
    with app.app_context(), transaction() as session:
        assert operations.hold_back_waiting(session, trouble="after a restore") == 2
    assert deliver(app) == 0


# ------------------------------------------------------------------------- without a mail server


def test_without_a_mail_server_each_letter_is_a_file_that_only_we_may_read(
    app, web, settings, coach_web
) -> None:
    book(web)
    before = stored(app)
    assert deliver(app) == 2
    files = sorted(Path(settings.instance, "mail").iterdir())
    assert len(files) == 2
    assert {file.suffix for file in files} == {".eml"}
    assert {file.read_bytes() for file in files} == set(before.values())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700
    assert rows(app, STATES) == [("client", "sent"), ("coach", "sent")]


def test_a_folder_that_cannot_be_written_loses_no_letter(app, web, settings, clock) -> None:
    folder = Path(settings.instance, "mail")
    folder.write_text("in the way")
    book(web)
    assert deliver(app) == 0
    folder.unlink()
    clock.move(minutes=1)
    assert deliver(app) == 2


# ------------------------------------------------------------------------ bookings never wait


@pytest.mark.parametrize("trouble", ["away", "hangs", "refuses"])
@quick
def test_r4_a_booking_takes_no_notice_of_the_mail_server(app, web, mailbox, trouble) -> None:
    {"away": mailbox.close, "hangs": mailbox.hang, "refuses": lambda: mailbox.refuse(550)}[
        trouble
    ]()
    worker = make_worker(app)
    worker.start()
    try:
        began = time.monotonic()
        book(web)
        assert "You are booked" in web.follow().h1
        assert time.monotonic() - began < 3
    finally:
        worker.stop(timeout=5)
    assert value(app, "SELECT count(*) FROM booking") == 1


def test_a_worker_that_runs_delivers_by_itself_and_leaves_a_sign_of_life(app, web, mailbox) -> None:
    worker = make_worker(app)
    worker.start()
    try:
        book(web, TUESDAY_9)
        mailbox.wait_for(2)
    finally:
        worker.stop(timeout=5)
    assert value(app, "SELECT count(*) FROM worker_beat") == 1
