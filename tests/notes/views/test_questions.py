"""No page of notes asks the database a question for each row that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from coachcrm.clients import operations as clients
from coachcrm.clients.operations import NewClient
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock as kit_clock
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.operations import notes

pytestmark = pytest.mark.engines("sqlite")

PAGES = ["/coach/notes", "/coach/notes?q=again", "/coach/notes?client=1", "/coach/notes?step=2",
         "/coach/clients/1", "/coach/clients/1/notes", "/coach/clients/1/meetings",
         "/coach/clients/1/history", "/coach/clients/1/record", "/coach/clients/1/story",
         "/coach/clients/1/brief", "/coach/", "/coach/notes/1",
         "/coach/notes/1/versions"]  # fmt: skip


HALF_AN_HOUR = timedelta(minutes=30)


def stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@contextmanager
def asked(app) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_: object) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def live(app, number: int, *, after: int) -> None:
    """Let so many people each have met the coach, and the first be written about as often."""
    for n in range(after, after + number):
        with app.app_context(), transaction() as session:
            new = NewClient(f"Ann {n}", f"a{n}@client.example", "", "Europe/London")
            person = clients.find_or_make(session, 1, new, now=kit_clock.now())
            start = datetime(2027, 5, 20, 8, tzinfo=UTC) + timedelta(hours=n)
            session.execute(
                text(
                    "INSERT INTO booking (coach_id, service_id, client_id, starts_at, ends_at, "
                    "status, made_by, created_at, changed_at) "
                    "VALUES (1, 1, :who, :start, :end, 'completed', 'client', :start, :start)"
                ),
                {"who": person.id, "start": stored(start), "end": stored(start + HALF_AN_HOUR)},
            )
            for booking_id in (None, 1):
                notes.create(
                    session, 1, 1, draft=f"draft number {n:06} {booking_id}", booking_id=booking_id,
                    blocks=[Block(f"again {n}", (1, 2)), Block("/! call them")],
                    now=kit_clock.now(),
                )  # fmt: skip
            note = notes.get(session, 1, 1)
            grown = [*notes.blocks_of(note), Block(f"more {n}")]
            notes.save(session, note, version=note.version, blocks=grown, now=kit_clock.now())


def test_three_notes_cost_as_many_questions_as_thirty(app, coach_web) -> None:
    def costs() -> dict[str, int]:
        found = {}
        for path in PAGES:
            coach_web.get(path)
            with asked(app) as statements:
                coach_web.get(path)
            found[path] = len(statements)
        return found

    live(app, 3, after=0)
    few = costs()
    live(app, 12, after=3)
    assert costs() == few
    assert max(few.values()) <= 30
