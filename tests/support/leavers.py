"""Tests of which one leaves something behind and the next would meet it: for test_shared.py to run.

They are no part of the suite, where they would fail.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, event, text

from coachcrm.kit.data.db import db
from tests.support.cast import FREE, book, change, dump, rows
from tests.support.pages import Visitor

TURNS = ("does it", "meets it", "comes after")
LEFT_OPEN: list[Connection] = []
AS_FOUND: dict[str, object] = {}


def engine_of(app: Flask):
    with app.app_context():
        return db.engine


def write_and_wait(app: Flask, web: Visitor) -> None:
    """Write on a connection that is nobody's, and neither finish nor hang up."""
    stranger = create_engine(engine_of(app).url).connect()
    stranger.execute(text("UPDATE coach SET name = 'Nobody'"))
    LEFT_OPEN.append(stranger)


def keep_a_connection(app: Flask, web: Visitor) -> None:
    LEFT_OPEN.append(engine_of(app).connect())


PUT_BACK: dict[str, Callable[[Flask, Visitor], object]] = {
    "a booking": lambda _, web: book(web),
    "no coach": lambda app, _: [
        change(app, f"DELETE FROM {name}")
        for name in ("theme", "weekly_hours", "service", "letter_wording", "coach")
    ],
    "a diary": lambda _, web: web.get(FREE),
    "another site": lambda app, _: app.extensions.update({"coachcrm.site": None}),
    "a stranger": write_and_wait,
}
TOLD: dict[str, Callable[[Flask, Visitor], object]] = {
    "a page": lambda app, _: app.view_functions.update(more=lambda: "more"),
    "a hook": lambda app, _: app.before_request_funcs[None].append(lambda: None),
    "a setting": lambda app, _: app.config.update(MAX_CONTENT_LENGTH=1),
    "an extension": lambda app, _: app.extensions.update(more=1),
    "a word": lambda app, _: app.jinja_env.globals.update(more="more"),
    "a listener": lambda app, _: event.listen(engine_of(app), "connect", lambda *_: None),
    "a connection": keep_a_connection,
}
OF_SCHEMA: dict[str, Callable[[Flask, Visitor], object]] = {
    "a table": lambda app, _: change(app, "CREATE TABLE more (id integer)"),
    "a column": lambda app, _: change(app, "ALTER TABLE coach ADD COLUMN more integer"),
    "a laxer column": lambda app, _: change(app, "ALTER TABLE coach ALTER name DROP NOT NULL"),
    "no law": lambda app, _: change(app, "ALTER TABLE booking DROP CONSTRAINT booking_no_overlap"),
    "no guard": lambda app, _: change(app, "ALTER TABLE coach DISABLE TRIGGER coach_practice_u"),
}
deeds = pytest.mark.parametrize(("deed", "turn"), list(product({**PUT_BACK, **TOLD}, TURNS)))
deeds_of_schema = pytest.mark.parametrize(("deed", "turn"), list(product(OF_SCHEMA, TURNS)))


def take_turn(app: Flask, web: Visitor, deed: str, turn: str) -> None:
    """Do it, or find everything as the very first test found it."""
    if turn == TURNS[0]:
        AS_FOUND.setdefault(engine_of(app).name, dump(app, but=()))
        {**PUT_BACK, **TOLD, **OF_SCHEMA}[deed](app, web)
        return
    while LEFT_OPEN and turn == TURNS[2]:
        left = LEFT_OPEN.pop()
        left.invalidate()
        left.close()
        left.engine.dispose()
    assert dump(app, but=()) == AS_FOUND[engine_of(app).name]
    assert vars(app.extensions["coachcrm.diary"]) == vars(type(app.extensions["coachcrm.diary"])())
    book(web)
    assert rows(app, "SELECT id FROM booking") == [(1,)]


@deeds
@pytest.mark.engines("sqlite")
def test_on_sqlite(app, coach, web, deed, turn) -> None:
    take_turn(app, web, deed, turn)


@deeds
@pytest.mark.engines("postgresql")
def test_on_postgresql(app, coach, web, deed, turn) -> None:
    take_turn(app, web, deed, turn)


@deeds_of_schema
@pytest.mark.engines("postgresql")
def test_schema(app, coach, web, deed, turn) -> None:
    take_turn(app, web, deed, turn)
