"""Other times for a form that is half filled in: each is a button of it, so nothing is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coachcrm.bookings.book.core import nearness
from coachcrm.bookings.offer.core.days import FreeDays
from coachcrm.bookings.offer.pages import days as days_page
from coachcrm.bookings.offer.pages import times
from coachcrm.bookings.offer.pages.zones import Zone
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.text.phone_numbers import readings, spoken
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import countries, words, zones
from coachcrm.kit.time.interval import Interval

KEPT = (
    "name", "email", "phone", "timezone", "topic", "interview_on", "message", "heard", "asked",
)  # fmt: skip
FURTHEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class OtherTime:
    """A free time; `url` is where the form goes that books it, `near` how near it is."""

    url: str
    instant: str
    time: str
    day: str
    label: str
    near: str = ""


def choose(
    diary: Diary,
    service: ServiceCard,
    zone: Zone,
    *,
    near: datetime,
    asked: str | None,
    now: datetime,
) -> dict[str, object]:
    """Return the page of the day that is `asked` for, else of the day nearest to `near`.

    The page's ways are buttons of the form, so that no address of them is needed. `zones` are all
    that the times can be shown in.
    """
    free = times.free_days(diary, service, zone, now=now)
    wanted = parse_date(asked) or _nearest_day(near.astimezone(zone.info).date(), free)
    page = days_page.day_page(wanted, free, zone, service, lambda _by, _on: "")
    return {
        "page": page,
        "difference": page.day.difference if page else None,
        "zones": sorted((zones.label(name), name) for name in {*zones.names(), zone.visitor}),
    }


def instead(
    diary: Diary, service: ServiceCard, zone: Zone, gone: datetime, *, now: datetime
) -> dict[str, object]:
    """Return what stands for a time that is gone: the nearest free ones, and how near each is.

    What is far off was never on offer, so it is not named, and nothing is near it.
    """
    is_named = abs(gone - now) < FURTHEST
    local = (gone if is_named else now).astimezone(zone.info)
    found = _around(diary, service, local, now)
    return {
        "gone": zone.clock(local) if is_named else None,
        "near": [
            _time(found[at], zone, service, near=nearness.words(local, at) if is_named else "")
            for at in nearness.nearest(local, found)
        ],
    }


def _around(
    diary: Diary, service: ServiceCard, gone: datetime, now: datetime
) -> dict[datetime, Interval]:
    """Return free times by what the clocks of `gone` show: those among which the nearest are.

    Whoever comes too late often comes in a crowd, and a year of free times is long.
    """
    on, zone = gone.astimezone(diary.coach.zone).date(), gone.tzinfo
    for days in nearness.REACHES:
        reach = timedelta(days=days)
        slots = diary.slots(service, now=now, first=on - reach, last=on + reach)
        found = {slot.start.astimezone(zone): slot for slot in slots}
        if nearness.is_enough(gone, found, days=days):
            return found
    return {slot.start.astimezone(zone): slot for slot in diary.slots(service, now=now)}


def typed(form: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what was typed, to travel along; what is empty says nothing."""
    return [(name, form[name]) for name in KEPT if form.get(name)]


def said(form: Mapping[str, str], home: str) -> list[str]:
    """Return who books in words: name, number, address; a number in one piece."""
    zone = form.get("timezone", "")
    found = readings(form.get("phone", "").strip(), zone=zone, home=home)
    country = countries.of_zone(zone) or home
    phone = spoken(found[0].e164, country) if len(found) == 1 else form.get("phone", "")
    return [text for text in (form.get("name", ""), phone, form.get("email", "")) if text.strip()]


def _nearest_day(on: date, free: FreeDays) -> date | None:
    if free.on(on):
        return on
    near = [day for day in (free.after(on), free.before(on)) if day]
    return min(near, key=lambda day: abs(day - on), default=None)


def _time(slot: Interval, zone: Zone, service: ServiceCard, *, near: str = "") -> OtherTime:
    shown = times.one(slot, zone, service)
    return OtherTime(
        url=shown.url,
        instant=f"{slot.start:%Y-%m-%dT%H:%M:%SZ}",
        time=shown.time,
        day=_short(slot.start.astimezone(zone.info)),
        label=f"{shown.time}, {shown.day}, {zone.label}",
        near=near,
    )


def _short(on: date) -> str:
    """Return a date as it stands beside a time: "Tue 1 December"."""
    return f"{words.WEEKDAYS[on.weekday()][:3]} {on.day} {words.MONTHS[on.month - 1]}"
