"""What is on offer: the pure core alone, and pages and answers of a calendar that is full."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import text

from bench.figures import Figures
from coachcrm.availability.core.slots import Busy, Policy, first_and_last_date, slots
from coachcrm.availability.core.windows import Hours, windows
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock
from coachcrm.kit.time.interval import Interval

LONDON, NOW = ZoneInfo("Europe/London"), datetime(2027, 6, 1, 8, tzinfo=UTC)
HALF_HOUR, TEN_MINUTES = timedelta(minutes=30), timedelta(minutes=10)
MOST_THIRTY_MS, MOST_FULL_MS, MOST_TIMES = 1, 3, 20
BOOKINGS, OUTSIDE, OVERRIDES, DAYS = 500, 2000, 30, 60


def core(figures: Figures) -> None:
    """Time the pure core alone."""
    figures.most("thirty days of slots", thirty_days(), MOST_THIRTY_MS, "ms")
    once, sixteen = full(1), full(16)
    figures.most("sixty days of a full calendar", once, MOST_FULL_MS, "ms")
    said = f"{sixteen:.1f} ms"
    figures.most("sixteen times as much", sixteen / once, MOST_TIMES, "times the time", said)


def thirty_days() -> float:
    """Return the milliseconds for thirty days of slots in an ordinary calendar."""
    hours = [Hours(day, *w) for day in range(5) for w in ((540, 720), (840, 1020))]
    busy = [
        Busy(Interval(at, at + HALF_HOUR), after=timedelta(minutes=15))
        for at in (NOW + timedelta(days=day, hours=1) for day in range(1, 21))
    ]
    return _milliseconds(lambda: _offer(hours, busy, {}, 30), 200)


def full(times: int) -> float:
    """Return the milliseconds for sixty days of a full calendar, or so many times as much."""
    hours = [Hours(day, 0, 1440) for day in range(7)]
    days, number = DAYS * times, (BOOKINGS + OUTSIDE) * times
    step = timedelta(days=days) / number
    starts = (NOW + step * n for n in range(number))
    busy = [Busy(Interval(at, at + TEN_MINUTES), after=timedelta(minutes=15)) for at in starts]
    overrides = {
        NOW.date() + timedelta(days=2 * n): ((540, 720), (780, 1080))
        for n in range(OVERRIDES * times)
    }
    return _milliseconds(lambda: _offer(hours, busy, overrides, days), 200 // times)


def _offer(
    hours: list[Hours],
    busy: list[Busy],
    overrides: dict[date, tuple[tuple[int, int], ...]],
    horizon: int,
) -> None:
    policy = Policy(
        duration=HALF_HOUR,
        grid=HALF_HOUR,
        notice=timedelta(hours=24),
        horizon=horizon,
        before=timedelta(0),
        after=timedelta(minutes=15),
    )
    first, last = first_and_last_date(policy, NOW, LONDON)
    opened = windows(hours, zone=LONDON, first=first, last=last, overrides=overrides)
    list(slots(windows=opened, busy=busy, policy=policy, now=NOW, zone=LONDON))


def fill(app: Flask) -> None:
    """Plant so many bookings, times of other events and overrides in the next sixty days."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    step = timedelta(days=DAYS) / (BOOKINGS + OUTSIDE)
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE weekly_hours SET opens = 480, closes = 1200"))
        session.execute(
            text(
                "INSERT INTO booking (coach_id, starts_at, ends_at, status) "
                "VALUES (1, :start, :end, 'confirmed')"
            ),
            [
                {"start": _stored(at), "end": _stored(at + TEN_MINUTES)}
                for at in (now + step * n for n in range(BOOKINGS + OUTSIDE))
            ],
        )
        session.execute(
            text(
                "INSERT INTO date_override (coach_id, falls_on, opens, closes) "
                "VALUES (1, :on, 540, 1080)"
            ),
            [{"on": (now.date() + timedelta(days=2 * n)).isoformat()} for n in range(OVERRIDES)],
        )


def month() -> str:
    """Return the path of a month of free times as JSON."""
    first = clock.now().date()
    query = f"from={first}&to={first + timedelta(days=30)}&tz=Europe/London"
    return f"/api/v1/services/free-consultation/slots?{query}"


def _stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _milliseconds(act: Callable[[], None], times: int) -> float:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found)
