"""Slots and days as pages show them: plain words made of plain values, with their addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import url_for

from coachcrm.bookings.offer.pages.zones import Zone
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import words
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant

DAYS_A_PAGE = 7
ALTERNATIVES = 8
DAY = timedelta(days=1)
START = "START"  # stands for the time in the address of a slot


@dataclass(frozen=True, slots=True)
class Slot:
    """One time on offer, as a visitor reads it."""

    start: str
    url: str
    time: str
    label: str
    day: str
    coach_time: str | None


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """Morning, afternoon or evening of a day."""

    name: str
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class OfferedDay:
    """A date in the visitor's zone with what is free on it."""

    iso: str
    heading: str
    parts: list[PartOfDay]


@dataclass(frozen=True, slots=True)
class OfferedWeek:
    """Seven dates in the visitor's zone, from `first` on, and the first and last there can be."""

    first: date
    today: date
    horizon: date

    @property
    def last(self) -> date:
        """The last of the seven dates."""
        return self.first + DAY * (DAYS_A_PAGE - 1)

    @property
    def earlier(self) -> date | None:
        """Where the week before begins, if any of it is still to come."""
        return max(self.today, self.first - DAY * DAYS_A_PAGE) if self.first > self.today else None

    @property
    def later(self) -> date | None:
        """Where the next week begins, if anything can be booked in it."""
        return self.first + DAY * DAYS_A_PAGE if self.last < self.horizon else None


def week_of(
    asked: str | None, diary: Diary, service: ServiceCard, zone: Zone, *, now: datetime
) -> OfferedWeek:
    """Return the week that `asked` (YYYY-MM-DD) begins, clamped to today and the horizon."""
    today = now.astimezone(zone.info).date()
    last_day = now.astimezone(diary.coach.zone).date() + DAY * service.policy.horizon
    end = instant(last_day, MINUTES_A_DAY, diary.coach.zone) - timedelta.resolution
    horizon = max(today, end.astimezone(zone.info).date())
    first = parse_date(asked) or today
    return OfferedWeek(first=min(max(first, today), horizon), today=today, horizon=horizon)


def slots_between(
    diary: Diary,
    service: ServiceCard,
    zone: Zone,
    first: date,
    last: date,
    *,
    now: datetime,
    but_for: int | None = None,
) -> list[Interval]:
    """Return what is free on the visitor's dates `first` to `last` inclusive."""
    if first > last:
        return []
    begin, end = instant(first, 0, zone.info), instant(last, MINUTES_A_DAY, zone.info)
    # Their clocks can be 26 hours apart, so that the coach's date is two days off the visitor's.
    dates = [at.astimezone(diary.coach.zone).date() for at in (begin, end)]
    found = diary.slots(service, now=now, first=dates[0], last=dates[1], but_for=but_for)
    return [slot for slot in found if begin <= slot.start < end]


def grouped(found: Iterable[Interval], zone: Zone, service: ServiceCard) -> list[OfferedDay]:
    """Return slots as days with their parts, in order."""
    views = _slots(found, zone, service)
    return [
        OfferedDay(
            iso=on.isoformat(),
            heading=words.day(on),
            parts=[
                PartOfDay(name, [slot for _, slot in of_part])
                for name, of_part in groupby(of_day, lambda pair: words.part_of_day(pair[0]))
            ],
        )
        for on, of_day in groupby(views, lambda pair: pair[0].date())
    ]


def one(slot: Interval, zone: Zone, service: ServiceCard) -> Slot:
    """Return one slot as a visitor reads it."""
    return next(_slots([slot], zone, service))[1]


def _slots(
    found: Iterable[Interval], zone: Zone, service: ServiceCard
) -> Iterator[tuple[datetime, Slot]]:
    info, theirs = zone.info, ZoneInfo(zone.other)
    # Built once, for a page has a hundred of them; no name of a service holds a slash.
    query: dict[str, Any] = {"tz": zone.visitor} if zone.chosen else {}
    url = url_for("bookings.details", service=service.slug, start=START, **query)
    on, day = None, ""
    for slot in found:
        local = slot.start.astimezone(info)
        if local.date() != on:
            on, day = local.date(), words.day(local)
        clock = zone.clock(local)
        stamp = words.utc_stamp(slot.start)
        coach_time = None
        if zone.differs_at(slot.start):
            coach_time = f"{zone.clock(slot.start.astimezone(theirs))} {zone.other_label}"
        yield (
            local,
            Slot(
                start=stamp,
                url=url.replace(f"/{START}", f"/{stamp}"),
                time=clock,
                label=words.slot_label(slot.start, zone.name, twelve_hour=zone.twelve_hour),
                day=day,
                coach_time=coach_time,
            ),
        )


def nearest(
    diary: Diary, service: ServiceCard, zone: Zone, start: datetime, *, now: datetime
) -> list[OfferedDay]:
    """Return the free times nearest to one that is not free, in order of time."""
    on = start.astimezone(zone.info).date()
    found = slots_between(diary, service, zone, on - DAY * 7, on + DAY * 14, now=now)
    if not found:
        found = list(diary.slots(service, now=now))
    close = sorted(found, key=lambda slot: abs(slot.start - start))[:ALTERNATIVES]
    return grouped(sorted(close, key=lambda slot: slot.start), zone, service)


def next_free(diary: Diary, service: ServiceCard, zone: Zone, now: datetime) -> str | None:
    """Return the next free time in words, or None where there is none.

    The zone is said where it is not the coach's, and a second clock where there is one: a page of
    several services has no one zone.
    """
    slot = next(diary.slots(service, now=now), None)
    if slot is None:
        return None
    said = words.when(slot.start, zone.info, twelve_hour=zone.twelve_hour)
    if not zone.differs_at(slot.start):
        return said if zone.name == diary.coach.timezone else f"{said} ({zone.label})"
    there = zone.clock(slot.start.astimezone(ZoneInfo(zone.other)))
    return f"{said} ({zone.label}), {there} {zone.other_label}"


def times_url(service: ServiceCard, zone: Zone, first: date | None = None) -> str:
    """Return the address of a page of times."""
    query: dict[str, Any] = {"from": first.isoformat()} if first else {}
    if zone.chosen:
        query["tz"] = zone.visitor
    return url_for("bookings.times", service=service.slug, **query)


def paging(
    diary: Diary,
    service: ServiceCard,
    zone: Zone,
    week: OfferedWeek,
    *,
    now: datetime,
    is_empty: bool,
    base_url: str | None = None,
    but_for: int | None = None,
) -> dict[str, object]:
    """Return the ways to other weeks, and where the next free time is when this week has none."""

    def url(first: date) -> str:
        if base_url is None:
            return times_url(service, zone, first)
        query = {"from": first.isoformat(), **({"tz": zone.visitor} if zone.chosen else {})}
        return f"{base_url}?{urlencode(query, safe='/')}"

    next_free = None
    if is_empty:
        found = slots_between(
            diary, service, zone, week.first, week.horizon, now=now, but_for=but_for
        )
        if found:
            on = found[0].start.astimezone(zone.info).date()
            next_free = {"text": words.day(on), "url": url(on)}
    return {
        "range_text": words.span(week.first, week.last),
        "earlier_url": url(week.earlier) if week.earlier else None,
        "later_url": url(week.later) if week.later else None,
        "next_free": next_free,
    }
