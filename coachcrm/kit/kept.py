"""Values that are dear to make and depend on nothing but their key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """At most so many values by key; when it is full it begins anew.

    There is no time in it: a key must name every fact that its value depends on. Threads may
    make the same value twice, and one of the two is kept.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, Value] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of `key`, made now if it is not there."""
        value = self._values.get(key)
        if value is None:
            value = make()
            if len(self._values) >= self._most:
                self._values = {}
            self._values[key] = value
        return value
