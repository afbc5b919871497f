"""The memory of the program itself, all its processes together, before and after many bookings."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from bench import load, mail
from bench.bookings import booking, free_starts
from bench.figures import Figures
from coachcrm.kit.data.db import transaction

CLIENTS = 8
PROCESSES = 2
PAGES = 1500
# The calendar has not room for all at once: it is emptied in between.
TURNS, BOOKINGS = 5, 2000
MOST_MIB, MOST_GROWTH = 160, 1.1


def measure(folder: Path, figures: Figures) -> None:
    """Add up what two web processes and their parent hold, after 2,000 and 10,000 bookings."""
    app = mail.practice(folder / "memory")
    starts = free_starts(app)[:BOOKINGS]
    held = []
    with _program(folder / "memory") as (process, port):
        load.rate(port, [load.get("/book/free-consultation")] * PAGES, clients=CLIENTS)
        for turn in range(TURNS):
            asked = [booking(app, start, f"m{turn}-{n}") for n, start in enumerate(starts)]
            load.rate(port, asked, clients=CLIENTS)
            held.append(_held(process))
            _empty(app)
    name = f"memory of {PROCESSES} web processes and their parent"
    for turn in (0, TURNS - 1):
        figures.most(f"{name}, {BOOKINGS * (turn + 1):,} bookings", held[turn], MOST_MIB, "MiB")
    figures.most(f"{name}, growth", held[-1] / held[0], MOST_GROWTH, "times")


@contextmanager
def _program(folder: Path) -> Iterator[tuple[int, int]]:
    """Run `coachcrm serve`; give its process id and its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environ = {**os.environ, "COACHCRM_INSTANCE": str(folder), "COACHCRM_LIMITS": "off"}
    command = [Path(sys.executable).with_name("coachcrm"), "serve", "--no-worker"]
    command += ["--port", str(port), "--processes", str(PROCESSES)]
    program = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        mail.wait_for(port)
        yield program.pid, port
    finally:
        program.terminate()
        program.wait(10)


def _held(parent: int) -> float:
    """Return the MiB of a process and its children; what they share is counted once (PSS)."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in (parent, *children)]
    return sum(int(re.search(r"\nPss:\s+(\d+)", r)[1]) for r in rollups) / 1024  # type: ignore[index]


def _empty(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(text("DELETE FROM booking"))
