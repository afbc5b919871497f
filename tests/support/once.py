"""What comes out the same for every test is worked out once in each process.

Every test has an application and an engine of its own. What they share is what can hold nothing
of a test: compiled templates, compiled addresses and compiled statements.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from coachcrm.kit.data.db import db

MOST_STATEMENTS = 4000


class Templates(BytecodeCache):
    """Keeps the code of each template for as long as its text is the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


class Address(Rule):
    """A rule that does not compile again what a rule of the same parts has compiled before.

    The compiled function takes the rule that it writes an address for, so it holds none.
    """

    _kept: ClassVar[dict[object, Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (self.rule, *self._trace, append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


class Statements:
    """Lets every engine of one database compile each statement once.

    SQLAlchemy keeps what it compiled by dialect, so the engines share their dialect too: it knows
    the kind and the version of the server, and nothing of a database.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}

    def share(self, engine: Engine) -> None:
        """Give a new engine what the engines before it have compiled."""
        name = engine.dialect.name
        # A dialect whose engine never connected has not asked the server what it is.
        if name not in self._kept or self._kept[name][0].server_version_info is None:
            self._kept[name] = (engine.dialect, LRUCache(MOST_STATEMENTS))
        engine.dialect, engine._compiled_cache = self._kept[name]
        engine.pool._dialect = engine.dialect


TEMPLATES = Templates()
STATEMENTS = Statements()


def share(app: Flask) -> None:
    """Let an application of a test have what those before it have compiled."""
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        STATEMENTS.share(db.engine)


def set_up() -> None:
    """Let all applications of this process compile their addresses once."""
    Flask.url_rule_class = Address
