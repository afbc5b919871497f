"""The days of a visitor's calendar on which something is free. Pure.

Months can lie between today and the last date that can be booked, and a page shows few of them: no
more is looked at than it asks for.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from operator import attrgetter
from zoneinfo import ZoneInfo

from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import instant

DAY = timedelta(days=1)
TOGETHER = 28  # days that are looked at in one go
FEW_WEEKS, LONG_MONTH = 2, 5  # weeks


@dataclass(frozen=True, slots=True)
class FreeDays:
    """What is free on the dates `today` to `horizon`, counted by the clocks of `zone`.

    `look` returns the free times of the dates from one to another, both inclusive, in order.
    """

    today: date
    horizon: date
    zone: ZoneInfo
    look: Callable[[date, date], list[Interval]]
    _found: dict[date, list[Interval]] = field(default_factory=dict)

    def on(self, day: date) -> list[Interval]:
        """Return what is free on a date; nothing before today and behind the horizon."""
        if not self.today <= day <= self.horizon:
            return []
        if day not in self._found:
            self._look_around(day)
        return self._found[day]

    def between(self, first: date, last: date) -> list[Interval]:
        """Return what is free on the dates `first` to `last` inclusive, in order."""
        return [slot for day in _dates(first, last) for slot in self.on(day)]

    def after(self, day: date) -> date | None:
        """Return the first date behind this one on which something is free."""
        return self._first_of(_dates(max(day + DAY, self.today), self.horizon))

    def before(self, day: date) -> date | None:
        """Return the last date ahead of this one on which something is free."""
        number = (min(day - DAY, self.horizon) - self.today).days
        return self._first_of(self.today + DAY * back for back in range(number, -1, -1))

    @property
    def first(self) -> date | None:
        """The first date on which something is free."""
        return self.after(self.today - DAY)

    @property
    def last(self) -> date | None:
        """The last date on which something is free."""
        return self.before(self.horizon + DAY)

    def _first_of(self, days: Iterable[date]) -> date | None:
        return next((day for day in days if self.on(day)), None)

    def _look_around(self, day: date) -> None:
        first = self.today + DAY * ((day - self.today).days // TOGETHER * TOGETHER)
        days = _dates(first, min(first + DAY * (TOGETHER - 1), self.horizon))
        found = self.look(days[0], days[-1])
        # A date ends where the next begins: to ask each time for its own would take far longer.
        ends = [bisect_left(found, instant(each, 0, self.zone), key=_start) for each in days[1:]]
        for each, begin, end in zip(days, [0, *ends], [*ends, len(found)], strict=True):
            self._found[each] = found[begin:end]


class Answer(Enum):
    """How a date that was asked for is answered."""

    AS_ASKED = "as asked"
    PASSED = "it has passed: the first that has a time"
    TOO_FAR = "it lies behind the horizon: the last that has a time"


def to_show(asked: date | None, days: FreeDays) -> tuple[date | None, Answer]:
    """Return the date to show for the one that is asked for, and why it is that.

    A date that can be booked is shown, with nothing free on it too; where none is asked for it is
    the first that has a time. None where nothing is free at all.
    """
    if asked is None:
        return days.first, Answer.AS_ASKED
    if asked < days.today:
        return days.first, Answer.PASSED
    if asked > days.horizon:
        return days.last, Answer.TOO_FAR
    is_any_free = bool(days.on(asked)) or days.first is not None
    return (asked if is_any_free else None), Answer.AS_ASKED


def weeks_of_month(on: date) -> list[list[date | None]]:
    """Return the weeks of the month of a date, from Monday to Sunday; None is of another month."""
    first = on.replace(day=1)
    next_month = (first + DAY * 31).replace(day=1)
    number = (next_month - first).days
    cells: list[date | None] = [None] * first.weekday()
    cells += [first + DAY * n for n in range(number)]
    cells += [None] * (-len(cells) % 7)
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def weeks_to_show(on: date, today: date) -> list[list[date | None]]:
    """Return the weeks of a date's month; where that is all but over, five weeks from today's on.

    A month of which little is left would show nothing but what has passed.
    """
    weeks = weeks_of_month(on)
    month_left = [week for week in weeks if any(day and day >= today for day in week)]
    if (on.year, on.month) != (today.year, today.month) or len(month_left) > FEW_WEEKS:
        return weeks
    monday = today - DAY * today.weekday()
    cells = [monday + DAY * n for n in range(7 * LONG_MONTH)]
    kept = [day if day >= today.replace(day=1) else None for day in cells]
    return [kept[n : n + 7] for n in range(0, len(kept), 7)]


def _dates(first: date, last: date) -> list[date]:
    return [first + DAY * n for n in range((last - first).days + 1)]


_start = attrgetter("start")
