"""The coach, what can be booked and when he works, as plain values: what changes now and then."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.availability.core import holidays, slots, windows
from coachcrm.availability.core.service_rules import price_words
from coachcrm.availability.core.slots import Policy
from coachcrm.availability.core.windows import DATES_AHEAD, LONGEST_MEETING, Hours, TimeOff, Window
from coachcrm.availability.models import (
    DateOverride,
    OpenedHoliday,
    Service,
    TimeOffRow,
    WeeklyHours,
)
from coachcrm.bookings.core.places import Place
from coachcrm.bookings.core.rules import Terms
from coachcrm.bookings.models import LetterWording, terms_of
from coachcrm.bookings.offer.core.page import Page
from coachcrm.bookings.offer.reading.page import read_page
from coachcrm.kit.text.phone_numbers import country_of
from coachcrm.kit.text.wording import Wording
from coachcrm.kit.time.interval import Interval

# A meeting and its buffers last a day each at the most, and a cap counts a week: bookings further
# off touch no slot.
REACH = timedelta(days=9)


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
    nation: str = "england-and-wales"
    letters: tuple[Wording, ...] = ()
    page: Page = field(default_factory=Page)

    @property
    def full_name(self) -> str:
        """The name as it stands on his page, with the surname where he gives one."""
        return self.page.full_name(self.name)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the coach's wall times."""
        return ZoneInfo(self.timezone)

    @property
    def country(self) -> str:
        """Where the coach is at home: the country of his number, else of his zone."""
        return country_of(self.phone, self.timezone)


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """What pages and letters say of a service, and its rules. `minutes` is its length.

    `payment` says how what it costs is paid; of what is free it means nothing.
    """

    id: int
    slug: str
    name: str
    words: str
    minutes: int
    place: str
    place_details: str
    place_zone: str
    price_pence: int
    payment: str
    one_upcoming: bool
    is_public: bool
    is_active: bool
    policy: Policy
    terms: Terms

    @property
    def price(self) -> str:
        """The price as it is written; what is free has none."""
        return price_words(self.price_pence) if self.price_pence else ""

    def venue(self, coach: CoachCard) -> str:
        """Return the zone whose clocks hang where one meets; empty for what has no address."""
        return Place(self.place, self.place_details, self.place_zone).venue(coach.timezone)

    @property
    def is_on_front_page(self) -> bool:
        """Say whether anybody is offered it."""
        return self.is_public and self.is_active

    def lasting(self, minutes: int) -> Self:
        """Return the same service with another length, for a meeting that keeps its own."""
        if minutes == self.minutes:
            return self
        policy = replace(self.policy, duration=timedelta(minutes=minutes))
        return replace(self, minutes=minutes, policy=policy)

    @property
    def where_again(self) -> tuple[str, dict[str, Any]]:
        """The endpoint where a client finds another time, and what it asks for.

        A link that the coach gives is not given away here.
        """
        if self.is_on_front_page:
            return "bookings.times", {"service": self.slug}
        return "bookings.landing", {}


