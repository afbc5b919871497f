"""What decides the offer, as plain values, and the offer that they make.

What is free is kept with them; the clock is not, and what time rules out is asked each time.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from coachcrm.availability.core.reasons import Offer
from coachcrm.availability.core.slots import (
    Busy,
    blocked,
    earliest_and_closing,
    first_and_last_date,
    free,
    offers,
    slots,
)
from coachcrm.availability.operations.hours import FREE_CONSULTATION
from coachcrm.bookings.offer.reading.practice import REACH, CoachCard, Practice, ServiceCard
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant

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
