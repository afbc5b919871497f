"""Letters beside the bare libraries, and a booking's answer while the mail server is silent."""

from __future__ import annotations

import socket
import statistics
from contextlib import ExitStack
from pathlib import Path

from bench import load, mail, servers
from bench.bookings import booking, free_starts
from bench.figures import Figures
from coachcrm.app import make_worker

WAITS, WAIT_ROUNDS, WARM_ROUNDS = 10, 30, 3
LEAST_DELIVERED, LEAST_COMPOSED, MOST_SLOWER = 0.50, 0.80, 1.1


def measure(folder: Path, figures: Figures) -> None:
    """Measure what is delivered and composed a second, and who waits for a mail server."""
    _say(figures, "letters delivered a second", mail.delivered(folder), least=LEAST_DELIVERED)
    composed = mail.composed(folder / "composed")
    _say(figures, "letters composed a second", composed, least=LEAST_COMPOSED)
    _waits(folder, figures)


def _waits(folder: Path, figures: Figures) -> None:
    with mail.sink() as well, socket.create_server(("127.0.0.1", 0)) as silent:
        # One mail server takes every letter, the other takes the connection and never says a word.
        ports = {"well": well, "silent": silent.getsockname()[1]}
        apps = {name: mail.practice(folder / name, mail_port=port) for name, port in ports.items()}
        starts = {name: iter(free_starts(app)) for name, app in apps.items()}
        waits: dict[str, list[float]] = {name: [] for name in apps}
        with ExitStack() as running:
            served = {
                name: running.enter_context(servers.ours(app, worker=make_worker(app)))
                for name, app in apps.items()
            }
            for number in range(WAIT_ROUNDS):
                # In short turns and by turns first, so that what else the machine does hits both.
                for name in sorted(apps, reverse=bool(number % 2)):
                    asked = [
                        booking(apps[name], next(starts[name]), f"{number}-{i}")
                        for i in range(WAITS)
                    ]
                    found = load.waits(served[name], asked)
                    # The first rounds are to get warm.
                    waits[name] += found if number >= WARM_ROUNDS else []
    ours, theirs = (statistics.median(waits[name]) * 1000 for name in ("silent", "well"))
    what = "a booking's answer while the mail server is silent"
    said = f"{ours:.2f} ms against {theirs:.2f}"
    figures.most(what, ours / theirs, MOST_SLOWER, "times", said)


def _say(figures: Figures, what: str, pairs: list[tuple[float, float]], *, least: float) -> None:
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    figures.least(what, ratio, least, "times", f"{ours:.0f} against {theirs:.0f}")
