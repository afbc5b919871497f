"""Acts that gather several rooms: setting up, the profile, the list of what needs the coach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coachcrm.auth import operations as auth
from coachcrm.availability import operations as availability
from coachcrm.bookings.models import Booking
from coachcrm.clients.models import StageChange
from coachcrm.outbox import operations as outbox
from coachcrm.recovery import operations as recovery
from coachcrm.recovery.models import JobSearch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from coachcrm.auth.models import Coach

# How long a waiting letter is ordinary, and how long a silent worker is.
LATE_LETTER = timedelta(minutes=10)
SILENT_WORKER = timedelta(minutes=2)
# The stages that only a client comes to.
BECAME = ("active", "paused", "placed", "alumni")
NOTE_DUE = timedelta(hours=24)


def set_up(session: Session, new: auth.NewCoach, *, password_hash: str, now: datetime) -> Coach:
    """Make the coach and a practice that can be booked at once. Raises `AlreadySetUp`."""
    coach = auth.make_coach(session, new, password_hash=password_hash, now=now)
    availability.open_practice(session, coach.id)
    recovery.begin_list_of_themes(session, coach.id)
    return coach


def change_profile(session: Session, coach: Coach, new: auth.NewCoach) -> None:
    """Change what the coach says of himself; letters and pages follow at once."""
    availability.lock_calendar(session, coach.id)
    coach.name, coach.email, coach.timezone = new.name, new.email, new.timezone
    coach.practice, coach.phone, coach.about = new.practice, new.phone, new.about
    session.flush()


def meetings_between(
    session: Session, coach_id: int, start: datetime, end: datetime
) -> Sequence[Booking]:
    """Return meetings with a client that touch the span, cancelled ones left out, in order."""
    return session.scalars(
        _meetings(coach_id)
        .where(Booking.status != "cancelled", Booking.ends_at > start, Booking.starts_at < end)
        .order_by(Booking.starts_at)
    ).all()


def meetings_listed(
    session: Session, coach_id: int, show: str, *, now: datetime, limit: int
) -> Sequence[Booking]:
    """Return meetings for the list: `coming` in order, `past` and `cancelled` newest first."""
    query = _meetings(coach_id)
    if show == "cancelled":
        query = query.where(Booking.status == "cancelled").order_by(Booking.starts_at.desc())
    elif show == "past":
        query = query.where(Booking.status != "cancelled", Booking.ends_at <= now)
        query = query.order_by(Booking.starts_at.desc())
    else:
        query = query.where(Booking.status != "cancelled", Booking.ends_at > now)
        query = query.order_by(Booking.starts_at)
    return session.scalars(query.limit(limit)).all()


def meetings_of(session: Session, coach_id: int, client_id: int) -> Sequence[Booking]:
    """Return every meeting with one client, newest first."""
    return session.scalars(
        _meetings(coach_id)
        .where(Booking.client_id == client_id)
        .order_by(Booking.starts_at.desc())
        .limit(200)
    ).all()


def next_and_last(
    session: Session, client_ids: Sequence[int], *, now: datetime
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Return for each client the start of the next meeting and of the last."""
    rows = session.execute(
        select(Booking.client_id, Booking.starts_at)
        .where(Booking.client_id.in_(client_ids), Booking.status != "cancelled")
        .order_by(Booking.starts_at)
    )
    found: dict[int, tuple[datetime | None, datetime | None]] = {}
    for client_id, start in rows:
        upcoming, last = found.get(client_id, (None, None))
        if start >= now:
            found[client_id] = (upcoming or start, last)
        else:
            found[client_id] = (upcoming, start)
    return found


def consultations_by_source(
    session: Session, coach_id: int, *, now: datetime
) -> list[tuple[str, int, int]]:
    """Return (source, people who had a conversation, those of them who became clients).

    The source is what the record says of how they found the coach; the most first.
    """
    held = (
        select(Booking.client_id)
        .where(
            Booking.coach_id == coach_id,
            Booking.status.in_(("confirmed", "completed")),
            Booking.ends_at <= now,
            Booking.client_id.is_not(None),
        )
        .distinct()
    )
    became = set(
        session.scalars(
            select(StageChange.client_id).where(
                StageChange.client_id.in_(held), StageChange.to_stage.in_(BECAME)
            )
        )
    )
    searches = session.execute(
        select(JobSearch.client_id, JobSearch.found_by)
        .where(JobSearch.client_id.in_(held), JobSearch.found_by != "")
        .order_by(JobSearch.id)
    ).all()
    found = {row[0]: row[1] for row in searches}
    counts: dict[str, list[int]] = {}
    for client_id in session.scalars(held):
        count = counts.setdefault(found.get(client_id, "Not written down"), [0, 0])
        count[0] += 1
        count[1] += client_id in became
    rows = [(source, consulted, clients) for source, (consulted, clients) in counts.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@dataclass(frozen=True, slots=True)
class MailState:
    """How the mail is doing: numbers of letters, and whether they are late or nobody sends."""

    failed: int
    late: int
    is_silent: bool


def mail_state(session: Session, *, now: datetime) -> MailState:
    """Return how the mail is doing."""
    waiting, failed, oldest = outbox.waiting_and_failed(session)
    beat = outbox.last_beat(session)
    is_late = oldest is not None and now - oldest > LATE_LETTER
    is_silent = (
        waiting > 0
        and (beat is None or now - beat > SILENT_WORKER)
        and (oldest is not None and now - oldest > SILENT_WORKER)
    )
    return MailState(failed=failed, late=waiting if is_late else 0, is_silent=is_silent)


def _meetings(coach_id: int) -> Select[Booking]:
    return (
        select(Booking)
        .where(Booking.coach_id == coach_id, Booking.client_id.is_not(None))
        .options(joinedload(Booking.client), joinedload(Booking.service))
    )
