"""Dates and times as people read them in Britain, and as links carry them.

The names are written out here: `strftime` would follow the machine's locale.
"""

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from coachcrm.kit.time import zones
from coachcrm.kit.time.interval import MINUTE, Interval

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

# The languages whose readers say hours with "am" and "pm" (CLDR's hour cycles).
_TWELVE_HOURS = frozenset(
    "am ar bn en fil gu hi kn ko ml mr ms ne pa si so sq ta te ur".split()  # noqa: SIM905
)
_LANGUAGE = re.compile(r"\s*[A-Za-z]{2,3}(?![A-Za-z])")
EARLY, _NOON, _EVENING = 8, 12, 17
_HALF = 30  # minutes of an hour
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")


def day(d: date) -> str:
    """Return the date as "Tuesday 15 June"."""
    return f"{_weekday_and_number(d)} {MONTHS[d.month - 1]}"


def day_year(d: date) -> str:
    """Return the date as "Tuesday 15 June 2027"."""
    return f"{day(d)} {d.year}"


def span(first: date, last: date) -> str:
    """Return the dates from `first` to `last`, naming month and year no oftener than needed."""
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day_year(first)} to {day_year(last)}"
    if first.month != last.month:
        return f"{day(first)} to {day(last)}"
    return f"{_weekday_and_number(first)} to {day(last)}"


def months(first: date, last: date) -> str:
    """Return the month of two dates, or both: "June 2027", "June and July 2027"."""
    until = f"{MONTHS[last.month - 1]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return until
    year = "" if first.year == last.year else f" {first.year}"
    return f"{MONTHS[first.month - 1]}{year} and {until}"


def reads_twelve_hours(language: str | None) -> bool:
    """Say whether people of a locale ("en-GB", "pl") read clocks of twelve hours, not of 24.

    Of a list ("pl,en;q=0.8") the first counts. English pages are written with "9:00 am" wherever
    they are read; unknown counts as English.
    """
    first = _LANGUAGE.match(language or "")
    return first is None or first[0].strip().lower() in _TWELVE_HOURS


def clock_time(dt: datetime, *, twelve_hour: bool = True) -> str:
    """Return the time on the clocks of the zone of `dt`: "9:00 am", "12:00 pm" at noon; or "09:00".

    A time that the clocks show twice says which of the two it is: "1:30 am BST".
    """
    if twelve_hour:
        time = f"{(dt.hour - 1) % 12 + 1}:{dt.minute:02} {'am' if dt.hour < _NOON else 'pm'}"
    else:
        time = f"{dt.hour:02}:{dt.minute:02}"
    return f"{time} {_abbreviation(dt)}" if zones.is_repeated(dt) else time


def clock_time_named(dt: datetime) -> str:
    """Return the time with the abbreviation of its zone on that day: "2:00 am BST"."""
    return clock_time(dt) if zones.is_repeated(dt) else f"{clock_time(dt)} {_abbreviation(dt)}"


def when(at: datetime | None, zone: ZoneInfo, *, twelve_hour: bool = True) -> str:
    """Return an instant on the clocks of a zone: "Tuesday 15 June, 9:00 am"; None is empty."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{day(local)}, {clock_time(local, twelve_hour=twelve_hour)}"


def when_year(at: datetime | None, zone: ZoneInfo, *, twelve_hour: bool = True) -> str:
    """Return an instant as `when` does, with the year: "Tuesday 15 June 2027, 9:00 am"."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{day_year(local)}, {clock_time(local, twelve_hour=twelve_hour)}"


def stretch(time: Interval, zone: ZoneInfo) -> str:
    """Return a stretch of time with its date, or with both of them."""
    start, end = time.start.astimezone(zone), time.end.astimezone(zone)
    until = clock_time(end) if end.date() == start.date() else when(end, zone)
    return f"{when_year(start, zone)} to {until}"


def wall_time(minute: int, *, twelve_hour: bool = True) -> str:
    """Return minutes from midnight as a clock time: "9:00 am"; 1440 is "midnight"."""
    if minute == zones.MINUTES_A_DAY:
        return "midnight"
    at = datetime(MINYEAR, 1, 1, minute // 60, minute % 60, tzinfo=UTC)
    return clock_time(at, twelve_hour=twelve_hour)


def length(span: timedelta) -> str:
    """Return a length of time in its largest whole unit: "a day", "2 hours", "90 minutes"."""
    for unit, one, many in ((_DAY, "a day", "days"), (_HOUR, "an hour", "hours")):
        if span >= unit and not span % unit:
            return one if span == unit else f"{span // unit} {many}"
    return f"{span // MINUTE} minutes"


def clock_step(span: timedelta) -> str:
    """Return by how much the clocks of a zone are changed: "an hour", "30 minutes"."""
    return "an hour" if span == _HOUR else f"{span // MINUTE} minutes"


def apart(gap: timedelta) -> str:
    """Return how far apart two clocks are: "an hour", "5 and a half hours", "45 minutes"."""
    hours, minutes = divmod(gap // MINUTE, 60)
    if minutes == _HALF:
        return {0: "half an hour", 1: "an hour and a half"}.get(hours, f"{hours} and a half hours")
    whole = "an hour" if hours == 1 else f"{hours} hours"
    if not minutes:
        return whole
    return f"{whole} {minutes} minutes" if hours else f"{minutes} minutes"


def part_of_day(dt: datetime) -> str:
    """Return "Morning" (before noon), "Afternoon" (before 5 pm) or "Evening"."""
    if dt.hour < _NOON:
        return "Morning"
    return "Afternoon" if dt.hour < _EVENING else "Evening"


def slot_label(start: datetime, zone_name: str, *, twelve_hour: bool = True) -> str:
    """Return the full name of a slot: "Tuesday 15 June 2027, 9:00 am, UK time".

    `start` is an instant, `zone_name` as `zones.canonical` gives it.
    """
    when_there = when_year(start, ZoneInfo(zone_name), twelve_hour=twelve_hour)
    return f"{when_there}, {zones.label(zone_name)}"


def utc_stamp(dt: datetime) -> str:
    """Return the instant as links carry it, to the second: "20270615T080000Z".

    Raises ValueError for a naive time.
    """
    if dt.tzinfo is None:
        raise ValueError(f"an instant needs a zone: {dt!r}")
    u = dt.astimezone(UTC)
    return f"{u.year:04}{u.month:02}{u.day:02}T{u.hour:02}{u.minute:02}{u.second:02}Z"


def parse_stamp(text: str) -> datetime | None:
    """Return the instant that `utc_stamp` would write as `text`, or None; never raises.

    The first and the last year of the calendar are refused: some zone could not show their edges.
    """
    if (match := _STAMP.fullmatch(text)) is None:
        return None
    year, month, day_, hour, minute, second = map(int, match.groups())
    if not MINYEAR < year < MAXYEAR:
        return None
    try:
        return datetime(year, month, day_, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _weekday_and_number(d: date) -> str:
    return f"{WEEKDAYS[d.weekday()]} {d.day}"


def _abbreviation(dt: datetime) -> str:
    name = dt.tzname() or ""
    if name[:1].isalpha():
        return name
    # Where people have no letters for it, the database writes a bare offset: -03, +1030.
    sign, digits = name[:1].replace("-", zones.MINUS), name[1:]
    minutes = f":{digits[2:]}" if digits[2:] else ""
    return f"UTC{sign}{int(digits[:2] or 0)}{minutes}"
