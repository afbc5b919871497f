"""What decides the offer, as plain values, kept ready between requests.

One question per request asks the database for the coach's `practice_version` and
`bookings_version`, which its own triggers raise with every change that could matter, by whomever;
only what has moved is read again. What is kept can therefore never be stale by one booking. The
clock is not kept at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from coachcrm.auth.models import Coach
from coachcrm.availability.models import Service, WeeklyHours
from coachcrm.availability.slots import (
    Busy,
    Hours,
    Policy,
    first_and_last_date,
    offers,
    slots,
    windows,
)
from coachcrm.bookings.letter_models import LetterWording
from coachcrm.bookings.models import Booking, terms_of
from coachcrm.bookings.wording import Wording
from coachcrm.kit.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from coachcrm.bookings.rules import Terms

# A meeting and its buffers last a day each at the most: bookings further off touch no slot.
REACH = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class CoachCard:
    """What pages and letters say of the coach; `letters` are those in his own words."""

    id: int
    name: str
    email: str
    practice: str
    phone: str
    about: str
    timezone: str
    letters: tuple[Wording, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the coach's wall times."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """What pages and letters say of a service, and its rules. `minutes` is its length."""

    id: int
    slug: str
    name: str
    words: str
    minutes: int
    place: str
    is_public: bool
    is_active: bool
    policy: Policy
    terms: Terms


@dataclass(frozen=True, slots=True)
class Taken:
    """A time that a booking holds."""

    booking_id: int
    busy: Busy


@dataclass(frozen=True, slots=True)
class Practice:
    """The coach, what can be booked, and when he works: what changes now and then."""

    version: int
    coach: CoachCard
    services: tuple[ServiceCard, ...]
    hours: tuple[Hours, ...]

    @property
    def reach(self) -> timedelta:
        """How far from a slot's start a booking can be and still touch it, buffers included."""
        policies = [service.policy for service in self.services]
        longest = max(policy.duration for policy in policies)
        return longest + max(max(policy.before, policy.after) for policy in policies)


@dataclass(frozen=True, slots=True)
class Diary:
    """Everything that decides what can be booked, but for the time of asking."""

    practice: Practice
    taken: tuple[Taken, ...]

    @property
    def coach(self) -> CoachCard:
        """The coach, as pages and letters name him."""
        return self.practice.coach

    @property
    def services(self) -> tuple[ServiceCard, ...]:
        """All services, the oldest first."""
        return self.practice.services

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
        return slots(
            windows=windows(self.practice.hours, zone=zone, first=first, last=last),
            busy=self._busy(but_for),
            policy=service.policy,
            now=now,
            zone=zone,
        )

    def offers(
        self, service: ServiceCard, start: datetime, *, now: datetime, but_for: int | None = None
    ) -> Interval | None:
        """Return the slot that begins at `start` if it is on offer: the rule for accepting."""
        zone = self.coach.zone
        earliest, latest = first_and_last_date(service.policy, now, zone)
        on = start.astimezone(zone).date()
        day = timedelta(days=1)
        return offers(
            start,
            windows=windows(
                self.practice.hours,
                zone=zone,
                first=max(on - day, earliest),
                last=min(on + day, latest),
            ),
            busy=self._busy(but_for),
            policy=service.policy,
            now=now,
            zone=zone,
        )

    def _busy(self, but_for: int | None) -> list[Busy]:
        return [taken.busy for taken in self.taken if taken.booking_id != but_for]


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
            taken = tuple(_taken(session, row.id, since=now - REACH))
            kept = self._kept = (row.bookings_version, Diary(practice, taken))
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
        near = _taken(session, row.id, since=start - reach, until=start + reach)
        return Diary(practice, tuple(near))

    def _practice_at(self, session: Session, row: Row[int, int, int]) -> Practice:
        kept = self._practice
        if kept is None or (kept.coach.id, kept.version) != (row.id, row.practice_version):
            kept = self._practice = read_practice(session, row.id)
        return kept


_VERSIONS = select(Coach.id, Coach.practice_version, Coach.bookings_version)


def read_practice(session: Session, coach_id: int) -> Practice:
    """Read the coach, the services and the hours from the database."""
    # The version is read first: what is read after it can only be newer, and will be read again.
    version, coach = session.execute(
        select(Coach.practice_version, Coach).where(Coach.id == coach_id)
    ).one()
    services = session.scalars(
        select(Service).where(Service.coach_id == coach_id).order_by(Service.id)
    )
    hours = session.scalars(select(WeeklyHours).where(WeeklyHours.coach_id == coach_id))
    return Practice(
        version=version,
        coach=CoachCard(
            id=coach.id,
            name=coach.name,
            email=coach.email,
            practice=coach.practice,
            phone=coach.phone,
            about=coach.about,
            timezone=coach.timezone,
            letters=tuple(
                Wording(row.name, row.subject, row.body, row.is_on)
                for row in session.scalars(
                    select(LetterWording).where(LetterWording.coach_id == coach_id)
                )
            ),
        ),
        services=tuple(_card(service) for service in services),
        hours=tuple(window.hours() for window in hours),
    )


def read_diary(session: Session, coach_id: int, *, now: datetime) -> Diary:
    """Read everything that decides the offer from the database."""
    taken = _taken(session, coach_id, since=now - REACH)
    return Diary(read_practice(session, coach_id), tuple(taken))


def _card(service: Service) -> ServiceCard:
    return ServiceCard(
        id=service.id,
        slug=service.slug,
        name=service.name,
        words=service.words,
        minutes=service.duration_min,
        place=service.place,
        is_public=service.is_public,
        is_active=service.is_active,
        policy=service.policy(),
        terms=terms_of(service),
    )


def _taken(
    session: Session, coach_id: int, *, since: datetime, until: datetime | None = None
) -> Iterator[Taken]:
    query = (
        select(
            Booking.id, Booking.starts_at, Booking.ends_at, Service.before_min, Service.after_min
        )
        .outerjoin(Service, Booking.service_id == Service.id)
        .where(Booking.coach_id == coach_id, Booking.status != "cancelled", Booking.ends_at > since)
        .order_by(Booking.starts_at)
    )
    if until is not None:
        query = query.where(Booking.starts_at < until)
    for row in session.execute(query):
        yield Taken(
            row.id,
            Busy(
                Interval(row.starts_at, row.ends_at),
                before=timedelta(minutes=row.before_min or 0),
                after=timedelta(minutes=row.after_min or 0),
            ),
        )
