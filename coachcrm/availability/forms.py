"""The weekly hours as the coach types them: pairs of clock times, several a day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coachcrm.availability.slots import Hours

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import MultiDict

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_WINDOWS = 12
MOST_READ = 2 * MOST_WINDOWS
LEAST_SHOWN = 2
MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Window:
    """One pair of clock times as typed."""

    opens: str = ""
    closes: str = ""


@dataclass
class DayRow:
    """A weekday with its windows as typed, and what is wrong with them."""

    index: int
    windows: list[Window]
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the weekday's name."""
        return DAYS[self.index]


@dataclass
class WeekForm:
    """Seven days; `hours` holds the plain values where `is_good`."""

    days: list[DayRow]
    hours: list[Hours] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing has to be looked at again."""
        return not any(day.errors for day in self.days)

    @classmethod
    def of(cls, hours: Iterable[Hours]) -> WeekForm:
        """Return the form that shows the present hours, with a spare pair on each day."""
        form = cls([DayRow(index, []) for index in range(7)])
        for window in hours:
            row = form.days[window.weekday]
            row.windows.append(Window(clock_text(window.opens), clock_text(window.closes)))
        return form._with_spares()

    @classmethod
    def sent(cls, data: MultiDict[str, str]) -> WeekForm:
        """Read what was sent; says what is wrong by the day, and keeps it as typed."""
        form = cls([DayRow(index, []) for index in range(7)])
        for row in form.days:
            for number in range(MOST_READ):
                opens = data.get(f"day-{row.index}-opens-{number}", "").strip()[:20]
                closes = data.get(f"day-{row.index}-closes-{number}", "").strip()[:20]
                if opens or closes:
                    row.windows.append(Window(opens, closes))
            form.hours.extend(_read(row))
        return form._with_spares()

    def _with_spares(self) -> WeekForm:
        for row in self.days:
            row.windows.append(Window())
            while len(row.windows) < LEAST_SHOWN:
                row.windows.append(Window())
        return self


def _read(row: DayRow) -> list[Hours]:
    found: list[Hours] = []
    if len(row.windows) > MOST_WINDOWS:
        row.errors.append(f"There is room for {MOST_WINDOWS} times on a day.")
    for window in row.windows:
        opens, closes = minutes(window.opens), minutes(window.closes)
        if opens is None or closes is None:
            row.errors.append("Please give both times, such as 09:00 and 12:00.")
            continue
        # Midnight at the end of a day is written like the one at its beginning.
        closes = closes or MIDNIGHT
        if closes <= opens:
            row.errors.append(f"{window.closes} is not after {window.opens}.")
        elif any(opens < other.closes and other.opens < closes for other in found):
            row.errors.append(
                f"{window.opens} to {window.closes} overlaps another time of this day."
            )
        else:
            found.append(Hours(weekday=row.index, opens=opens, closes=closes))
    return found


def minutes(text: str) -> int | None:
    """Return a clock time (HH:MM, 24:00 at the end of a day) in minutes from midnight, or None."""
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:00)?", text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if (hour, minute) == (24, 0):
        return MIDNIGHT
    return hour * 60 + minute if hour < 24 and minute < 60 else None  # noqa: PLR2004


def clock_text(minute: int) -> str:
    """Return minutes from midnight as a clock time; the end of a day is 00:00."""
    minute %= MIDNIGHT
    return f"{minute // 60:02}:{minute % 60:02}"
