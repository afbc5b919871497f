"""Notes: the newest hits among a hundred thousand, and the round trip of an autosave."""

from __future__ import annotations

import random
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import insert, text

from bench import load
from bench.figures import Figures
from coachcrm.app import create_app
from coachcrm.auth.operations import set_up as auth
from coachcrm.clients import operations as clients
from coachcrm.desk import operations as desk
from coachcrm.kit.data import migrate
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.resources import load_config
from coachcrm.kit.text.search import fts5_query, index_text, parse, ts_query
from coachcrm.kit.time import clock
from coachcrm.kit.tokens import digest
from coachcrm.kit.web.guard import issue_form_token
from coachcrm.notes import reading
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.models import Note, NoteBlock
from coachcrm.notes.operations import notes
from tests.support import postgres

NOTES = 100_000
WORDS = 30
VOCABULARY = 20_000
TIMES = 25
SAVES = 150
MOST_TIMES = 3
QUESTIONS = {
    "common": "w0 ",
    "rare": "w4999 ",
    "prefix": "w12",
    "phrase": '"w0 w1"',
}
# What a bare program asks for the same list: who, when, and the passages with their hits marked,
# newest first, by the database's own means and through its own driver.
BARE_SQLITE = (
    "SELECT n.id, c.name, n.created_at, snippet(note_fts, 0, '[', ']', '…', 40), b.text "
    "FROM note_fts f JOIN note n ON n.id = f.rowid "
    "JOIN client c ON c.id = n.client_id JOIN note_block b ON b.note_id = n.id "
    "WHERE note_fts MATCH ? ORDER BY f.rowid DESC LIMIT 20"
)
BARE_POSTGRESQL = (
    "SELECT n.id, c.name, n.created_at, b.text, "
    "ts_headline('simple', b.text, to_tsquery('simple', %(q)s)) "
    "FROM note n JOIN client c ON c.id = n.client_id "
    "JOIN note_block b ON b.note_id = n.id "
    "WHERE n.search_vector @@ to_tsquery('simple', %(q)s) ORDER BY n.id DESC LIMIT 20"
)


def measure(folder: Path, figures: Figures) -> None:
    """Search on both databases; without a PostgreSQL on one."""
    search(f"sqlite:///{folder / 'notes.sqlite3'}", folder / "notes", figures)
    try:
        running = postgres.start()
    except postgres.NoServer as reason:
        print(f"       search on postgresql: not measured ({reason})")
        return
    try:
        search(running.create(), folder / "notes", figures)
    finally:
        running.stop()


def search(url: str, folder: Path, figures: Figures) -> None:
    """Measure the newest twenty hits of four questions beside the bare query for them."""
    app = _practice(url, folder)
    with app.app_context():
        _fill()
        engine = db.engine.dialect.name
        for name, typed in QUESTIONS.items():
            ours, bare = _both(typed)
            said = f"{ours:.2f} ms against {bare:.2f}"
            figures.most(f"search on {engine}, {name}", ours / bare, MOST_TIMES, "times", said)
        db.session.remove()
        db.engine.dispose()


def autosave(app: Flask, ours: int, theirs: int, figures: Figures) -> None:
    """Measure the round trip of an autosave beside a bare durable write's, one after another."""
    pairs = []
    for number in range(3):
        saves = _saves(app, f"bench draft number {number:06}")
        body = urlencode({"name": "Ann Okafor", "email": "a@example.org"})
        bare = [load.post("/", body)] * SAVES
        pairs.append(
            (
                1000 / load.rate(ours, saves, clients=1),
                1000 / load.rate(theirs, bare, clients=1),
            )
        )
    ratio = statistics.median(mine / bare for mine, bare in pairs)
    mine, bare_ms = (statistics.median(side) for side in zip(*pairs, strict=True))
    said = f"{mine:.1f} ms against {bare_ms:.1f}"
    figures.most("autosave's round trip", ratio, MOST_TIMES, "times", said)


