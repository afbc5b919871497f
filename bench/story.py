"""The client's story against the same rows read in plain SQL: queries and time."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench import mail
from bench.figures import Figures
from coachcrm.auth.operations import logins
from coachcrm.auth.operations.set_up import the_coach
from coachcrm.clients import operations as clients
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.operations import notes
from coachcrm.recovery.operations import applications as recovery
from coachcrm.recovery.operations import feedback

APPLICATIONS, ITEMS, NOTES = 12, 60, 40
MOST_QUERIES, MOST_TIMES, ROUNDS = 25, 10, 60


def fill(app: Flask) -> int:
    """Make a client with a long search; return the id."""
    now = clock.now()
    today = now.date()
    with app.app_context(), transaction() as session:
        coach = the_coach(session)
        assert coach is not None
        new = clients.NewClient("Ann Okafor", "story@example.org", "", "Europe/London")
        person = clients.find_or_make(session, coach.id, new, now=now)
        search = recovery.open_search(session, coach.id, person.id, today=today)
        themes = feedback.themes(session, coach.id)
        for number in range(APPLICATIONS):
            told = today - timedelta(days=5 * number)
            no = recovery.Rejection(f"Firm {number}", "Analyst", "first", told)
            row = recovery.log_rejection(session, search, no, today=today, now=now)
            recovery.add_ask(session, row, sent_on=told, today=today)
            for line in range(ITEMS // APPLICATIONS):
                item = feedback.add_item(
                    session,
                    search,
                    polarity="negative" if line % 2 else "positive",
                    text="They wanted a number, and there was none.",
                    application_id=row.id,
                    now=now,
                )
                feedback.tag_item(session, item, themes[(number + line) % 5])
        for number in range(NOTES):
            blocks = [Block("What they said, and what it may mean. " * 6, (1, 3))] * 2
            notes.create(
                session, coach.id, person.id, draft=f"b{number}", booking_id=None,
                blocks=blocks, now=now,
            )  # fmt: skip
        return person.id


def sign_in(app: Flask) -> FlaskClient:
    """Return a browser that is signed in, by a login of its own."""
    with app.app_context(), transaction() as session:
        coach = the_coach(session)
        assert coach is not None
        token = logins.sign_in(session, coach.id, now=clock.now())
    client = app.test_client()
    client.set_cookie("login", token, domain="127.0.0.1")
    return client


def measure(folder: Path, figures: Figures) -> None:
    """Count and time a long story against the same statements on the bare connection."""
    queries, ours, bare = _both(mail.practice(folder))
    said = f"{ours:.1f} ms against {bare:.1f}"
    figures.most("a client's story", ours / bare, MOST_TIMES, "times", said)
    figures.most("queries of a client's story", queries, MOST_QUERIES, "of them")


def _both(app: Flask) -> tuple[int, float, float]:
    """Return the queries of the page, its milliseconds, and those of the same SQL by hand.

    By hand is a connection of the pool, the finished statements, and the rows as they come.
    """
    path = f"/coach/clients/{fill(app)}/story"
    client = sign_in(app)
    seen: list[tuple[str, object]] = []

    def listener(*given: object) -> None:
        if str(given[2]).startswith("SELECT"):
            seen.append((str(given[2]), given[3]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listener)
    answer = client.get(path, base_url="http://127.0.0.1")
    event.remove(engine, "before_cursor_execute", listener)
    assert answer.status_code == 200, answer.status_code  # noqa: PLR2004
    ours, bare = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.get(path, base_url="http://127.0.0.1")
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        with engine.connect() as connection:
            for statement, values in seen:
                connection.exec_driver_sql(statement, values).all()  # type: ignore[arg-type]
        bare.append(time.perf_counter() - started)
    return len(seen), statistics.median(ours) * 1000, statistics.median(bare) * 1000
