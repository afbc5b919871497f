"""The list of letters that are due: planned with the booking, settled once, dropped when stale.

A row is settled in the same commit that queues its letter, so a job that runs twice or dies
half-way sends nothing twice and forgets nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, exists, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from coachcrm.auth.models import Coach
from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.core.rules import is_unanswered
from coachcrm.bookings.letters.core.reminder_rules import (
    AFTER,
    AFTER_LATE,
    AFTER_WAIT,
    BEFORE,
    UNANSWERED,
    Verdict,
    due_after,
    due_before,
    due_unanswered,
    stale_at,
    verdict,
)
from coachcrm.bookings.letters.operations.mails import BookingLetter, queue
from coachcrm.bookings.models import IS_HELD, Booking, Reminder, over, terms_of, to_come
from coachcrm.outbox.queue import operations as outbox

MOST_AT_ONCE = 100


def plan(session: Session, booking_id: int, starts_at: datetime, *, now: datetime) -> None:
    """Write down what is due for a booking that was just made."""
    _write_down(session, booking_id, 0, due_before(starts_at, now=now))


def follow(session: Session, booking: Booking, *, now: datetime) -> None:
    """Bring what is due into line with a booking that was just changed, whatever the change was.

    Every reminder that should still go is planned for its present state. Nothing goes of one that
    does not stand, or that is only held.
    """
    _take_back(session, booking, (*BEFORE, UNANSWERED), now=now)
    session.execute(
        update(Reminder)
        .where(Reminder.booking_id == booking.id, Reminder.state == "due")
        .values(state="dropped", settled_at=now)
    )
    if booking.status != "confirmed":
        return
    rows = _rows(session, booking)
    wanted = due_before(
        booking.starts_at,
        now=now,
        planned=[(row.kind, row.due_at) for row in rows],
        gone=[(row.kind, row.due_at) for row in rows if row.state == "queued"],
    )
    _write_down(session, booking.id, booking.version, wanted)


def forget_outcome(session: Session, booking: Booking, *, now: datetime) -> None:
    """Forget what was to follow a meeting of which nothing is said any more, unless it has left.

    That the coach has written himself is not forgotten.
    """
    after = frozenset(AFTER.values())
    _take_back(session, booking, after, now=now)
    session.execute(
        delete(Reminder).where(
            Reminder.booking_id == booking.id, Reminder.kind.in_(after), Reminder.state == "due"
        )
    )


def follow_by_hand(session: Session, booking: Booking, *, now: datetime) -> None:
    """Note that the coach himself has written after the meeting: the ordinary letter stays away."""
    _write_down(session, booking.id, booking.version, [(AFTER["completed"], now)])
    session.execute(
        update(Reminder)
        .where(
            Reminder.booking_id == booking.id,
            Reminder.kind == AFTER["completed"],
            Reminder.state == "due",
        )
        .values(state="dropped", settled_at=now)
    )
    outbox.withdraw(
        session,
        thread=booking.thread,
        kinds=(AFTER["completed"],),
        trouble="The coach has written after the meeting himself.",
        now=now,
    )


def stop_following(session: Session, client_id: int, *, now: datetime) -> None:
    """Drop what would follow a client's meetings: they want no letter that nobody asked for."""
    of_client = select(Booking.id).where(Booking.client_id == client_id)
    session.execute(
        update(Reminder)
        .where(
            Reminder.booking_id.in_(of_client),
            Reminder.kind.in_(AFTER.values()),
            Reminder.state == "due",
        )
        .values(state="dropped", settled_at=now)
    )
    for thread in session.scalars(select(Booking.thread).where(Booking.client_id == client_id)):
        outbox.withdraw(
            session,
            thread=thread,
            kinds=tuple(AFTER.values()),
            trouble="The client wants no more of these letters.",
            now=now,
        )


def plan_outcomes(session: Session, *, now: datetime) -> None:
    """Write down what follows the meetings that the coach has marked as over."""
    for booking in _without_outcome(session, now=now):
        due_at = due_after(ends_at=booking.ends_at, marked_at=booking.changed_at)
        _write_down(session, booking.id, booking.version, [(AFTER[booking.status], due_at)])


def has_outcomes_to_plan(session: Session, *, now: datetime) -> bool:
    """Say, without a lock, whether `plan_outcomes` has anything to do."""
    return bool(_without_outcome(session, now=now))


def plan_unanswered(session: Session, *, now: datetime) -> None:
    """Write down who waits in vain for a booking to be confirmed, each once."""
    for booking in _unanswered(session, now=now):
        due_at = due_unanswered(
            booking.starts_at, cutoff=terms_of(booking.service).cutoff, made_at=booking.created_at
        )
        _write_down(session, booking.id, booking.version, [(UNANSWERED, due_at)])


def has_unanswered_to_plan(session: Session, *, now: datetime) -> bool:
    """Say, without a lock, whether `plan_unanswered` has anything to do."""
    return bool(_unanswered(session, now=now))


