"""Two hundred people want one time at once: exactly one gets it, and nobody waits for long."""

from __future__ import annotations

import statistics
from collections import Counter
from pathlib import Path

from flask import Flask

from bench import load, mail, servers
from bench.bookings import booking, free_starts
from bench.figures import Figures
from tests.support import postgres

PEOPLE = 200
ROUNDS = 3
PROCESSES = (1, 2, 3, 4)
MOST_MS = 2000


def measure(folder: Path, figures: Figures) -> None:
    """Race on one to four processes, on both databases; without a PostgreSQL on one."""
    _on(mail.practice(folder / "sqlite"), "SQLite", figures)
    try:
        running = postgres.start()
    except postgres.NoServer as reason:
        print(f"       races on PostgreSQL: not measured ({reason})")
        return
    try:
        _on(mail.practice(folder / "other", database=running.create()), "PostgreSQL", figures)
    finally:
        running.stop()


def _on(app: Flask, database: str, figures: Figures) -> None:
    starts = free_starts(app)
    for processes in PROCESSES:
        slowest, middle, winners = [], [], Counter[int]()
        with servers.ours(app, processes=processes) as port:
            # Each process has made a booking before: the first one reads a good deal.
            warm = [booking(app, starts.pop(), f"w{processes}-{n}") for n in range(8 * processes)]
            load.rate(port, warm, clients=8)
            for number in range(ROUNDS):
                start = starts.pop()
                forms = [booking(app, start, f"r{processes}-{number}-{n}") for n in range(PEOPLE)]
                # Who waits for more than five seconds is told to come again: that is late enough.
                asked = [load.anyhow(form, status=load.ANY) for form in forms]
                found = load.timed(port, asked, clients=PEOPLE)
                winners[found.statuses.count(303)] += 1
                slowest.append(max(found.waits) * 1000)
                middle.append(statistics.median(found.waits) * 1000)
        assert winners == {1: ROUNDS}, f"so many got one time: {winners}"
        name = f"{PEOPLE} for one time on {database}, processes: {processes}"
        said = f"the middle one {statistics.median(middle):.0f}"
        figures.most(f"{name}, slowest answer", max(slowest), MOST_MS, "ms", said)
