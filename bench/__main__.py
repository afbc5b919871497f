"""Run every benchmark and print its ratio beside the limit it is held to: `make bench`."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bench import load, story
from bench.reference import bare_app
from coachcrm import create_app, server
from coachcrm.auth import operations as auth
from coachcrm.availability.slots import Busy, Hours, Policy, slots, windows
from coachcrm.desk import operations as desk
from coachcrm.kit import clock, migrate
from coachcrm.kit.db import transaction
from coachcrm.kit.guard import issue_form_token
from coachcrm.kit.interval import Interval
from coachcrm.kit.resources import load_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

CLIENTS = 8
PAGES = 1500
POSTS = 240
ROUNDS = 3
MOST_BYTES, MOST_REQUESTS = 30_000, 4
MOST_MEGABYTES = 120


def main() -> None:
    """Measure us and the limit in turns, so that a noisy machine is noisy for both."""
    with tempfile.TemporaryDirectory() as folder:
        app = _practice(Path(folder))
        bare = bare_app(Path(folder) / "bare.sqlite3", _bodies())
        ours, theirs = _serve(app), _serve(bare)
        try:
            _pages(ours[1], theirs[1])
            _writes(app, ours[1], theirs[1])
            _size(app)
            _memory(ours)
        finally:
            for process, _ in (ours, theirs):
                os.kill(process.pid or 0, signal.SIGTERM)
                process.join(10)
    _core()
    with tempfile.TemporaryDirectory() as folder:
        _story(_practice(Path(folder)))


def _story(app: Flask) -> None:
    """Count and time a long story against the same statements on the bare connection."""
    queries, ours, bare = story.measure(app)
    figures = f"{ours:.1f} ms against {bare:.1f} ms, {ours / bare:.1f} times"
    most = story.MOST_TIMES
    _verdict("a client's story", figures, ours <= most * bare, f"at most {most} times")
    good = queries <= story.MOST_QUERIES
    _verdict("queries of a client's story", str(queries), good, f"at most {story.MOST_QUERIES}")


def _pages(ours: int, theirs: int) -> None:
    page, bare = [load.get("/book/free-consultation")] * PAGES, [load.get("/")] * PAGES
    load.rate(ours, page[:200], clients=CLIENTS)
    load.rate(theirs, bare[:200], clients=CLIENTS)
    pairs = [
        (load.rate(ours, page, clients=CLIENTS), load.rate(theirs, bare, clients=CLIENTS))
        for _ in range(ROUNDS)
    ]
    _say("booking page, requests a second", pairs, least=0.20)


def _writes(app: Flask, ours: int, theirs: int) -> None:
    starts = _free_starts(app)
    pairs = []
    for number in range(ROUNDS):
        chosen = starts[number * POSTS : (number + 1) * POSTS]
        bookings = [_booking(app, start, f"{number}-{i}") for i, start in enumerate(chosen)]
        bare = [load.post("/", urlencode({"name": "Ann Okafor", "email": "a@example.org"}))] * POSTS
        pairs.append(
            (load.rate(ours, bookings, clients=CLIENTS), load.rate(theirs, bare, clients=CLIENTS))
        )
    _say("bookings made a second", pairs, least=0.50)


def _core() -> None:
    """Time the pure core alone: thirty days of slots."""
    zone, now = ZoneInfo("Europe/London"), datetime(2027, 6, 1, 8, tzinfo=UTC)
    hours = [Hours(day, *w) for day in range(5) for w in ((540, 720), (840, 1020))]
    policy = Policy(
        duration=timedelta(minutes=30),
        grid=timedelta(minutes=30),
        notice=timedelta(hours=24),
        horizon=30,
        before=timedelta(0),
        after=timedelta(minutes=15),
    )
    busy = [
        Busy(Interval(at, at + timedelta(minutes=30)), after=timedelta(minutes=15))
        for at in (now + timedelta(days=day, hours=1) for day in range(1, 21))
    ]

    def thirty_days() -> None:
        first = now.date()
        opened = windows(hours, zone=zone, first=first, last=first + timedelta(days=30))
        list(slots(windows=opened, busy=busy, policy=policy, now=now, zone=zone))

    milliseconds = _milliseconds(thirty_days)
    _verdict("thirty days of slots", f"{milliseconds:.2f} ms", milliseconds < 1, "under 1 ms")


def _size(app: Flask) -> None:
    """Count what a visitor's browser fetches for the booking page, as sent."""
    client = app.test_client()
    page = client.get("/book/free-consultation")
    paths = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)))
    total = len(page.data) + sum(
        len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in paths
    )
    good = total < MOST_BYTES and len(paths) + 1 <= MOST_REQUESTS
    _verdict(
        "booking page with style and script",
        f"{total / 1000:.1f} kB in {len(paths) + 1} requests",
        good,
        "under 30 kB in 4",
    )


def _memory(ours: tuple[multiprocessing.Process, int]) -> None:
    """Read the web process's memory after all those requests."""
    children = Path(f"/proc/{ours[0].pid}/task/{ours[0].pid}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
    _verdict(
        "memory of the web process", f"{resident:.0f} MB", resident < MOST_MEGABYTES, "under 120 MB"
    )


def _practice(folder: Path) -> Flask:
    """Make a practice that can be booked around the clock for a year."""
    environ = {"COACHCRM_INSTANCE": str(folder / "instance"), "COACHCRM_LIMITS": "off"}
    app: Flask = create_app(load_config().load(environ))
    migrate.upgrade(app)
    new = auth.NewCoach(
        email="sam@example.org",
        name="Sam Reed",
        password="",
        timezone="Europe/London",
        phone="+442079460123",
    )
    with app.app_context(), transaction() as session:
        desk.set_up(session, new, password_hash="", now=clock.now())
    return app


def _free_starts(app: Flask) -> list[str]:
    """Open the practice around the clock for a year; return starts that leave room for buffers."""
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE service SET horizon_days = 365"))
        session.execute(text("UPDATE weekly_hours SET opens = 0, closes = 1440"))
    first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    hours = (first + timedelta(hours=n) for n in range(24 * 300))
    weekdays = (at for at in hours if at.weekday() < 4)  # noqa: PLR2004 - Monday to Thursday
    return [at.strftime("%Y%m%dT%H%M%SZ") for at in weekdays]


def _booking(app: Flask, start: str, mark: str) -> load.Request:
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


def _bodies() -> list[tuple[str, str]]:
    """Return bodies of the length that our two letters have."""
    return [("A line of the letter's text.\n" * 28, "<p>A line of HTML</p>\n" * 90)] * 2


def _serve(app: Flask) -> tuple[multiprocessing.Process, int]:
    """Start the same server that `coachcrm serve` starts, without the mail worker."""
    listener = server.listen("127.0.0.1", 0)
    process = multiprocessing.get_context("fork").Process(
        target=lambda: server.Server(app, listener, processes=1).run()
    )
    process.start()
    return process, int(listener.getsockname()[1])


def _milliseconds(act: Callable[[], None]) -> float:
    times = []
    for _ in range(200):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _say(what: str, pairs: list[tuple[float, float]], *, least: float) -> None:
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    figures = f"{ours:.0f} against {theirs:.0f}, {ratio:.0%}"
    _verdict(what, figures, ratio >= least, f"{least:.0%} or more")


def _verdict(what: str, figures: str, is_good: bool, limit: str) -> None:  # noqa: FBT001
    print(f"{'good' if is_good else 'MISSED':7}{what}: {figures} (limit: {limit})")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
