"""Other times for a form that is half filled in: each is a button of it, so nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from werkzeug.datastructures import MultiDict

from coachcrm.bookings.book.core import nearness
from coachcrm.bookings.offer.pages import times
from coachcrm.bookings.offer.pages.zones import Zone
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.practice import ServiceCard
from coachcrm.kit.text.phone_numbers import readings, spoken
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import countries, words
from coachcrm.kit.time.interval import Interval

KEPT = (
    "name", "email", "phone", "timezone", "topic", "interview_on", "message", "heard", "asked",
)  # fmt: skip
DAYS_SHOWN = 14
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


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day with something free on it."""

    iso: str
    weekday: str
    number: int
    label: str
    is_shown: bool


def choose(
    diary: Diary,
    service: ServiceCard,
    zone: Zone,
    *,
    near: datetime,
    asked: str | None,
    now: datetime,
) -> dict[str, object]:
    """Return the days with free times, and the times of one: that `asked` for, or that of `near`.

    Where nothing is free on it, it is the next.
    """
    found = list(diary.slots(service, now=now))
    days = list(dict.fromkeys(slot.start.astimezone(zone.info).date() for slot in found))
    wanted = parse_date(asked)
    shown = next((on for on in days if wanted and on >= wanted), None)
    if shown is None and found:
        close = min(found, key=lambda slot: abs(slot.start - near))
        shown = close.start.astimezone(zone.info).date()
    begin = days.index(shown) // DAYS_SHOWN * DAYS_SHOWN if shown else 0
    end = begin + DAYS_SHOWN
    return {
        "days": [_day(on, shown) for on in days[begin:end]],
        "shown": words.day(shown) if shown else None,
        "parts": _parts(found, zone, service, shown),
        "earlier": days[begin - 1].isoformat() if begin else None,
        "later": days[end].isoformat() if days[end:] else None,
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


def typed(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Return what was typed, to travel along; what is empty says nothing."""
    return [(name, form[name]) for name in KEPT if form.get(name)]


def said(form: MultiDict[str, str], home: str) -> list[str]:
    """Return who books in words: name, number, address; a number in one piece."""
    zone = form.get("timezone", "")
    found = readings(form.get("phone", "").strip(), zone=zone, home=home)
    country = countries.of_zone(zone) or home
    phone = spoken(found[0].e164, country) if len(found) == 1 else form.get("phone", "")
    return [text for text in (form.get("name", ""), phone, form.get("email", "")) if text.strip()]


def _parts(
    found: Sequence[Interval], zone: Zone, service: ServiceCard, on: date | None
) -> list[tuple[str, list[OtherTime]]]:
    of_day = [slot for slot in found if slot.start.astimezone(zone.info).date() == on]
    parts = groupby(of_day, lambda slot: words.part_of_day(slot.start.astimezone(zone.info)))
    return [(name, [_time(slot, zone, service) for slot in slots]) for name, slots in parts]


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


def _day(on: date, shown: date | None) -> FreeDay:
    return FreeDay(
        iso=on.isoformat(),
        weekday=words.WEEKDAYS[on.weekday()][:3],
        number=on.day,
        label=_short(on),
        is_shown=on == shown,
    )