def _practice(url: str, folder: Path) -> Flask:
    names = {"COACHCRM_INSTANCE": str(folder), "COACHCRM_DATABASE_URL": url}
    app: Flask = create_app(load_config().load(names))
    migrate.upgrade(app)
    new = auth.NewCoach(email="s@example.org", name="Sam", password="", timezone="Europe/London")
    with app.app_context(), transaction() as session:
        coach = desk.set_up(session, new, password_hash="", now=clock.now())
        for number in range(100):
            address = f"{number}@example.org"
            person = clients.NewClient(f"Client {number}", address, "", "Europe/London")
            clients.find_or_make(session, coach.id, person, now=clock.now())
    return app


def _fill() -> None:
    """Store notes whose words are as frequent as those of natural text (Zipf)."""
    chance = random.Random(7)  # noqa: S311 - the same notes each time
    words = [f"w{n}" for n in range(VOCABULARY)]
    weights = [1 / (n + 1) for n in range(VOCABULARY)]
    now = clock.now()
    texts = [" ".join(chance.choices(words, weights, k=WORDS)) for _ in range(NOTES)]
    with transaction() as session:
        for start in range(0, NOTES, 5000):
            part = range(start, min(start + 5000, NOTES))
            session.execute(
                insert(Note),
                [
                    {
                        "id": n + 1, "coach_id": 1, "client_id": n % 100 + 1, "version": 1,
                        "draft": f"draft {n:012}", "created_at": now, "updated_at": now,
                        "search_text": index_text([texts[n]]),
                    }
                    for n in part
                ],
            )  # fmt: skip
            session.execute(
                insert(NoteBlock),
                [
                    {"note_id": n + 1, "position": 0, "text": texts[n], "key": f"key{n:09}",
                     "title": "", "kind": "", "is_sensitive": False}
                    for n in part
                ],
            )  # fmt: skip
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _both(typed: str) -> tuple[float, float]:
    """Return the median milliseconds of our search and of the bare one, measured in turns."""
    wanted = reading.NoteSearch(terms=tuple(parse(typed)))
    session = db.session()

    def ours() -> int:
        return len(reading.matching_notes(session, 1, wanted, before_id=None, limit=20))

    raw = session.connection().connection.driver_connection
    is_sqlite = isinstance(raw, sqlite3.Connection)
    question = (fts5_query if is_sqlite else ts_query)(wanted.terms)

    def bare() -> int:
        statement = BARE_SQLITE if is_sqlite else BARE_POSTGRESQL
        values = (question,) if is_sqlite else {"q": question}
        return len(raw.execute(statement, values).fetchall())  # type: ignore[union-attr]

    assert ours() == bare() > 0, typed
    pairs = [(_milliseconds(ours), _milliseconds(bare)) for _ in range(TIMES)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def _milliseconds(act: Callable[[], int]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _saves(app: Flask, draft: str) -> list[load.Request]:
    """Return the requests of a note that grows as it is typed, with the coach's login."""
    site, login = app.extensions["coachcrm.site"], draft.replace(" ", "-")
    with app.app_context(), transaction() as session:
        coach = auth.the_coach(session)
        assert coach is not None
        now = clock.now()
        values = {"coach": coach.id, "digest": digest(login), "now": now}
        session.execute(
            text(
                "INSERT INTO login (coach_id, token_digest, created_at, seen_at) "
                "VALUES (:coach, :digest, :now, :now)"
            ),
            {**values, "now": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        )
        new = clients.NewClient("Ann", "ann@example.org", "", "Europe/London")
        client = clients.find_or_make(session, coach.id, new, now=now)
        note = notes.create(
            session, coach.id, client.id, draft=draft, blocks=[Block("", key="benchkey")],
            booking_id=None, now=now,
        )  # fmt: skip
        note_id = note.id
    token = issue_form_token(site, now=clock.now(), bound_to=digest(login))
    typed = "They said the answers were too general, and that the panel had liked her. "
    return [
        load.post(
            f"/coach/notes/{note_id}",
            urlencode(
                {
                    "csrf_token": token, "version": number + 1, "block-0-key": "benchkey",
                    "block-0-text": (typed * 12)[: 200 + 4 * number], "block-0-steps": "1",
                }
            ),
            cookie=f"login={login}",
            status=200,
        )
        for number in range(SAVES)
    ]  # fmt: skip
