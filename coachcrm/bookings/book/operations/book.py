"""Booking a free time. Each act is prepared before the lock and done under it.

Prepared means: the state as seen, and the letters that tell the new state. Under the lock
everything is decided again from fresh rows; where the state seen no longer holds, `Outdated` sends
the caller back to prepare once more, so that no letter tells what is not so.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.core.rules import MOST_OPEN, STANDING, person
from coachcrm.bookings.letters.operations import mails, reminders
from coachcrm.bookings.letters.operations.mails import queue
from coachcrm.bookings.letters.reading import booking_details
from coachcrm.bookings.models import Booking
from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.bookings.offer.reading.practice import CoachCard, ServiceCard
from coachcrm.bookings.refusals import FormUsed, LookInYourMail, Outdated, SlotTaken
from coachcrm.clients import operations as clients
from coachcrm.clients.core import lifecycle
from coachcrm.clients.models import email_key
from coachcrm.kit.time.interval import Interval
from coachcrm.kit.tokens import digest
from coachcrm.kit.web.site import Site
from coachcrm.outbox.letter.compose import ascii_address

NOTICE_VERSION = "2026-11-23"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the booking form gives; `phone` is E.164 or empty, `timezone` a known name."""

    name: str
    email: str
    phone: str
    timezone: str
    topic: str = ""
    interview_on: date | None = None
    message: str = ""
    twelve_hour: bool = True

    def fingerprint(self, service: str, start: datetime) -> str:
        """Return a digest that is the same for the same form sent again (R3)."""
        facts = {**asdict(self), "service": service, "start": start.isoformat()}
        return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NewBooking:
    """A booking that is ready to be stored, with the letters that confirm it.

    One without letters is held until the coach has looked at it (S60).
    """

    slot: Interval
    coach: CoachCard
    service: ServiceCard
    answers: Answers
    public_id: str
    uid: str
    letters: Sequence[mails.BookingLetter]
    made_by: str = "client"


def prepare_booking(
    site: Site,
    diary: Diary,
    slug: str,
    start: datetime,
    answers: Answers,
    *,
    now: datetime,
    is_held: bool = False,
) -> NewBooking:
    """Compose the letters of a booking that is about to be made. Raises `SlotTaken`."""
    service = diary.service(slug)
    slot = diary.offers(service, start, now=now) if service is not None else None
    if service is None or slot is None:
        raise SlotTaken
    return new_booking(site, diary.coach, service, slot, answers, now=now, is_held=is_held)


def new_booking(
    site: Site,
    coach: CoachCard,
    service: ServiceCard,
    slot: Interval,
    answers: Answers,
    *,
    now: datetime,
    made_by: str = "client",
    note: str = "",
    is_held: bool = False,
) -> NewBooking:
    """Compose the letters of a booking at `slot`; the coach's `note` goes to the client in them.

    One that is held has none.
    """
    public_id = secrets.token_urlsafe(16)
    uid = f"{secrets.token_hex(16)}@{ascii_address(site.mail_sender).rpartition('@')[2]}"
    details = booking_details.BookingDetails(
        public_id=public_id,
        uid=uid,
        sequence=0,
        stamp=now,
        created=now,
        time=slot,
        coach=coach,
        service=service,
        **asdict(answers),
    )
    letters = [] if is_held else mails.tell(site, None, details, "confirmed", by=made_by, said=note)
    return NewBooking(slot, coach, service, answers, public_id, uid, letters, made_by)


def same_form_again(
    session: Session, *, form_token: str, answers: Answers | None, service: str, start: datetime
) -> str | None:
    """Return the public id of the booking that this very form has already made, or None.

    Raises `FormUsed` when the form comes again with other answers (rule 9).
    """
    row = session.execute(
        select(Booking.public_id, Booking.answers_digest).where(
            Booking.form_digest == digest(form_token)
        )
    ).first()
    if row is None:
        return None
    if answers is None or row.answers_digest != answers.fingerprint(service, start):
        raise FormUsed
    return str(row.public_id)


