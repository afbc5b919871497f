"""When a letter about a meeting is due, and when it no longer makes sense. Pure.

Every span is elapsed time before or after an instant, so a change of the clocks between the two
moves nothing. Only the morning card goes by the coach's wall clock.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from coachcrm.bookings.letters.core.catalogue import LETTERS
from coachcrm.kit.time import zones

BEFORE = {name: letter.before for name, letter in LETTERS.items() if letter.before}
LATE = timedelta(hours=1)
# To whoever has waited in vain for the coach to confirm a booking.
UNANSWERED = "not_confirmed"
# What follows a meeting waits until the coach can no longer have mistaken the button.
AFTER = {letter.after: name for name, letter in LETTERS.items() if letter.after}
AFTER_WAIT = timedelta(hours=1)
AFTER_LATE = timedelta(days=2)
CARD_MINUTE = 7 * 60
CARD_LATE = timedelta(hours=3)


class Verdict(StrEnum):
    """What to do with a letter that is due."""

    WAIT = "wait"
    SEND = "send"
    DROP = "drop"


def due_before(
    starts_at: datetime,
    *,
    now: datetime,
    planned: Collection[tuple[str, datetime]] = (),
    gone: Collection[tuple[str, datetime]] = (),
) -> list[tuple[str, datetime]]:
    """Return the reminders of a meeting that should go, and when each is due.

    What is past already is left out, unless it was `planned` for that very instant before: then a
    change of the meeting came in between, and only `verdict` says whether it is too late. What has
    `gone` does not go again.
    """
    all_of_it = [(kind, starts_at - lead) for kind, lead in BEFORE.items()]
    return [one for one in all_of_it if one not in gone and (one[1] >= now or one in planned)]


def due_after(*, ends_at: datetime, marked_at: datetime) -> datetime:
    """Return when the letter after a meeting is due that was marked as over at `marked_at`."""
    return max(ends_at, marked_at) + AFTER_WAIT


def due_unanswered(starts_at: datetime, *, cutoff: timedelta, made_at: datetime) -> datetime:
    """Return when somebody is told that a booking is not confirmed: at the cut-off."""
    return max(starts_at - cutoff, made_at)


def stale_at(kind: str, due_at: datetime, *, starts_at: datetime) -> datetime:
    """Return the instant after which a letter of this kind helps nobody any more."""
    if kind in BEFORE:
        return min(starts_at, due_at + LATE)
    return (starts_at if kind == UNANSWERED else due_at) + AFTER_LATE


def verdict(
    kind: str, due_at: datetime, *, status: str, starts_at: datetime, now: datetime
) -> Verdict:
    """Return what to do now with a letter of this kind about a meeting as it is now.

    A reminder is late when the meeting has begun, or an hour after it was due.
    """
    if now < due_at:
        return Verdict.WAIT
    if kind in BEFORE:
        makes_sense = status == "confirmed" and now < starts_at
    elif kind == UNANSWERED:
        makes_sense = status == "held"
    else:
        makes_sense = AFTER.get(status) == kind
    is_late = now > stale_at(kind, due_at, starts_at=starts_at)
    return Verdict.SEND if makes_sense and not is_late else Verdict.DROP


def card_date(now: datetime, zone: ZoneInfo) -> date | None:
    """Return the date whose morning card should go now: from 7 on the coach's clock until 10."""
    on = now.astimezone(zone).date()
    due_at = card_at(on, zone)
    return on if due_at <= now < due_at + CARD_LATE else None


def card_at(on: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which the card of a date is due."""
    return zones.instant(on, CARD_MINUTE, zone)
