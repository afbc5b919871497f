"""Reminders and what follows a meeting: each once, none late, none of what is no longer so."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from coachcrm.availability.core.reasons import Rule
from coachcrm.bookings import acts
from coachcrm.bookings.change.operations import bursts
from coachcrm.bookings.change.operations.changes import Reschedule
from coachcrm.bookings.letters.operations import jobs, reminders
from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.bookings.models import Booking
from coachcrm.bookings.policies import ByCoach
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.web.site import site
from tests.support.cast import (
    ANN,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    at,
    at_once,
    book,
    cancel,
    change,
    deliver,
    link_in,
    move,
    newest,
    rows,
    value,
)

pytestmark = pytest.mark.usefixtures("coach", "mailbox")
sqlite = pytest.mark.engines("sqlite")
CLIENT, SAM = "ann@client.example", "sam@practice.example"
START = at(TUESDAY_9)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def work(app, clock) -> None:
    """Let the worker's job run once, as it does every half minute."""
    with app.app_context():
        send_what_is_due(site(), app.extensions["coachcrm.diary"], now=clock.now)


def kinds(app) -> list[str]:
    return [kind for (kind,) in rows(app, "SELECT kind FROM outbox_message ORDER BY id")]


def ledger(app) -> list[tuple[str, int, str]]:
    return rows(app, "SELECT kind, version, state FROM reminder ORDER BY version, due_at")


# ----------------------------------------------------------------------------------- the ledger


def test_a_booking_writes_down_what_is_due(app, web) -> None:
    book(web)
    assert ledger(app) == [("day_before", 0, "due"), ("hour_before", 0, "due")]


def test_a_move_writes_it_down_anew_and_a_cancel_drops_it(app, web) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    assert ledger(app) == [
        ("day_before", 0, "dropped"),
        ("hour_before", 0, "dropped"),
        ("day_before", 1, "due"),
        ("hour_before", 1, "due"),
    ]
    cancel(web, link)
    assert {state for _, _, state in ledger(app)} == {"dropped"}


@sqlite
def test_r10_a_booking_made_late_gets_no_reminder_of_the_day_before(app, web, clock) -> None:
    change(app, "UPDATE service SET notice_min = 60")
    clock.at(START - 23 * HOUR)
    book(web)
    assert ledger(app) == [("hour_before", 0, "due")]


# ---------------------------------------------------------------------------------- each once


def test_each_reminder_goes_once_however_often_the_job_runs(app, web, clock) -> None:
    book(web)
    for when in (START - DAY, START - DAY + HOUR, START - HOUR, START - HOUR / 2, START):
        clock.at(when)
        work(app, clock)
        work(app, clock)
    assert kinds(app) == ["confirmed", "confirmed", "day_before", "hour_before", "morning_card"]
    assert {state for _, _, state in ledger(app)} == {"queued"}


def test_r11_two_jobs_at_the_same_moment_send_one(app, web, clock, settings) -> None:
    book(web)
    clock.at(START - DAY)
    at_once(*[lambda: work(app, clock)] * 4)
    assert kinds(app).count("day_before") == 1


@pytest.mark.parametrize("moment", ["after_begin", "before_commit"])
def test_r1_a_job_that_dies_half_way_forgets_nothing_and_repeats_nothing(
    app, web, clock, moment
) -> None:
    book(web)
    clock.at(START - DAY)

    def die(*_: object) -> None:
        raise SystemExit

    with app.app_context():
        event.listen(db.session, moment, die)
    try:
        with pytest.raises(SystemExit):
            work(app, clock)
    finally:
        event.remove(db.session, moment, die)
    assert "day_before" not in kinds(app)
    work(app, clock)
    work(app, clock)
    assert kinds(app).count("day_before") == 1


@sqlite
def test_r10_a_clock_that_is_set_back_repeats_nothing(app, web, clock) -> None:
    book(web)
    clock.at(START - DAY)
    work(app, clock)
    clock.move(hours=-2)
    work(app, clock)
    clock.move(hours=2)
    work(app, clock)
    assert kinds(app).count("day_before") == 1


