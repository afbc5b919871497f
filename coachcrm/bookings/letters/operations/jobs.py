"""What the worker does by itself for bookings: reminders, what follows a meeting, the day's card.

Whoever waits for the coach to confirm a booking is told at the cut-off that he has not.

Each letter is composed with nothing locked, and queued in a transaction of its own: one that
cannot be composed keeps no other from going.
"""

from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from coachcrm.bookings.core.rules import next_stamp
from coachcrm.bookings.letters.core.catalogue import words_for
from coachcrm.bookings.letters.core.reminder_rules import Verdict
from coachcrm.bookings.letters.operations import mails, morning_card, reminders
from coachcrm.bookings.letters.reading.booking_details import details_of
from coachcrm.bookings.models import Reminder
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import DatabaseBusy
from coachcrm.kit.web.site import Site

log = structlog.get_logger()

DUE_EVERY_S = 30.0


def send_what_is_due(site: Site, cache: DiaryCache, *, now: datetime) -> None:
    """Queue every letter that is due now, each exactly once; drop what no longer makes sense."""
    session: Session = db.session()
    session.rollback()
    diary = cache.read(session, now=now)
    if diary is None:
        return
    if reminders.has_outcomes_to_plan(session, now=now):
        with transaction():
            reminders.plan_outcomes(session, now=now)
    if reminders.has_unanswered_to_plan(session, now=now):
        with transaction():
            reminders.plan_unanswered(session, now=now)
    for reminder_id in reminders.due(session, now=now):
        try:
            prepared = _prepare(site, session, diary, reminder_id, now=now)
            if prepared is not None:
                with transaction():
                    reminders.settle(session, prepared, now=now)
        except (DatabaseBusy, SQLAlchemyError):
            raise
        except Exception:
            session.rollback()
            log.exception("reminder_bug", reminder=reminder_id)
    _send_card(site, session, diary, now=now)
    # Nothing is left open between two rounds.
    session.rollback()


def _prepare(
    site: Site, session: Session, diary: Diary, reminder_id: int, *, now: datetime
) -> reminders.Prepared | None:
    """Return a row with its letter; without one where the letter is switched off or stale."""
    reminder = session.get(Reminder, reminder_id)
    if reminder is None:
        return None
    booking = reminder.booking
    is_on = words_for(diary.coach.letters, reminder.kind).is_on
    if reminders.verdict_on(reminder, now=now) is not Verdict.SEND or not is_on:
        return reminders.Prepared(reminder_id, booking.version, [])
    details = details_of(
        booking,
        diary,
        time=booking.interval,
        stamp=next_stamp(booking.stamp_at, now),
        raised_by=0,
    )
    letters = mails.tell(site, session, details, reminder.kind)
    return reminders.Prepared(reminder_id, booking.version, letters)


def _send_card(site: Site, session: Session, diary: Diary, *, now: datetime) -> None:
    on = morning_card.due(session, diary.coach, now=now)
    if on is None:
        return
    letter = morning_card.compose_card(site, session, diary.coach, on, now=now)
    with transaction():
        morning_card.queue(session, diary.coach, on, letter, now=now)
