"""Special dates, time off and bank holidays as their pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from coachcrm.availability.core.clock_changes import next_changes
from coachcrm.availability.core.windows import TimeOff
from coachcrm.bookings.offer.reading.practice import Practice
from coachcrm.desk.availability.forms.dates import DateForm
from coachcrm.desk.availability.pages.clock_changes import change_words, window_words
from coachcrm.desk.availability.pages.month_reasons import off_words
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import words
from coachcrm.kit.time.zones import MINUTES_A_DAY, instant


@dataclass(frozen=True, slots=True)
class DateRow:
    """A date of a list: what stands there now, and whether it is open."""

    iso: str
    heading: str
    words: str
    is_open: bool = True
    has_hours: bool = True


def override_rows(practice: Practice, today: date) -> list[DateRow]:
    """Return the dates to come with hours of their own."""
    return [
        DateRow(on.isoformat(), words.day_year(on), hours_words(hours), is_open=bool(hours))
        for on, hours in sorted(practice.overrides.items())
        if on >= today
    ]


def holiday_rows(practice: Practice, first: date, last: date) -> list[DateRow]:
    """Return the bank holidays of the coach's nation."""
    return [
        DateRow(
            on.isoformat(),
            words.day_year(on),
            name,
            is_open=on in practice.opened,
            has_hours=bool(practice.hours_on(on)),
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
    notes = clock_notes(practice, on, practice.hours_on(on))
    name = practice.holidays(on, on).get(on)
    if name and on in practice.opened and practice.overrides.get(on):
        notes.insert(0, f"{words.day(on)} is a bank holiday ({name}). It is open now.")
    off = [off for off in practice.time_off if off.begins_on <= on <= off.ends_on]
    if off and practice.hours_on(on):
        notes.append(
            f"You have time off that day ({off_words(off[0].reason)}), and time off wins over "
            "hours. To be booked then, take it away under “Time off”."
        )
    return notes


def _holiday_note(practice: Practice, on: date) -> list[str]:
    name = practice.holidays(on, on).get(on)
    if name is None or on in practice.opened:
        return []
    return [f"{words.day(on)} is a bank holiday ({name}). Saving hours for it opens it."]


def clock_notes(practice: Practice, on: date, hours: Sequence[tuple[int, int]]) -> list[str]:
    """Return what the clocks of a date do to windows; nothing on ordinary dates (case 7)."""
    zone = practice.coach.zone
    told = window_words(on, hours, zone)
    changes = next_changes(zone, now=instant(on, 0, zone), number=1) if told else []
    return [f"On {words.day(on)} {change_words(change, zone)}." for change in changes] + told
