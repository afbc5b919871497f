"""Why a time is not on offer. Pure: the same rules as `slots`, one by one, for the coach's eyes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from coachcrm.availability.core.slots import Busy, Policy, blocked, earliest_and_closing
from coachcrm.availability.core.windows import Window, monday_of
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import NOTHING


class Rule(StrEnum):
    """A rule that a time breaks. OVERLAP is law, all else is policy (rule 12)."""

    OVERLAP = "overlap"
    PAST = "past"
    TIME_OFF = "time off"
    HOURS = "hours"
    GRID = "grid"
    BUFFER = "buffer"
    DAY_CAP = "day cap"
    WEEK_CAP = "week cap"
    NOTICE = "notice"
    HORIZON = "horizon"
    ONE_UPCOMING = "one upcoming"


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that decides what is offered, as `slots` takes it."""

    windows: Sequence[Window]
    busy: Sequence[Busy]
    policy: Policy
    now: datetime
    zone: ZoneInfo
    time_off: Sequence[Interval]
    taken_on: Mapping[date, int]


def broken_rules(slot: Interval, offer: Offer) -> tuple[Rule, ...]:
    """Return the rules that `slot` breaks, the weightiest first; none for a slot on offer.

    `slot` may have any length. A time on the grid of a window that breaks no rule is on offer,
    and the other way round.
    """
    return tuple(rule for rule, is_broken in _verdicts(slot, offer) if is_broken)


def judged(window: Window, offer: Offer) -> Iterator[tuple[Interval, Rule | None]]:
    """Yield every time on the grid of one window, with the weightiest rule against it.

    None is a time on offer.
    """
    slot = Interval(window.start, window.start + offer.policy.duration)
    while window.holds(slot):
        yield slot, next(iter(broken_rules(slot, offer)), None)
        start = slot.start + offer.policy.grid
        slot = Interval(start, start + offer.policy.duration)


def _verdicts(slot: Interval, offer: Offer) -> Iterable[tuple[Rule, bool]]:
    policy = offer.policy
    on = slot.start.astimezone(offer.zone).date()
    holding = [window for window in offer.windows if window.holds(slot)]
    earliest, closing = earliest_and_closing(policy, offer.now, offer.zone)
    overlaps = any(busy.interval.overlaps(slot) for busy in offer.busy)
    is_past = slot.start < offer.now
    blocks = blocked(offer.busy, policy=policy, zone=offer.zone)
    lead = slot.duration - policy.duration
    too_near = any(start < slot.start + lead and slot.start < end for start, end in blocks)
    week = sum(n for day, n in offer.taken_on.items() if monday_of(day) == monday_of(on))
    yield Rule.OVERLAP, overlaps
    yield Rule.PAST, is_past
    yield Rule.TIME_OFF, any(off.overlaps(slot) for off in offer.time_off)
    yield Rule.HOURS, not holding
    yield Rule.GRID, any((slot.start - window.start) % policy.grid != NOTHING for window in holding)
    yield Rule.BUFFER, too_near and not overlaps
    yield Rule.DAY_CAP, policy.day_cap is not None and offer.taken_on.get(on, 0) >= policy.day_cap
    yield Rule.WEEK_CAP, policy.week_cap is not None and week >= policy.week_cap
    yield Rule.NOTICE, not is_past and slot.start < earliest
    yield Rule.HORIZON, slot.start >= closing
