"""The coach's week as a picture: from plain values to where each thing stands and what it says.

The bookings page has it large, with a link on every booking and free hour, and Today has it small.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.availability.core.windows import monday_of
from coachcrm.availability.models import TimeOffRow
from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.practice import Practice
from coachcrm.desk import operations
from coachcrm.desk.calendar import reading
from coachcrm.desk.calendar.core.week import Axis, Dates, axis, free_parts, hours_of
from coachcrm.desk.calendar.core.week_drawing import Scale, WeekDay, WeekMark
from coachcrm.kit.time import words, zones
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant

NEXT_WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
YEARS = (2000, 2100)
# The units of the two pictures, which their templates share. The large one has about the pixels of
# a wide window, and the small one the same height whatever it shows.
LARGE = Scale(left=62, column=134, head=48, a_minute=1.2)
SMALL_COLUMN, SMALL_HEAD, SMALL_HEIGHT, SMALL_LEAST = 40, 20, 156, 3


@dataclass(frozen=True, slots=True)
class SmallWeek:
    """Seven days as columns; `summary` says the same in a sentence."""

    summary: str
    days: list[WeekDay]


@dataclass(frozen=True, slots=True)
class LargeWeek:
    """Seven days and the clock beside them: each hour with its line's and its text's place."""

    heading: str
    days: list[WeekDay]
    hours: list[tuple[float, float, str]]
    width: int
    height: float
    notes: list[str]
    earlier_url: str
    later_url: str
    this_url: str | None


def read(session: Session, practice: Practice, asked: date | None, *, now: datetime) -> LargeWeek:
    """Return the week that the address asks for, else the present one."""
    zone = practice.coach.zone
    first = first_of(asked, now.astimezone(zone).date())
    start, end = (instant(on, 0, zone) for on in (first, first + NEXT_WEEK))
    found = operations.meetings_between(session, practice.coach.id, start, end)
    off = reading.time_off_between(session, practice.coach.id, first, first + NEXT_WEEK)
    return picture(practice, first, found, off, now=now)


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
) -> LargeWeek:
    """Draw the week from Monday `first` on; bookings and time off are those that touch it."""
    zone, last = practice.coach.zone, first + NEXT_WEEK - A_DAY
    dates = Dates(first, zone)
    windows = practice.windows(first, last)
    offs = list(_offs(practice, dates, time_off))
    shown = axis(dates, [*windows, *(booking.interval for booking in bookings)])
    busy = [booking.interval for booking in bookings] + [time for time, _, _ in offs]
    today = now.astimezone(zone).date()
    pen = _Pen(shown, practice.coach.timezone, LARGE)
    days = []
    for number, on in enumerate(dates.all):
        of_day = [part for window in windows for d, part in dates.parts(window) if d == on]
        days.append(
            WeekDay(
                on,
                LARGE.x(number),
                is_today=on == today,
                ground=_by_place(
                    pen.plain("window", on, windows),
                    pen.plain("buffer", on, _buffers(bookings)),
                    pen.gone(on),
                ),
                taken=_by_place(pen.offs(on, offs), pen.bookings(on, bookings)),
                free=_by_place(pen.free(on, free_parts(on, shown, busy, now=now), of_day)),
                open_text=_open_text(of_day, zone),
                now_y=pen.now_y(on, now) if on == today else None,
                new_url=url_for("desk.new_booking", on=on.isoformat()),
            )
        )
    return LargeWeek(
        heading=_heading(first, last),
        days=days,
        hours=[(LARGE.y(top), LARGE.y(top) + 4, _hour(minute)) for top, minute in shown.hours()],
        width=LARGE.x(7),
        height=LARGE.head + shown.height * LARGE.a_minute,
        notes=[note for on in dates.all if (note := _clock_change(on, zone))],
        earlier_url=week_url(first - NEXT_WEEK),
        later_url=week_url(first + NEXT_WEEK),
        this_url=None if first == monday_of(today) else url_for("desk.bookings"),
    )


def small_picture(
    practice: Practice, first: date, bookings: Sequence[Booking], *, today: date
) -> SmallWeek:
    """Draw the seven days from `first` on, with the hours that are open and what is booked."""
    dates = Dates(first, practice.coach.zone)
    windows = practice.open_hours(first, dates.all[-1])
    of_week = [booking for booking in bookings if any(dates.parts(booking.interval))]
    shown = axis(dates, [*windows, *(booking.interval for booking in of_week)], spare=0)
    scale = Scale(0, SMALL_COLUMN, SMALL_HEAD, SMALL_HEIGHT / shown.height, SMALL_LEAST)
    pen = _Pen(shown, practice.coach.timezone, scale)
    many = "One meeting" if len(of_week) == 1 else f"{len(of_week) or 'No'} meetings"
    return SmallWeek(
        summary=f"{many} in the seven days from {words.day(first)}",
        days=[
            WeekDay(
                on,
                scale.x(number),
                is_today=on == today,
                ground=list(pen.plain("window", on, windows)),
                taken=_by_place(pen.bookings(on, of_week)),
            )
            for number, on in enumerate(dates.all)
        ],
    )


def week_url(on: date) -> str:
    """Return the address of the week in which a date lies."""
    return f"{url_for('desk.bookings')}?from={on.isoformat()}"


@dataclass(frozen=True, slots=True)
class _Pen:
    """Puts times on one date at their places, and leaves out what is of other dates."""

    axis: Axis
    zone_name: str
    scale: Scale

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    def plain(self, kind: str, on: date, times: Iterable[Interval]) -> Iterator[WeekMark]:
        for time in times:
            yield from self._marks(kind, on, time)

    def gone(self, on: date) -> Iterator[WeekMark]:
        if extent := self.axis.void(on):
            yield WeekMark("gone", self.scale.y(extent[0]), self.scale.height(extent[1]))

    def now_y(self, on: date, now: datetime) -> float | None:
        extent = self.axis.extent(on, Interval(now, now + timedelta(minutes=1)))
        return self.scale.y(extent[0]) if extent else None

    def offs(
        self, on: date, offs: Iterable[tuple[Interval, str, str | None]]
    ) -> Iterator[WeekMark]:
        for time, reason, url in offs:
            name = f"{self._spoken(time)}: time off{f', {reason}' if reason else ''}"
            text = reason or "Time off"
            yield from self._marks("off", on, time, text=text, name=name, url=url)

    def bookings(self, on: date, bookings: Iterable[Booking]) -> Iterator[WeekMark]:
        for booking in bookings:
            kind = "booking" if booking.status in STANDING else "done"
            who, time = booking.client.name, booking.interval
            url = url_for("desk.booking", booking_id=booking.id)
            name = f"{self._spoken(time)}: {who}, {booking.service.name}"
            yield from self._marks(kind, on, time, text=who, name=name, url=url)

    def free(
        self, on: date, times: Iterable[Interval], windows: Sequence[Interval]
    ) -> Iterator[WeekMark]:
        for time in times:
            is_open = any(w.start <= time.start < w.end for w in windows)
            url = url_for("desk.new_booking", start=words.utc_stamp(time.start))
            name = words.slot_label(time.start, self.zone_name) + ": free"
            name += "" if is_open else ", outside your hours"
            yield from self._marks("free" if is_open else "spare", on, time, name=name, url=url)

    def _marks(
        self,
        kind: str,
        on: date,
        time: Interval,
        *,
        text: str = "",
        name: str = "",
        url: str | None = None,
    ) -> Iterator[WeekMark]:
        """Yield the mark of a time on a date, if it touches it; `time` is when it begins at all."""
        clock = words.clock_time(time.start.astimezone(self.zone))
        for _, part in Dates(on, self.zone, 1).parts(time):
            extent = self.axis.extent(on, part)
            top, height = extent or (0, 0)
            high = self.scale.height(height) if extent else 0
            yield WeekMark(kind, self.scale.y(top), high, clock, text, name, url)

    def _spoken(self, time: Interval) -> str:
        return f"{words.stretch(time, self.zone)}, {zones.label(self.zone_name)}"


def _by_place(*marks: Iterable[WeekMark]) -> list[WeekMark]:
    return sorted(chain(*marks), key=lambda mark: mark.y)


def _offs(
    practice: Practice, dates: Dates, rows: Iterable[TimeOffRow]
) -> Iterator[tuple[Interval, str, str | None]]:
    """Yield time off with its reason and where it leads: bank holidays lead nowhere."""
    for row in rows:
        time = row.time_off().interval(dates.zone)
        if time is not None:
            yield time, row.reason, url_for("desk.show_block", time_off_id=row.id)
    found = practice.closed_holidays(dates.all[0], dates.all[-1])
    for on, name in found.items():
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