@dataclass(frozen=True, slots=True)
class Practice:
    """The coach, what can be booked, and when he works.

    `overrides` are windows by date, in minutes from midnight, none of them on a closed date;
    `opened` are the bank holidays that he has opened. Windows of its own open one too, for just
    those hours and as long as they stand (rule 3).
    """

    version: int
    coach: CoachCard
    services: tuple[ServiceCard, ...]
    hours: tuple[Hours, ...]
    overrides: Mapping[date, tuple[tuple[int, int], ...]]
    time_off: tuple[TimeOff, ...]
    opened: frozenset[date]

    @property
    def reach(self) -> timedelta:
        """How far from a slot's start a booking can be and still decide about it.

        A cap counts a whole week; without one only a meeting and its buffers reach so far. How long
        services take by now does not matter: a meeting that is moved may keep the length it has.
        """
        policies = [service.policy for service in self.services]
        if any(policy.day_cap or policy.week_cap for policy in policies):
            return REACH
        return LONGEST_MEETING + max(max(policy.before, policy.after) for policy in policies)

    def windows(self, first: date, last: date) -> list[Window]:
        """Return the stretches in which the coach works, from `first` to `last`, in order."""
        return windows.windows(
            self.hours, zone=self.coach.zone, first=first, last=last, overrides=self.overrides
        )

    def open_hours(self, first: date, last: date) -> list[Interval]:
        """Return the same with time off and bank holidays taken away."""
        found: list[Interval] = [*self.windows(first, last)]
        for off in self.off(first, last):
            found = [part for window in found for part in window.without(off)]
        return found

    def hours_on(self, on: date) -> tuple[tuple[int, int], ...]:
        """Return the windows of one date in minutes from midnight, before any time off."""
        weekly = sorted((h.opens, h.closes) for h in self.hours if h.weekday == on.weekday())
        return self.overrides.get(on, tuple(weekly))

    def starts_on(self, service: ServiceCard, on: date) -> list[datetime]:
        """Return the starts of one date by hours and time off alone: meetings do not count."""
        blocks = slots.blocked(
            (), policy=service.policy, zone=self.coach.zone, time_off=self.off(on, on)
        )
        return [slot.start for slot in slots.free(self.windows(on, on), blocks, service.policy)]

    def holidays(self, first: date, last: date) -> dict[date, str]:
        """Return the bank holidays of his nation, opened ones too, from `first` to `last`."""
        return holidays.between(self.coach.nation, first, last)

    def closed_holidays(self, first: date, last: date) -> dict[date, str]:
        """Return those of them on which he does not work."""
        return {
            on: name
            for on, name in self.holidays(first, last).items()
            if on not in self.opened and not self.overrides.get(on)
        }

    def off(self, first: date, last: date) -> list[Interval]:
        """Return the time off that can touch the dates `first` to `last`, bank holidays included.

        A meeting that begins on the last of them can reach into two more. Time off wins over
        weekly hours and overrides alike (rule 3).
        """
        return [interval for interval, _ in self.named_off(first, last)]

    def named_off(self, first: date, last: date) -> list[tuple[Interval, TimeOff]]:
        """Return the same with what it is; the reason of a bank holiday is its name."""
        last += DATES_AHEAD
        closed = [
            TimeOff(on, on, reason=name) for on, name in self.closed_holidays(first, last).items()
        ]
        near = [off for off in self.time_off if off.begins_on <= last and first <= off.ends_on]
        found = ((off.interval(self.coach.zone), off) for off in (*closed, *near))
        return [(interval, off) for interval, off in found if interval is not None]


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
    overrides: defaultdict[date, list[tuple[int, int]]] = defaultdict(list)
    for row in session.scalars(select(DateOverride).where(DateOverride.coach_id == coach_id)):
        overrides[row.falls_on] += (
            [] if row.opens is None or row.closes is None else [(row.opens, row.closes)]
        )
    time_off = session.scalars(select(TimeOffRow).where(TimeOffRow.coach_id == coach_id))
    opened = session.scalars(
        select(OpenedHoliday.falls_on).where(OpenedHoliday.coach_id == coach_id)
    )
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
            nation=coach.nation,
            letters=tuple(
                Wording(row.name, row.subject, row.body, row.is_on)
                for row in session.scalars(
                    select(LetterWording).where(LetterWording.coach_id == coach_id)
                )
            ),
            page=read_page(session, coach_id),
        ),
        services=tuple(_card(service) for service in services),
        hours=tuple(window.hours() for window in hours),
        overrides={on: tuple(windows) for on, windows in overrides.items()},
        time_off=tuple(row.time_off() for row in time_off),
        opened=frozenset(opened),
    )


def _card(service: Service) -> ServiceCard:
    return ServiceCard(
        id=service.id,
        slug=service.slug,
        name=service.name,
        words=service.words,
        minutes=service.duration_min,
        place=service.place,
        place_details=service.place_details,
        place_zone=service.place_zone,
        price_pence=service.price_pence,
        payment=service.payment,
        one_upcoming=service.one_upcoming,
        is_public=service.is_public,
        is_active=service.is_active,
        policy=service.policy(),
        terms=terms_of(service),
    )
