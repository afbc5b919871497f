"""The zone in which a visitor reads times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from coachcrm.bookings.core import two_clocks
from coachcrm.bookings.core.booking_words import THERE
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.kit.time import words, zones


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone in which times are shown: the visitor's own, or that of the address where one meets.

    `visitor` is his own as far as it is known, and `chosen` says that the page's address names it.
    `other` is that of the second clock: the coach's, or at an address the visitor's. `twelve_hour`
    says whether his clocks have twelve hours or 24.
    """

    name: str
    other: str
    visitor: str
    is_there: bool
    chosen: bool
    change_url: str
    notice: str | None
    twelve_hour: bool = True

    @property
    def differs(self) -> bool:
        """Whether there is a second zone; its clocks may still show the same (`differs_at`)."""
        return self.name != self.other

    def differs_at(self, at: datetime) -> bool:
        """Say whether the second clock shows another time at an instant."""
        return self.differs and bool(two_clocks.ahead(self.name, self.other, at))

    def difference(self, shown: Iterable[datetime]) -> str | None:
        """Say once how far the second clock is from these times, which are in order.

        "UK time is 5 hours ahead of you"; None where both clocks show the same at all of them.
        """
        return two_clocks.difference(
            self.name,
            self.other,
            shown,
            is_mine=self.is_there,
            twelve_hour=self.twelve_hour,
        )

    @property
    def label(self) -> str:
        """What people call the zone."""
        return zones.label(self.name) + (THERE if self.is_there and self.differs else "")

    @property
    def other_label(self) -> str:
        """What people call the zone of the second clock."""
        return zones.label(self.other)

    def time(self, at: datetime) -> str:
        """Return an instant as this reader's clocks show it."""
        return self.clock(at.astimezone(self.info))

    def clock(self, local: datetime) -> str:
        """Return the time of a zoned datetime in this reader's way."""
        return words.clock_time(local, twelve_hour=self.twelve_hour)

    @property
    def info(self) -> ZoneInfo:
        """The zone's rules."""
        return ZoneInfo(self.name)


def zone_for(
    asked: str | None,
    coach: CoachCard,
    *,
    change_url: str,
    twelve_hour: bool = True,
    venue: str = "",
) -> Zone:
    """Return the zone to show times in: the one asked for if it is known, else the coach's.

    At an address it is `venue`, the zone of that. No name from outside can cause an error; an
    unknown one leaves a notice (rule 14).
    """
    name = zones.canonical(asked) if asked else None
    notice = None
    if asked and name is None:
        shown = zones.label(venue or coach.timezone)
        notice = f"That time zone is not known here, so times are in {shown}."
    visitor = name or coach.timezone
    return Zone(
        name=venue or visitor,
        other=(name or venue) if venue else coach.timezone,
        visitor=visitor,
        is_there=bool(venue),
        chosen=name is not None,
        change_url=change_url,
        notice=notice,
        twelve_hour=twelve_hour,
    )
