"""What a growing past costs: CPU of pages and bookings with few and with very many stored."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bench import mail
from bench.figures import Figures
from coachcrm.auth.access import login_cookie
from coachcrm.auth.operations import logins
from coachcrm.auth.operations.set_up import the_coach
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.parts import parts_of
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import issue_form_token

SIZES = {"bookings": (1_000, 20_000, 100_000), "clients": (1_000, 10_000, 100_000)}
ROUNDS = 9
# What is past costs nothing; people are looked through, and a hundred times as many are more.
MOST_TIMES = {"bookings": 1.5, "clients": 15}
SLACK_MS = 0.5  # what a measure of a few milliseconds is off by on its own
URL = "http://127.0.0.1"
PUBLIC = "/book/free-consultation"
DESK = {
    "Today": "/coach/",
    "bookings to come": "/coach/bookings",
    "bookings past": "/coach/bookings?show=past",
    "clients": "/coach/clients",
    "a search of clients": "/coach/clients?q=person+77",
    "the chooser of a client": "/coach/bookings/new?q=person+77",
    "figures of a year": "/coach/insights",
}
SLOT = re.compile(r'<a class="btn slot" href="([^"?]+)')


def measure(folder: Path, figures: Figures) -> None:
    """Fill a practice in steps, and hold each cost at the end to so many times the first."""
    for what, sizes in SIZES.items():
        app = mail.practice(folder / what)
        _open(app)
        found: dict[str, list[float]] = {}
        stored = 0
        for size in sizes:
            (_bookings if what == "bookings" else _clients)(app, stored, size)
            stored = size
            for name, cost in _costs(app).items():
                found.setdefault(name, []).append(cost)
        for name, costs in found.items():
            most = MOST_TIMES[what] * costs[0] + SLACK_MS
            for size, cost in zip(sizes, costs, strict=True):
                limit = most if size == sizes[-1] else None
                figures.most(f"{name}, {size:,} {what}", cost, limit, "ms of CPU")


def _open(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE weekly_hours SET opens = 0, closes = 1440"))
        session.execute(text("UPDATE coach SET nation = 'none'"))
        session.execute(text("UPDATE service SET horizon_days = 365"))
    _clients(app, 0, 200)


def _clients(app: Flask, stored: int, wanted: int) -> None:
    """Store people, one in twenty of them a client, with a stage each."""
    now = _stored(clock.now() - timedelta(days=30))
    with app.app_context(), transaction() as session:
        rows = [
            {"name": f"Person {n}", "email": f"p{n}@client.example", "at": now,
             "stage": "active" if n % 20 == 0 else "consulted", "words": f"person {n}",
             "parts": parts_of(f"person {n}")}
            for n in range(stored, wanted)
        ]  # fmt: skip
        session.execute(
            text(
                "INSERT INTO client (coach_id, name, email, email_key, phone, timezone, stage, "
                "search_text, search_parts, created_at, updated_at) VALUES (1, :name, :email, "
                ":email, '', '', :stage, :words, :parts, :at, :at) ON CONFLICT DO NOTHING"
            ),
            rows,
        )
        session.execute(
            text(
                "INSERT INTO stage_change (client_id, to_stage, at, by, reason) "
                "SELECT id, stage, created_at, 'coach', '' FROM client "
                "WHERE NOT EXISTS (SELECT 1 FROM stage_change s WHERE s.client_id = client.id)"
            )
        )


def _bookings(app: Flask, stored: int, wanted: int) -> None:
    """Store meetings that took place more than a year ago, each with its note."""
    last = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=400)
    rows = [
        {"start": _stored(at), "end": _stored(at + timedelta(minutes=30)), "client": 1 + n % 200}
        for n in range(stored, wanted)
        for at in [last - timedelta(minutes=40 * n)]
    ]
    with app.app_context(), transaction() as session:
        session.execute(
            text(
                "INSERT INTO booking (coach_id, service_id, client_id, starts_at, ends_at, status, "
                "made_by, created_at, changed_at) "
                "VALUES (1, 1, :client, :start, :end, 'completed', 'client', :start, :start)"
            ),
            rows,
        )
        session.execute(
            text(
                "INSERT INTO note (coach_id, client_id, booking_id, draft, version, created_at, "
                "updated_at, search_text) SELECT coach_id, client_id, id, public_id, 1, ends_at, "
                "ends_at, '' FROM booking WHERE status = 'completed' "
                "AND NOT EXISTS (SELECT 1 FROM note WHERE booking_id = booking.id)"
            )
        )


def _costs(app: Flask) -> dict[str, float]:
    """Return the milliseconds of CPU of each page and act."""
    with app.app_context(), db.engine.connect() as connection:
        # What was just planted is read out of the database itself, as it is on an ordinary day.
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found = {}
    with _desk(app) as desk:
        for name, path in DESK.items():
            found[name] = _least(lambda path=path: _got(desk, path))  # type: ignore[misc]
    visitor = app.test_client()
    listed = visitor.get(PUBLIC, base_url=URL).text
    # Every fourth, so that no buffer of one takes the next.
    slots = iter(list(dict.fromkeys(SLOT.findall(listed)))[::4])
    booked: list[float] = []
    changed: list[float] = []
    for _ in range(ROUNDS):
        booked.append(_book(visitor, next(slots)))
        # The booking has just changed what the page shows.
        changed.append(_cpu(lambda: _got(visitor, PUBLIC)))
    # The next round begins with as many meetings to come as this one.
    with app.app_context(), transaction() as session:
        session.execute(text("DELETE FROM booking WHERE status <> 'completed'"))
    found["a booking"] = min(booked)
    found["a changed booking page"] = min(changed)
    return found


def _book(visitor: FlaskClient, path: str) -> float:
    """Book a time by a form that was shown a minute ago; return the milliseconds of CPU."""
    site = visitor.application.extensions["coachcrm.site"]
    form = {
        "name": "Ann Okafor",
        "email": f"a{path[-16:].lower()}@example.org",
        "phone": "07400 123456",
        "csrf_token": issue_form_token(site, now=clock.now() - timedelta(minutes=1)),
    }

    def send() -> None:
        answer = visitor.post(path, data=form, base_url=URL)
        if answer.status_code != 303:  # noqa: PLR2004
            raise RuntimeError(f"{answer.status} instead of a booking")

    return _cpu(send)


@contextmanager
def _desk(app: Flask) -> Iterator[FlaskClient]:
    """Give a browser in which the coach is signed in."""
    with app.app_context(), transaction() as session:
        token = logins.sign_in(session, the_coach(session).id, now=clock.now())
    client = app.test_client()
    with app.test_request_context(base_url=URL):
        client.set_cookie(login_cookie(), token, domain="127.0.0.1")
    yield client
    with app.app_context():
        db.session.remove()


def _got(client: FlaskClient, path: str) -> str:
    answer = client.get(path, base_url=URL)
    if answer.status_code != 200:  # noqa: PLR2004
        raise RuntimeError(f"{answer.status} for {path}")
    return answer.text


def _least(act: Callable[[], object]) -> float:
    act()
    return min(_cpu(act) for _ in range(ROUNDS))


def _cpu(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1000


def _stored(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
