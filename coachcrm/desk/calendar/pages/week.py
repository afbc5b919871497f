"""The coach's week in words and figures, as its page draws it: from plain values to a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coachcrm.availability.core.windows import monday_of
from coachcrm.availability.models import TimeOffRow
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.practice import Practice
from coachcrm.desk.calendar.core.week import Axis, Dates, axis, free_parts, hours_of
from coachcrm.kit.time import words, zones
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant

# The picture's own units: about the pixels of a wide window.
LEFT, COLUMN, HEAD, A_MINUTE = 62, 134, 48, 1.2
NEXT_WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
YEARS = (2000, 2100)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a day: what it is, where it stands, and where it leads if anywhere.

    `text` and `more` stand in the picture, `name` is said aloud.
    """

    kind: str
    y: float
    height: float
    time: str
    text: str
    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A column, and the same day as a list for narrow windows and for those who listen."""

    iso: str
    heading: str
    short: str
    number: int
    x: int
    is_today: bool
    ground: list[Mark] = field(default_factory=list)
    free: list[Mark] = field(default_factory=list)
    taken: list[Mark] = field(default_factory=list)
    open_text: str = ""
    now_y: float | None = None
    new_url: str = ""

    @property
    def offered(self) -> list[Mark]:
        """The free times within his hours."""
        return [mark for mark in self.free if mark.kind == "free"]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days and the clock beside them."""

    heading: str
    days: list[Day]
    hours: list[tuple[float, str]]
    width: int
    height: float
    notes: list[str]
    earlier_url: str
    later_url: str
    this_url: str | None


def first_of(asked: date | None, today: date) -> date:
    """Return the Monday of the week asked for, else of this one."""
    sane = asked is not None and YEARS[0] <= asked.year < YEARS[1]
    return monday_of(asked if sane and asked else today)


def picture(
    practice: Practice,
    first: date,
    bookings: Sequence[Booking],
    time_off: Sequence[TimeOffRow],
    *,
    now: datetime,
) -> Week:
    """Draw the week from Monday `first` on; bookings and time off are those that touch it."""
    zone = practice.coach.zone
    dates = Dates(first, zone)
    last = dates.all[-1]
    windows = practice.windows(first, last)
    offs = list(_offs(practice, dates, time_off))
    shown = axis(dates, [*windows, *(booking.interval for booking in bookings)])
    busy = [booking.interval for booking in bookings] + [time for time, _, _ in offs]
    today = now.astimezone(zone).date()
    pen = _Pen(shown, practice.coach.timezone)
    days = []
    for number, on in enumerate(dates.all):
        of_day = [part for window in windows for d, part in dates.parts(window) if d == on]
        day = Day(
            iso=on.isoformat(),
            heading=words.day(on),
            short=words.day(on)[:3],
            number=on.day,
            x=LEFT + number * COLUMN,
            is_today=on == today,
            open_text=_open_text(of_day, zone),
            now_y=pen.now_y(on, now) if on == today else None,
            new_url=f"/coach/bookings/new?on={on.isoformat()}",
        )
        day.ground.extend(pen.plain("window", on, window) for window in windows)
        day.ground.extend(pen.plain("buffer", on, time) for time in _buffers(bookings))
        day.ground.extend(pen.void(on))
        day.taken.extend(pen.off(on, *off) for off in offs)
        day.taken.extend(pen.booking(on, booking) for booking in bookings)
        day.free.extend(
            pen.free(on, part, is_open=any(w.start <= part.start < w.end for w in of_day))
            for part in free_parts(on, shown, busy, now=now)
        )
        days.append(_in_sight(day))
    return Week(
        heading=_heading(first, last),
        days=days,
        hours=[(_y(top), _hour(minute)) for top, minute in shown.hours()],
        width=LEFT + 7 * COLUMN,
        height=HEAD + shown.height * A_MINUTE,
        notes=[note for on in dates.all if (note := _clock_change(on, zone))],
        earlier_url=_url(first - NEXT_WEEK),
        later_url=_url(first + NEXT_WEEK),
        this_url=None if first == monday_of(today) else "/coach/bookings",
    )


