"""What the tests of a process share: databases and applications, each of one test at a time.

Each test finds them as they were made. What cannot be put back is told, with the test that left it,
and fails the one that would have met it; those after it get new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask

from config import Settings
from tests.support.applications import Applications
from tests.support.databases import Database, LeftBehind


class Shared:
    """Gives out databases and applications, and knows which test had them last."""

    def __init__(self) -> None:
        self._applications = Applications()
        self._databases: dict[str, Database] = {}
        self._user = "nobody"

    def database(self, template: str, make: Callable[[], Database], *, user: str) -> str:
        """Return the address of a database like `template`, which `user` has from now on.

        `make` makes it when there is none yet. Raises `LeftBehind`.
        """
        with self._telling_who():
            known = self._applications.rest()
            if template not in self._databases:
                self._databases[template] = make()
            self._databases[template].put_back(known=known)
        self._user = user
        return self._databases[template].url

    def application(self, settings: Settings) -> Flask | None:
        """Return the application on one of our databases; None where it has another.

        Raises `LeftBehind`.
        """
        ours = {_place(database.url) for database in self._databases.values()}
        if _place(settings.database_url) not in ours:
            return None
        with self._telling_who():
            return self._applications.of(settings)

    def close(self) -> None:
        """Forget all of them."""
        self._applications.close()
        for database in self._databases.values():
            database.close()
        self._databases.clear()

    @contextmanager
    def _telling_who(self) -> Iterator[None]:
        try:
            yield
        except LeftBehind as found:
            self.close()
            raise LeftBehind(f"{self._user} left something behind: {found}") from None


def _place(url: str) -> str:
    """Return an address without the name of the driver."""
    return url.partition("://")[2]