@sqlite
def test_one_that_cannot_be_composed_keeps_no_other_from_going(app, web, visitor, clock) -> None:
    book(web)
    book(visitor(), TUESDAY_10, {**ANN, "email": "ben@client.example"})
    change(app, "UPDATE booking SET timezone = 'No/Where' WHERE email = 'ann@client.example'")
    clock.at(START - DAY + HOUR)
    work(app, clock)
    sent = rows(app, "SELECT recipient FROM outbox_message WHERE kind = 'day_before'")
    assert sent == [("ben@client.example",)]
    assert ("day_before", 0, "due") in ledger(app)


# ----------------------------------------------------------------------------------- none late


def test_none_goes_late(app, web, clock) -> None:
    book(web)
    clock.at(START - DAY + HOUR + timedelta(seconds=1))
    work(app, clock)
    clock.at(START)
    work(app, clock)
    assert [kind for kind in kinds(app) if kind.endswith("before")] == []
    assert {state for _, _, state in ledger(app)} == {"dropped"}


def test_a_reminder_that_still_waits_goes_with_the_booking(app, web, mailbox, clock) -> None:
    change(app, "UPDATE service SET cutoff_min = 0")
    link = book(web)
    clock.at(START - DAY)
    work(app, clock)
    cancel(web, link)
    deliver(app)
    assert [letter["Subject"].partition(":")[0] for letter in mailbox.to(CLIENT)] == [
        "Booked",
        "Cancelled",
    ]
    assert value(app, "SELECT trouble FROM outbox_message WHERE kind = 'day_before'")


@sqlite
def test_a_booking_that_was_moved_meanwhile_is_reminded_of_its_own_time(
    app, web, mailbox, clock
) -> None:
    """The letter was composed for the old time when the move came in between."""
    link = book(web)
    clock.at(START - DAY)
    with app.app_context():
        cache = app.extensions["coachcrm.diary"]
        session = db.session()
        diary = cache.read(session, now=clock.now)
        [due] = reminders.due(session, now=clock.now)
        prepared = jobs._prepare(site(), session, diary, due, now=clock.now)
        assert prepared is not None
        assert prepared.letters
        session.rollback()
        move(web, link, "20270617T080000Z")
        with transaction() as session:
            reminders.settle(session, prepared, now=clock.now)
    assert "day_before" not in kinds(app)


# ----------------------------------------------------------------------------------- the words


