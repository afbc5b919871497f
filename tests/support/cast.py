"""What the cast does again and again: look at a time, book it, read the letters."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import Engine, create_engine, inspect, text

from coachcrm.app import make_worker
from coachcrm.auth.access import login_cookie
from coachcrm.auth.operations import logins
from coachcrm.auth.operations.set_up import the_coach
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from tests.support.pages import Page, Visitor
from tests.support.smtp import Letter, Mailbox

FREE = "/book/free-consultation"
# Tuesday 15 June 2027, 9:00 am in London: two weeks after the tests' own present.
TUESDAY_9 = "20270615T080000Z"
TUESDAY_10 = "20270615T090000Z"
TUESDAY_2PM = "20270615T130000Z"
ANN = {"name": "Ann Lee", "email": "ann@client.example", "phone": "07400 123456"}
RAVI = {
    "name": "Ravi Rao",
    "email": "ravi@client.example",
    "phone": "+91 98765 43210",
    "timezone": "Asia/Kolkata",
}
LINK = re.compile(r"http://[^/\s]+(/booking/[^\s\"<]+)")


class Desk(Visitor):
    """The coach's browser."""

    def __init__(self, app: Flask, base_url: str) -> None:
        super().__init__(app.test_client(), base_url)
        self._app = app

    def sign_in(self) -> Self:
        """Sign in as the form does, but for the password, which takes long on purpose."""
        with self._app.app_context(), transaction() as session:
            token = logins.sign_in(session, the_coach(session).id, now=clock.now())
        with self._app.test_request_context(base_url=self.base_url):
            name = login_cookie()
        host = urlsplit(self.base_url).hostname or ""
        self.client.set_cookie(name, token, domain=host, httponly=True, samesite="Lax")
        return self


def at(stamp: str) -> datetime:
    """Return the instant that an address spells: 20270615T080000Z."""
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def book(
    web: Visitor, start: str = TUESDAY_9, answers: Mapping[str, str] = ANN, **more: str
) -> str:
    """Book a time as a person does, and return the path of the booking's own page."""
    fields = {**answers, **more}
    zone = f"?tz={fields['timezone']}" if fields.get("timezone") else ""
    fields.pop("timezone", None)
    web.get(f"{FREE}/{start}{zone}")
    web.submit(**fields)
    return web.page.location


def move(web: Visitor, link: str, start: str, *, status: int = 303) -> Page:
    """Move a booking as a person does; the week shown is the one of the new time."""
    web.get(f"{link}/reschedule?from={at(start).date()}")
    return web.submit(start=start, status=status)


def cancel(web: Visitor, link: str, *, reason: str = "", status: int = 303) -> Page:
    """Cancel a booking as a person does."""
    web.get(f"{link}/cancel")
    return web.submit(reason=reason, status=status)


def deliver(app: Flask) -> int:
    """Let a mail worker deliver what is due now; return how many letters left."""
    with app.app_context():
        return make_worker(app).deliver_due()


def newest(mailbox: Mailbox, address: str) -> Letter:
    """Return the newest letter to an address."""
    letters = mailbox.to(address)
    assert letters, f"no letter to {address}"
    return letters[-1]


def link_in(letter: Letter) -> str:
    """Return the path of the booking's page, as the letter's words name it."""
    links = set(LINK.findall(letter.text))
    assert len(links) == 1, links
    return links.pop()


def rows(app: Flask, statement: str, **values: object) -> list[tuple[Any, ...]]:
    """Ask the database in plain SQL, on a connection of its own."""
    with app.app_context(), db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement), values)]


def value(app: Flask, statement: str, **values: object) -> Any:
    """Return the one value that plain SQL asks for."""
    [(found,)] = rows(app, statement, **values)
    return found


def change(app: Flask, statement: str, **values: object) -> int:
    """Change the database in plain SQL and commit; return how many rows it touched."""
    with app.app_context(), db.engine.execution_options(write=True).begin() as connection:
        return connection.execute(text(statement), values).rowcount


def lift_rule_13(app: Flask) -> None:
    """Let one person book the free consultation as often as a test needs."""
    change(app, "UPDATE service SET one_upcoming = :no", no=False)


def dump(app: Flask, *, but: tuple[str, ...] = ("attempt", "worker_beat")) -> dict[str, list]:
    """Return every row of every table, as text."""
    with app.app_context():
        return dump_of(db.engine, but=but)


def dump_of(engine: Engine, *, but: tuple[str, ...] = ()) -> dict[str, list]:
    """Return every row of every table of a database, as text."""
    with engine.connect() as connection:
        quoted = {
            name: connection.dialect.identifier_preparer.quote(name)
            for name in inspect(connection).get_table_names()
            # What an index is made of says nothing of its own.
            if name not in but and "_fts_" not in name
        }
        return {
            name: sorted(
                repr(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table}"))
            )
            for name, table in quoted.items()
        }


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Ask a database by its address in plain SQL, from outside of any application."""
    address = url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]
    finally:
        engine.dispose()


def at_once(*acts: Callable[[], object]) -> list[Any]:
    """Do everything at the same moment, each in a thread of its own; return what each gave."""
    gate = threading.Barrier(len(acts))
    given: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            given[number] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            given[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given
