"""A practice of many years: no page and no job costs more because much is past.

What SQLite does is counted in the steps of its own machine, which are the same on every computer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from coachcrm.bookings.letters.operations import reminders
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock as program_clock
from tests.support.cast import FREE, TUESDAY_9, book

pytestmark = [pytest.mark.own, pytest.mark.engines("sqlite")]

A_PAGE, MANY = 60, 4000
PER_STEP = 100
PAGES = ["/coach/", "/coach/bookings", "/coach/bookings?show=past", "/coach/clients",
         "/coach/bookings/new", "/coach/bookings?show=cancelled",
         "/coach/bookings/at-once", "/coach/bookings/new-clocks", FREE]  # fmt: skip


class Steps:
    """The steps that SQLite has made, in hundreds."""

    number = 0

    def count(self) -> int:
        self.number += 1
        return 0


@contextmanager
def counted(app) -> Iterator[Steps]:
    """Count the steps of every connection of the application."""
    steps = Steps()

    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(steps.count, PER_STEP)

    def leave(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(None, PER_STEP)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", watch)
    event.listen(engine, "checkin", leave)
    try:
        yield steps
    finally:
        event.remove(engine, "checkout", watch)
        event.remove(engine, "checkin", leave)


def stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plant(app, number: int, *, after: int = 0) -> None:
    """Store so many meetings that took place, more than a year ago, each with its note."""
    starts = [
        datetime(2026, 5, 20, tzinfo=UTC) - timedelta(minutes=40 * n)
        for n in range(after, after + number)
    ]
    with app.app_context(), transaction() as session:
        session.execute(
            text(
                "INSERT INTO booking (coach_id, service_id, client_id, starts_at, ends_at, status, "
                "made_by, created_at, changed_at) "
                "VALUES (1, 1, 2, :start, :end, 'completed', 'client', :start, :start)"
            ),
            [{"start": stored(at), "end": stored(at + timedelta(minutes=30))} for at in starts],
        )
        session.execute(
            text(
                "INSERT INTO note (coach_id, client_id, booking_id, draft, version, created_at, "
                "updated_at, search_text) SELECT coach_id, client_id, id, public_id, 1, ends_at, "
                "ends_at, '' FROM booking WHERE status = 'completed' "
                "AND NOT EXISTS (SELECT 1 FROM note WHERE booking_id = booking.id)"
            )
        )


def test_what_is_past_costs_nothing(app, coach, coach_web, web, visitor, clock) -> None:
    book(web, TUESDAY_9)
    book(visitor(), "20270616T080000Z", name="Bo Li", email="bo@client.example")

    def costs() -> dict[str, int]:
        found = {}
        for path in PAGES:
            coach_web.get(path)
            with counted(app) as steps:
                coach_web.get(path)
            found[path] = steps.number
        with counted(app) as steps, app.app_context(), transaction() as session:
            reminders.plan_outcomes(session, now=program_clock.now())
            reminders.plan_unanswered(session, now=program_clock.now())
        found["job"] = steps.number
        with counted(app) as steps:
            at = f"202706{17 + len(booked):02}T090000Z"
            booked.append(
                book(visitor(), at, name="Cy Ma", email=f"cy{len(booked)}@client.example")
            )
        found["a booking"] = steps.number
        return found

    booked: list[str] = []
    plant(app, A_PAGE)
    few = costs()
    plant(app, MANY, after=A_PAGE)
    many = costs()
    more = {what: (few[what], many[what]) for what in few if many[what] > 1.5 * few[what] + 40}
    assert not more, (few, many)
