"""Acts that gather several rooms: setting up, the profile, the list of what needs the coach."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from coachcrm.auth.models import Coach
from coachcrm.auth.operations import address
from coachcrm.auth.operations import set_up as auth
from coachcrm.availability.operations import hours as availability
from coachcrm.availability.operations import services
from coachcrm.bookings.core.rules import STANDING
from coachcrm.bookings.letters.operations import reminders
from coachcrm.bookings.models import Booking, touching
from coachcrm.bookings.offer.core.page import SOURCES, lines
from coachcrm.bookings.offer.models import CoachPage
from coachcrm.clients import operations as clients
from coachcrm.clients.models import Client
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.outbox.letter.compose import ComposedLetter
from coachcrm.recovery.operations import feedback


class ServiceInUse(Refusal):
    """The service is part of what has been."""

    title = "This service stays"
    sentence = "It has been booked, or is the free consultation, so it cannot be deleted."
    what_next = "You can close it instead: then nobody can book it any more."


def set_up(session: Session, new: auth.NewCoach, *, password_hash: str, now: datetime) -> Coach:
    """Make the coach and a practice that can be booked at once. Raises `AlreadySetUp`."""
    coach = auth.make_coach(session, new, password_hash=password_hash, now=now)
    availability.open_practice(session, coach.id)
    feedback.begin_list_of_themes(session, coach.id)
    return coach


def change_profile(
    session: Session, coach: Coach, new: auth.Profile, *, sources: str | None
) -> None:
    """Change what the coach says of himself; letters and pages follow at once.

    `sources` is how clients may have heard of him, one a line; None leaves that as it is.
    """
    availability.lock_calendar(session, coach.id)
    coach.name, coach.timezone = new.name, new.timezone
    coach.practice, coach.phone, coach.about = new.practice, new.phone, new.about
    if sources is not None:
        _let_choose_from(session, coach.id, sources)
    session.flush()


def _let_choose_from(session: Session, coach_id: int, sources: str) -> None:
    """Keep the coach's own list; the usual one is kept nowhere, so that it can be improved."""
    own = None if lines(sources) == SOURCES else sources
    page = session.get(CoachPage, coach_id)
    if page is None and own is not None:
        page = CoachPage(coach_id=coach_id)
        session.add(page)
    if page is not None:
        page.sources = own


def let_letters_follow(session: Session, client: Client, *, may_go: bool, now: datetime) -> None:
    """Say whether a client is sent what nobody asked for; if not, what waits is dropped (L13)."""
    clients.set_stopped(client, has_stopped=not may_go, now=now)
    if not may_go:
        reminders.stop_following(session, client.id, now=now)
    session.flush()


def change_address(
    session: Session,
    coach_id: int,
    *,
    old: str,
    new: str,
    told: Collection[ComposedLetter],
    now: datetime,
) -> None:
    """Change the address that the coach signs in with; both are told.

    Under the calendar's lock no booking is made with the one and told to the other. Raises
    `ChangedMeanwhile`.
    """
    availability.lock_calendar(session, coach_id)
    address.change(session, coach_id, old=old, new=new, told=told, now=now)


def delete_service(session: Session, coach_id: int, service_id: int) -> None:
    """Delete a service that was never booked. Raises `NotFound`, `ServiceInUse`."""
    # Under the calendar's lock nobody books it meanwhile.
    availability.lock_calendar(session, coach_id)
    service = services.find(session, coach_id, service_id)
    if services.is_free_consultation(service) or was_booked(session, service_id):
        raise ServiceInUse
    session.delete(service)
    session.flush()


def was_booked(session: Session, service_id: int) -> bool:
    """Say whether a service was ever booked, cancelled bookings included."""
    of_it = select(Booking.id).where(Booking.service_id == service_id)
    return session.scalar(of_it.limit(1)) is not None


def number_to_come(session: Session, service_id: int, *, now: datetime) -> int:
    """Return how many meetings of a service stand."""
    return session.scalar(select(func.count()).where(_to_come(service_id, now))) or 0


def meetings_to_come(
    session: Session, coach_id: int, service_id: int, *, now: datetime, limit: int
) -> Sequence[Booking]:
    """Return the meetings of a service with a client that stand, the next first."""
    of_it = _meetings(coach_id).where(_to_come(service_id, now))
    return session.scalars(of_it.order_by(Booking.starts_at).limit(limit)).all()


def _to_come(service_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(
        Booking.service_id == service_id, Booking.status.in_(STANDING), Booking.starts_at > now
    )


def meetings_between(
    session: Session, coach_id: int, start: datetime, end: datetime
) -> Sequence[Booking]:
    """Return meetings with a client that touch the span, cancelled ones left out, in order."""
    return session.scalars(
        _meetings(coach_id)
        .where(Booking.status != "cancelled", touching(start, end))
        .order_by(Booking.starts_at)
    ).all()


def meetings_of(session: Session, coach_id: int, client_id: int) -> Sequence[Booking]:
    """Return every meeting with one client, newest first."""
    return session.scalars(
        _meetings(coach_id)
        .where(Booking.client_id == client_id)
        .order_by(Booking.starts_at.desc())
        .limit(200)
    ).all()


def meeting_of(session: Session, coach_id: int, booking_id: int) -> Booking:
    """Return one of the coach's meetings with a client; a foreign id is the same as none (S44)."""
    booking = session.scalar(_meetings(coach_id).where(Booking.id == booking_id))
    if booking is None:
        raise NotFound
    return booking


def next_and_last(
    session: Session, client_ids: Sequence[int], *, now: datetime
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Return for each client the start of the next meeting and of the last, None where none is."""
    of_client = and_(Booking.client_id == Client.id, Booking.status != "cancelled")
    # Each is the first that an index by client and time comes to, however many there are.
    upcoming = select(func.min(Booking.starts_at)).where(of_client, Booking.starts_at >= now)
    last = select(func.max(Booking.starts_at)).where(of_client, Booking.starts_at < now)
    rows = session.execute(
        select(Client.id, upcoming.scalar_subquery(), last.scalar_subquery()).where(
            Client.id.in_(client_ids)
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _meetings(coach_id: int) -> Select[Booking]:
    return (
        select(Booking)
        .where(Booking.coach_id == coach_id, Booking.client_id.is_not(None))
        .options(joinedload(Booking.client), joinedload(Booking.service))
    )
