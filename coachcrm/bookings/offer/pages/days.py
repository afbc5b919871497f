"""A page of times by the day: days to go to, their month, and what is free on the one shown.

What leads where is for the page to say: `way` makes the address of a date, for choosing a time, for
moving a booking, or for going on with a form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from coachcrm.bookings.offer.core.days import DAY, Answer, FreeDays, to_show, weeks_to_show
from coachcrm.bookings.offer.pages.times import (
    DAYS_A_PAGE,
    OfferedDay,
    OfferedWeek,
    grouped,
    one_day,
)
from coachcrm.bookings.offer.pages.zones import Zone
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import words

BEHIND, AHEAD = 2, 12  # the days of the strip around the one shown, which is in sight with them
SAID = {
    Answer.AS_ASKED: "",
    Answer.PASSED: "That day has passed. This is the first that has a time.",
    Answer.TOO_FAR: "That is further ahead than I plan. This is the last day that has a time.",
}
Way = Callable[[str, date], str]


@dataclass(frozen=True, slots=True)
class DayLink:
    """A date of the calendar: how many times are free on it, and where they are shown."""

    on: date
    free: int
    url: str
    is_shown: bool = False

    @property
    def iso(self) -> str:
        """The date as links carry it."""
        return self.on.isoformat()

    @property
    def weekday(self) -> str:
        """The day of the week, in three letters."""
        return words.WEEKDAYS[self.on.weekday()][:3]

    @property
    def month(self) -> str:
        """The name of its month."""
        return words.MONTHS[self.on.month - 1]

    @property
    def words(self) -> str:
        """The date in words."""
        return words.day(self.on)

    @property
    def month_year(self) -> str:
        """The name of its month with the year."""
        return words.months(self.on, self.on)


@dataclass(frozen=True, slots=True)
class Month:
    """A month as a table of weeks, and the nearest dates with times before and after it."""

    name: str
    weeks: list[list[DayLink | None]]
    before: DayLink | None
    after: DayLink | None


@dataclass(frozen=True, slots=True)
class DayPage:
    """What is free on one date, and every way on from it; `said` is why it is that date.

    `before` and `after` are the nearest dates that have times, `earlier` and `later` those beyond
    the `strip`.
    """

    said: str
    day: OfferedDay
    strip: list[DayLink]
    earlier: DayLink | None
    later: DayLink | None
    month: Month
    before: DayLink | None
    after: DayLink | None
    list_url: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """Seven dates with what is free on them; with nothing, where the nearest times are."""

    range_text: str
    days: list[OfferedDay]
    earlier_url: str | None
    later_url: str | None
    before: DayLink | None
    after: DayLink | None
    day_url: str


def ways(base_url: str, zone: Zone) -> Way:
    """Return what makes the addresses of a page: by "day", or "from" a date on."""
    kept = f"&{urlencode({'tz': zone.visitor}, safe='/')}" if zone.chosen else ""
    return lambda by, on: f"{base_url}?{by}={on}{kept}"


def day_page(
    asked: date | None, days: FreeDays, zone: Zone, service: ServiceCard, way: Way
) -> DayPage | None:
    """Return the page of the date asked for, or of the nearest to it; None if nothing is free."""
    on, answer = to_show(asked, days)
    if on is None:
        return None
    link = _links(days, way, shown=on)
    first, last = max(days.today, on - DAY * BEHIND), min(days.horizon, on + DAY * AHEAD)
    return DayPage(
        said=SAID[answer],
        day=one_day(on, days.on(on), zone, service),
        strip=[link(first + DAY * n) for n in range((last - first).days + 1)],
        earlier=_maybe(link, days.before(first)),
        later=_maybe(link, days.after(last)),
        month=_month(on, days, link),
        before=_maybe(link, days.before(on)),
        after=_maybe(link, days.after(on)),
        list_url=way("from", on),
    )


def week_page(
    week: OfferedWeek, days: FreeDays, zone: Zone, service: ServiceCard, way: Way
) -> WeekPage:
    """Return the page of seven dates; earlier and later lead to where something is free alone."""
    found = days.between(week.first, week.last)
    link = _links(days, way, shown=None)
    before, after = days.before(week.first), days.after(week.last)
    seven = DAY * DAYS_A_PAGE
    earlier = before and max(days.today, min(week.first - seven, before))
    later = after and (week.last + DAY if after <= week.last + seven else after)
    return WeekPage(
        range_text=words.span(week.first, week.last),
        days=grouped(found, zone, service),
        earlier_url=way("from", earlier) if earlier else None,
        later_url=way("from", later) if later else None,
        before=None if found else _maybe(link, before),
        after=None if found else _maybe(link, after),
        day_url=way("day", week.first),
    )


def said_once(days: Sequence[OfferedDay]) -> str | None:
    """Return how far the second clock is from the first, if it is so on all of the days."""
    said = {day.difference for day in days}
    return said.pop() if len(said) == 1 else None


def shown(
    days: FreeDays,
    zone: Zone,
    service: ServiceCard,
    base_url: str,
    *,
    day: str | None,
    first: str | None,
) -> dict[str, object]:
    """Return what a page of times shows for the date `day`, or for seven `first` on.

    With neither, or with what is no date, it is the first day that has a time.
    """
    way = ways(base_url, zone)
    if first is not None and day is None:
        week = OfferedWeek.beginning(parse_date(first), days.today, days.horizon)
        by_week = week_page(week, days, zone, service, way)
        return {"week": by_week, "difference": said_once(by_week.days)}
    by_day = day_page(parse_date(day), days, zone, service, way)
    return {"page": by_day, "difference": by_day.day.difference if by_day else None}


def _links(days: FreeDays, way: Way, *, shown: date | None) -> Callable[[date], DayLink]:
    return lambda on: DayLink(on, len(days.on(on)), way("day", on), is_shown=on == shown)


def _maybe(link: Callable[[date], DayLink], on: date | None) -> DayLink | None:
    return link(on) if on else None


def _month(on: date, days: FreeDays, link: Callable[[date], DayLink]) -> Month:
    weeks = weeks_to_show(on, days.today)
    dates = [each for week in weeks for each in week if each]
    before = days.before(dates[0])
    if before:
        # A month is entered by its first day with times, from either side.
        before = days.after(before.replace(day=1) - DAY)
    return Month(
        name=words.months(dates[0], dates[-1]),
        weeks=[[link(each) if each else None for each in week] for week in weeks],
        before=_maybe(link, before),
        after=_maybe(link, days.after(dates[-1])),
    )
