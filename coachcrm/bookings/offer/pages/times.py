"""Slots and days as pages show them: plain words made of plain values, with their addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask import url_for

from coachcrm.bookings.offer.core.days import FreeDays
from coachcrm.bookings.offer.pages.zones import Zone
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.time import words, zones
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant

DAYS_A_PAGE = 7
DAY = timedelta(days=1)
NO_BREAK = "\N{NO-BREAK SPACE}"
SHORT = len("12:30 pm")
START = "START"  # stands for the time in the address of a slot


@dataclass(frozen=True, slots=True)
class Slot:
    """One time on offer, as a visitor reads it: `label` begins with what is seen of it.

    `start` is the instant as links carry it, and `instant` as <time> does. `coach_time` is what the
    second clock shows.
    """

    start: str
    instant: str
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

    @property
    def has_long(self) -> bool:
        """Whether a time of it needs more room, as one that comes twice does: "1:30 am BST"."""
        return any(len(slot.time) > SHORT for slot in self.slots)


@dataclass(frozen=True, slots=True)
class OfferedDay:
    """A date in the visitor's zone with what is free on it.

    `early` are the times that few people want, where there are others. `difference` says how far
    the second clock is from the first while these times last.
    """

    iso: str
    heading: str
    parts: list[PartOfDay]
    early: PartOfDay | None
    difference: str | None


@dataclass(frozen=True, slots=True)
class OfferedWeek:
    """Seven dates in the visitor's zone, from `first` on, and the first and last there can be."""

    first: date
    today: date
    horizon: date

    @classmethod
    def beginning(cls, asked: date | None, today: date, horizon: date) -> Self:
        """Return the week that begins at a date, clamped to today and the horizon."""
        return cls(min(max(asked or today, today), horizon), today, horizon)

    @property
    def last(self) -> date:
        """The last of the seven dates."""
        return self.first + DAY * (DAYS_A_PAGE - 1)


def first_and_last(
    diary: Diary, service: ServiceCard, zone: Zone, *, now: datetime
) -> tuple[date, date]:
    """Return the visitor's dates of today and of the last that can be booked."""
    today = now.astimezone(zone.info).date()
    last_day = now.astimezone(diary.coach.zone).date() + DAY * service.policy.horizon
    end = instant(last_day, MINUTES_A_DAY, diary.coach.zone) - timedelta.resolution
    return today, max(today, end.astimezone(zone.info).date())


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
    dates = [at.astimezone(diary.coach.zone).date() for at in (begin, end - timedelta.resolution)]
    found = diary.slots(service, now=now, first=dates[0], last=dates[1], but_for=but_for)
    return [slot for slot in found if begin <= slot.start < end]


def free_days(
    diary: Diary, service: ServiceCard, zone: Zone, *, now: datetime, but_for: int | None = None
) -> FreeDays:
    """Return the days on which something is free, looked up as they are asked for."""
    today, horizon = first_and_last(diary, service, zone, now=now)
    look = partial(slots_between, diary, service, zone, now=now, but_for=but_for)
    return FreeDays(today, horizon, zone.info, look)


def grouped(found: Iterable[Interval], zone: Zone, service: ServiceCard) -> list[OfferedDay]:
    """Return slots as days with their parts, in order."""
    by_day = groupby(found, lambda slot: slot.start.astimezone(zone.info).date())
    return [one_day(on, list(of_day), zone, service) for on, of_day in by_day]


def one_day(on: date, found: list[Interval], zone: Zone, service: ServiceCard) -> OfferedDay:
    """Return what is free on one date, with its parts."""
    views = list(_slots(found, zone, service))
    usual = [pair for pair in views if pair[0].hour >= words.EARLY] or views
    parts = [
        PartOfDay(name, [slot for _, slot in of_part])
        for name, of_part in groupby(usual, lambda pair: words.part_of_day(pair[0]))
    ]
    early = [slot for _, slot in views[: len(views) - len(usual)]]
    until = words.wall_time(words.EARLY * 60, twelve_hour=zone.twelve_hour).replace(" ", NO_BREAK)
    return OfferedDay(
        iso=on.isoformat(),
        heading=words.day(on),
        parts=parts,
        early=PartOfDay(f"Before {until}, {len(early)} more", early) if early else None,
        difference=_difference(found, zone),
    )


def _difference(found: list[Interval], zone: Zone) -> str | None:
    """Return how far the second clock is from the first, on a day that has these times."""
    if not found or not zone.differs:
        return None
    ends = found[0].start, found[-1].start
    is_steady = all(
        len({at.astimezone(info).utcoffset() for at in ends}) == 1
        for info in (zone.info, ZoneInfo(zone.other))
    )
    # But for the days on which clocks are changed, one time tells of all.
    return zone.difference(ends[:1] if is_steady else (slot.start for slot in found))


def one(slot: Interval, zone: Zone, service: ServiceCard) -> Slot:
    """Return one slot as a visitor reads it, with what the second clock shows."""
    view = next(_slots([slot], zone, service))[1]
    if not zone.differs_at(slot.start):
        return view
    there = zone.clock(slot.start.astimezone(ZoneInfo(zone.other)))
    return replace(view, coach_time=f"{there} {zone.other_label}")


def _slots(
    found: Iterable[Interval], zone: Zone, service: ServiceCard
) -> Iterator[tuple[datetime, Slot]]:
    info, label = zone.info, zones.label(zone.name)
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
        yield (
            local,
            Slot(
                start=stamp,
                instant=f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}:{stamp[13:]}",
                url=url.replace(f"/{START}", f"/{stamp}"),
                time=clock,
                label=f"{clock}, {day} {local.year}, {label}",
                day=day,
                coach_time=None,
            ),
        )


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
