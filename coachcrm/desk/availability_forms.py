"""Hours and dates as the coach types them; what was typed is always kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wtforms import StringField, ValidationError

from coachcrm.availability import holidays
from coachcrm.availability.slots import Hours, TimeOff
from coachcrm.kit.forms import Choice, Form, OneLine, Required, stripped
from coachcrm.kit.text import parse_date
from coachcrm.kit.words import WEEKDAYS
from coachcrm.kit.zones import MINUTES_A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from werkzeug.datastructures import MultiDict
    from wtforms import Field

MOST_WINDOWS = 12
MOST_READ = 2 * MOST_WINDOWS
LEAST_SHOWN = 2
# A year that is further off is a slip of the finger.
MOST_YEARS = 5


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
        opens, closes = minutes(window.opens), minutes(window.closes)
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

    def rows(self) -> list[Window]:
        """Return what the page shows: the windows as typed, and room for more."""
        spare = max(1, LEAST_SHOWN - len(self.windows))
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


class _DatesForm(Form):
    """A form whose dates lie from today on, and not too far ahead."""

    def __init__(self, *, today: date, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.today = today

    def _check_date(self, text: str) -> date:
        on = parse_date(text)
        if on is None:
            raise ValidationError("Please give a date that exists, such as 2027-06-19.")
        if on < self.today:
            raise ValidationError("This date is over. Please give one from today on.")
        if on.year > self.today.year + MOST_YEARS:
            raise ValidationError(f"Please give a date within the next {MOST_YEARS} years.")
        return on


class DateForm(_DatesForm):
    """Hours of one date: open at certain times, or closed."""

    on = StringField("Which date?", [Required("Please choose a date.")], [stripped])
    kind = Choice(
        "On that day I am",
        lambda: [("open", "open at these times"), ("closed", "closed all day")],
        default="open",
    )

    def __init__(
        self, *, today: date, hours: Sequence[tuple[int, int]] = (), **kwargs: object
    ) -> None:
        super().__init__(today=today, **kwargs)
        self.rows = WindowRows("That day", "")
        self.rows.show(hours)

    def validate_on(self, field: Field) -> None:
        """Refuse dates that do not exist, are over, or are a slip of the finger."""
        if field.data:
            self._check_date(field.data)

    def read(self, data: MultiDict[str, str], *, shortest: int) -> bool:
        """Read what was sent; say whether it can be meant. Overlapping windows are (rule 3)."""
        self.rows = WindowRows("That day", "")
        self.rows.read(data, shortest=shortest, may_overlap=True)
        is_good = self.was_sent_well()
        if self.kind.data == "closed":
            self.rows.errors, self.rows.hours = [], []
        elif not self.rows.windows:
            self.rows.errors = ["Please give at least one time, or choose “closed all day”."]
        return is_good and not self.rows.errors

    @property
    def date(self) -> date:
        """The date; ask only a form that is valid."""
        return self._check_date(self.on.data or "")


class TimeOffForm(_DatesForm):
    """Time off: days in a row, or a part of them."""

    begins_on = StringField("First day", [Required("Please choose the first day.")], [stripped])
    ends_on = StringField("Last day", [], [stripped])
    begins = StringField("From what time on the first day", [], [stripped])
    ends = StringField("Until what time on the last day", [], [stripped])
    reason = StringField("What for", [OneLine(120)], [stripped])

    def validate_begins_on(self, field: Field) -> None:
        """Refuse dates that do not exist or are a slip of the finger; a leave may have begun."""
        on = parse_date(field.data or "")
        if field.data and (on is None or abs(on.year - self.today.year) > 1):
            self._check_date(field.data)

    def validate_ends_on(self, field: Field) -> None:
        """Refuse time off that is over, or ends before it begins."""
        first = parse_date(self.begins_on.data or "")
        if first is None:
            return
        last = self._check_date(field.data or first.isoformat())
        if last < first:
            raise ValidationError("The last day is before the first. Please check the two dates.")

    def validate_begins(self, field: Field) -> None:
        """Refuse what is no clock time."""
        if field.data and minutes(field.data) in {None, MINUTES_A_DAY}:
            raise ValidationError("Please give a time such as 13:00, or leave it empty.")

    def validate_ends(self, field: Field) -> None:
        """Refuse what is no clock time, or not after the beginning."""
        if field.data and minutes(field.data) is None:
            raise ValidationError("Please give a time such as 17:30, or leave it empty.")
        same_day = (self.ends_on.data or self.begins_on.data) == self.begins_on.data
        end = (minutes(field.data or "") or 0) or MINUTES_A_DAY
        if same_day and end <= (minutes(self.begins.data or "") or 0):
            raise ValidationError(f"{field.data} is not after {self.begins.data}.")

    def time_off(self) -> TimeOff:
        """Return what was typed as a plain value; call it on a form that is valid."""
        first = parse_date(self.begins_on.data or "") or self.today
        return TimeOff(
            begins_on=first,
            ends_on=parse_date(self.ends_on.data or "") or first,
            begins_min=minutes(self.begins.data or "") or 0,
            ends_min=minutes(self.ends.data or "") or MINUTES_A_DAY,
            reason=self.reason.data or "",
        )


class NationForm(Form):
    """Whose bank holidays the coach keeps."""

    nation = Choice(
        "Whose bank holidays do you keep?", holidays.NATIONS.items, default="england-and-wales"
    )


def minutes(text: str) -> int | None:
    """Return a clock time (HH:MM, 24:00 at the end of a day) in minutes from midnight, or None."""
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:00)?", text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if (hour, minute) == (24, 0):
        return MINUTES_A_DAY
    return hour * 60 + minute if hour < 24 and minute < 60 else None  # noqa: PLR2004


def clock_text(minute: int) -> str:
    """Return minutes from midnight as a clock time; the end of a day is 00:00."""
    minute %= MINUTES_A_DAY
    return f"{minute // 60:02}:{minute % 60:02}"
