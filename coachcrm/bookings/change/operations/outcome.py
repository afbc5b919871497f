"""What became of a meeting: it took place, or the client did not come. The coach alone says so.

SEQUENCE stays, for calendars are told nothing of what has been; the letter that follows a meeting
goes an hour later (see `reminders`), so that a wrong button can be taken back.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.book.operations.book import sessions_with
from coachcrm.bookings.finding import booking_of
from coachcrm.bookings.letters.operations import reminders
from coachcrm.bookings.models import Booking
from coachcrm.bookings.refusals import Changed, check_not_stale
from coachcrm.clients import operations as clients
from coachcrm.clients.core import lifecycle
from coachcrm.kit.errors import Refusal


class NotYet(Refusal):
    """Nobody knows beforehand how a meeting goes."""

    title = "This meeting has not begun"
    sentence = "This meeting has not begun yet, and nothing was changed."
    what_next = "Please say how it went once it has begun."


def mark_completed(
    session: Session, coach_id: int, booking_id: int, *, version: str, now: datetime
) -> None:
    """Say that a meeting took place; a client before the work is then `consulted`.

    With a second session, held or booked, it is `active`. `version` is what the page showed.
    Raises `Changed`, `NotYet`, `NotFound`.
    """
    _settle(session, coach_id, booking_id, "completed", version=version, now=now)


def mark_no_show(
    session: Session, coach_id: int, booking_id: int, *, version: str, now: datetime
) -> None:
    """Say that the client did not come; a client before the work is then `no-show`.

    `version` is what the page showed. Raises `Changed`, `NotYet`, `NotFound`.
    """
    _settle(session, coach_id, booking_id, "no_show", version=version, now=now)


def take_back(
    session: Session, coach_id: int, booking_id: int, *, version: str, now: datetime
) -> None:
    """Say nothing of a meeting any more; the client goes back to the stage before.

    A stage that has changed since stays. Raises `Changed` for a booking that is cancelled, or that
    is not as the page showed it.
    """
    booking = _locked(session, coach_id, booking_id, version)
    if booking.status == "confirmed":
        return
    if booking.status not in lifecycle.RULE_OF:
        raise Changed
    rules = {lifecycle.RULE_OF[booking.status], lifecycle.BY_SECOND}
    clients.undo_move(session, booking.client, rules, at=booking.changed_at, now=now)
    booking.status, booking.changed_at = "confirmed", now
    session.flush()
    reminders.forget_outcome(session, booking, now=now)


def _settle(
    session: Session, coach_id: int, booking_id: int, status: str, *, version: str, now: datetime
) -> None:
    booking = _locked(session, coach_id, booking_id, version)
    if booking.status == status:
        return  # The same button pressed twice.
    if booking.status != "confirmed":
        raise Changed
    if now < booking.starts_at:
        raise NotYet
    booking.status, booking.changed_at = status, now
    session.flush()
    client = booking.client
    sessions = sum(sessions_with(session, client.id, now=now))
    move = lifecycle.after_meeting(client.stage, status, sessions=sessions)
    clients.follow(session, client, move, now=now)
    session.flush()


def _locked(session: Session, coach_id: int, booking_id: int, version: str) -> Booking:
    lock_calendar(session, coach_id)
    booking = booking_of(session, coach_id, booking_id)
    check_not_stale(booking, version)
    return booking