def book(
    session: Session, cache: DiaryCache, new: NewBooking, *, form_token: str, now: datetime
) -> str:
    """Store a booking with its client and letters; return its public id.

    Every rule is run again on fresh rows under the lock (rule 2). Raises `SlotTaken`, `FormUsed`,
    `LookInYourMail`, `Outdated`.
    """
    lock_calendar(session, new.coach.id)
    start = new.slot.start
    earlier = same_form_again(
        session, form_token=form_token, answers=new.answers, service=new.service.slug, start=start
    )
    if earlier is not None:
        return earlier
    diary = cache.read_near(session, start)
    if diary is None or diary.coach != new.coach or diary.service(new.service.slug) != new.service:
        raise Outdated
    if diary.offers(new.service, start, now=now) != new.slot:
        raise SlotTaken
    _check_has_none(session, new, now=now)
    return store(session, new, form_token=form_token, now=now)


def sessions_with(session: Session, client_id: int, *, now: datetime) -> tuple[int, int]:
    """Return how many sessions a client has had for certain, and how many are still to come."""
    rows = session.execute(
        select(Booking.status, Booking.starts_at).where(
            Booking.client_id == client_id, Booking.status.in_((*STANDING, "completed"))
        )
    ).all()
    held = sum(status == "completed" for status, _ in rows)
    return held, sum(status != "completed" and at > now for status, at in rows)


def store(session: Session, new: NewBooking, *, form_token: str, now: datetime) -> str:
    """Store a booking on which all is decided, under the lock; return its public id."""
    start, answers = new.slot.start, new.answers
    client = clients.find_or_make(
        session,
        new.coach.id,
        clients.NewClient(
            answers.name,
            answers.email,
            answers.phone,
            answers.timezone,
            "booked",
            lifecycle.BY_BOOKING,
        ),
        now=now,
    )
    held, _ = sessions_with(session, client.id, now=now)
    clients.follow(session, client, lifecycle.after_booking(client.stage, held=held), now=now)
    booking = Booking(
        public_id=new.public_id,
        coach_id=new.coach.id,
        service_id=new.service.id,
        client_id=client.id,
        starts_at=new.slot.start,
        ends_at=new.slot.end,
        status="confirmed" if new.letters else "held",
        person=person(answers.email),
        local_start=new.coach.wall_time(start),
        local_zone=new.coach.timezone,
        uid=new.uid,
        sequence=0,
        stamp_at=now,
        form_digest=digest(form_token),
        answers_digest=answers.fingerprint(new.service.slug, start),
        notice_version=NOTICE_VERSION,
        made_by=new.made_by,
        created_at=now,
        changed_at=now,
        **asdict(answers),
    )
    session.add(booking)
    queue(session, new.uid, new.letters, now=now)
    session.flush()
    if new.letters:
        reminders.plan(session, booking, now=now)
    return new.public_id


def _check_has_none(session: Session, new: NewBooking, *, now: datetime) -> None:
    """Raise `LookInYourMail` if the person has as many meetings to come as there may be.

    Rule 13 counts by the address as it is, S61 by the mailbox behind it.
    """
    to_come = _to_come(session, new.answers.email, now=now)
    standing = _of_service(to_come, new.service, new.answers.email)
    if standing is not None:
        raise LookInYourMail(standing)
    if len(to_come) >= MOST_OPEN:
        raise LookInYourMail(to_come[0].public_id)


def has_one_to_come(session: Session, service: ServiceCard, email: str, *, now: datetime) -> bool:
    """Say whether one more meeting of `service` would break rule 13 for an address."""
    return _of_service(_to_come(session, email, now=now), service, email) is not None


def _to_come(session: Session, email: str, *, now: datetime) -> Sequence[Row[str, int, str]]:
    return session.execute(
        select(Booking.public_id, Booking.service_id, Booking.email)
        .where(
            Booking.person == person(email),
            Booking.status.in_(STANDING),
            Booking.starts_at > now,
        )
        .order_by(Booking.starts_at)
    ).all()


def _of_service(
    to_come: Sequence[Row[str, int, str]], service: ServiceCard, email: str
) -> str | None:
    """Return the first of them that stands in the way of another of `service`, or None."""
    if not service.one_upcoming:
        return None
    address = email_key(email)
    same = (r for r in to_come if r.service_id == service.id and email_key(r.email) == address)
    return next((row.public_id for row in same), None)