@dataclass(frozen=True, slots=True)
class _Pen:
    """Puts a time on one date at its place; a mark of no height is out of sight."""

    axis: Axis
    zone_name: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    def plain(self, kind: str, on: date, time: Interval) -> Mark:
        return self._mark(kind, on, time, text="", name="")

    def void(self, on: date) -> Iterator[Mark]:
        extent = self.axis.void(on)
        if extent:
            yield Mark("gone", _y(extent[0]), _high(extent[1]), "", "", "")

    def now_y(self, on: date, now: datetime) -> float | None:
        extent = self.axis.extent(on, Interval(now, now + timedelta(minutes=1)))
        return _y(extent[0]) if extent else None

    def off(self, on: date, time: Interval, reason: str, url: str | None) -> Mark:
        text = reason or "Time off"
        name = f"{self._spoken(time)}: time off{f', {reason}' if reason else ''}"
        return self._mark("off", on, time, text=text, name=name, url=url)

    def booking(self, on: date, booking: Booking) -> Mark:
        kind = "booking" if booking.status in {"held", "confirmed"} else "done"
        name = f"{self._spoken(booking.interval)}: {booking.client.name}, {booking.service.name}"
        url = f"/coach/bookings/{booking.id}"
        return self._mark(kind, on, booking.interval, text=booking.client.name, name=name, url=url)

    def free(self, on: date, time: Interval, *, is_open: bool) -> Mark:
        label = words.slot_label(time.start, self.zone_name)
        name = f"{label}: free" if is_open else f"{label}: free, outside your hours"
        url = f"/coach/bookings/new?start={words.utc_stamp(time.start)}"
        return self._mark("free" if is_open else "spare", on, time, text="", name=name, url=url)

    def _mark(
        self, kind: str, on: date, time: Interval, *, text: str, name: str, url: str | None = None
    ) -> Mark:
        parts = [part for d, part in Dates(on, self.zone, 1).parts(time) if d == on]
        extent = self.axis.extent(on, parts[0]) if parts else None
        top, height = extent or (0, 0)
        clock = words.clock_time(time.start.astimezone(self.zone)) if parts else ""
        return Mark(kind, _y(top), _high(height) if parts else -1, clock, text, name, url)

    def _spoken(self, time: Interval) -> str:
        return f"{words.stretch(time, self.zone)}, {zones.label(self.zone_name)}"


def _in_sight(day: Day) -> Day:
    """Leave out what is of other dates."""
    for marks in (day.ground, day.free, day.taken):
        marks[:] = sorted((mark for mark in marks if mark.height >= 0), key=lambda mark: mark.y)
    return day


def _offs(
    practice: Practice, dates: Dates, rows: Iterable[TimeOffRow]
) -> Iterator[tuple[Interval, str, str | None]]:
    """Yield time off with its reason and where it leads: bank holidays lead nowhere."""
    for row in rows:
        time = row.time_off().interval(dates.zone)
        if time is not None:
            yield time, row.reason, f"/coach/bookings/block/{row.id}"
    found = practice.holidays(dates.all[0], dates.all[-1])
    for on, name in found.items():
        if on not in practice.opened:
            yield Interval(*(instant(on, m, dates.zone) for m in (0, MINUTES_A_DAY))), name, None


def _buffers(bookings: Iterable[Booking]) -> Iterator[Interval]:
    for booking in bookings:
        before = timedelta(minutes=booking.service.before_min)
        after = timedelta(minutes=booking.service.after_min)
        if before:
            yield Interval(booking.starts_at - before, booking.starts_at)
        if after:
            yield Interval(booking.ends_at, booking.ends_at + after)


def _heading(first: date, last: date) -> str:
    span = words.span(first, last)
    return span if first.year != last.year else f"{span} {last.year}"


def _open_text(windows: Iterable[Interval], zone: ZoneInfo) -> str:
    ends = [(w.start.astimezone(zone), w.end.astimezone(zone)) for w in windows]
    return ", ".join(f"{words.clock_time(a)} to {words.clock_time(b)}" for a, b in ends)


def _clock_change(on: date, zone: ZoneInfo) -> str | None:
    """Say that a day is shorter or longer than others, or return None."""
    more = hours_of(on, zone) - A_DAY
    if not more:
        return None
    by = words.clock_step(abs(more))
    way = "forward" if more < timedelta(0) else "back"
    hours, rest = divmod(hours_of(on, zone) // timedelta(minutes=1), 60)
    day = f"{hours} hours" if not rest else f"{hours} hours and {rest} minutes"
    return f"The clocks go {way} by {by} on {words.day(on)}: that day has {day}."


def _hour(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    text = f"{(hour - 1) % 12 + 1}"
    return f"{text}{f':{rest:02}' if rest else ''} {'am' if hour < 12 else 'pm'}"  # noqa: PLR2004


def _y(minutes: int) -> float:
    return round(HEAD + minutes * A_MINUTE, 1)


def _high(minutes: int) -> float:
    return round(minutes * A_MINUTE, 1)


def _url(first: date) -> str:
    return f"/coach/bookings?from={first.isoformat()}"
