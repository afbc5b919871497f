"""Bookings: how many a second and how long they wait, beside a bare route that stores as much."""

from __future__ import annotations

import statistics
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text

from bench import load, mail, notes, servers
from bench.figures import Figures
from bench.reference import bare_app
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import issue_form_token

CLIENTS = 8
POSTS = 240
ROUNDS = 3
PROCESSES = (1, 2)
FIFTY = range(50)
LEAST_OF_BARE, MOST_OF_P50, MOST_OF_ONE_BY_ONE = 0.75, 4, 1


def measure(folder: Path, figures: Figures) -> None:
    """Measure bookings on one process and on two, and many who want one time."""
    app, bare = mail.practice(folder / "bookings"), _bare(folder)
    starts = free_starts(app)
    with servers.ours(app) as ours, servers.ours(bare) as theirs:
        _beside(app, starts, figures, ours, theirs)
        _one_time(app, ours, figures)
        notes.autosave(app, ours, theirs, figures)
    for processes in PROCESSES:
        # With all that waiting in line does: the figure is how long the unlucky one waits.
        with ExitStack() as running:
            port = running.enter_context(servers.ours(app, processes=processes))
            chosen = [starts.pop() for _ in range(3 * POSTS)]
            asked = [booking(app, at, f"p{processes}-{i}") for i, at in enumerate(chosen)]
            load.timed(port, asked[:POSTS], clients=CLIENTS)
            found = load.timed(port, asked[POSTS:], clients=CLIENTS)
        name = f"bookings, {CLIENTS} clients, processes: {processes}"
        figures.least(f"{name}, a second", 2 * POSTS / found.seconds, None, "bookings")
        p50, p99 = found.at(50), found.at(99)
        figures.most(f"{name}, p50", p50, None, "ms")
        figures.most(f"{name}, p99", p99, None, "ms")
        figures.most(f"{name}, p99 against p50", p99 / p50, MOST_OF_P50, "times")


def free_starts(app: Flask) -> list[str]:
    """Open the practice around the clock for a year; return starts that leave room for buffers."""
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE service SET horizon_days = 365"))
        session.execute(text("UPDATE weekly_hours SET opens = 0, closes = 1440"))
        session.execute(text("UPDATE coach SET nation = 'none'"))
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    hours = (first + timedelta(hours=n) for n in range(24 * 300))
    weekdays = (at for at in hours if at.weekday() < 4)  # noqa: PLR2004 - Monday to Thursday
    return [at.strftime("%Y%m%dT%H%M%SZ") for at in weekdays]


def booking(app: Flask, start: str, mark: str) -> load.Request:
    """Return the POST of a form that was just shown; `mark` is whose it is."""
    token = issue_form_token(app.extensions["coachcrm.site"], now=clock.now())
    body = {
        "name": "Ann Okafor",
        "email": f"ann-{mark}@example.org",
        "phone": "07400 123456",
        "timezone": "Europe/London",
        "topic": "rejection",
        "interview_on": "",
        "message": "The third final round, and the third no.",
        "csrf_token": token,
    }
    return load.post(f"/book/free-consultation/{start}", urlencode(body))


def _bare(folder: Path) -> Flask:
    """Return the bare application, with bodies of the length that our two letters have."""
    bodies = [("A line of the letter's text.\n" * 28, "<p>A line of HTML</p>\n" * 90)] * 2
    return bare_app(folder / "bare-bookings.sqlite3", bodies)


def _beside(app: Flask, starts: list[str], figures: Figures, ours: int, theirs: int) -> None:
    pairs = []
    for number in range(ROUNDS + 1):
        bookings = [booking(app, starts.pop(), f"{number}-{i}") for i in range(POSTS)]
        form = urlencode({"name": "Ann Okafor", "email": "a@example.org"})
        bare = [load.post("/", form)] * POSTS
        pairs.append(
            (load.rate(ours, bookings, clients=CLIENTS), load.rate(theirs, bare, clients=CLIENTS))
        )
    # The first round is to get warm.
    mine, bare_rate = (statistics.median(side) for side in zip(*pairs[1:], strict=True))
    ratio = statistics.median(a / b for a, b in pairs[1:])
    figures.least(
        "bookings against a bare route that composes and stores as much",
        ratio,
        LEAST_OF_BARE,
        "times",
        f"{mine:.0f} a second against {bare_rate:.0f}",
    )


def _one_time(app: Flask, port: int, figures: Figures) -> None:
    """Let fifty people want one time at once, and fifty others book one by one."""
    starts, found = iter(free_starts(app)[-400:]), []
    for number in range(ROUNDS + 2):
        wanted = next(starts)
        together = [booking(app, wanted, f"t{number}-{i}") for i in FIFTY]
        one_by_one = [booking(app, next(starts), f"o{number}-{i}") for i in FIFTY]
        waited = [
            len(FIFTY) / load.rate(port, [load.anyhow(r) for r in forms], clients=clients)
            for forms, clients in ((together, len(FIFTY)), (one_by_one, 1))
        ]
        found.append(waited)
    ours, theirs = (statistics.median(side) * 1000 for side in zip(*found[2:], strict=True))
    figures.most(
        "fifty at once for one time, beside fifty bookings one by one",
        ours / theirs,
        MOST_OF_ONE_BY_ONE,
        "times",
        f"{ours:.0f} ms against {theirs:.0f} ms",
    )
