"""Which free times stand for one that is gone, and how near each is, in words. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

MOST = 3
# So many days around a time that is gone are looked at, then so many, and only then all.
REACHES = (3, 10)
_NUMBERS = ("", "", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_HALF = timedelta(minutes=30)
_LITTLE = timedelta(minutes=50)
_NEAR = timedelta(days=14)


def nearest(gone: datetime, free: Iterable[datetime], *, most: int = MOST) -> Sequence[datetime]:
    """Return the free times to offer for one that is gone, the nearest first.

    Among them is one of another day, at the hour that comes nearest: whoever cannot do it later
    that day has perhaps the same hour free the next. All are wall times of one zone.
    """
    near = sorted(free, key=lambda at: abs(at - gone))
    others = sorted(
        (at for at in near if at.date() != gone.date()),
        key=lambda at: (abs(at.date() - gone.date()), at < gone, _minutes_apart(at, gone)),
    )
    same_hour = others[:1] if near and near[0].date() == gone.date() else []
    return list(dict.fromkeys([*near[:1], *same_hour, *near]))[:most]


def is_enough(gone: datetime, free: Iterable[datetime], *, days: int) -> bool:
    """Say whether `nearest` would choose the same if it knew of more free times than these.

    `free` are all on the dates of another zone that are at most `days` from that of `gone`. There
    a date may be another, and zones have left out a whole day: so two days less are certain.
    """
    sure = [at for at in free if abs(at.date() - gone.date()) <= (days - 2) * _DAY]
    return len(sure) >= MOST and any(at.date() != gone.date() for at in sure)


def words(gone: datetime, at: datetime) -> str:
    """Return how near a time is to the one that is gone: "An hour later", "The next day".

    Hours are said to the nearest half. What is more than a fortnight off is not near, and of that
    nothing is said.
    """
    if abs(at - gone) > _NEAR:
        return ""
    side = "later" if at > gone else "earlier"
    if at.date() != gone.date():
        return _days(at.date(), gone.date(), side)
    apart = abs(at - gone)
    if apart <= _LITTLE:
        return f"A little {side}"
    return f"{_hours(*divmod(round(apart / _HALF), 2))} {side}"


def _hours(hours: int, half: int) -> str:
    if hours == 1:
        return "An hour and a half" if half else "An hour"
    if half:
        return f"{hours}½ hours" if hours >= len(_NUMBERS) else f"{_number(hours)} and a half hours"
    return f"{_number(hours)} hours"


def _days(on: date, gone: date, side: str) -> str:
    days = abs(on - gone) // _DAY
    if days == 1:
        return "The next day" if side == "later" else "The day before"
    return f"{_number(days)} days {side}"


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _minutes_apart(one: datetime, other: datetime) -> int:
    return abs((one.hour - other.hour) * 60 + one.minute - other.minute)
