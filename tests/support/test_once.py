"""What tests share is worked out once, and holds nothing of a test."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import Map, Rule

from coachcrm.auth.models import Coach
from coachcrm.kit.data.db import engine_options
from tests.support.once import Statements

NAMES = select(Coach.name)


@pytest.fixture
def engines(database_url, empty_database_url):
    """Give an engine on a database with the coach, and one on a database without any table."""
    made = []
    for url in (database_url, empty_database_url):
        address = url.replace("postgresql://", "postgresql+psycopg://")
        made.append(create_engine(address, **engine_options(address)))
    yield made
    for engine in made:
        engine.dispose()


def test_engines_share_what_they_compiled_and_never_a_row(coach, engines) -> None:
    kept = Statements()
    full, empty = engines
    kept.share(full)
    with full.connect() as connection:
        assert connection.scalars(NAMES).all() == [coach.name]
    kept.share(empty)
    assert empty._compiled_cache is full._compiled_cache
    with empty.connect() as connection, pytest.raises(DBAPIError):
        connection.scalars(NAMES).all()
    with full.connect() as connection:
        assert connection.scalars(NAMES).all() == [coach.name]


def test_an_engine_that_never_asked_its_server_leaves_nothing_to_the_next(coach, engines) -> None:
    kept = Statements()
    full, empty = engines
    kept.share(empty)
    kept.share(full)
    assert full.dialect is not empty.dialect
    with full.connect() as connection:
        assert connection.scalars(NAMES).all() == [coach.name]
        assert full.dialect.server_version_info is not None


@pytest.mark.engines("sqlite")
def test_a_shared_address_is_written_as_one_that_was_compiled_for_it(app) -> None:
    ours = list(app.url_map.iter_rules())
    fresh = Map(
        [Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods) for rule in ours],
        converters=app.url_map.converters,
    )
    here, there = app.url_map.bind("here.example"), fresh.bind("here.example")
    assert ours
    for rule in ours:
        values = dict.fromkeys(rule.arguments, 7) | {"more": "a b&c/d"}
        assert here.build(rule.endpoint, values) == there.build(rule.endpoint, values)
