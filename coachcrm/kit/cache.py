"""Values that are dear to make and depend on nothing but their key and the clock."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
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
        return self.with_end(key, make, now=now)[0]

    def with_end(
        self, key: Hashable, make: Callable[[], tuple[Value, datetime]], *, now: datetime
    ) -> tuple[Value, datetime]:
        """Return the value of `key` as `get` does, and the last instant at which it is good."""
        with self._lock:
            found = self._values.get(key)
        if found is not None and found[1] <= now <= found[2]:
            return found[0], found[2]
        value, until = make()
        with self._lock:
            self._values[key] = (value, now, until)
        return value, until


@dataclass(frozen=True, slots=True)
class Edition:
    """A text as it is now, by the facts that it tells, and since which second it reads so."""

    facts: Hashable
    octets: bytes
    since: datetime


class Editions:
    """The newest edition of each text, by its name.

    No two editions of one text are of the same second: else a reader who has the earlier of two,
    and asks whether there is anything since, would never get the later (RFC 9110 8.8.2.2).
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._newest: dict[Hashable, Edition] = {}

    def get(
        self, name: Hashable, facts: Hashable, make: Callable[[], bytes], *, now: datetime
    ) -> Edition:
        """Return the text called `name`; it is made at `now` unless its `facts` are as before."""
        with self._lock:
            before = self._newest.get(name)
        if before is not None and before.facts == facts:
            return before
        octets = make()
        with self._lock:
            made = Edition(facts, octets, _since(octets, self._newest.get(name), now))
            self._newest[name] = made
        return made


def _since(octets: bytes, before: Edition | None, now: datetime) -> datetime:
    second = now.replace(microsecond=0)
    if before is None:
        return second
    if before.octets == octets:
        return before.since
    return max(second, before.since + timedelta(seconds=1))
