"""R5: the mail server is off for three hours while two hundred bookings are made and changed."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from coachcrm.kit.data.db import db
from coachcrm.kit.web.guard import issue_form_token
from coachcrm.outbox.core.retry import BACKLOG_RATE, LATE
from tests.outbox.queue.test_claims import queue
from tests.support.cast import change, deliver, rows, value
from tests.support.ics import event, parse

pytestmark = pytest.mark.usefixtures("coach")
MINUTES, BOOKINGS = 180, 200
MOVED, CANCELLED = 100, 66
SAM = "sam@practice.example"


class Practice:
    """A practice that is open around the clock, as its clients use it: one request for each act."""

    def __init__(self, app, clock) -> None:
        self.app, self.clock, self.web = app, clock, app.test_client()
        change(app, "UPDATE service SET horizon_days = 365")
        change(app, "UPDATE weekly_hours SET opens = 0, closes = 1440")
        first = clock.now.replace(minute=0) + timedelta(days=3)
        hours = (first + timedelta(hours=n) for n in range(24 * 60))
        # Monday to Thursday, an hour apart, clear of every buffer.
        self.free = (at.strftime("%Y%m%dT%H%M%SZ") for at in hours if at.weekday() < 4)
        self.links: list[str] = []
        self.sequence: dict[str, int] = {}

    def book(self) -> None:
        number = len(self.links)
        location = self._post(
            f"/book/free-consultation/{next(self.free)}",
            name="Ann Lee",
            email=f"c{number}@client.example",
            phone="07400 123456",
        )
        self.links.append(location)
        self.sequence[location] = 0

    def move(self, link: str) -> None:
        self._post(f"{link}/reschedule", start=next(self.free), sequence=self.sequence[link])
        self.sequence[link] += 1

    def cancel(self, link: str) -> None:
        self._post(f"{link}/cancel", reason="", sequence=self.sequence[link])

    def _post(self, path: str, **fields: object) -> str:
        token = issue_form_token(self.app.extensions["coachcrm.site"], now=self.clock.now)
        answer = self.web.post(
            path, data={**fields, "csrf_token": token}, base_url="http://127.0.0.1"
        )
        assert answer.status_code == 303, (path, answer.status_code, answer.text[:2000])
        return answer.location.partition("?")[0]


def learn_the_sizes(app) -> None:
    """Let PostgreSQL count its rows, as a server left to itself does every minute."""
    with app.app_context():
        on_postgres = db.engine.dialect.name == "postgresql"
    if on_postgres:
        change(app, "ANALYZE outbox_message")


def told_to_each(letters) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """Return for each person and UID the methods and SEQUENCEs of the invitations, as they came."""
    found = defaultdict(list)
    for letter in letters:
        if letter.get_content_type() != "multipart/mixed":
            continue
        entry = event(letter.calendar)
        told = (parse(letter.calendar).one("METHOD").value, int(entry.one("SEQUENCE").value))
        found[letter.envelope_to[0], entry.one("UID").value].append(told)
    return found


def test_r5_after_three_hours_everything_that_makes_sense_arrives_once_and_in_order(
    app, mailbox, clock
) -> None:
    mailbox.close()
    practice, chance = Practice(app, clock), random.Random(4)
    acts = ["book"] * BOOKINGS + ["move"] * MOVED + ["cancel"] * CANCELLED
    # A booking comes before what is done to it; for the rest chance decides.
    acts[20:] = chance.sample(acts[20:], len(acts) - 20)
    cancelled: set[str] = set()
    for minute in range(MINUTES):
        for act in acts[minute * len(acts) // MINUTES : (minute + 1) * len(acts) // MINUTES]:
            if act == "book":
                practice.book()
            else:
                alive = [
                    link
                    for link in practice.links
                    if link not in cancelled and practice.sequence[link] < 2
                ]
                link = chance.choice(alive)
                getattr(practice, act)(link)
                cancelled |= {link} if act == "cancel" else set()
        if minute % 10 == 0:
            soon, late = timedelta(minutes=30), timedelta(days=1)
            queue(app, f"stale{minute}", now=clock.now, drop_after_at=clock.now + soon)
            queue(app, f"good{minute}", now=clock.now, drop_after_at=clock.now + late)
            learn_the_sizes(app)
        assert deliver(app) == 0
        clock.move(minutes=1)
    assert mailbox.letters == []

    mailbox.open()
    stored = {row[0] for row in rows(app, "SELECT message_id FROM outbox_message")}
    by_minute = []
    for _ in range(60):
        late = value(
            app,
            "SELECT count(*) FROM outbox_message WHERE state = 'queued' AND due_at <= :since",
            since=_stamp(app, clock.now - LATE),
        )
        before = len(mailbox.letters)
        deliver(app)
        by_minute.append((min(late, BACKLOG_RATE), len(mailbox.letters) - before))
        clock.move(seconds=61)
        if not value(app, "SELECT count(*) FROM outbox_message WHERE state = 'queued'"):
            break

    # No storm: what was late left at thirty a minute.
    assert all(sent <= BACKLOG_RATE for late, sent in by_minute[1:] if late)
    stale = [f"stale{minute}" for minute in range(0, MINUTES - 30, 10)]
    arrived = Counter(letter["Message-ID"] for letter in mailbox.letters)
    assert set(arrived.values()) == {1}
    assert len(stored) - len(arrived) == value(
        app, "SELECT count(*) FROM outbox_message WHERE state = 'dropped'"
    )
    subjects = {letter["Subject"] for letter in mailbox.letters}
    assert {f"good{minute}" for minute in range(0, MINUTES, 10)} <= subjects
    assert not set(stale) & subjects
    assert value(app, "SELECT count(*) FROM outbox_message WHERE state = 'failed'") == 0

    bookings = rows(app, "SELECT uid, email, sequence, status FROM booking")
    assert len(bookings) == BOOKINGS
    by_person = told_to_each(mailbox.letters)
    for uid, email, sequence, status in bookings:
        expected = [("REQUEST", number) for number in range(sequence + 1)]
        if status == "cancelled":
            expected[-1] = ("CANCEL", sequence)
        assert by_person[email, uid] == by_person[SAM, uid] == expected


def _stamp(app, at) -> object:
    with app.app_context():
        from coachcrm.kit.data.db import Instant, db  # noqa: PLC0415

        return Instant().process_bind_param(at, db.engine.dialect)
