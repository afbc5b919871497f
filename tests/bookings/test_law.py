"""The law booking_no_overlap, at head, in plain SQL: whoever writes, no time is sold twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from coachcrm.bookings.models import Booking, touching
from coachcrm.kit.data.db import db
from tests.support.cast import at_once, change, rows, value

pytestmark = pytest.mark.usefixtures("coach")

INSERT = "INSERT INTO booking (coach_id, starts_at, ends_at, status) VALUES "
TAKEN = ("10:00", "10:30")


def at(clock_time: str) -> str:
    return f"'2027-06-15T{clock_time}:00.000000Z'"


def stored(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def row(starts: str, ends: str, status: str = "confirmed") -> str:
    return f"(1, {at(starts)}, {at(ends)}, '{status}')"


@pytest.fixture
def sql(app):
    def run(statement: str) -> int:
        return change(app, statement)

    return run


@pytest.fixture
def taken(sql) -> None:
    sql(INSERT + row(*TAKEN))


@pytest.fixture
def refused(sql):
    def run(statement: str) -> None:
        with pytest.raises(IntegrityError, match="booking_no_overlap"):
            sql(statement)

    return run


OVER = {
    "the same": ("10:00", "10:30"),
    "into its start": ("09:45", "10:15"),
    "into its end": ("10:15", "10:45"),
    "inside": ("10:10", "10:20"),
    "around": ("09:00", "12:00"),
    "its last minute": ("10:29", "10:59"),
}


def test_a_booking_over_another_is_refused(app, taken, refused) -> None:
    for starts, ends in OVER.values():
        refused(INSERT + row(starts, ends))
    assert value(app, "SELECT count(*) FROM booking") == 1


def test_bookings_may_touch(app, taken, sql) -> None:
    sql(INSERT + row("09:30", "10:00"))
    sql(INSERT + row("10:30", "11:00"))
    assert value(app, "SELECT count(*) FROM booking") == 3


def test_every_status_but_cancelled_holds_its_time(app, taken, sql, refused) -> None:
    for status in ("held", "confirmed", "completed", "no_show"):
        sql(f"UPDATE booking SET status = '{status}'")
        refused(INSERT + row("10:15", "10:45", "held"))


def test_a_cancelled_booking_holds_no_time(app, sql, taken) -> None:
    sql(INSERT + row("10:15", "10:45", "cancelled"))
    sql("UPDATE booking SET status = 'cancelled'")
    sql(INSERT + row("10:15", "10:45"))
    assert value(app, "SELECT count(*) FROM booking WHERE status = 'confirmed'") == 1


def test_a_booking_does_not_move_over_another(app, taken, sql, refused) -> None:
    sql(INSERT + row("11:00", "11:30"))
    refused(f"UPDATE booking SET starts_at = {at('10:15')} WHERE starts_at = {at('11:00')}")
    refused(f"UPDATE booking SET ends_at = {at('11:15')} WHERE starts_at = {at('10:00')}")


def test_a_booking_moves_over_its_own_old_time(app, taken, sql) -> None:
    sql(f"UPDATE booking SET starts_at = {at('10:15')}, ends_at = {at('10:45')}")
    assert value(app, "SELECT count(*) FROM booking") == 1


def test_a_cancelled_booking_does_not_come_back_over_another(app, taken, sql, refused) -> None:
    sql(INSERT + row("10:15", "10:45", "cancelled"))
    refused("UPDATE booking SET status = 'confirmed' WHERE status = 'cancelled'")


def test_two_rows_of_one_statement_are_held_against_each_other(app, refused) -> None:
    refused(INSERT + row(*TAKEN) + ", " + row("10:15", "10:45"))
    assert value(app, "SELECT count(*) FROM booking") == 0


def test_all_rows_moved_at_once_are_held_against_each_other(app, taken, sql, refused) -> None:
    sql(INSERT + row("11:00", "11:30"))
    refused(f"UPDATE booking SET starts_at = {at('12:00')}, ends_at = {at('12:30')}")


def test_a_booking_has_to_end_after_it_begins(app, sql) -> None:
    for ends in ("10:00", "09:30"):
        with pytest.raises(IntegrityError, match="booking_forwards"):
            sql(INSERT + row("10:00", ends))


def test_a_booking_lasts_at_most_a_day(app, sql) -> None:
    day_later = "'2027-06-16T10:00:00.000000Z'"
    sql(INSERT + f"(1, {at('10:00')}, {day_later}, 'confirmed')")
    second_more = "'2027-06-16T10:00:01.000000Z'"
    with pytest.raises(IntegrityError, match="booking_at_most_a_day"):
        sql(INSERT + f"(1, {at('10:00')}, {second_more}, 'cancelled')")
    with pytest.raises(IntegrityError, match="booking_at_most_a_day"):
        sql(f"UPDATE booking SET ends_at = {second_more}")


def test_a_booking_of_a_whole_day_holds_its_last_minute(app, sql, refused) -> None:
    sql(INSERT + f"(1, '2027-06-14T10:29:00.000000Z', {at('10:29')}, 'confirmed')")
    refused(INSERT + row("10:28", "10:58"))
    sql(INSERT + row("10:29", "10:59"))


@pytest.mark.engines("sqlite")
def test_the_law_looks_at_the_days_around_and_not_at_all_that_is_past(app) -> None:
    law = value(app, "SELECT sql FROM sqlite_master WHERE name = 'booking_no_overlap_u'")
    question = law.partition("WHERE EXISTS (")[2].rpartition(")")[0]
    for name, spelt in (("starts_at", at("10:00")), ("ends_at", at("10:30"))):
        question = question.replace(f"NEW.{name}", spelt)
    question = question.replace("NEW.coach_id", "1").replace("OLD.id", "7")
    [plan] = rows(app, f"EXPLAIN QUERY PLAN {question}")
    assert "(coach_id=? AND starts_at>? AND starts_at<?)" in plan[3]


SPANS = [
    (start, start + length) for start in range(0, 48, 3) for length in (1, 3, 5, 23, 24)
]  # in hours from the first of the days


def test_what_touches_a_span_is_what_brute_force_finds(app, sql) -> None:
    first = datetime(2027, 6, 15, tzinfo=UTC)

    def after(hours: int) -> datetime:
        return first + timedelta(hours=hours)

    for start, end in SPANS:
        sql(INSERT + f"(1, '{stored(after(start))}', '{stored(after(end))}', 'cancelled')")
    with app.app_context():
        for begin in range(-2, 76):
            for end in (begin + 1, begin + 30):
                found = db.session.execute(
                    select(Booking.starts_at, Booking.ends_at).where(
                        touching(after(begin), after(end))
                    )
                ).all()
                over = [(after(s), after(e)) for s, e in SPANS if s < end and e > begin]
                assert sorted(map(tuple, found)) == sorted(over)


@pytest.mark.engines("sqlite")
def test_no_way_of_inserting_gets_round_the_law(app, taken, refused) -> None:
    for how in ("OR IGNORE", "OR REPLACE", "OR FAIL", "OR ABORT"):
        refused(INSERT.replace("INSERT", f"INSERT {how}") + row("10:15", "10:45"))
    assert value(app, "SELECT count(*) FROM booking") == 1


@pytest.mark.engines("postgresql")
def test_doing_nothing_on_conflict_books_nothing(app, taken, sql) -> None:
    assert sql(INSERT + row("10:15", "10:45") + " ON CONFLICT DO NOTHING") == 0
    assert value(app, "SELECT count(*) FROM booking") == 1


def test_of_many_writers_at_once_one_wins(app) -> None:
    def write() -> str:
        try:
            change(app, INSERT + row("10:00", "10:30"))
        except IntegrityError as error:
            return "refused" if "booking_no_overlap" in str(error) else repr(error)
        return "stored"

    outcomes = at_once(*[write] * 8)
    assert sorted(outcomes) == ["refused"] * 7 + ["stored"]
