"""What decides the offer, as plain values, kept ready between requests.

One question per request asks the database for the coach's `practice_version` and
`bookings_version`, which its own triggers raise with every change that could matter, by whomever;
only what has moved is read again. What is kept can therefore never be stale by one booking. The
clock is not kept at all: what is free is kept, and what time rules out of it is asked each time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import select

from coachcrm.auth.models import Coach
from coachcrm.availability.models import Service
from coachcrm.availability.operations import FREE_CONSULTATION
from coachcrm.availability.reasons import Offer
from coachcrm.availability.slots import (
    Busy,
    blocked,
    earliest_and_closing,
    first_and_last_date,
    free,
    offers,
    slots,
)
from coachcrm.bookings.models import Booking
from coachcrm.bookings.practice import Practice, read_practice
from coachcrm.kit.interval import Interval
from coachcrm.kit.zones import MINUTES_A_DAY, instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from coachcrm.bookings.practice import CoachCard, ServiceCard

# A meeting and its buffers last a day each at the most, and a cap counts a week: bookings further
# off touch no slot.
REACH = timedelta(days=9)
DAY = timedelta(days=1)
TOGETHER = 28  # days whose free times are made at once


@dataclass(frozen=True, slots=True)
class Taken:
    """A time that a booking holds, the coach's date on which it counts, and what it is of."""

    booking_id: int
    service_id: int | None
    on: date
    busy: Busy


