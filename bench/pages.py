"""The booking page and the month of JSON, kept: beside a bare page, and beside ready octets."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from flask import Flask

from bench import load, mail, offer, servers
from bench.figures import Figures
from bench.reference import bare_app

CLIENTS = 8
PAGES = 1500
ROUNDS = 5
WARM = 200
PROCESSES = (1, 2)
MOST_BYTES, MOST_REQUESTS = 30_000, 4
# Against a bare page on gunicorn's threads, and against a bare route that asks one question.
LEAST_OF_BARE, LEAST_OF_READY = 1.2, 0.9
PAGE = "/book/free-consultation"
FOREIGN = f"{PAGE}?tz=America%2FNew_York"


def measure(folder: Path, figures: Figures) -> None:
    """Measure the kept pages of an ordinary and of a full calendar."""
    plain = mail.practice(folder / "plain")
    paths = {"booking page": PAGE, "page in a foreign zone": FOREIGN}
    paths["month of JSON"] = offer.month()
    _kept(plain, folder, figures, paths)
    _size(plain, figures)
    full = mail.practice(folder / "full")
    offer.fill(full)
    _kept(full, folder, figures, {"booking page, full calendar": PAGE})


def _kept(app: Flask, folder: Path, figures: Figures, paths: dict[str, str]) -> None:
    for what, path in paths.items():
        packed = app.test_client().get(
            path, base_url="http://127.0.0.1", headers={"Accept-Encoding": "gzip"}
        )
        assert packed.content_encoding == "gzip", path
        ready = packed.content_type, packed.data
        bare = bare_app(folder / "bare.sqlite3", [], ready=ready)
        with ExitStack() as running:
            ours = running.enter_context(servers.ours(app))
            threads = running.enter_context(servers.gthread(bare))
            same = running.enter_context(servers.ours(bare))
            rates = _in_turns(
                {
                    "ours": _rate(ours, load.get(path)),
                    "bare": _rate(threads, load.get("/")),
                    "ready": _rate(same, load.get("/ready")),
                }
            )
        _say(figures, what, rates, against="bare", least=LEAST_OF_BARE)
        _say(figures, what, rates, against="ready", least=LEAST_OF_READY)
        for processes in PROCESSES:
            with servers.ours(app, processes=processes) as port:
                asked = [load.get(path)] * PAGES
                load.timed(port, asked[:WARM], clients=CLIENTS)
                found = load.timed(port, asked, clients=CLIENTS)
            name = f"{what}, {CLIENTS} clients, processes: {processes}"
            figures.least(f"{name}, a second", len(asked) / found.seconds, None, "requests")
            figures.most(f"{name}, p50", found.at(50), None, "ms")
            figures.most(f"{name}, p99", found.at(99), None, "ms")


def _rate(port: int, asked: load.Request) -> Callable[[], float]:
    load.rate(port, [asked] * WARM, clients=CLIENTS)
    return lambda: load.rate(port, [asked] * PAGES, clients=CLIENTS)


def _in_turns(measures: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Measure by turns, so that a noisy machine is noisy for all."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(ROUNDS):
        for name, one in measures.items():
            found[name].append(one())
    return found


def _say(
    figures: Figures, what: str, rates: dict[str, list[float]], *, against: str, least: float
) -> None:
    theirs = rates[against]
    ratio = statistics.median(a / b for a, b in zip(rates["ours"], theirs, strict=True))
    ours, other = statistics.median(rates["ours"]), statistics.median(theirs)
    names = {
        "bare": f"a bare page on gunicorn, {servers.BARE_THREADS} threads",
        "ready": "a bare route that asks one question",
    }
    said = f"{ours:.0f} a second against {other:.0f}"
    figures.least(f"{what} against {names[against]}", ratio, least, "times", said)


def _size(app: Flask, figures: Figures) -> None:
    """Count what a visitor's browser fetches for the booking page, as sent."""
    client = app.test_client()
    page = client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    paths = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get(PAGE).text)))
    total = len(page.data) + sum(
        len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in paths
    )
    what = "booking page with style and script"
    figures.most(what, total, MOST_BYTES, "octets")
    figures.most(f"{what}, requests", len(paths) + 1, MOST_REQUESTS, "of them")
