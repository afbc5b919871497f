"""Values that are dear to make and depend on nothing but their key and the clock."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """At most so many values by key, each until an instant; when it is full it begins anew.

    A key must name every fact that its value depends on but for the time. Threads may make the
    same value twice, and one of the two is kept.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, tuple[Value, datetime, datetime]] = {}

    def get(
        self, key: Hashable, make: Callable[[], tuple[Value, datetime]], *, now: datetime
    ) -> Value:
        """Return the value of `key`; it is made at `now` if there is none that is good.

        `make` returns the value and the last instant at which it is good. A clock that was set
        back makes it anew.
        """
        found = self._values.get(key)
        if found is not None and found[1] <= now <= found[2]:
            return found[0]
        value, until = make()
        if len(self._values) >= self._most:
            self._values = {}
        self._values[key] = (value, now, until)
        return value
