"""A month as a calendar, each date with a bar of its hours."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coachcrm.availability.core.windows import monday_of
from coachcrm.desk.availability.pages.month_reasons import SeenDay

# The width of a whole bar, which the template shares.
WIDTH = 100


@dataclass(frozen=True, slots=True)
class HourBar:
    """A stretch of a date's bar."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A date of the calendar; `day` is None where it is over, or of another month."""

    number: int | None
    day: SeenDay | None
    bars: list[HourBar]


def month(first: date, days: Sequence[SeenDay]) -> list[list[Cell]]:
    """Return the weeks of the month that begins on `first`; the bars of all days have one scale."""
    lines = [line for day in days for line in day.lines]
    opens = min((line.opens for line in lines), default=540)
    closes = max((line.closes for line in lines), default=1020)
    scale = WIDTH / max(60, closes - opens)
    known = {day.on: day for day in days}
    last = first.replace(day=monthrange(first.year, first.month)[1])
    monday, weeks = monday_of(first), []
    while monday <= last:
        dates = [monday + timedelta(days=n) for n in range(7)]
        if any(on in known for on in dates):
            weeks.append([_cell(on, first, known.get(on), opens, scale) for on in dates])
        monday += timedelta(days=7)
    return weeks


def _cell(on: date, first: date, day: SeenDay | None, opens: int, scale: float) -> Cell:
    bars = [
        HourBar(
            round((line.opens - opens) * scale, 1),
            round((line.closes - line.opens) * scale, 1),
            line.kind,
        )
        for line in (day.lines if day else [])
    ]
    return Cell(on.day if on.month == first.month else None, day, bars)
