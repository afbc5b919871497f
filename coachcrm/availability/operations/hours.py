"""Opening the practice, changing its hours, and the lock under which the calendar is decided."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.availability.core.service_rules import FIRST_WORDS
from coachcrm.availability.core.windows import Hours, TimeOff
from coachcrm.availability.models import (
    DateOverride,
    OpenedHoliday,
    Service,
    TimeOffRow,
    WeeklyHours,
)

CALENDAR_LOCK = 7001
FREE_CONSULTATION = "free-consultation"
# Monday to Friday, nine to twelve and two to five.
FIRST_HOURS = [(day, *window) for day in range(5) for window in ((540, 720), (840, 1020))]


def open_practice(session: Session, coach_id: int) -> None:
    """Give a new coach the free consultation and ordinary weekly hours: ready to be booked."""
    session.add(
        Service(
            coach_id=coach_id,
            slug=FREE_CONSULTATION,
            name="Free consultation",
            words=FIRST_WORDS,
            duration_min=30,
            grid_min=30,
            before_min=0,
            after_min=15,
            notice_min=24 * 60,
            horizon_days=60,
            one_upcoming=True,
            place="phone",
        )
    )
    for weekday, opens, closes in FIRST_HOURS:
        session.add(WeeklyHours(coach_id=coach_id, weekday=weekday, opens=opens, closes=closes))
    session.flush()


def lock_calendar(session: Session, coach_id: int) -> None:
    """Let one act at a time decide on the coach's calendar; held until the transaction ends.

    SQLite's immediate transaction is that lock already. On PostgreSQL the advisory lock comes
    first, as it does in the booking table's own trigger, so that the two never wait for each
    other; the row lock makes what is read after it the newest there is.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    session.execute(select(func.pg_advisory_xact_lock(CALENDAR_LOCK, coach_id)))
    session.execute(
        select(Coach.id).where(Coach.id == coach_id).with_for_update(key_share=True)
    ).one()


def replace_weekly_hours(session: Session, coach_id: int, hours: Iterable[Hours]) -> None:
    """Put new weekly hours in the place of the old; bookings that stand are not touched."""
    lock_calendar(session, coach_id)
    session.execute(delete(WeeklyHours).where(WeeklyHours.coach_id == coach_id))
    session.add_all(
        WeeklyHours(coach_id=coach_id, weekday=h.weekday, opens=h.opens, closes=h.closes)
        for h in hours
    )
    session.flush()


def add_time_off(session: Session, coach_id: int, off: TimeOff) -> int:
    """Keep a stretch in which the coach does not work, and return its id; bookings stay.

    The very same stretch again, as a double click sends it, is the one that is there.
    """
    lock_calendar(session, coach_id)
    values = asdict(off)
    row = session.scalar(select(TimeOffRow).filter_by(coach_id=coach_id, **values))
    if row is None:
        row = TimeOffRow(coach_id=coach_id, **values)
        session.add(row)
        session.flush()
    return row.id


def remove_time_off(session: Session, coach_id: int, time_off_id: int) -> None:
    """Take time off away again; what is gone already is no trouble."""
    lock_calendar(session, coach_id)
    session.execute(
        delete(TimeOffRow).where(TimeOffRow.coach_id == coach_id, TimeOffRow.id == time_off_id)
    )


def time_off(session: Session, coach_id: int, *, since: date) -> Sequence[TimeOffRow]:
    """Return the time off that ends on `since` or later, the next first."""
    return session.scalars(
        select(TimeOffRow)
        .where(TimeOffRow.coach_id == coach_id, TimeOffRow.ends_on >= since)
        .order_by(TimeOffRow.begins_on, TimeOffRow.begins_min)
    ).all()


def replace_override(
    session: Session, coach_id: int, on: date, hours: Iterable[tuple[int, int]]
) -> None:
    """Give one date hours of its own, in minutes from midnight; none at all closes it.

    On a bank holiday they are open, as long as they stand (rule 3).
    """
    clear_override(session, coach_id, on)
    windows: list[tuple[int | None, int | None]] = [*hours]
    session.add_all(
        DateOverride(coach_id=coach_id, falls_on=on, opens=opens, closes=closes)
        for opens, closes in windows or [(None, None)]
    )
    session.flush()


def clear_override(session: Session, coach_id: int, on: date) -> None:
    """Let the weekly hours count again on a date."""
    lock_calendar(session, coach_id)
    session.execute(
        delete(DateOverride).where(DateOverride.coach_id == coach_id, DateOverride.falls_on == on)
    )


def choose_nation(session: Session, coach_id: int, nation: str) -> None:
    """Keep the bank holidays of another nation; `nation` is one of `holidays.NATIONS`."""
    lock_calendar(session, coach_id)
    session.get_one(Coach, coach_id).nation = nation
    session.flush()


def open_holiday(session: Session, coach_id: int, on: date) -> None:
    """Work on a bank holiday; opening it twice is no trouble."""
    lock_calendar(session, coach_id)
    if session.scalar(select(OpenedHoliday).filter_by(coach_id=coach_id, falls_on=on)) is None:
        session.add(OpenedHoliday(coach_id=coach_id, falls_on=on))
        session.flush()


def close_holiday(session: Session, coach_id: int, on: date) -> None:
    """Take a bank holiday off, as they all are until they are opened; its special hours go too."""
    lock_calendar(session, coach_id)
    session.execute(
        delete(OpenedHoliday).where(
            OpenedHoliday.coach_id == coach_id, OpenedHoliday.falls_on == on
        )
    )
    session.execute(
        delete(DateOverride).where(
            DateOverride.coach_id == coach_id,
            DateOverride.falls_on == on,
            DateOverride.opens.is_not(None),
        )
    )
