"""Values that are dear to make and depend on nothing but their key and the clock."""

from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """At most so many values by key, each until an instant; what was used least lately makes room.

    A key must name every fact that its value depends on but for the time. Threads may make the
    same value twice, and one of the two is kept.
    """

    def __init__(self, *, most: int) -> None:
        # The cache orders itself anew even when it is only read.
        self._lock = Lock()
        self._values: LRUCache[Hashable, tuple[Value, datetime, datetime]] = LRUCache(most)

    def get(
        self, key: Hashable, make: Callable[[], tuple[Value, datetime]], *, now: datetime
    ) -> Value:
        """Return the value of `key`; it is made at `now` if there is none that is good.

        `make` returns the value and the last instant at which it is good. A clock that was set
        back makes it anew.
        """
        with self._lock:
            found = self._values.get(key)
        if found is not None and found[1] <= now <= found[2]:
            return found[0]
        value, until = make()
        with self._lock:
            self._values[key] = (value, now, until)
        return value
