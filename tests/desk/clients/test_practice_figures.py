"""The practice in figures: counts while they are few, and every date on its own side."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from coachcrm.auth.operations.set_up import the_coach
from coachcrm.bookings.models import STATUSES, Booking
from coachcrm.clients.models import Client, StageChange
from coachcrm.desk.clients.core.practice_figures import BECAME, Period, practice
from coachcrm.desk.clients.reading import practice as reading
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import zones
from tests.support.cast import change, value

JUNE = date(2027, 6, 1)
LAST = JUNE + timedelta(days=365)
LONDON = ZoneInfo("Europe/London")
COPIED = "coach_id, name, words, duration_min, grid_min, notice_min, horizon_days, "
COPIED += "before_min, after_min, cutoff_min, most_moves, place, is_public, is_active"
NOW = datetime(2027, 6, 5, 12, tzinfo=UTC)


class Talk(NamedTuple):
    """A meeting with a client on one of the coach's dates."""

    client: int
    on: date
    status: str
    is_free: bool
    is_over: bool


class Move(NamedTuple):
    """That a client came to a stage on a date."""

    client: int
    stage: str
    on: date


def talk(client: int, day: int, status: str = "completed", *, is_free: bool = True) -> Talk:
    return Talk(client, JUNE + timedelta(days=day), status, is_free, is_over=True)


def move(client: int, stage: str, day: int) -> Move:
    return Move(client, stage, JUNE + timedelta(days=day))


def firsts(found) -> dict[int, date]:
    """Return the earliest date of each client."""
    dates: dict[int, date] = {}
    for client, on in found:
        dates[client] = min(dates.get(client, on), on)
    return dates


def counted(talks, moves, first: date | None, last: date) -> Period:
    """Count one by one what the database counts."""

    def within(on: date) -> bool:
        return (first is None or on >= first) and on <= last

    free = [t for t in talks if t.is_free and within(t.on)]
    paid = [t for t in talks if not t.is_free and t.status == "completed"]
    placed = firsts((m.client, m.on) for m in moves if m.stage == "placed")
    return Period(
        booked=Counter(t.status for t in free),
        unsaid=sum(t.status == "confirmed" and t.is_over for t in free),
        held=firsts((t.client, t.on) for t in free if t.status == "completed"),
        placed={client: on for client, on in placed.items() if within(on)},
        became=firsts((m.client, m.on) for m in moves if m.stage in BECAME),
        sessions=Counter(t.client for t in paid),
        begun=firsts((t.client, t.on) for t in paid),
        is_anybody_moved=any(within(m.on) for m in moves),
    )


def rows(talks, moves=(), first: date | None = None, last: date = LAST) -> dict[str, str]:
    return dict(practice(counted(talks, moves, first, last)).rows)


def test_a_time_without_anything_is_empty() -> None:
    assert practice(counted([], [], None, LAST)).is_empty


def test_consultations_are_told_by_how_they_went() -> None:
    ahead = Talk(6, JUNE + timedelta(days=9), "confirmed", is_free=True, is_over=False)
    found = rows([talk(1, 0), talk(2, 1), talk(3, 1, "no_show"), talk(4, 2, "cancelled"),
                  talk(5, 3, "confirmed"), ahead])  # fmt: skip
    assert found["Consultations booked"] == "6"
    assert found["Took place"] == "2"
    assert found["Did not come"] == "1"
    assert found["Cancelled"] == "1"
    assert found["Still to come"] == "1"
    assert found["Not said how it went"] == "1"


@pytest.mark.parametrize(("number", "told"), [(4, "1 of 4"), (5, "20% (1 of 5)")])
def test_under_five_a_share_stays_a_count(number, told) -> None:
    found = rows([talk(n, n) for n in range(number)], [move(0, "active", 3)])
    assert found["From consultation to client"] == told
    assert found["Time to decide"] == "3 days"


def test_sessions_and_weeks_to_the_offer_are_those_of_clients() -> None:
    talks = [talk(1, 0), talk(1, 7, is_free=False), talk(1, 14, is_free=False), talk(2, 1)]
    moves = [move(1, "active", 2), move(1, "placed", 35), move(1, "alumni", 125)]
    found = rows(talks, moves)
    assert found["Sessions for each client"] == "2 sessions"
    assert found["Offers accepted"] == "1"
    assert found["From the first session to the offer"] == "4 weeks"


def test_a_consultation_counts_on_its_own_date_and_what_became_of_it_whenever() -> None:
    talks, moves = [talk(1, 0), talk(2, 40)], [move(1, "active", 60)]
    early = rows(talks, moves, first=JUNE, last=JUNE + timedelta(days=30))
    assert (early["Consultations booked"], early["From consultation to client"]) == ("1", "1 of 1")
    late = rows(talks, moves, first=JUNE + timedelta(days=30))
    assert (late["Consultations booked"], late["From consultation to client"]) == ("1", "0 of 1")


def test_the_database_counts_as_one_would_one_by_one(app, coach) -> None:
    """With meetings in the first and the last half hour of the coach's days."""
    random = Random(7)
    free_id = value(app, "SELECT id FROM service")
    change(app, f"INSERT INTO service ({COPIED}, slug) SELECT {COPIED}, 'paid' FROM service")
    paid_id = value(app, "SELECT max(id) FROM service")
    talks, moves = [], []
    with app.app_context(), transaction() as session:
        people = [client(session, n) for n in range(12)]
        for n in range(120):
            # Of one coach no two overlap: one in the first half hour of a day, one in the last.
            day, minute = JUNE + timedelta(days=n // 2 - 30), 1410 if n % 2 else 0
            person, status = random.choice(people), random.choice(STATUSES)
            is_free, start = random.random() < 0.5, zones.instant(day, minute, LONDON)
            end = start + timedelta(minutes=30)
            session.execute(
                insert(Booking).values(
                    coach_id=1, service_id=free_id if is_free else paid_id, client_id=person,
                    starts_at=start, ends_at=end, status=status, public_id=str(n), uid=f"u{n:09}",
                    local_start="", local_zone="", stamp_at=start, name="", email="", timezone="",
                    created_at=start, changed_at=start,
                )
            )  # fmt: skip
            talks.append(Talk(person, day, status, is_free, end <= NOW))
            stage = random.choice(("booked", "active", "placed", "alumni"))
            session.add(StageChange(client_id=person, to_stage=stage, at=start, by="coach"))
            moves.append(Move(person, stage, day))
        session.flush()
        for first in (None, JUNE - timedelta(days=9), JUNE, JUNE + timedelta(days=29)):
            for last in (JUNE - timedelta(days=1), JUNE, LAST):
                told = reading.period(session, the_coach(session), first=first, last=last, now=NOW)
                assert told == counted(talks, moves, first, last)


def client(session, number: int) -> int:
    """Store a client, and return the number it got."""
    address = f"p{number}@client.example"
    row = Client(coach_id=1, name="", email=address, email_key=address)
    row.created_at = row.updated_at = NOW
    session.add(row)
    session.flush()
    return row.id
