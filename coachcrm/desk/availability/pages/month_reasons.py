"""Days as a visitor would see them, with the reason on each hour that is not on offer."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from coachcrm.availability.core.reasons import Offer, Rule, judged
from coachcrm.availability.core.windows import TimeOff, Window, monday_of
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import REACH, ServiceCard
from coachcrm.kit.time import words
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayLine:
    """A stretch of a day to which one thing happens; `times` are the starts on offer in it.

    `kind` is `free`, `booked` or `closed`; `opens` and `closes` are its clock times in minutes.
    """

    kind: str
    when: str
    words: str
    times: tuple[str, ...]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class SeenDay:
    """One date: what is on offer, and in words why nothing else is."""

    on: date
    heading: str
    summary: str
    lines: list[DayLine]
    is_today: bool

    @property
    def times(self) -> list[str]:
        """The starts on offer."""
        return [time for line in self.lines for time in line.times]

    @property
    def kind(self) -> str:
        """`free` if anything is on offer, `booked` if only meetings are there, else `closed`."""
        kinds = {line.kind for line in self.lines}
        return next((kind for kind in ("free", "booked") if kind in kinds), "closed")

    @property
    def iso(self) -> str:
        """The date as addresses have it."""
        return self.on.isoformat()

    @property
    def one_reason(self) -> str | None:
        """The reason, where one and the same closes the whole day."""
        return self.summary if self.kind == "closed" else None


class Sight:
    """One service of a diary, seen day by day at an instant. `names` are clients by booking id."""

    def __init__(
        self, diary: Diary, service: ServiceCard, *, names: Mapping[int, str], now: datetime
    ) -> None:
        self.diary = diary
        self.service = service
        self.names = names
        self.now = now
        self.zone = diary.coach.zone

    def days(self, first: date, last: date) -> list[SeenDay]:
        """Return the dates from `first` to `last` inclusive."""
        # With the day before: what it begins may end in the first.
        whole = self.diary.offer(self.service, first - DAY, last, now=self.now)
        off = self.diary.practice.named_off(first, last)
        dates = [first + DAY * n for n in range((last - first).days + 1)]
        return [self._day(on, whole, off) for on in dates]

    def _day(self, on: date, whole: Offer, named_off: list[tuple[Interval, TimeOff]]) -> SeenDay:
        start, end = instant(on, 0, self.zone), instant(on, MINUTES_A_DAY, self.zone)
        offer = replace(
            whole,
            windows=[w for w in whole.windows if start <= w.start < end],
            # What is further off touches no start of this date, and would be asked for each.
            busy=[b for b in whole.busy if start - REACH < b.interval.start < end + REACH],
            taken_on={d: n for d, n in whole.taken_on.items() if monday_of(d) == monday_of(on)},
        )
        borders = {window.end for window in whole.windows}
        lines = [
            line
            for window in offer.windows
            for line in self._lines(window, offer, named_off, goes_on=window.start in borders)
        ]
        lines = self._with_meetings(lines, Interval(start, end), offer.windows)
        return SeenDay(
            on=on,
            heading=words.day(on),
            summary=self._summary(on, lines),
            lines=lines,
            is_today=on == self.now.astimezone(self.zone).date(),
        )

    def _lines(
        self,
        window: Window,
        offer: Offer,
        named_off: list[tuple[Interval, TimeOff]],
        *,
        goes_on: bool,
    ) -> Iterator[DayLine]:
        judgements = [
            (slot, rule, self._why(slot, rule, offer, named_off))
            for slot, rule in judged(window, offer)
        ]
        starts = [slot.start for slot, _, _ in judgements]
        if not starts:
            too_short = f"Too short for {self.service.minutes} minutes"
            why = "For the end of a meeting that begins before" if goes_on else too_short
            yield self._line("closed", window, why)
        for (rule, why), group in groupby(judgements, lambda judged: judged[1:]):
            slots = [slot for slot, _, _ in group]
            after = bisect_left(starts, slots[-1].start) + 1
            end = starts[after] if after < len(starts) else window.end
            kind = {None: "free", Rule.OVERLAP: "booked"}.get(rule, "closed")
            times = [words.clock_time(s.start.astimezone(self.zone)) for s in slots]
            yield self._line(
                kind, Interval(slots[0].start, end), why, times if kind == "free" else ()
            )

    def _line(self, kind: str, time: Interval, why: str, times: Iterable[str] = ()) -> DayLine:
        start, end = time.start.astimezone(self.zone), time.end.astimezone(self.zone)
        opens = start.hour * 60 + start.minute
        closes = MINUTES_A_DAY if end.date() > start.date() else end.hour * 60 + end.minute
        return DayLine(
            kind=kind,
            when=f"{words.clock_time(start)} to {words.clock_time(end)}",
            words=why,
            times=tuple(times),
            opens=opens,
            # Where the clocks are put back a stretch can end before it began.
            closes=max(opens + 10, closes),
        )

    def _with_meetings(
        self, lines: list[DayLine], whole: Interval, windows: Sequence[Interval]
    ) -> list[DayLine]:
        """Add the meetings that no window shows: those outside the hours."""
        outside = [
            self._line("booked", time, f"{self._booked(taken.booking_id)}, outside your hours")
            for taken in self.diary.taken
            for time in [taken.busy.interval]
            if whole.start <= time.start < whole.end and not any(map(time.overlaps, windows))
        ]
        return sorted([*lines, *outside], key=lambda line: line.opens)

    def _booked(self, booking_id: int) -> str:
        return f"Booked: {self.names.get(booking_id, 'a meeting')}"

    def _why(
        self, slot: Interval, rule: Rule | None, offer: Offer, named: list[tuple[Interval, TimeOff]]
    ) -> str:
        policy = self.service.policy
        if rule is Rule.OVERLAP:
            return self._booked(
                next(t.booking_id for t in self.diary.taken if t.busy.interval.overlaps(slot))
            )
        if rule is Rule.TIME_OFF:
            return off_words(next(off for time, off in named if time.overlaps(slot)).reason)
        if rule is Rule.BUFFER:
            is_after = any(
                busy.interval.end <= slot.start < busy.interval.end + max(policy.before, busy.after)
                for busy in offer.busy
            )
            return f"Kept free {'after' if is_after else 'before'} a meeting"
        return {
            None: "Free",
            Rule.PAST: "Over",
            Rule.DAY_CAP: f"The day is full: {_most(policy.day_cap)} the most",
            Rule.WEEK_CAP: f"The week is full: {_most(policy.week_cap)} the most",
            Rule.NOTICE: f"Too soon: you ask for {notice_words(policy.notice)}",
            Rule.HORIZON: f"Too far ahead: people book up to {policy.horizon} days ahead",
        }.get(rule, "Closed")

    def _summary(self, on: date, lines: list[DayLine]) -> str:
        free = sum(len(line.times) for line in lines)
        if free:
            return "1 free time" if free == 1 else f"{free} free times"
        if lines:
            return " · ".join(dict.fromkeys(line.words for line in lines))
        practice = self.diary.practice
        closed = practice.closed_holidays(on, on)
        if on in closed:
            return off_words(closed[on])
        if on not in practice.overrides:
            return f"No hours on {words.WEEKDAYS[on.weekday()]}s"
        if practice.overrides[on]:
            return "The clocks pass over these hours"
        return "You closed this date"


def off_words(reason: str) -> str:
    """Return what a page says of time off: its own word, or the plain one."""
    return f"Off: {reason}" if reason else "Time off"


def _most(cap: int | None) -> str:
    return "one meeting is" if cap == 1 else f"{cap} meetings are"


def notice_words(notice: timedelta) -> str:
    """Return a notice as people say it: "a day's notice", "2 hours' notice"."""
    length = words.length(notice)
    return f"{length}' notice" if length.endswith("s") else f"{length}'s notice"
