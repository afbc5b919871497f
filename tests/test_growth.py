"""A practice of many years: no page and no job costs more because much is past.

What SQLite does is counted in the steps of its own machine, which are the same on every computer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert, text

from coachcrm.bookings.letters.operations import reminders
from coachcrm.clients import reading
from coachcrm.clients.models import Client
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.parts import parts_of
from coachcrm.kit.time import clock as program_clock
from tests.support.cast import FREE, TUESDAY_9, book

pytestmark = [pytest.mark.own, pytest.mark.engines("sqlite")]

A_PAGE, MANY = 60, 4000
PER_STEP = 100
PAGES = ["/coach/", "/coach/bookings", "/coach/bookings?show=past", "/coach/clients",
         "/coach/bookings/new", "/coach/bookings?show=cancelled",
         "/coach/bookings/at-once", "/coach/bookings/new-clocks", FREE]  # fmt: skip


A_FEW_PEOPLE, MANY_PEOPLE = 1_100, 7_000  # no more than a thousand are ever counted
LISTS = [
    f"/coach/clients?q={q}&sort={sort}&stage={stage}"
    for q in ("", "person", "person+77", "zz", "%E5%B0%8F%E9%BE%8D", "e")
    for sort in ("newest", "name")
    for stage in ("", "active")
]
LISTS += ["/coach/clients?tag=nurse", "/coach/bookings/new?q=person+77", "/coach/notes"]


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


def plant_people(app, number: int, *, after: int = 0) -> None:
    """Store so many people: one in ten an active client, whom the coach has called a nurse."""
    at = datetime(2027, 5, 1, 8, tzinfo=UTC)
    people = [
        {"coach_id": 1, "name": f"Person {n}", "email": address, "email_key": address,
         "timezone": "", "stage": "consulted" if n % 10 else "active", "search_text": words,
         "search_parts": parts_of(words), "created_at": at, "updated_at": at}
        for n in range(after, after + number)
        for address in [f"p{n}@client.example"]
        for words in [f"person {n} {address}"]
    ]  # fmt: skip
    with app.app_context(), transaction() as session:
        session.execute(insert(Client), people)
        session.execute(
            text(
                "INSERT INTO client_tag (client_id, name) SELECT id, 'nurse' FROM client "
                "WHERE stage = 'active' AND id NOT IN (SELECT client_id FROM client_tag)"
            )
        )


def test_a_page_of_people_costs_the_same_among_very_many(app, coach_web) -> None:
    def costs() -> dict[str, int]:
        found = {}
        for path in LISTS:
            coach_web.get(path)
            with counted(app) as steps:
                coach_web.get(path)
            found[path] = steps.number
        return found

    plant_people(app, A_FEW_PEOPLE)
    few = costs()
    plant_people(app, MANY_PEOPLE, after=A_FEW_PEOPLE)
    many = costs()
    # Of the tenth that is active more is shown than was there; nothing else may cost more.
    more = {path: (few[path], many[path]) for path in few if many[path] > 1.5 * few[path] + 100}
    assert not more, (few, many)


ORDERS = [
    reading.ClientSearch(stage=stage, sort=sort)
    for stage in ("", "active")
    for sort in ("newest", "name")
]
SEARCHES = [
    reading.ClientSearch(q, sort=sort) for q in ("zz", "777") for sort in ("newest", "name")
]


@pytest.mark.engines("sqlite", "postgresql")
def test_each_list_of_people_has_an_index_that_leads_to_it(app, coach) -> None:
    plant_people(app, MANY_PEOPLE)
    with app.app_context():
        with db.engine.connect() as connection:
            # As its own housekeeping does, sooner or later.
            if db.engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(text("VACUUM ANALYZE"))
        for wanted in [*ORDERS, *SEARCHES, reading.ClientSearch(tag="nurse")]:
            for after in (None, MANY_PEOPLE // 2):
                plan = plan_of(wanted, after)
                assert "SCAN client\n" not in plan, (wanted, after)
                assert "Seq Scan on client" not in plan, (wanted, after)
                if not wanted.q:
                    assert "Sort" not in plan, (wanted, after, plan)
                    assert "TEMP B-TREE" not in plan, (wanted, after, plan)


def plan_of(wanted: reading.ClientSearch, after: int | None) -> str:
    """Return how the database goes about a page of people."""
    engine, asked = db.engine, []

    def note(_connection, _cursor, statement, values, *_: object) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    reading.search(db.session(), 1, wanted, after=after, limit=51)
    event.remove(engine, "before_cursor_execute", note)
    db.session.remove()
    [(page, values)] = [one for one in asked if "client.email" in one[0]]
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + page, values)
        return "".join(f"{row[-1]}\n" for row in rows)
