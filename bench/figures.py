"""What was measured: each figure beside the limit it is held to, and as a table to be compared."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("what", "value", "unit", "better", "limit", "verdict", "said")
# Two runs of one state differ by about as much on a machine that does nothing else.
NOISE = 0.15


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `better` is "more" or "less", `limit` None where it is only looked at."""

    what: str
    value: float
    unit: str
    better: str
    limit: float | None
    said: str

    @property
    def verdict(self) -> str:
        """Say `good` or `MISSED`, and nothing where there is no limit."""
        if self.limit is None:
            return ""
        is_good = self.value >= self.limit if self.better == "more" else self.value <= self.limit
        return "good" if is_good else "MISSED"

    def line(self) -> str:
        """Return the row as a person reads it."""
        most = "at least" if self.better == "more" else "at most"
        limit = "" if self.limit is None else f" ({most} {self.limit:g})"
        said = f": {self.said}" if self.said else ""
        return f"{self.verdict:7}{self.what}: {self.value:.3g} {self.unit}{limit}{said}"


@dataclass(slots=True)
class Figures:
    """The rows of one run, printed as they come."""

    rows: list[Row] = field(default_factory=list)

    def least(
        self, what: str, value: float, limit: float | None, unit: str, said: str = ""
    ) -> None:
        """Take a figure that is better the more it is."""
        self._take(Row(what, value, unit, "more", limit, said))

    def most(self, what: str, value: float, limit: float | None, unit: str, said: str = "") -> None:
        """Take a figure that is better the less it is."""
        self._take(Row(what, value, unit, "less", limit, said))

    def _take(self, row: Row) -> None:
        self.rows.append(row)
        print(row.line())
        sys.stdout.flush()

    def write(self, path: Path) -> None:
        """Write all rows as a table whose columns are parted by tabs."""
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, delimiter="\t", lineterminator="\n")
            table.writerow(COLUMNS)
            for row in self.rows:
                limit = "" if row.limit is None else f"{row.limit:g}"
                value = f"{row.value:.6g}"
                table.writerow(
                    [row.what, value, row.unit, row.better, limit, row.verdict, row.said]
                )

    def missed(self) -> list[str]:
        """Return the lines of the rows that miss their limits."""
        return [row.line() for row in self.rows if row.verdict == "MISSED"]

    def worse_than(self, base: dict[str, float]) -> list[str]:
        """Return a line for each row that got worse against `base`, by more than noise."""
        return [
            f"{row.what}: {base[row.what]:.3g} → {row.value:.3g} {row.unit}"
            for row in self.rows
            if row.what in base and _is_worse(row, base[row.what])
        ]


def read(path: Path) -> dict[str, float]:
    """Return the values of a table that was written before, by what they are of."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["what"]: float(row["value"]) for row in csv.DictReader(file, delimiter="\t")}


def _is_worse(row: Row, before: float) -> bool:
    if row.better == "more":
        return row.value < before * (1 - NOISE)
    return row.value > before * (1 + NOISE)
