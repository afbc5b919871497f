"""Which times can be booked. Pure: hours, busy times, rules and the present instant in, slots out.

What is offered and what is accepted is the same question, asked of the same code. Hours are wall
time in the coach's zone; once they are windows, everything is counted in elapsed time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from coachcrm.kit.interval import Interval
from coachcrm.kit.zones import MINUTES_A_DAY, NOTHING, instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_NO_OVERRIDES: Mapping[date, Sequence[tuple[int, int]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Hours:
    """A window on one day of every week, by the coach's clocks.

    `weekday` is 0 on Monday; `opens` and `closes` are minutes from midnight, and 1440 is the end
    of the day. Raises ValueError unless 0 <= opens < closes <= 1440.
    """

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:  # noqa: PLR2004 - Sunday
            raise ValueError(f"not a day of the week: {self.weekday}")
        _check(self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a service. All but `horizon` are elapsed time.

    Slots last `duration` and step by `grid`; they start no sooner than `notice` from now and no
    later than `horizon` days after today by the coach's calendar, that day included. `before` and
    `after` are the buffers. Raises ValueError for what cannot be meant.
    """

    duration: timedelta
    grid: timedelta
    notice: timedelta
    horizon: int
    before: timedelta
    after: timedelta

    def __post_init__(self) -> None:
        if self.duration <= NOTHING or self.grid <= NOTHING:
            raise ValueError("duration and grid must be longer than nothing")
        if min(self.notice, self.before, self.after) < NOTHING or self.horizon < 0:
            raise ValueError("notice, horizon and buffers cannot be negative")


@dataclass(frozen=True, slots=True)
class Busy:
    """A booking or an outside event, with the buffers that it asks for itself.

    Raises ValueError for a negative buffer.
    """

    interval: Interval
    before: timedelta = NOTHING
    after: timedelta = NOTHING

    def __post_init__(self) -> None:
        if self.before < NOTHING or self.after < NOTHING:
            raise ValueError("buffers cannot be negative")


def first_and_last_date(policy: Policy, now: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the coach's first and last date on which a slot can start.

    The first is after the last if the notice is longer than the horizon.
    """
    first = (now.astimezone(UTC) + policy.notice).astimezone(zone).date()
    return first, now.astimezone(zone).date() + timedelta(days=policy.horizon)


def windows(
    hours: Iterable[Hours],
    *,
    zone: ZoneInfo,
    first: date,
    last: date,
    overrides: Mapping[date, Sequence[tuple[int, int]]] = _NO_OVERRIDES,
) -> list[Interval]:
    """Return the stretches in which the coach works, from `first` to `last`, in order.

    `overrides` are (opens, closes) in minutes from midnight; they replace the weekly hours of
    their date, and none at all closes it. Windows that overlap merge; windows that only touch stay
    apart, each with its own grid. A window that begins at a repeated wall time begins at the first
    and one that ends there ends at the second, so that none leaves its date and each date is the
    same whatever dates are asked for with it. Raises ValueError for backward overrides.
    """
    weekly: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for window in hours:
        weekly[window.weekday].append((window.opens, window.closes))
    found = []
    for offset in range((last - first).days + 1):
        on = first + timedelta(days=offset)
        for opens, closes in overrides.get(on, weekly[on.weekday()]):
            _check(opens, closes)
            start, end = instant(on, opens, zone), instant(on, closes, zone, last=True)
            # The clocks can pass over a whole window.
            if start < end:
                found.append((start, end))
    return _merged(found)


def slots(
    *,
    windows: Iterable[Interval],
    busy: Iterable[Busy],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
    time_off: Iterable[Interval] = (),
) -> Iterator[Interval]:
    """Yield, in order, every slot that can be booked.

    A slot lies wholly inside one window, a whole number of grid steps from its start; it shares no
    instant with time off, keeps the larger of the two buffers from every busy interval, and starts
    no sooner than the notice and no later than the horizon. `windows` are in order and do not
    overlap, as the function of that name returns them; busy and time off come in any order.
    """
    earliest, closing = _bounds(policy, now, zone)
    blocked = _blocked(busy, time_off, policy)
    duration, grid = policy.duration, policy.grid
    next_block, free_from = 0, _BEGINNING
    for window in windows:
        start = _on_grid(window.start, grid, not_before=earliest)
        last = window.end - duration
        while start <= last and start < closing:
            while next_block < len(blocked) and blocked[next_block][0] < start:
                free_from = max(free_from, blocked[next_block][1])
                next_block += 1
            if start < free_from:
                start = _on_grid(start, grid, not_before=free_from)
            else:
                yield Interval(start, start + duration)
                start += grid


def offers(
    start: datetime,
    *,
    windows: Iterable[Interval],
    busy: Iterable[Busy],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
    time_off: Iterable[Interval] = (),
) -> Interval | None:
    """Return the slot that starts at the instant `start` if it is on offer, else None.

    Being accepted means being among `slots`. Raises ValueError if `start` is naive.
    """
    if start.tzinfo is None:
        raise ValueError(f"an instant needs a zone: {start!r}")
    # Times in different zones never compare equal while a wall time repeats (PEP 495).
    start = start.astimezone(UTC)
    around = [window for window in windows if window.start <= start < window.end]
    offer = slots(windows=around, busy=busy, policy=policy, now=now, zone=zone, time_off=time_off)
    return next((slot for slot in offer if slot.start == start), None)


def _check(opens: int, closes: int) -> None:
    if not 0 <= opens < closes <= MINUTES_A_DAY:
        raise ValueError(f"a window must open before it closes, within a day: {opens} to {closes}")


def _merged(pairs: list[tuple[datetime, datetime]]) -> list[Interval]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(pairs):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return [Interval(start, end) for start, end in merged]


def _bounds(policy: Policy, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first instant at which a slot may start, and the first at which none may again."""
    _, last = first_and_last_date(policy, now, zone)
    return now.astimezone(UTC) + policy.notice, instant(last, MINUTES_A_DAY, zone)


def _blocked(
    busy: Iterable[Busy], time_off: Iterable[Interval], policy: Policy
) -> list[tuple[datetime, datetime]]:
    """Return what a slot may not start between: after the first instant and before the second.

    A slot that ends just as long before a busy interval as the buffer asks, or begins just as long
    after it, is allowed, so both instants themselves are.
    """
    duration, before, after = policy.duration, policy.before, policy.after
    blocked = [
        (
            b.interval.start - duration - max(after, b.before),
            b.interval.end + max(before, b.after),
        )
        for b in busy
    ]
    blocked += [(off.start - duration, off.end) for off in time_off]
    blocked.sort(key=itemgetter(0))
    return blocked


def _on_grid(start: datetime, grid: timedelta, *, not_before: datetime) -> datetime:
    """Return `start`, or the first whole number of steps after it that is not before an instant."""
    if start >= not_before:
        return start
    return start + grid * -((start - not_before) // grid)
