"""The hours of a day and of the week as the coach types them; what was typed is always kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from coachcrm.availability.core.windows import Hours
from coachcrm.kit.text.typed import parse_wall_time
from coachcrm.kit.time.words import WEEKDAYS
from coachcrm.kit.time.zones import MINUTES_A_DAY

MOST_WINDOWS = 12
MOST_READ = 2 * MOST_WINDOWS
LEAST_SHOWN = 2


@dataclass(frozen=True)
class Window:
    """One pair of clock times as typed."""

    opens: str = ""
    closes: str = ""


@dataclass
class WindowRows:
    """The windows of one day as typed, what is wrong with them, and the good ones in minutes."""

    name: str
    key: str
    windows: list[Window] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hours: list[tuple[int, int]] = field(default_factory=list)

    def show(self, hours: Iterable[tuple[int, int]]) -> None:
        """Show these hours in the place of what is there."""
        self.hours = [*hours]
        self.windows = [Window(clock_text(opens), clock_text(closes)) for opens, closes in hours]

    def read(self, data: MultiDict[str, str], *, shortest: int, may_overlap: bool = False) -> None:
        """Read what was sent; `shortest` is the length of the shortest meeting in minutes."""
        for number in range(MOST_READ):
            opens = data.get(f"{self.key}opens-{number}", "").strip()[:20]
            closes = data.get(f"{self.key}closes-{number}", "").strip()[:20]
            if opens or closes:
                self.windows.append(Window(opens, closes))
        if len(self.windows) > MOST_WINDOWS:
            self.errors.append(f"There is room for {MOST_WINDOWS} times on a day.")
        for window in self.windows:
            wrong = self._add(window, shortest, may_overlap=may_overlap)
            self.errors += [wrong] if wrong else []

    def _add(self, window: Window, shortest: int, *, may_overlap: bool) -> str | None:
        opens, closes = parse_wall_time(window.opens), parse_wall_time(window.closes)
        if opens is None or closes is None:
            return "Please give both times, such as 09:00 and 12:00."
        # Midnight at the end of a day is written like the one at its beginning.
        closes = closes or MINUTES_A_DAY
        typed = f"{window.opens} to {window.closes}"
        if closes <= opens:
            return f"{window.closes} is not after {window.opens}."
        if closes - opens < shortest:
            return f"{typed} is too short: your shortest meeting takes {shortest} minutes."
        if not may_overlap and any(opens < end and start < closes for start, end in self.hours):
            return f"{typed} overlaps another time of this day."
        self.hours.append((opens, closes))
        return None

    def rows(self, least: int = LEAST_SHOWN) -> list[Window]:
        """Return what the page shows: the windows as typed, and room for more."""
        spare = max(1, least - len(self.windows))
        return [*self.windows, *[Window()] * spare]


@dataclass
class WeekForm:
    """Seven days; `hours` holds the plain values where `is_good`."""

    days: list[WindowRows]

    @property
    def is_good(self) -> bool:
        """Whether nothing has to be looked at again."""
        return not any(day.errors for day in self.days)

    @property
    def hours(self) -> tuple[Hours, ...]:
        """The windows that can be meant."""
        return tuple(
            Hours(weekday, *window)
            for weekday, day in enumerate(self.days)
            for window in sorted(day.hours)
        )

    @classmethod
    def of(cls, hours: Iterable[Hours]) -> WeekForm:
        """Return the form that shows the present hours."""
        form, known = cls._empty(), [*hours]
        for weekday, row in enumerate(form.days):
            row.show(sorted((h.opens, h.closes) for h in known if h.weekday == weekday))
        return form

    @classmethod
    def sent(cls, data: MultiDict[str, str], *, shortest: int = 0) -> WeekForm:
        """Read what was sent; says what is wrong by the day, and keeps it as typed."""
        form = cls._empty()
        for row in form.days:
            row.read(data, shortest=shortest)
        return form

    def copy(self, source: int, targets: Iterable[int]) -> list[str]:
        """Write one day's windows over those of others; return the names of the days changed."""
        copied = [target for target in targets if target != source]
        for target in copied:
            day = self.days[target]
            day.windows, day.errors = [*self.days[source].windows], [*self.days[source].errors]
            day.hours = [*self.days[source].hours]
        return [self.days[target].name for target in copied]

    @classmethod
    def _empty(cls) -> WeekForm:
        return cls([WindowRows(name, f"day-{number}-") for number, name in enumerate(WEEKDAYS)])


def clock_text(minute: int) -> str:
    """Return minutes from midnight as a clock time; the end of a day is 00:00."""
    minute %= MINUTES_A_DAY
    return f"{minute // 60:02}:{minute % 60:02}"
