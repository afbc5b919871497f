"""Special dates, time off and bank holidays as their pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coachcrm.availability.core.clock_changes import next_changes
from coachcrm.availability.core.windows import TimeOff
from coachcrm.bookings.offer.reading.practice import Practice
from coachcrm.desk.availability.forms.dates import DateForm
from coachcrm.desk.availability.pages.clock_changes import change_words, window_words
from coachcrm.desk.availability.pages.month_reasons import off_words
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import words
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateRow:
    """A date of a list: what stands there now, and what it goes back to without it."""

    iso: str
    heading: str
    words: str
    back_to: str


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A bank holiday of the list: whether it is open, and what it has of special hours, if any."""

    iso: str
    heading: str
    words: str
    is_open: bool
    has_hours: bool
    special: str | None


def override_rows(practice: Practice, today: date) -> list[DateRow]:
    """Return the dates to come with hours of their own."""
    return [
        DateRow(on.isoformat(), words.day_year(on), hours_words(hours), _back_to(practice, on))
        for on, hours in sorted(practice.overrides.items())
        if on >= today
    ]


def _back_to(practice: Practice, on: date) -> str:
    is_holiday = on in practice.holidays(on, on) and on not in practice.opened
    return "a bank holiday, closed" if is_holiday else "weekly hours"


def holiday_rows(practice: Practice, first: date, last: date) -> list[HolidayRow]:
    """Return the bank holidays of the coach's nation."""
    closed = practice.closed_holidays(first, last)
    return [
        HolidayRow(
            on.isoformat(),
            words.day_year(on),
            name,
            is_open=on not in closed and practice.overrides.get(on) != (),
            has_hours=bool(practice.hours_on(on)),
            special=hours_words(practice.overrides[on]) if on in practice.overrides else None,
        )
        for on, name in practice.holidays(first, last).items()
    ]


def hours_words(hours: Iterable[tuple[int, int]]) -> str:
    """Return windows in words: "10:00 am to 1:00 pm, 2:00 pm to 4:00 pm", or "Closed"."""
    told = [f"{words.wall_time(opens)} to {words.wall_time(closes)}" for opens, closes in hours]
    return ", ".join(told) or "Closed all day"


def off_dates(off: TimeOff) -> str:
    """Return when time off is: whole days, or from a time to a time."""
    if (off.begins_min, off.ends_min) == (0, MINUTES_A_DAY):
        if off.begins_on == off.ends_on:
            return words.day_year(off.begins_on)
        return f"{words.day_year(off.begins_on)} to {words.day_year(off.ends_on)}"
    begins, ends = words.wall_time(off.begins_min), words.wall_time(off.ends_min)
    if off.begins_on == off.ends_on:
        return f"{words.day_year(off.begins_on)}, {begins} to {ends}"
    return f"{words.day_year(off.begins_on)}, {begins}, to {words.day_year(off.ends_on)}, {ends}"


def date_notes(practice: Practice, form: DateForm) -> list[str]:
    """Return what the coach should know of the date in the form: its name, and its clocks."""
    on = parse_date(form.on.data or "") if not form.on.errors else None
    return (
        []
        if on is None
        else [*_holiday_note(practice, on), *clock_notes(practice, on, form.rows.hours)]
    )


def saved_notes(practice: Practice, on: date | None) -> list[str]:
    """Return what the coach should know of the date that he has just saved."""
    if on is None:
        return []
    notes = [
        *_saved_holiday(practice, on),
        *clock_notes(practice, on, practice.hours_on(on)),
        *_night(practice, on),
    ]
    off = [off for off in practice.time_off if off.begins_on <= on <= off.ends_on]
    if off and practice.hours_on(on):
        notes.append(
            f"You have time off that day ({off_words(off[0].reason)}), and time off wins over "
            "hours. To be booked then, take it away under “Time off”."
        )
    return notes


def _saved_holiday(practice: Practice, on: date) -> list[str]:
    name = practice.holidays(on, on).get(on)
    opening = _opening(practice, on)
    return [f"{words.day(on)} is a bank holiday ({name}). {opening}"] if name else []


def _night(practice: Practice, on: date) -> list[str]:
    """Return what is to be said of hours that go on past midnight, by hours of the next date."""
    following = on + DAY
    special = practice.overrides.get(following, ())
    is_night = any(closes == MINUTES_A_DAY for _, closes in practice.hours_on(on))
    if not (is_night and any(opens == 0 for opens, _ in special)):
        return []
    goes_on = f"It goes on past midnight: {words.day(following)} has special hours too, "
    return [goes_on + f"{hours_words(special)}.", *_saved_holiday(practice, following)]


def _opening(practice: Practice, on: date) -> str:
    """Return in a sentence whether a bank holiday is open, and by what."""
    if practice.overrides.get(on):
        return "It is open for just these hours, as long as they stand."
    if on not in practice.opened:
        return "It is closed again, as bank holidays are."
    if on in practice.overrides:
        return "You closed this date."
    return "It keeps your weekly hours: you have opened it under “Bank holidays”."


def _holiday_note(practice: Practice, on: date) -> list[str]:
    name = practice.closed_holidays(on, on).get(on)
    if name is None:
        return []
    opens_it = "Saving hours for it opens it for just those hours, as long as they stand."
    return [f"{words.day(on)} is a bank holiday ({name}). {opens_it}"]


def clock_notes(practice: Practice, on: date, hours: Sequence[tuple[int, int]]) -> list[str]:
    """Return what the clocks of a date do to windows; nothing on ordinary dates (case 7)."""
    zone = practice.coach.zone
    told = window_words(on, hours, zone)
    changes = next_changes(zone, now=instant(on, 0, zone), number=1) if told else []
    return [f"On {words.day(on)} {change_words(change, zone)}." for change in changes] + told
