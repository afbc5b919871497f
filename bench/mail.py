"""Letters: how fast they are composed and delivered, and that nobody waits for a mail server."""

from __future__ import annotations

import multiprocessing
import smtplib
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from bench.reference import letter as bare_letter
from coachcrm.app import create_app, make_worker
from coachcrm.auth.operations import set_up as auth
from coachcrm.bookings.letters.operations import mails
from coachcrm.bookings.letters.reading import booking_details
from coachcrm.desk import operations as desk
from coachcrm.invites.core.itip import Hosts
from coachcrm.kit.data import migrate
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.resources import load_config
from coachcrm.kit.time import clock
from coachcrm.kit.time.interval import Interval
from coachcrm.outbox.queue import operations as outbox

LETTERS = 1000
COMPOSED = 300
ROUNDS = 3
READY_WITHIN_S = 60
COACH = auth.NewCoach(
    email="sam@example.org",
    name="Sam Reed",
    password="",
    timezone="Europe/London",
    phone="+442079460123",
)


def practice(folder: Path, *, mail_port: int | None = None, database: str = "") -> Flask:
    """Make a practice in a folder of its own; its letters go to `mail_port`, or into files.

    `database` is the address of an empty one, where it is not to be a file in the folder.
    """
    environ = {"COACHCRM_INSTANCE": str(folder), "COACHCRM_LIMITS": "off"}
    if database:
        environ["COACHCRM_DATABASE_URL"] = database
    if mail_port is not None:
        environ["COACHCRM_MAIL_SERVER"] = "127.0.0.1"
        environ["COACHCRM_MAIL_PORT"] = str(mail_port)
        environ["COACHCRM_MAIL_SENDER"] = "bookings@example.org"
    app: Flask = create_app(load_config().load(environ))
    migrate.upgrade(app)
    with app.app_context(), transaction() as session:
        desk.set_up(session, COACH, password_hash="", now=clock.now())
    return app


@contextmanager
def sink() -> Iterator[int]:
    """Run a mail server, in a process of its own, that takes every letter; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(target=_sink, args=(port,), daemon=True)
    process.start()
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join(10)


def delivered(folder: Path) -> list[tuple[float, float]]:
    """Return letters a second, ours and a bare smtplib loop's, to the same server, in turns."""
    with sink() as port:
        return [_delivered(folder / f"delivered-{number}", port) for number in range(ROUNDS)]


def _delivered(folder: Path, port: int) -> tuple[float, float]:
    app = practice(folder, mail_port=port)
    now = clock.now()
    with app.app_context():
        letters = [
            queued.letter
            for details in _bookings(app, LETTERS // 2)
            for queued in mails.tell(app.extensions["coachcrm.site"], None, details, "confirmed")
        ]
        with transaction() as session:
            for number, letter in enumerate(letters):
                outbox.queue(
                    session,
                    letter,
                    thread=f"booking-{number // 2}",
                    audience="client",
                    kind="confirmed",
                    now=now,
                )
        started = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", port) as host:
            for letter in letters:
                host.sendmail(letter.sender, [letter.recipient], letter.octets)
        bare = time.perf_counter() - started
        started = time.perf_counter()
        sent = make_worker(app).deliver_due()
        ours = time.perf_counter() - started
    assert sent == LETTERS, sent
    return LETTERS / ours, LETTERS / bare


def composed(folder: Path) -> list[tuple[float, float]]:
    """Return letters a second, ours and the bare libraries': words, invitation and MIME."""
    app = practice(folder)
    site = app.extensions["coachcrm.site"]
    told: list[tuple[str, dict[str, Any]]] = []
    ours_render = mails.render

    def listen(folder: str, **facts: object) -> Any:
        told.append((folder, facts))
        return ours_render(folder, **facts)

    with app.app_context():
        [details] = _bookings(app, 1)
        # The bare libraries fill the same templates with the same facts.
        mails.render = listen
        mails.tell(site, None, details, "confirmed")
        mails.render = ours_render
        get = app.jinja_env.get_template

        def bare() -> None:
            for name, facts in told:
                _, text, html = (
                    get(f"mail/{name}/{part}").render(facts)
                    for part in ("subject.txt", "body.txt", "body.html")
                )
                bare_letter("0123456789abcdef", "Ann Okafor", "ann@example.org", text, html)

        def ours() -> None:
            mails.tell(site, None, details, "confirmed")

        return [(_rate(ours), _rate(bare)) for _ in range(ROUNDS)]


def _rate(two_letters: Callable[[], None]) -> float:
    two_letters()
    started = time.perf_counter()
    for _ in range(COMPOSED // 2):
        two_letters()
    return COMPOSED / (time.perf_counter() - started)


def _bookings(app: Flask, number: int) -> list[booking_details.BookingDetails]:
    """Return so many new bookings of the practice; asks for an application context."""
    now = clock.now().replace(microsecond=0)
    diary = app.extensions["coachcrm.diary"].read(db.session(), now=now)
    first = now.replace(minute=0, second=0) + timedelta(days=2)
    starts = [first + timedelta(hours=n) for n in range(number)]
    return [
        booking_details.BookingDetails(
            public_id=f"p{n}",
            thread=f"{n:032x}@example.org",
            uid=f"{n:032x}@example.org",
            hosts=Hosts("bookings@example.org", COACH.email),
            sequence=0,
            stamp=now,
            created=now,
            time=Interval(start, start + timedelta(minutes=30)),
            coach=diary.coach,
            service=diary.service("free-consultation"),
            name="Ann Okafor",
            email=f"ann-{n}@example.org",
            phone="+447400123456",
            timezone="Europe/London",
            topic="rejection",
            message="The third final round, and the third no.",
        )
        for n, start in enumerate(starts)
    ]


def _sink(port: int) -> None:
    """Be a mail server that takes everything and keeps nothing."""

    class Nowhere:
        async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - the name is aiosmtpd's
            return "250 OK"

    Controller(Nowhere(), hostname="127.0.0.1", port=port).start()
    time.sleep(3600)


def wait_for(port: int) -> None:
    """Wait until somebody listens on a port of this machine."""
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("nobody listens there")
