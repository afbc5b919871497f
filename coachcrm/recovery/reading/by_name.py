"""Rows read as plain facts: each column fills the field that is called as it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Dialect, Row, type_coerce
from sqlalchemy.orm import Bundle, InstrumentedAttribute

from coachcrm.kit.data.db import Base, Instant

Fact = TypeVar("Fact")


class AsFact(Bundle[Fact]):
    """The columns that a fact is made of; a query for it finds facts, and None for no row.

    Each field is filled from the table's column of its name, but for one that is gathered from
    other rows, and for those whose column stands `elsewhere`. Raises AttributeError for a field
    that no column is called as.
    """

    def __init__(self, fact: Callable[..., Fact], table: type[Base], **elsewhere: Any) -> None:
        names = [f.name for f in fields(fact) if not f.metadata.get("gathered")]  # type: ignore[arg-type]
        columns = [elsewhere[n] if n in elsewhere else getattr(table, n) for n in names]
        # A query is remembered by this name, so that no two facts may share one.
        super().__init__(f"{fact.__name__} of {' '.join(names)}", *columns)
        self.fact, self.names = fact, names

    def create_row_processor(
        self, query: Any, procs: Sequence[Callable[[Any], Any]], labels: Sequence[str]
    ) -> Callable[[Any], Fact | None]:
        """Return what makes a fact of a row."""
        del query, labels
        fact, named = self.fact, tuple(zip(self.names, procs, strict=True))

        def make(row: Any) -> Fact | None:
            values = {name: value(row) for name, value in named}
            is_there = any(value is not None for value in values.values())
            return fact(**values) if is_there else None

        return make


class DayOfInstant(Instant):
    """The day of an instant, in UTC."""

    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # type: ignore[override]
        """Read an instant, and leave its time."""
        at = super().process_result_value(value, dialect)
        return at.date() if at else None


def day_of(instant: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Return the day of a column that holds an instant."""
    return type_coerce(instant, DayOfInstant())


def by_owner(rows: Iterable[Row[int, Fact]]) -> dict[int, tuple[Fact, ...]]:
    """Return facts by the id of what they hang on, in their order; of nothing else, none."""
    found: dict[int, tuple[Fact, ...]] = defaultdict(tuple)
    for owner, fact in rows:
        found[owner] += (fact,)
    return found