def test_j1_4_a_reminder_says_when_and_where_with_the_way_to_change_it(
    app, web, mailbox, clock
) -> None:
    link = book(web)
    deliver(app)
    clock.at(START - DAY)
    work(app, clock)
    deliver(app)
    first, reminder = mailbox.to(CLIENT)
    assert reminder["Subject"] == "A reminder: Tuesday 15 June 2027, 9:00 am (UK time)"
    assert link_in(reminder) == link
    for body in (reminder.text, reminder.html):
        for words in ("Ann", "9:00 am", "UK time", "30 minutes", "I will ring you on", link):
            assert words in body
    assert reminder["In-Reply-To"] == first["Message-ID"]
    assert [part.get_content_type() for part in reminder.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert len(mailbox.to(SAM)) == 1


@sqlite
def test_a_reminder_takes_nothing_from_the_calendar_file(app, web, clock) -> None:
    link = book(web)
    before = web.get(f"{link}/invite.ics").octets
    clock.at(START - DAY)
    work(app, clock)
    assert web.get(f"{link}/invite.ics").octets == before


@pytest.mark.parametrize(("status", "kind"), [("no_show", "missed"), ("completed", "follow_up")])
def test_what_follows_a_meeting_goes_once_an_hour_after_it_was_marked(
    app, web, mailbox, clock, status, kind
) -> None:
    book(web)
    clock.at(START + HOUR)
    change(app, f"UPDATE booking SET status = '{status}', changed_at = ends_at")
    work(app, clock)
    assert kind not in kinds(app)
    clock.at(START + 2 * HOUR)
    work(app, clock)
    work(app, clock)
    assert kinds(app).count(kind) == 1
    deliver(app)
    letter = newest(mailbox, CLIENT)
    for body in (letter.text, letter.html):
        assert "/book/free-consultation" in body
        assert "Tuesday 15 June" in body
        assert "Answer *stop* and I will not write again." in body


@sqlite
def test_l13_the_coach_s_own_words_cannot_leave_out_how_to_stop(
    app, web, coach_web, mailbox, clock
) -> None:
    coach_web.get("/coach/letters/follow_up")
    coach_web.submit("form#words", button="Save", fields={"body": "Thank you.\n\n{details}"})
    assert "Answer *stop* and I will not write again." in coach_web.follow().text
    book(web)
    deliver(app)
    clock.at(START + 2 * HOUR)
    change(app, "UPDATE booking SET status = 'completed', changed_at = ends_at")
    work(app, clock)
    deliver(app)
    assert "*stop*" in newest(mailbox, CLIENT).text
    others = [each for each in mailbox.letters if "*stop*" in each.text]
    assert [each["Subject"] for each in others] == ["After our conversation on Tuesday 15 June"]


@pytest.mark.parametrize("status", ["no_show", "completed"])
@pytest.mark.parametrize("moment", ["before it is planned", "while it is due", "while it waits"])
def test_l13_who_has_answered_stop_gets_nothing_more_but_what_is_booked(
    app, web, coach_web, mailbox, clock, status, moment
) -> None:
    book(web)
    deliver(app)
    clock.at(START + HOUR)
    change(app, f"UPDATE booking SET status = '{status}', changed_at = ends_at")
    if moment != "before it is planned":
        work(app, clock)
    if moment == "while it waits":
        clock.at(START + 2 * HOUR)
        work(app, clock)
    coach_web.sign_in().get("/coach/clients/1")
    coach_web.submit(letters="none")
    assert "None since Tuesday 15 June 2027" in coach_web.follow().text
    before = len(mailbox.letters)
    clock.at(START + 3 * HOUR)
    work(app, clock)
    deliver(app)
    assert len(mailbox.letters) == before
    book(web, "20270622T080000Z")
    deliver(app)
    assert newest(mailbox, CLIENT)["Subject"].startswith("Booked: Tuesday 22 June")
    clock.at("2027-06-21T08:00:00Z")
    work(app, clock)
    deliver(app)
    assert newest(mailbox, CLIENT)["Subject"].startswith("A reminder: Tuesday 22 June")


@sqlite
def test_who_wants_those_letters_again_gets_them(app, web, coach_web, mailbox, clock) -> None:
    book(web)
    for letters in ("none", "go"):
        coach_web.get("/coach/clients/1")
        coach_web.submit(letters=letters)
    clock.at(START + 2 * HOUR)
    change(app, "UPDATE booking SET status = 'no_show', changed_at = ends_at")
    work(app, clock)
    assert "missed" in kinds(app)


@sqlite
def test_who_the_coach_writes_to_himself_is_not_sent_the_letter_that_still_waits(
    app, web, clock
) -> None:
    book(web)
    clock.at(START + 2 * HOUR)
    change(app, "UPDATE booking SET status = 'completed', changed_at = ends_at")
    work(app, clock)
    waiting = "SELECT state FROM outbox_message WHERE kind = 'follow_up'"
    assert rows(app, waiting) == [("queued",)]
    with app.app_context(), transaction() as session:
        reminders.follow_by_hand(session, session.get_one(Booking, 1), now=clock.now)
    assert rows(app, waiting) == [("dropped",)]


@sqlite
def test_a_mark_that_was_taken_back_sends_nothing(app, web, clock) -> None:
    book(web)
    clock.at(START + HOUR)
    change(app, "UPDATE booking SET status = 'no_show'")
    work(app, clock)
    change(app, "UPDATE booking SET status = 'confirmed'")
    clock.move(hours=2)
    work(app, clock)
    assert "missed" not in kinds(app)


@sqlite
def test_meetings_of_long_ago_are_left_in_peace(app, web, clock) -> None:
    book(web)
    change(app, "UPDATE booking SET status = 'completed'")
    clock.at(START + 5 * DAY)
    work(app, clock)
    assert "follow_up" not in kinds(app)


# ------------------------------------------------------------------------------ the morning card


def test_the_morning_card_tells_the_day(app, web, visitor, mailbox, clock) -> None:
    book(web, message="I freeze on panels.", topic="interview")
    clock.at("2027-06-14T07:00:00Z")
    change(app, "UPDATE service SET notice_min = 0")
    other = visitor()
    book(other, TUESDAY_10, RAVI)
    clock.at("2027-06-15T05:59:00Z")
    work(app, clock)
    assert "morning_card" not in kinds(app)
    clock.at("2027-06-15T06:00:00Z")
    work(app, clock)
    work(app, clock)
    assert kinds(app).count("morning_card") == 1
    deliver(app)
    card = newest(mailbox, SAM)
    assert card["Subject"] == "Tuesday 15 June: 2 conversations"
    for body in (card.text, card.html):
        for said in (
            "9:00 am", "Ann Lee", "I freeze on panels.", "an interview is coming",
            "10:00 am", "Ravi Rao", "2:30 pm Kolkata time", "+91 98765 43210",
            "New: Ravi Rao, Tuesday 15 June, 10:00 am",
        ):  # fmt: skip
            assert said in body
        assert "New: Ann Lee" not in body
        assert "/booking/" not in body


def test_a_day_without_conversations_has_no_card(app, web, clock) -> None:
    book(web)
    clock.at("2027-06-14T06:00:00Z")
    work(app, clock)
    assert "morning_card" not in kinds(app)


@sqlite
def test_r11_two_jobs_make_one_card(app, web, clock) -> None:
    book(web)
    clock.at("2027-06-15T06:00:00Z")
    at_once(*[lambda: work(app, clock)] * 4)
    assert kinds(app).count("morning_card") == 1


@sqlite
def test_a_letter_that_is_switched_off_is_not_sent(app, web, coach_web, clock) -> None:
    book(web)
    for letter in ("day_before", "morning_card"):
        coach_web.get(f"/coach/letters/{letter}")
        coach_web.submit("form#words", button="Save", fields={"sent": "no"})
    clock.at(START - DAY)
    work(app, clock)
    clock.at("2027-06-15T06:00:00Z")
    work(app, clock)
    clock.at(START - HOUR)
    work(app, clock)
    assert kinds(app)[2:] == ["hour_before"]


@pytest.mark.engines("sqlite")
def test_the_worker_does_it_by_itself(app, web, clock, mailbox) -> None:
    from coachcrm.app import make_worker  # noqa: PLC0415 - the assembly, for once

    book(web)
    clock.at(START - DAY)
    with app.app_context():
        worker = make_worker(app)
        worker._do_chores()
        worker.deliver_due()
    assert newest(mailbox, CLIENT)["Subject"].startswith("A reminder")


# ------------------------------------------------------------- who waits to be confirmed, in vain


def hold(app) -> None:
    """Leave the bookings as the site's own limit leaves them: kept, and nobody told."""
    change(app, "UPDATE booking SET status = 'held'")
    change(app, "DELETE FROM outbox_message")
    change(app, "DELETE FROM reminder")


def test_whoever_waits_to_be_confirmed_is_told_at_the_cut_off_that_it_is_not(
    app, web, clock, mailbox
) -> None:
    link = book(web)
    hold(app)
    clock.at(START - 2 * HOUR - timedelta(seconds=1))
    work(app, clock)
    assert kinds(app) == []
    clock.move(seconds=1)
    work(app, clock)
    work(app, clock)
    assert kinds(app) == ["not_confirmed"]
    deliver(app)
    [letter] = mailbox.to(CLIENT)
    assert letter["Subject"] == "Not confirmed: Tuesday 15 June 2027, 9:00 am (UK time)"
    assert "unless an invitation from me reaches you before" in " ".join(letter.text.split())
    assert "/book/free-consultation" in letter.text
    assert "text/calendar" not in {part.get_content_type() for part in letter.walk()}
    assert rows(app, "SELECT status FROM booking") == [("held",)]
    page = web.get(link)
    assert "I have not confirmed this time" in page.text
    assert "Book another time" in page.text
    clock.at(START)
    work(app, clock)
    assert kinds(app) == ["not_confirmed"]
    assert "I had not confirmed that time" in web.get(link).text


def test_who_was_told_so_can_book_another_time_at_once(app, web, clock) -> None:
    """Rule 13 counts what is still to come, and this no longer is."""
    book(web)
    hold(app)
    clock.at(START - 2 * HOUR)
    book(web, "20270616T080000Z")
    assert rows(app, "SELECT status FROM booking ORDER BY id") == [("held",), ("confirmed",)]


def test_who_is_confirmed_before_the_cut_off_is_told_nothing_of_the_kind(app, web, clock) -> None:
    book(web)
    hold(app)
    change(app, "UPDATE booking SET status = 'confirmed'")
    clock.at(START - HOUR)
    work(app, clock)
    assert "not_confirmed" not in kinds(app)


def test_who_is_confirmed_while_that_letter_waits_gets_the_invitation_alone(
    app, web, coach_web, clock, mailbox
) -> None:
    book(web)
    hold(app)
    clock.at(START - 2 * HOUR)
    work(app, clock)
    coach_web.sign_in()
    page = coach_web.get("/coach/bookings/1")
    assert "The client is told that you have not confirmed it" in page.text
    coach_web.get("/coach/bookings/at-once")
    coach_web.submit(button="Confirm the ticked ones, and send the invitations")
    deliver(app)
    [letter] = mailbox.to(CLIENT)
    assert b"METHOD:REQUEST" in letter.calendar


@sqlite
def test_the_cut_off_is_the_service_s_as_it_is_now(app, web, clock) -> None:
    book(web)
    hold(app)
    change(app, "UPDATE service SET cutoff_min = 1440")
    clock.at(START - DAY)
    work(app, clock)
    assert kinds(app) == ["not_confirmed"]


@sqlite
def test_a_worker_that_was_away_tells_it_late_rather_than_never_and_not_after_two_days(
    app, web, clock
) -> None:
    book(web)
    hold(app)
    clock.at(START + DAY)
    work(app, clock)
    assert kinds(app) == ["not_confirmed"]
    change(app, "DELETE FROM outbox_message")
    change(app, "DELETE FROM reminder")
    clock.at(START + 2 * DAY + HOUR)
    work(app, clock)
    assert kinds(app) == []


@sqlite
def test_nobody_is_reminded_of_what_is_only_held(app, web, clock) -> None:
    book(web)
    change(app, "UPDATE booking SET status = 'held'")
    change(app, "DELETE FROM outbox_message")
    clock.at(START - DAY)
    work(app, clock)
    assert kinds(app) == []
    clock.at(START - 2 * HOUR)
    work(app, clock)
    assert kinds(app) == ["not_confirmed"], "and the morning card counts no such conversation"


# --------------------------------------------------------- at the same moment as an act of somebody


def act_while_it_is_settled(app, clock, act, kind: str) -> None:
    """Do an act between the queueing of a letter that is due and the end of that transaction."""
    cache = app.extensions["coachcrm.diary"]
    number = value(app, f"SELECT id FROM reminder WHERE kind = '{kind}' AND state = 'due'")
    given = []

    def do() -> None:
        with app.app_context():
            acts.perform(act, site(), cache)
            given.append("done")

    person = threading.Thread(target=do)
    with app.app_context():
        session = db.session()
        diary = cache.read(session, now=clock.now)
        prepared = jobs._prepare(site(), session, diary, number, now=clock.now)
        with transaction():
            reminders.settle(session, prepared, now=clock.now)
            person.start()
            person.join(0.5)
            assert not given
    person.join()
    assert given == ["done"]


def waiting(app) -> list[str]:
    return [
        kind
        for (kind,) in rows(
            app,
            "SELECT kind FROM outbox_message WHERE state = 'queued' AND audience = 'client'",
        )
    ]


@pytest.mark.engines("postgresql")
def test_a_client_confirmed_at_the_last_moment_is_not_told_that_nobody_has(app, web, clock) -> None:
    book(web)
    change(app, "UPDATE booking SET status = 'held', invited_from = '', invited_coach = ''")
    change(app, "DELETE FROM outbox_message")
    change(app, "DELETE FROM reminder")
    clock.at("2027-06-15T06:00:30Z")
    with app.app_context(), transaction() as session:
        reminders.plan_unanswered(session, now=clock.now)
    act_while_it_is_settled(app, clock, bursts.Confirm(booking_id=1), "not_confirmed")
    assert waiting(app) == ["confirmed"]


@pytest.mark.engines("postgresql")
def test_no_reminder_of_the_old_time_stays_when_the_meeting_moves_meanwhile(
    app, web, clock
) -> None:
    book(web)
    deliver(app)
    clock.at("2027-06-14T08:00:10Z")
    by_coach = ByCoach(allowed=frozenset(Rule))
    moved = Reschedule(policy=by_coach, booking_id=1, start=at("20270616T080000Z"))
    act_while_it_is_settled(app, clock, moved, "day_before")
    assert waiting(app) == ["moved"]
    due = rows(app, "SELECT kind, version FROM reminder WHERE state = 'due' ORDER BY due_at")
    assert due == [("day_before", 1), ("hour_before", 1)]
