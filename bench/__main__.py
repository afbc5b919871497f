"""Run every benchmark and print its ratio beside the limit it is held to: `make bench`."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text

from bench import growth, load, mail, notes, offer, story
from bench.reference import bare_app
from coachcrm.app import make_worker
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import issue_form_token
from coachcrm.outbox.delivery.worker import Worker
from coachcrm.server.port import listen
from coachcrm.server.processes import Server
from tests.support import postgres

CLIENTS = 8
PAGES = 1500
POSTS = 240
ROUNDS = 3
MOST_BYTES, MOST_REQUESTS = 30_000, 4
MOST_MEGABYTES = 120
MOST_FULL_MS, MOST_TIMES = 3, 20
FIFTY = range(50)
WAITS, WAIT_ROUNDS, MOST_SLOWER = 10, 30, 1.1


def main() -> None:
    """Measure us and the limit in turns, so that a noisy machine is noisy for both."""
    # First: once the other measures have filled the heap, its collector is timed along.
    _core()
    with tempfile.TemporaryDirectory() as folder:
        app = mail.practice(Path(folder) / "instance")
        bare = bare_app(Path(folder) / "bare.sqlite3", _bodies())
        ours, theirs = _serve(app), _serve(bare)
        try:
            page = load.get("/book/free-consultation")
            _pages(ours[1], theirs[1], page, "booking page", least=0.20)
            _writes(app, ours[1], theirs[1])
            _one_time(app, ours[1])
            _full_calendar(Path(folder), theirs[1])
            notes.autosave(app, ours[1], theirs[1], _verdict)
            _size(app)
        finally:
            for process, _ in (ours, theirs):
                os.kill(process.pid or 0, signal.SIGTERM)
                process.join(10)
        _memory(Path(folder))
        _mail(Path(folder))
        _search(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        _story(mail.practice(Path(folder)))
        growth.measure(Path(folder) / "growth", _verdict)


def _story(app: Flask) -> None:
    """Count and time a long story against the same statements on the bare connection."""
    queries, ours, bare = story.measure(app)
    figures = f"{ours:.1f} ms against {bare:.1f} ms, {ours / bare:.1f} times"
    most = story.MOST_TIMES
    _verdict("a client's story", figures, ours <= most * bare, f"at most {most} times")
    good = queries <= story.MOST_QUERIES
    _verdict("queries of a client's story", str(queries), good, f"at most {story.MOST_QUERIES}")


def _search(folder: Path) -> None:
    """Search on both databases; without a PostgreSQL on one."""
    notes.search(f"sqlite:///{folder / 'notes.sqlite3'}", folder / "notes", _verdict)
    try:
        running = postgres.start()
    except postgres.NoServer as reason:
        print(f"       search on postgresql: not measured ({reason})")
        return
    try:
        notes.search(running.create(), folder / "notes", _verdict)
    finally:
        running.stop()


def _mail(folder: Path) -> None:
    _say("letters delivered a second", mail.delivered(folder), least=0.50)
    _say("letters composed a second", mail.composed(folder / "composed"), least=0.80)
    with mail.sink() as well, socket.create_server(("127.0.0.1", 0)) as silent:
        # One mail server takes every letter, the other takes the connection and never says a word.
        ports = {"well": well, "silent": silent.getsockname()[1]}
        apps = {name: mail.practice(folder / name, mail_port=port) for name, port in ports.items()}
        starts = {name: iter(_free_starts(app)) for name, app in apps.items()}
        servers = {name: _serve(app, worker=make_worker(app)) for name, app in apps.items()}
        waits: dict[str, list[float]] = {name: [] for name in apps}
        try:
            for number in range(WAIT_ROUNDS):
                # In short turns and by turns first, so that what else the machine does hits both.
                turn = sorted(apps, reverse=bool(number % 2))
                for name in turn:
                    app = apps[name]
                    asked = [
                        _booking(app, next(starts[name]), f"{number}-{i}") for i in range(WAITS)
                    ]
                    found = load.waits(servers[name][1], asked)
                    # The first rounds are to get warm.
                    waits[name] += found if number >= ROUNDS else []
        finally:
            for process, _ in servers.values():
                os.kill(process.pid or 0, signal.SIGTERM)
                process.join(20)
    ours, theirs = (statistics.median(waits[name]) * 1000 for name in ("silent", "well"))
    _verdict(
        "a booking's answer while the mail server is silent",
        f"{ours:.2f} ms against {theirs:.2f} ms, ratio {ours / theirs:.2f}",
        ours / theirs < MOST_SLOWER,
        "under 1.1",
    )


def _pages(ours: int, theirs: int, asked: load.Request, what: str, *, least: float = 0.30) -> None:
    page, bare = [asked] * PAGES, [load.get("/")] * PAGES
    load.rate(ours, page[:200], clients=CLIENTS)
    load.rate(theirs, bare[:200], clients=CLIENTS)
    pairs = [
        (load.rate(ours, page, clients=CLIENTS), load.rate(theirs, bare, clients=CLIENTS))
        for _ in range(ROUNDS)
    ]
    _say(f"{what}, requests a second", pairs, least=least)


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


def _full_calendar(folder: Path, bare: int) -> None:
    """Ask for the booking page and a month of JSON where nearly every hour is taken."""
    app = mail.practice(folder / "full")
    offer.fill(app)
    ours = _serve(app)
    try:
        _pages(ours[1], bare, load.get("/book/free-consultation"), "booking page, full calendar")
        _pages(ours[1], bare, offer.month(), "a month of JSON, full calendar")
    finally:
        os.kill(ours[0].pid or 0, signal.SIGTERM)
        ours[0].join(10)


def _one_time(app: Flask, port: int) -> None:
    """Let fifty people want one time at once, and fifty others book one by one."""
    starts, found = iter(_free_starts(app)[-400:]), []
    for number in range(ROUNDS + 2):
        wanted = next(starts)
        together = [_booking(app, wanted, f"t{number}-{i}") for i in FIFTY]
        one_by_one = [_booking(app, next(starts), f"o{number}-{i}") for i in FIFTY]
        waited = [
            len(FIFTY) / load.rate(port, [load.anyhow(r) for r in forms], clients=clients)
            for forms, clients in ((together, len(FIFTY)), (one_by_one, 1))
        ]
        found.append(waited)
    ours, theirs = (statistics.median(side) * 1000 for side in zip(*found[2:], strict=True))
    _verdict(
        "fifty at once for one time, beside fifty bookings one by one",
        f"{ours:.0f} ms against {theirs:.0f} ms, ratio {ours / theirs:.2f}",
        ours <= theirs,
        "1.00 or less",
    )


def _core() -> None:
    """Time the pure core alone."""
    found = offer.thirty_days()
    _verdict("thirty days of slots", f"{found:.2f} ms", found < 1, "under 1 ms")
    once, sixteen = offer.full(1), offer.full(16)
    _verdict("sixty days of a full calendar", f"{once:.2f} ms", once < MOST_FULL_MS, "under 3 ms")
    _verdict(
        "sixteen times as much",
        f"{sixteen:.1f} ms, {sixteen / once:.1f} times the time",
        sixteen / once <= MOST_TIMES,
        "20 times at most",
    )


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


def _memory(folder: Path) -> None:
    """Read the memory of the program's own web process after some thousand pages and bookings."""
    app = mail.practice(folder / "memory")
    starts = _free_starts(app)[: PAGES // 5]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environ = {**os.environ, "COACHCRM_INSTANCE": str(folder / "memory"), "COACHCRM_LIMITS": "off"}
    command = [Path(sys.executable).with_name("coachcrm"), "serve", "--no-worker"]
    command += ["--port", str(port)]
    program = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        mail.wait_for(port)
        load.rate(port, [load.get("/book/free-consultation")] * PAGES, clients=CLIENTS)
        bookings = [_booking(app, start, f"m{n}") for n, start in enumerate(starts)]
        load.rate(port, bookings, clients=CLIENTS)
        children = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
        status = Path(f"/proc/{children[0]}/status").read_text()
    finally:
        program.terminate()
        program.wait(10)
    resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
    _verdict(
        "memory of the web process", f"{resident:.0f} MB", resident < MOST_MEGABYTES, "under 120 MB"
    )


def _free_starts(app: Flask) -> list[str]:
    """Open the practice around the clock for a year; return starts that leave room for buffers."""
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE service SET horizon_days = 365"))
        session.execute(text("UPDATE weekly_hours SET opens = 0, closes = 1440"))
        session.execute(text("UPDATE coach SET nation = 'none'"))
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


def _serve(app: Flask, *, worker: Worker | None = None) -> tuple[multiprocessing.Process, int]:
    """Start the same server that `coachcrm serve` starts, with a mail worker where one is given."""
    listener = listen("127.0.0.1", 0)
    process = multiprocessing.get_context("fork").Process(
        target=lambda: Server(app, listener, processes=1, worker=worker).run()
    )
    process.start()
    return process, int(listener.getsockname()[1])


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
