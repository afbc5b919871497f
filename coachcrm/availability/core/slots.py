"""Which times can be booked. Pure: hours, busy times, rules and the present instant in, slots out.

What is offered and what is accepted is the same question, asked of the same code. Hours are wall
time in the coach's zone; once they are windows, everything is counted in elapsed time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from types import MappingProxyType
from zoneinfo import ZoneInfo

from coachcrm.availability.core.windows import Window, monday_of
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, NOTHING, instant

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_NONE_TAKEN: Mapping[date, int] = MappingProxyType({})

Block = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a service. All but `horizon` are elapsed time.

    Slots last `duration` and step by `grid`; they start no sooner than `notice` from now and no
    later than `horizon` days after today by the coach's calendar, that day included. `before` and
    `after` are the buffers. No date takes more than `day_cap` bookings and no week from Monday to
    Sunday more than `week_cap`; None is no cap. Raises ValueError for what cannot be meant.
    """

    duration: timedelta
    grid: timedelta
    notice: timedelta
    horizon: int
    before: timedelta
    after: timedelta
    day_cap: int | None = None
    week_cap: int | None = None

    def __post_init__(self) -> None:
        if self.duration <= NOTHING or self.grid <= NOTHING:
            raise ValueError("duration and grid must be longer than nothing")
        if min(self.notice, self.before, self.after) < NOTHING or self.horizon < 0:
            raise ValueError("notice, horizon and buffers cannot be negative")
        if any(cap is not None and cap < 1 for cap in (self.day_cap, self.week_cap)):
            raise ValueError("a cap of nothing would offer nothing")


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


def slots(
    *,
    windows: Iterable[Window],
    busy: Iterable[Busy],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
    time_off: Iterable[Interval] = (),
    taken_on: Mapping[date, int] = _NONE_TAKEN,
) -> Iterator[Interval]:
    """Yield, in order, every slot that can be booked.

    A slot begins in one window, a whole number of grid steps from its start, and lies wholly inside
    that and those that follow it without a gap; it shares no instant with time off, keeps the
    larger of the two buffers from every busy interval, lies on no date and in no week that is full,
    and starts no sooner than the notice and no later than the horizon. `windows` are in order and
    do not overlap, as the function of that name returns them; busy and time off come in any order;
    `taken_on` counts bookings by the coach's date.
    """
    blocks = blocked(busy, policy=policy, zone=zone, time_off=time_off, taken_on=taken_on)
    return bookable(free(windows, blocks, policy), policy=policy, now=now, zone=zone)


def bookable(
    found: Iterable[Interval], *, policy: Policy, now: datetime, zone: ZoneInfo
) -> Iterator[Interval]:
    """Yield, of free times in order, those that neither notice nor horizon rules out at `now`."""
    earliest, closing = earliest_and_closing(policy, now, zone)
    for slot in found:
        if slot.start >= closing:
            return
        if slot.start >= earliest:
            yield slot


def earliest_and_closing(
    policy: Policy, now: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """Return the first instant at which a slot may start, and the first at which none may again."""
    _, last = first_and_last_date(policy, now, zone)
    return now.astimezone(UTC) + policy.notice, instant(last, MINUTES_A_DAY, zone)


def free(windows: Iterable[Window], blocks: Sequence[Block], policy: Policy) -> Iterator[Interval]:
    """Yield, in order, what is free whenever it is asked for: only time itself is left out.

    `blocks` are as `blocked` returns them.
    """
    duration, grid = policy.duration, policy.grid
    next_block, number, free_from = 0, len(blocks), _BEGINNING
    for window in windows:
        start, last = window.start, window.until - duration
        if last >= window.end:
            last = window.end - timedelta.resolution
        while start <= last:
            while next_block < number and blocks[next_block][0] < start:
                free_from = max(free_from, blocks[next_block][1])
                next_block += 1
            if start < free_from:
                start = _on_grid(window.start, grid, not_before=free_from)
            else:
                yield Interval(start, start + duration)
                start += grid


def offers(
    start: datetime,
    *,
    windows: Iterable[Window],
    busy: Iterable[Busy],
    policy: Policy,
    now: datetime,
    zone: ZoneInfo,
    time_off: Iterable[Interval] = (),
    taken_on: Mapping[date, int] = _NONE_TAKEN,
) -> Interval | None:
    """Return the slot that starts at the instant `start` if it is on offer, else None.

    Being accepted means being among `slots`. Raises ValueError if `start` is naive.
    """
    if start.tzinfo is None:
        raise ValueError(f"an instant needs a zone: {start!r}")
    # Times in different zones never compare equal while a wall time repeats (PEP 495).
    start = start.astimezone(UTC)
    offer = slots(
        windows=[window for window in windows if window.start <= start < window.end],
        busy=busy,
        policy=policy,
        now=now,
        zone=zone,
        time_off=time_off,
        taken_on=taken_on,
    )
    return next((slot for slot in offer if slot.start == start), None)


def blocked(
    busy: Iterable[Busy],
    *,
    policy: Policy,
    zone: ZoneInfo,
    time_off: Iterable[Interval] = (),
    taken_on: Mapping[date, int] = _NONE_TAKEN,
) -> list[Block]:
    """Return, in order, pairs of instants between which no slot may start.

    It may at both instants themselves: one that ends just as long before a busy interval as the
    buffer asks, or begins just as long after it, is allowed.
    """
    duration, before, after = policy.duration, policy.before, policy.after
    lead = duration + after
    blocks = [
        (
            b.interval.start - (lead if b.before <= after else duration + b.before),
            b.interval.end + (max(before, b.after)),
        )
        for b in busy
    ]
    blocks += [(off.start - duration, off.end) for off in time_off]
    for first, last in _full(policy, taken_on):
        # Midnight itself belongs to the full date.
        midnight = instant(first, 0, zone)
        blocks.append((midnight - timedelta.resolution, instant(last, MINUTES_A_DAY, zone)))
    blocks.sort(key=itemgetter(0))
    return blocks


def _full(policy: Policy, taken_on: Mapping[date, int]) -> Iterator[tuple[date, date]]:
    """Yield the first and last dates of the days and weeks that take no more bookings (rule 7)."""
    if policy.day_cap is not None:
        yield from ((on, on) for on, number in taken_on.items() if number >= policy.day_cap)
    if policy.week_cap is not None:
        weeks: Counter[date] = Counter()
        for on, number in taken_on.items():
            weeks[monday_of(on)] += number
        for monday, number in weeks.items():
            if number >= policy.week_cap:
                yield monday, monday + timedelta(days=6)


def _on_grid(start: datetime, grid: timedelta, *, not_before: datetime) -> datetime:
    """Return `start`, or the first whole number of steps after it that is not before an instant."""
    if start >= not_before:
        return start
    return start + grid * -((start - not_before) // grid)
