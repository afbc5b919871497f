"""The first page offers three times that suit different people, and calls each by its own name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coachcrm.bookings.offer.core.offers import three
from coachcrm.kit.time.interval import Interval

MONDAY = date(2026, 11, 30)
LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")
HALF = timedelta(minutes=30)


def slots(text: str) -> Iterator[Interval]:
    """Read times in London: "1 9:00 9:30, 2 12:30" are two of tomorrow, and one of the day after.

    "9:00-12:00" is every half hour from the one to the other.
    """
    for of_day in filter(None, text.split(", ")):
        number, *times = of_day.split()
        on = datetime(2026, 11, 30, tzinfo=UTC) + timedelta(days=int(number))
        for time in times:
            first, _, last = time.partition("-")
            start, end = (
                on + timedelta(hours=int(h), minutes=int(m))
                for h, _, m in (at.partition(":") for at in (first, last or first))
            )
            while start <= end:
                yield Interval(start, start + HALF)
                start += HALF


def said(text: str, zone: ZoneInfo = LONDON, today: date = MONDAY) -> list[str]:
    return [
        f"{offer.name} | {offer.day} | {offer.slot.start.astimezone(zone):%H:%M}"
        for offer in three(slots(text), zone, today=today)
    ]


WORKDAY = "9:00-18:00"


@pytest.mark.parametrize(
    ("free", "offers"),
    [
        # Days and parts of the day as they come.
        (f"1 {WORKDAY}, 2 {WORKDAY}, 3 {WORKDAY}",
         ["Tomorrow | Tue 1 December | 09:00", "Wednesday at lunch | 2 December | 12:00",
          "Thursday after five | 3 December | 17:00"]),
        ("1 9:00 9:30, 2 12:30, 3 17:30",
         ["Tomorrow | Tue 1 December | 09:00", "Wednesday at lunch | 2 December | 12:30",
          "Thursday after five | 3 December | 17:30"]),
        # The evening comes before the lunch: in order of time.
        ("1 9:00, 2 17:30, 3 12:00",
         ["Tomorrow | Tue 1 December | 09:00", "Wednesday after five | 2 December | 17:30",
          "Thursday at lunch | 3 December | 12:00"]),
        ("0 17:00, 1 9:00 12:30, 2 9:00",
         ["Today | Mon 30 November | 17:00", "Tomorrow at lunch | Tue 1 December | 12:30",
          "Wednesday morning | 2 December | 09:00"]),
        # The rest of today, and a day that is named by its weekday.
        ("0 9:00 12:30, 1 17:30",
         ["Today | Mon 30 November | 09:00", "Today at lunch | Mon 30 November | 12:30",
          "Tomorrow after five | Tue 1 December | 17:30"]),
        ("0 10:00 15:00",
         ["Today | Mon 30 November | 10:00", "This afternoon | Mon 30 November | 15:00"]),
        # Mornings only: spread over days, none twice; then what is furthest on these days.
        ("1 9:00-11:30, 2 9:00-11:30, 3 9:00-11:30, 4 9:00",
         ["Tomorrow | Tue 1 December | 09:00", "Wednesday | 2 December | 09:00",
          "Thursday | 3 December | 09:00"]),
        ("1 9:00-11:00",
         ["Tomorrow | Tue 1 December | 09:00", "In between | Tue 1 December | 10:00",
          "Later that day | Tue 1 December | 11:00"]),
        ("1 9:00 9:30, 2 9:00 12:30",
         ["Tomorrow | Tue 1 December | 09:00", "Wednesday | 2 December | 09:00",
          "Wednesday at lunch | 2 December | 12:30"]),
        ("1 9:00 9:30 15:00 17:30",
         ["Tomorrow | Tue 1 December | 09:00",
          "Tomorrow afternoon | Tue 1 December | 15:00",
          "Tomorrow after five | Tue 1 December | 17:30"]),
        # Two, one, none.
        ("0 9:00, 0 9:30",
         ["Today | Mon 30 November | 09:00", "Later that day | Mon 30 November | 09:30"]),
        ("3 9:00, 5 9:00", ["Thursday | 3 December | 09:00", "Saturday | 5 December | 09:00"]),
        ("9 14:00", ["Wednesday | 9 December | 14:00"]),
        ("", []),
        # What is weeks behind the first is no offer beside it.
        ("1 9:00 9:30 10:00, 30 12:30, 31 17:30",
         ["Tomorrow | Tue 1 December | 09:00", "In between | Tue 1 December | 09:30",
          "Later that day | Tue 1 December | 10:00"]),
    ],
)  # fmt: skip
def test_three_times_for_different_people(free: str, offers: list[str]) -> None:
    assert said(free) == offers


def test_the_day_and_its_parts_are_those_of_the_visitor() -> None:
    # Monday 9 am to 6 pm in London is 6 pm in Tokyo to 3 am of the next day.
    free = "0 9:00-18:00, 1 9:00-18:00, 2 9:00-18:00"
    assert said(free, TOKYO) == [
        "Today | Mon 30 November | 18:00",
        "Tomorrow | Tue 1 December | 18:00",
        "Wednesday | 2 December | 18:00",
    ]


def test_hours_of_sleep_are_offered_where_there_is_nothing_else() -> None:
    assert said("0 17:00-18:00", TOKYO, today=date(2026, 12, 1)) == [
        "Today | Tue 1 December | 02:00",
        "In between | Tue 1 December | 02:30",
        "Later that day | Tue 1 December | 03:00",
    ]
    assert said("0 2:00, 1 9:00") == ["Tomorrow | Tue 1 December | 09:00"]
