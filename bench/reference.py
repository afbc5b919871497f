"""The references: what the bare libraries do on the same server with the same settings."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from flask import Flask, redirect, request
from icalendar import Calendar, Event, vCalAddress
from werkzeug.wrappers import Response

TABLES = (
    "CREATE TABLE IF NOT EXISTS edition (id INTEGER PRIMARY KEY, a INT, b INT)",
    "INSERT OR IGNORE INTO edition VALUES (1, 7, 7)",
    "CREATE TABLE IF NOT EXISTS booking (id INTEGER PRIMARY KEY, uid TEXT, name TEXT)",
    "CREATE TABLE IF NOT EXISTS letter (id INTEGER PRIMARY KEY, octets BLOB)",
)
PAGE = "<!doctype html><title>A bare page</title><h1>A bare page</h1>"


def bare_app(
    database: Path, bodies: list[tuple[str, str]], *, ready: tuple[str, bytes] = ("", b"")
) -> Flask:
    """Return a bare Flask application: pages, and a write of two letters in one durable commit.

    `bodies` are the text and the HTML of the two letters that coachcrm sends; `ready` are the type
    and the packed octets of one of its pages.
    """
    app = Flask("bare", static_folder=None)
    local = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(database, timeout=15, isolation_level=None)
            local.connection.execute("PRAGMA synchronous=FULL")
        return local.connection  # type: ignore[no-any-return]

    with sqlite3.connect(database) as first:
        # Once, and it stays: connections that change it at one moment lock each other out.
        first.execute("PRAGMA journal_mode=WAL")
        for statement in TABLES:
            first.execute(statement)

    @app.get("/")
    def page() -> str:
        return PAGE

    @app.get("/ready")
    def ready_octets() -> Response:
        connection().execute("SELECT id, a, b FROM edition").fetchone()
        kind, octets = ready
        headers = {"Content-Encoding": "gzip", "ETag": '"7"', "Vary": "Accept-Encoding"}
        return Response(octets, content_type=kind, headers=headers)

    @app.post("/")
    def write() -> Response:
        uid = secrets.token_hex(16)
        letters = [
            letter(uid, request.form["name"], request.form["email"], text, html)
            for text, html in bodies
        ]
        session = connection()
        session.execute("BEGIN IMMEDIATE")
        session.execute(
            "INSERT INTO booking (uid, name) VALUES (?, ?)", (uid, request.form["name"])
        )
        session.executemany("INSERT INTO letter (octets) VALUES (?)", [(o,) for o in letters])
        session.execute("COMMIT")
        return redirect("/", 303)

    return app


def letter(uid: str, name: str, email: str, text: str, html: str) -> bytes:
    """Compose one letter with its invitation with nothing but the libraries."""
    now = datetime.now(UTC).replace(microsecond=0)
    event = Event()
    for field, value in (
        ("uid", f"{uid}@localhost.invalid"),
        ("sequence", 0),
        ("dtstamp", now),
        ("created", now),
        ("last-modified", now),
        ("dtstart", now + timedelta(days=2)),
        ("dtend", now + timedelta(days=2, minutes=30)),
        ("summary", "Free consultation with Sam Reed"),
        ("location", "By phone: Sam Reed rings you on +44 7400 123456"),
        ("description", "Sam Reed rings you on +44 7400 123456.\n\nTo change the time, write."),
        ("status", "CONFIRMED"),
        ("transp", "OPAQUE"),
        ("organizer", vCalAddress.new("bookings@localhost.invalid", cn="Sam Reed")),
    ):
        event.add(field, value)
    for person in ((email, name), ("sam@example.org", "Sam Reed")):
        event.add(
            "attendee",
            vCalAddress.new(
                person[0],
                cn=person[1],
                cutype="INDIVIDUAL",
                role="REQ-PARTICIPANT",
                partstat="NEEDS-ACTION",
                rsvp=True,
            ),
        )
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//bare//bare//EN")
    calendar.add("method", "REQUEST")
    calendar.add_component(event)
    octets = calendar.to_ical()
    message = EmailMessage(policy=SMTP)
    message["From"] = "Sam Reed <bookings@localhost.invalid>"
    message["To"] = email
    message["Reply-To"] = "sam@example.org"
    message["Subject"] = "Booked"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@localhost.invalid>"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.add_alternative(octets, maintype="text", subtype="calendar", cte="base64")
    message.add_attachment(octets, maintype="application", subtype="ics", filename="invite.ics")
    return message.as_bytes()
