"""The hours of a day and of the week as the coach types them; what was typed is always kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from coachcrm.availability.core.past_midnight import (
    Span,
    of_the_date,
    of_the_next,
    shifted,
    span_of,
    too_short,
)
from coachcrm.availability.core.windows import Hours
from coachcrm.kit.text.typed import parse_wall_time
from coachcrm.kit.time.words import WEEKDAYS
from coachcrm.kit.time.zones import MINUTES_A_DAY

MOST_WINDOWS = 12
MOST_READ = 2 * MOST_WINDOWS
LEAST_SHOWN = 2
DAYS = 7


@dataclass(frozen=True)
class Window:
    """One pair of clock times as typed."""

    opens: str = ""
    closes: str = ""


@dataclass
class WindowRows:
    """The windows of one day as typed, what is wrong with them, and what the good ones mean."""

    name: str
    key: str
    windows: list[Window] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    @property
    def hours(self) -> list[Span]:
        """What of them lies on the day itself, in minutes from midnight."""
        return of_the_date(self.spans)

    @property
    def past_midnight(self) -> list[Span]:
        """What of them lies on the next day, in minutes from its midnight."""
        return of_the_next(self.spans)

    def show(self, hours: Iterable[Span]) -> None:
        """Show these hours in the place of what is there."""
        self.spans = [*hours]
        self.windows = [Window(clock_text(opens), clock_text(closes)) for opens, closes in hours]

    def read(self, data: MultiDict[str, str], *, may_overlap: bool = False) -> None:
        """Read what was sent."""
        for number in range(MOST_READ):
            opens = data.get(f"{self.key}opens-{number}", "").strip()[:20]
            closes = data.get(f"{self.key}closes-{number}", "").strip()[:20]
            if opens or closes:
                self.windows.append(Window(opens, closes))
        if len(self.windows) > MOST_WINDOWS:
            self.errors.append(f"There is room for {MOST_WINDOWS} times on a day.")
        for window in self.windows:
            wrong = self._add(window, may_overlap=may_overlap)
            self.errors += [wrong] if wrong else []

    def _add(self, window: Window, *, may_overlap: bool) -> str | None:
        opens, closes = parse_wall_time(window.opens), parse_wall_time(window.closes)
        if opens is None or closes is None:
            return "Please give both times, such as 09:00 and 12:00."
        span = span_of(opens, closes)
        if span is None:
            return (
                f"{window.closes} is not after {window.opens}. Hours that run past midnight last "
                "12 hours at most."
            )
        if not may_overlap and _overlap(span, self.spans):
            return f"{span_text(span)} overlaps another time of this day."
        self.spans.append(span)
        return None

    def check_lengths(self, around: Iterable[Span], *, shortest: int) -> None:
        """Find what is too short; `around` are the hours that can touch these.

        `shortest` is the length of the shortest meeting in minutes.
        """
        self.errors += [
            f"{span_text(span)} is too short: your shortest meeting takes {shortest} minutes."
            for span in too_short(self.spans, around, shortest=shortest)
        ]

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
        """The windows that can be meant, each on the day on which it lies."""
        return tuple(
            Hours(weekday, *window)
            for weekday, day in enumerate(self.days)
            for window in sorted([*day.hours, *self.days[weekday - 1].past_midnight])
        )

    @property
    def nights(self) -> list[str]:
        """The days whose hours go on past midnight, each with the next."""
        ends = {hours.weekday for hours in self.hours if hours.closes == MINUTES_A_DAY}
        begins = {hours.weekday for hours in self.hours if hours.opens == 0}
        return [
            f"{WEEKDAYS[day]} to {WEEKDAYS[after]}"
            for day in sorted(ends)
            if (after := (day + 1) % DAYS) in begins
        ]

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
            row.read(data)
        form.check_nights()
        form.check_lengths(shortest)
        return form

    def check_nights(self) -> None:
        """Find hours past midnight that overlap those of the next day."""
        for day, after in zip(self.days, [*self.days[1:], self.days[0]], strict=True):
            day.errors += [
                f"{span_text(span)} overlaps another time of {after.name}."
                for span in day.spans
                if _overlap(span, shifted(after.spans, 1))
            ]

    def check_lengths(self, shortest: int) -> None:
        """Find hours that are too short for a meeting of `shortest` minutes."""
        for number, day in enumerate(self.days):
            # The week goes round: Sunday's hours touch Monday's.
            around = [
                span
                for days in (-1, 1)
                for span in shifted(self.days[(number + days) % DAYS].spans, days)
            ]
            day.check_lengths(around, shortest=shortest)

    def copy(self, source: int, targets: Iterable[int]) -> list[str]:
        """Write one day's windows over those of others; return the names of the days changed."""
        copied = [target for target in targets if target != source]
        for target in copied:
            day = self.days[target]
            day.windows, day.errors = [*self.days[source].windows], [*self.days[source].errors]
            day.spans = [*self.days[source].spans]
        return [self.days[target].name for target in copied]

    @classmethod
    def _empty(cls) -> WeekForm:
        return cls([WindowRows(name, f"day-{number}-") for number, name in enumerate(WEEKDAYS)])


def span_text(span: Span) -> str:
    """Return hours as they are typed: "22:30 to 01:30"."""
    return f"{clock_text(span[0])} to {clock_text(span[1])}"


def _overlap(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < ends and begins < span[1] for begins, ends in others)


def clock_text(minute: int) -> str:
    """Return minutes from midnight as a clock time; the end of a day is 00:00."""
    minute %= MINUTES_A_DAY
    return f"{minute // 60:02}:{minute % 60:02}"
