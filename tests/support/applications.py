"""Applications that each test finds as they were made: one for all tests on one database.

Making one takes longer than many tests. What an application holds is given anew to each test; what
it is must stay as it was made, or the next test would have another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from coachcrm.app import create_app, equip
from coachcrm.kit.data.db import db
from config import Settings
from tests.support.databases import LeftBehind

# Where Flask, and the templates, keep what was added to an application, ...
OF_APP = (
    "view_functions", "before_request_funcs", "after_request_funcs", "teardown_request_funcs",
    "teardown_appcontext_funcs", "url_default_functions", "url_value_preprocessors",
    "template_context_processors", "error_handler_spec", "blueprints",
)  # fmt: skip
OF_TEMPLATES = ("globals", "filters", "tests")
# ... and what may be listened for on an engine and on its pool.
OF_ENGINE = ("begin", "before_cursor_execute", "after_cursor_execute", "commit", "rollback")
OF_POOL = ("connect", "checkout", "checkin", "reset", "close")


class Applications:
    """The applications of this process, by their database and by what stands before them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], Kept] = {}

    def of(self, settings: Settings) -> Flask:
        """Return an application as `settings` describe it, with nothing in it of another test.

        Raises `LeftBehind`.
        """
        key = (settings.database_url, settings.trusted_proxies)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = Kept(create_app(settings))
        else:
            kept.app.instance_path = str(settings.instance)
            equip(kept.app, settings)
        return kept.app

    def rest(self) -> set[int]:
        """Let no application hold anything of its database; return who of a server they talk to.

        Raises `LeftBehind`.
        """
        for kept in self._kept.values():
            kept.rest()
        return {number for kept in self._kept.values() for number in kept.connections}

    def close(self) -> None:
        """Forget all of them."""
        for kept in self._kept.values():
            close(kept.app)
        self._kept.clear()


@dataclass
class Kept:
    """One application, how it was made, and the server's processes that it is connected to."""

    app: Flask
    engine: Engine = field(init=False)
    connections: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        with self.app.app_context():
            self.engine = db.engine
        if self.engine.dialect.name == "postgresql":
            event.listen(self.engine, "connect", self._connected)
            event.listen(self.engine, "close", self._closed)
        self._as_made = shape(self.app, self.engine)

    def check(self) -> None:
        """See that it still is what it was; raises `LeftBehind` otherwise."""
        found = shape(self.app, self.engine)
        changed = [name for name, value in self._as_made.items() if found[name] != value]
        if changed:
            raise LeftBehind(
                f"the application has other {', '.join(changed)} than it was made with"
            )

    def rest(self) -> None:
        """Keep no connection to a file that is about to go.

        Raises `LeftBehind` for one in use, and where it is not what it was.
        """
        self.check()
        in_use = self.engine.pool.checkedout()
        if in_use:
            raise LeftBehind(f"{in_use} connections of the application are in use")
        if self.engine.dialect.name == "sqlite":
            self.engine.dispose()

    def _connected(self, connection: Any, _record: object) -> None:
        self.connections.add(connection.info.backend_pid)

    def _closed(self, connection: Any, _record: object) -> None:
        self.connections.discard(connection.info.backend_pid)


def shape(app: Flask, engine: Engine) -> dict[str, object]:
    """Return what an application is: all that tests could add to it, or change in it."""
    return {
        "addresses": [(rule.rule, rule.endpoint) for rule in app.url_map.iter_rules()],
        # The mail server is one of the things that are given anew.
        "config": {key: value for key, value in app.config.items() if not key.startswith("MAIL_")},
        "extensions": set(app.extensions),
        "way in": app.wsgi_app,
        **{name: _copy(getattr(app, name)) for name in OF_APP},
        **{f"template {name}": dict(getattr(app.jinja_env, name)) for name in OF_TEMPLATES},
        **{f"on {name}": list(getattr(engine.dispatch, name)) for name in OF_ENGINE},
        **{f"on {name}": list(getattr(engine.pool.dispatch, name)) for name in OF_POOL},
    }


def close(app: Flask) -> None:
    """Let an application go of its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _copy(value: Any) -> Any:
    """Return a copy without the empty places that a mapping makes when it is asked for one."""
    if isinstance(value, Mapping):
        copies = {key: _copy(inner) for key, inner in value.items()}
        return {key: copied for key, copied in copies.items() if copied}
    return list(value) if isinstance(value, list) else value