def due(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the ids of the rows that are due, the oldest first."""
    return session.scalars(
        select(Reminder.id)
        .where(Reminder.state == "due", Reminder.due_at <= now)
        .order_by(Reminder.due_at, Reminder.id)
        .limit(MOST_AT_ONCE)
    ).all()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row that is due, its booking's version as seen, and its letter, if there is to be one."""

    reminder_id: int
    version: int
    letters: Sequence[BookingLetter]


def verdict_on(reminder: Reminder, *, now: datetime) -> Verdict:
    """Return what to do with a row, by its booking as it is now."""
    booking = reminder.booking
    if reminder.kind in AFTER.values() and booking.client.stopped_at is not None:
        return Verdict.DROP
    # A letter after the meeting tells the same, whatever was done to the booking since.
    if reminder.kind in BEFORE and booking.version != reminder.version:
        return Verdict.DROP
    return verdict(
        reminder.kind,
        reminder.due_at,
        status=booking.status,
        starts_at=booking.starts_at,
        now=now,
    )


def settle(session: Session, prepared: Prepared, *, now: datetime) -> None:
    """Queue a prepared letter and settle its row, once, if what it tells still holds.

    Whoever changes the booking meanwhile comes before it or after it, never between: he withdraws
    the letters that wait, and this one would wait too late for that.
    """
    coach_id = session.scalar(
        select(Booking.coach_id)
        .join(Reminder, Reminder.booking_id == Booking.id)
        .where(Reminder.id == prepared.reminder_id)
    )
    if coach_id is None:
        return
    lock_calendar(session, coach_id)
    reminder = session.scalar(
        select(Reminder)
        .where(Reminder.id == prepared.reminder_id, Reminder.state == "due")
        .with_for_update(skip_locked=True)
    )
    if reminder is None:
        return
    what = verdict_on(reminder, now=now)
    booking, letters = reminder.booking, prepared.letters
    if what is Verdict.WAIT or (letters and booking.version != prepared.version):
        return  # It is looked at again at the next round, as it is then.
    is_sent = what is Verdict.SEND and bool(letters)
    if is_sent:
        stale = stale_at(reminder.kind, reminder.due_at, starts_at=booking.starts_at)
        queue(session, booking.thread, letters, now=now, drop_after_at=stale)
    reminder.state, reminder.settled_at = ("queued" if is_sent else "dropped"), now
    session.flush()


def _without_outcome(session: Session, *, now: datetime) -> Sequence[Booking]:
    early = now - AFTER_LATE - AFTER_WAIT
    # The indexes begin with the coach; each of the two questions has one of its own.
    of_coach = select(Booking.id).where(Booking.coach_id.in_(select(Coach.id)), over(now))
    is_changed = Booking.changed_at > early
    return session.scalars(
        select(Booking)
        .where(
            Booking.status.in_(AFTER),
            Booking.client_id.is_not(None),
            Booking.id.in_(union(of_coach.where(to_come(early)), of_coach.where(is_changed))),
            over(now),
            ~exists().where(Reminder.booking_id == Booking.id, Reminder.kind.in_(AFTER.values())),
        )
        .limit(MOST_AT_ONCE)
    ).all()


def _rows(session: Session, booking: Booking) -> Sequence[Row[int, str, datetime, str]]:
    return session.execute(
        select(Reminder.id, Reminder.kind, Reminder.due_at, Reminder.state)
        .where(Reminder.booking_id == booking.id)
        .order_by(Reminder.id)
    ).all()


def _take_back(
    session: Session, booking: Booking, kinds: Collection[str], *, now: datetime
) -> None:
    """Withdraw the letters of these kinds that still wait, and count them as due again."""
    waiting = outbox.withdraw(
        session,
        thread=booking.thread,
        kinds=kinds,
        trouble="The booking was changed before this letter could be sent.",
        now=now,
    )
    if not waiting:
        return
    newest = {row.kind: row.id for row in _rows(session, booking) if row.state == "queued"}
    session.execute(
        update(Reminder)
        .where(Reminder.id.in_([number for kind, number in newest.items() if kind in waiting]))
        .values(state="due", settled_at=None)
    )


def _unanswered(session: Session, *, now: datetime) -> Sequence[Booking]:
    """Return the held bookings whose cut-off has come and of which nobody was told so."""
    held = session.scalars(
        select(Booking)
        .where(
            Booking.coach_id.in_(select(Coach.id)),
            IS_HELD,
            Booking.client_id.is_not(None),
            Booking.starts_at > now - AFTER_LATE,
            ~exists().where(
                Reminder.booking_id == Booking.id,
                Reminder.kind == UNANSWERED,
                Reminder.state != "dropped",
            ),
        )
        .options(joinedload(Booking.service))
        .order_by(Booking.starts_at)
    )
    found = [row for row in held if is_unanswered(row.facts, terms_of(row.service), now=now)]
    return found[:MOST_AT_ONCE]


def _write_down(
    session: Session, booking_id: int, version: int, planned: list[tuple[str, datetime]]
) -> None:
    """Add rows of (kind, due instant); one that another job has written is left as it is."""
    if not planned:
        return
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    facts = {"booking_id": booking_id, "version": version, "state": "due"}
    session.execute(
        insert(Reminder).on_conflict_do_nothing(index_elements=["booking_id", "kind", "version"]),
        [{**facts, "kind": kind, "due_at": due_at} for kind, due_at in planned],
    )
