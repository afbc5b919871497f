"""What became of a meeting: it took place, or the client did not come. The coach alone says so.

No letter goes out and SEQUENCE stays: calendars are told nothing of what has been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coachcrm.availability.operations import lock_calendar
from coachcrm.bookings.changes import Changed, check_not_stale
from coachcrm.bookings.models import Booking
from coachcrm.clients import operations as clients
from coachcrm.kit.errors import NotFound, Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

# Once the two work together, one meeting more or less does not move a person back.
BEFORE_THE_WORK = frozenset({"enquiry", "booked", "consulted", "no-show", "cancelled"})
STAGE_OF = {"completed": "consulted", "no_show": "no-show"}
RULE_OF = {"completed": "rule: attended", "no_show": "rule: no-show"}


class NotYet(Refusal):
    """Nobody knows beforehand how a meeting goes."""

    title = "This meeting has not begun"
    sentence = "This meeting has not begun yet, and nothing was changed."
    what_next = "Please say how it went once it has begun."


def mark_completed(
    session: Session, coach_id: int, booking_id: int, *, sequence: str, now: datetime
) -> None:
    """Say that a meeting took place; a client before the work is then `consulted`.

    `sequence` is what the page showed. Raises `Changed`, `NotYet`, `NotFound`.
    """
    _settle(session, coach_id, booking_id, "completed", sequence=sequence, now=now)


def mark_no_show(
    session: Session, coach_id: int, booking_id: int, *, sequence: str, now: datetime
) -> None:
    """Say that the client did not come; a client before the work is then `no-show`.

    `sequence` is what the page showed. Raises `Changed`, `NotYet`, `NotFound`.
    """
    _settle(session, coach_id, booking_id, "no_show", sequence=sequence, now=now)


def _settle(
    session: Session, coach_id: int, booking_id: int, status: str, *, sequence: str, now: datetime
) -> None:
    lock_calendar(session, coach_id)
    booking = session.get(Booking, booking_id)
    if booking is None or booking.coach_id != coach_id or booking.client_id is None:
        raise NotFound
    check_not_stale(booking, sequence)
    if booking.status == status:
        return  # The same button pressed twice.
    if booking.status != "confirmed":
        raise Changed
    if now < booking.starts_at:
        raise NotYet
    booking.status, booking.changed_at = status, now
    if booking.client.stage in BEFORE_THE_WORK:
        clients.move_to_stage(
            session, booking.client, STAGE_OF[status], by=RULE_OF[status], now=now
        )
    session.flush()