@dataclass(frozen=True, slots=True)
class Diary:
    """Everything that decides what can be booked, but for the time of asking."""

    practice: Practice
    taken: tuple[Taken, ...]
    bookings_version: int = 0
    _free: dict[tuple[int, int], list[Interval]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def version(self) -> tuple[int, int]:
        """What is raised whenever anything of it changes."""
        return self.practice.version, self.bookings_version

    @property
    def coach(self) -> CoachCard:
        """The coach, as pages and letters name him."""
        return self.practice.coach

    @property
    def services(self) -> tuple[ServiceCard, ...]:
        """All services, the oldest first."""
        return self.practice.services

    @property
    def front(self) -> list[ServiceCard]:
        """What the front page offers, the free consultation first."""
        found = [service for service in self.services if service.is_on_front_page]
        return sorted(found, key=lambda service: service.slug != FREE_CONSULTATION)

    def service(self, slug: str) -> ServiceCard | None:
        """Return an active service by its name in the address."""
        found = (service for service in self.services if service.slug == slug and service.is_active)
        return next(found, None)

    def service_of(self, service_id: int) -> ServiceCard:
        """Return the service of a booking, active or not."""
        return next(service for service in self.services if service.id == service_id)

    def slots(
        self,
        service: ServiceCard,
        *,
        now: datetime,
        first: date | None = None,
        last: date | None = None,
        but_for: int | None = None,
    ) -> Iterator[Interval]:
        """Yield what can be booked, in order, on the coach's dates `first` to `last` inclusive.

        `but_for` is a booking whose own time counts as free, for a move.
        """
        zone = self.coach.zone
        earliest, latest = first_and_last_date(service.policy, now, zone)
        first, last = max(first or earliest, earliest), min(last or latest, latest)
        if first > last:
            return iter(())
        if but_for is None:
            return self._kept(service, first, last, now)
        offer = self.offer(service, first, last, now=now, but_for=but_for)
        return slots(
            windows=offer.windows,
            busy=offer.busy,
            policy=offer.policy,
            now=now,
            zone=zone,
            time_off=offer.time_off,
            taken_on=offer.taken_on,
        )

    def good_until(self, service: ServiceCard, *zones: ZoneInfo, now: datetime) -> datetime:
        """Return the last instant at which the offer and the dates of `zones` are as they are now.

        Until then a page of this diary stays as it is: the first time is not yet too near, and no
        date has ended.
        """
        soonest = next(self.slots(service, now=now), None)
        ends = [
            instant(now.astimezone(zone).date(), MINUTES_A_DAY, zone) - timedelta.resolution
            for zone in {self.coach.zone, *zones}
        ]
        if soonest is not None:
            ends.append(soonest.start - service.policy.notice)
        return min(ends)

    def offers(
        self, service: ServiceCard, start: datetime, *, now: datetime, but_for: int | None = None
    ) -> Interval | None:
        """Return the slot that begins at `start` if it is on offer: the rule for accepting."""
        zone = self.coach.zone
        on = start.astimezone(zone).date()
        offer = self.offer(service, on - DAY, on + DAY, now=now, but_for=but_for)
        return offers(
            start,
            windows=offer.windows,
            busy=offer.busy,
            policy=offer.policy,
            now=now,
            zone=zone,
            time_off=offer.time_off,
            taken_on=offer.taken_on,
        )

    def offer(
        self,
        service: ServiceCard,
        first: date,
        last: date,
        *,
        now: datetime,
        but_for: int | None = None,
    ) -> Offer:
        """Return everything that decides what is offered on the coach's dates `first` to `last`."""
        return Offer(
            windows=self.practice.windows(first, last),
            busy=[taken.busy for taken in self.taken if taken.booking_id != but_for],
            policy=service.policy,
            now=now,
            zone=self.coach.zone,
            time_off=self.practice.off(first, last),
            taken_on=self._taken_on(service, but_for),
        )

    def _taken_on(self, service: ServiceCard, but_for: int | None) -> Counter[date]:
        """Count the bookings of a service by date; one of no service counts for each (rule 7)."""
        policy = service.policy
        if policy.day_cap is None and policy.week_cap is None:
            return Counter()
        return Counter(
            taken.on
            for taken in self.taken
            if taken.service_id in {service.id, None} and taken.booking_id != but_for
        )

    def _kept(
        self, service: ServiceCard, first: date, last: date, now: datetime
    ) -> Iterator[Interval]:
        """Yield what can be booked out of what is free, which is made four weeks at a time."""
        zone = self.coach.zone
        earliest, closing = earliest_and_closing(service.policy, now, zone)
        begin = max(earliest, instant(first, 0, zone))
        end = min(closing, instant(last, MINUTES_A_DAY, zone))
        for number in range(first.toordinal() // TOGETHER, last.toordinal() // TOGETHER + 1):
            found = self._free.get((service.id, number))
            if found is None:
                found = self._free[service.id, number] = self._free_in(service, number)
            yield from found[
                bisect_left(found, begin, key=_start) : bisect_left(found, end, key=_start)
            ]

    def _free_in(self, service: ServiceCard, number: int) -> list[Interval]:
        first = date.fromordinal(max(1, number * TOGETHER))
        last = first + DAY * (TOGETHER - 1)
        near = [taken.busy for taken in self.taken if first - REACH < taken.on < last + REACH]
        blocks = blocked(
            near,
            policy=service.policy,
            zone=self.coach.zone,
            time_off=self.practice.off(first, last),
            taken_on=self._taken_on(service, None),
        )
        return list(free(self.practice.windows(first, last), blocks, service.policy))


_start = attrgetter("start")


class DiaryKeeper:
    """Keeps the newest diary of one database ready."""

    def __init__(self) -> None:
        self._practice: Practice | None = None
        self._kept: tuple[int, Diary] | None = None

    def read(self, session: Session, *, now: datetime) -> Diary | None:
        """Return the diary as it is now, or None before the coach is set up.

        One question to the database, unless something has changed since the last call.
        """
        row = session.execute(_VERSIONS).first()
        if row is None:
            return None
        practice = self._practice_at(session, row)
        kept = self._kept
        if kept is None or kept[0] != row.bookings_version or kept[1].practice is not practice:
            taken = tuple(_taken(session, practice.coach, since=now - REACH))
            kept = self._kept = (row.bookings_version, Diary(practice, taken, row.bookings_version))
        return kept[1]

    def read_near(self, session: Session, start: datetime) -> Diary | None:
        """Return a diary that knows only the bookings around `start`, always read anew.

        For deciding on one slot under the lock: it costs the same however full the calendar is.
        """
        row = session.execute(_VERSIONS).first()
        if row is None:
            return None
        practice = self._practice_at(session, row)
        reach = practice.reach
        near = _taken(session, practice.coach, since=start - reach, until=start + reach)
        return Diary(practice, tuple(near))

    def _practice_at(self, session: Session, row: Row[int, int, int]) -> Practice:
        kept = self._practice
        if kept is None or (kept.coach.id, kept.version) != (row.id, row.practice_version):
            kept = self._practice = read_practice(session, row.id)
        return kept


_VERSIONS = select(Coach.id, Coach.practice_version, Coach.bookings_version)


def read_diary(session: Session, coach_id: int, *, now: datetime) -> Diary:
    """Read everything that decides the offer from the database."""
    practice = read_practice(session, coach_id)
    return Diary(practice, tuple(_taken(session, practice.coach, since=now - REACH)))


def _taken(
    session: Session, coach: CoachCard, *, since: datetime, until: datetime | None = None
) -> Iterator[Taken]:
    query = (
        select(
            Booking.id,
            Booking.service_id,
            Booking.starts_at,
            Booking.ends_at,
            Service.before_min,
            Service.after_min,
        )
        .outerjoin(Service, Booking.service_id == Service.id)
        .where(Booking.coach_id == coach.id, Booking.status != "cancelled", Booking.ends_at > since)
        .order_by(Booking.starts_at)
    )
    if until is not None:
        query = query.where(Booking.starts_at < until)
    zone = coach.zone
    for row in session.execute(query):
        yield Taken(
            row.id,
            row.service_id,
            row.starts_at.astimezone(zone).date(),
            Busy(
                Interval(row.starts_at, row.ends_at),
                before=timedelta(minutes=row.before_min or 0),
                after=timedelta(minutes=row.after_min or 0),
            ),
        )
