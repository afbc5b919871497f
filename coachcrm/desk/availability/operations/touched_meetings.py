"""A change of when the coach works, and the standing meetings that it touches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.availability.core.past_midnight import Span, merged, of_the_date, of_the_next
from coachcrm.availability.core.windows import Hours, TimeOff
from coachcrm.availability.operations import hours as availability
from coachcrm.bookings.models import Booking, to_come
from coachcrm.bookings.offer.reading.practice import Practice, read_practice
from coachcrm.clients.models import Client
from coachcrm.kit.time.interval import Interval

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HoursChange:
    """What the practice becomes, and the verb that makes it so for a coach's id."""

    after: Callable[[Practice], Practice]
    save: Callable[[Session, int], object]


def new_week(hours: tuple[Hours, ...]) -> HoursChange:
    """Return the change to other weekly hours."""
    save = partial(availability.replace_weekly_hours, hours=hours)
    return HoursChange(lambda practice: replace(practice, hours=hours), save)


def special_hours(on: date, spans: Sequence[Span]) -> HoursChange:
    """Return the change to hours of its own for a date; any at all open a bank holiday.

    What of them runs past midnight is added to the hours that the next date has.
    """
    hours, night = tuple(of_the_date(spans)), of_the_next(spans)

    def new(practice: Practice) -> dict[date, tuple[Span, ...]]:
        if not night:
            return {on: hours}
        following = on + DAY
        is_off = following in practice.closed_holidays(following, following)
        kept = () if is_off else practice.hours_on(following)
        return {on: hours, following: tuple(merged([*night, *kept]))}

    def after(practice: Practice) -> Practice:
        return replace(practice, overrides={**practice.overrides, **new(practice)})

    def save(session: Session, coach_id: int) -> None:
        for day, windows in new(read_practice(session, coach_id)).items():
            availability.replace_override(session, coach_id, day, windows)

    return HoursChange(after, save)


def ordinary_hours(on: date) -> HoursChange:
    """Return the change of a date back to the hours of its weekday."""
    return HoursChange(
        lambda practice: replace(practice, overrides=_without(practice, on)),
        partial(availability.clear_override, on=on),
    )


def more_time_off(off: TimeOff) -> HoursChange:
    """Return the change to one more stretch of time off."""
    return HoursChange(
        lambda practice: replace(practice, time_off=(*practice.time_off, off)),
        partial(availability.add_time_off, off=off),
    )


def other_nation(nation: str) -> HoursChange:
    """Return the change to the bank holidays of another nation."""
    return HoursChange(
        lambda practice: replace(practice, coach=replace(practice.coach, nation=nation)),
        partial(availability.choose_nation, nation=nation),
    )


def other_zone(timezone: str, save: Callable[[Session, int], object]) -> HoursChange:
    """Return the change of the zone in which the hours are meant, which `save` makes with more."""
    return HoursChange(
        lambda practice: replace(practice, coach=replace(practice.coach, timezone=timezone)), save
    )


def closed_holiday(on: date) -> HoursChange:
    """Return the change of an open bank holiday, special hours and all, back to a day off."""

    def after(practice: Practice) -> Practice:
        rest = _without(practice, on) if practice.overrides.get(on) else practice.overrides
        return replace(practice, opened=practice.opened - {on}, overrides=rest)

    return HoursChange(after, partial(availability.close_holiday, on=on))


def _without(practice: Practice, on: date) -> dict[date, tuple[Span, ...]]:
    return {day: hours for day, hours in practice.overrides.items() if day != on}


@dataclass(frozen=True, slots=True)
class TouchedMeeting:
    """A meeting to come that a change touches. `mark` names it as it stands: moved, it is new."""

    mark: str
    client_id: int | None
    name: str
    time: Interval


class TouchesMeetings(Exception):  # noqa: N818 - a question to the coach
    """The change touches meetings, and not all of them have been shown; nothing is saved."""

    def __init__(self, meetings: Sequence[TouchedMeeting] = ()) -> None:
        super().__init__()
        self.meetings = meetings


def make(
    session: Session, coach_id: int, change: HoursChange, *, shown: frozenset[str], now: datetime
) -> None:
    """Make a change of which the coach has seen every meeting that it touches (case 29).

    Under the calendar's lock no booking comes in between looking and saving. `shown` are the marks
    of the meetings that he has seen. Raises `TouchesMeetings`.
    """
    availability.lock_calendar(session, coach_id)
    practice = read_practice(session, coach_id)
    touched = touched_by(change.after(practice), practice, _to_come(session, coach_id, now))
    if not shown >= {meeting.mark for meeting in touched}:
        raise TouchesMeetings(touched)
    change.save(session, coach_id)


def touched_by(
    after: Practice, before: Practice, meetings: list[TouchedMeeting]
) -> list[TouchedMeeting]:
    """Return the meetings that would lie outside hours or in time off, and do not yet."""
    return [m for m in meetings if _against(after, m.time) - _against(before, m.time)]


def _against(practice: Practice, time: Interval) -> frozenset[str]:
    on = time.start.astimezone(practice.coach.zone).date()
    windows = practice.windows(on - DAY, on + DAY)
    is_outside = not any(window.holds(time) for window in windows)
    is_off = any(off.overlaps(time) for off in practice.off(on - DAY, on + DAY))
    return frozenset(["outside"] * is_outside + ["off"] * is_off)


def _to_come(session: Session, coach_id: int, now: datetime) -> list[TouchedMeeting]:
    rows = session.execute(
        select(
            Booking.id,
            Booking.version,
            Booking.client_id,
            Booking.starts_at,
            Booking.ends_at,
            Client.name,
        )
        .outerjoin(Client, Booking.client_id == Client.id)
        .where(Booking.coach_id == coach_id, Booking.status != "cancelled", to_come(now))
        .order_by(Booking.starts_at)
    )
    return [
        TouchedMeeting(
            mark=f"{row.id}-{row.version}",
            client_id=row.client_id,
            name=row.name or "Somebody",
            time=Interval(row.starts_at, row.ends_at),
        )
        for row in rows
    ]
