"""Booking a time, by whosever hand: the answers, and the act that makes a booking of them."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from coachcrm.bookings.acts import Moment
from coachcrm.bookings.core.rules import STANDING, person
from coachcrm.bookings.letters.operations import mails, reminders
from coachcrm.bookings.letters.reading.booking_details import BookingDetails, hosts_of
from coachcrm.bookings.models import Booking, clocks_at
from coachcrm.bookings.policies import Policy
from coachcrm.bookings.refusals import FormUsed, LengthChanged, Outdated, SlotTaken
from coachcrm.clients import operations as clients
from coachcrm.clients.core import lifecycle
from coachcrm.invites.core.itip import new_uid
from coachcrm.kit.data.db import stored
from coachcrm.kit.tokens import digest

NOTICE_VERSION = "2026-11-28"
_COLUMNS = Booking.__table__.c
_MADE_BY = select(_COLUMNS.public_id, _COLUMNS.answers_digest).where(
    _COLUMNS.form_digest == bindparam("form")
)


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

    details: BookingDetails
    letters: Sequence[mails.BookingLetter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Make a booking of the service with the slug `service`, and return its public id.

    The same form again is the same booking. `heard` is how the client heard of the coach, which is
    the client's and not the booking's. `message` is the coach's to the client, and `minutes`
    the length that the form was shown with, None where it was shown with none. Refused as the
    policy refuses a slot and a booker; `FormUsed`, `LengthChanged`.
    """

    policy: Policy
    service: str
    start: datetime
    answers: Answers
    form_token: str
    heard: str = ""
    message: str = ""
    minutes: int | None = None

    @property
    def near(self) -> datetime:
        """The time that is wanted."""
        return self.start

    def made_before(self, session: Session) -> str | None:
        """Return the public id of the booking that this very form has made already, or None."""
        return same_form_again(
            session,
            form_token=self.form_token,
            answers=self.answers,
            service=self.service,
            start=self.start,
        )

    def prepare(self, at: Moment) -> NewBooking:
        """Compose the letters of a booking that is about to be made."""
        service = at.diary.service(self.service)
        if service is None:
            raise self.policy.no_service
        if self.minutes not in {None, service.minutes}:
            raise LengthChanged(service.minutes, shown=self.minutes or 0)
        slot = self.policy.slot(at, service, self.start, booker=self.answers.email)
        hosts = hosts_of(at.site, at.diary.coach)
        uid = new_uid(hosts.organizer)
        details = BookingDetails(
            public_id=secrets.token_urlsafe(16),
            thread=uid,
            uid=uid,
            sequence=0,
            stamp=at.now,
            created=at.now,
            time=slot,
            hosts=hosts,
            coach=at.diary.coach,
            service=service,
            **asdict(self.answers),
        )
        if self.policy.is_held:
            return NewBooking(details, [])
        by, said = self.policy.by, self.message
        return NewBooking(
            details, mails.tell(at.site, None, details, "confirmed", by=by, said=said)
        )

    def store(self, at: Moment, prepared: NewBooking) -> str:
        """Store a booking with its client and letters; every rule is run again (rule 2)."""
        earlier = self.made_before(at.session)
        if earlier is not None:
            return earlier
        details, service = prepared.details, prepared.details.service
        if (at.diary.coach, at.diary.service(self.service)) != (details.coach, service):
            raise Outdated
        if self.policy.slot(at, service, self.start, booker=details.email) != details.time:
            raise SlotTaken
        self.policy.check_booker(at, service, details.email)
        row = self._row(prepared, client_id=self._client_id(at), now=at.now)
        booking_id = stored(Booking, at.session, row)
        mails.queue(at.session, details.thread, prepared.letters, now=at.now)
        if prepared.letters:
            reminders.plan(at.session, booking_id, details.time.start, now=at.now)
        return details.public_id

    def _row(self, prepared: NewBooking, *, client_id: int, now: datetime) -> dict[str, object]:
        """Return the columns of the new booking."""
        details, is_held = prepared.details, not prepared.letters
        return {
            "public_id": details.public_id,
            "coach_id": details.coach.id,
            "service_id": details.service.id,
            "client_id": client_id,
            "starts_at": details.time.start,
            "ends_at": details.time.end,
            "status": "held" if is_held else "confirmed",
            "person": person(details.email),
            "uid": details.uid,
            "thread": details.thread,
            "sequence": details.sequence,
            # A booking that is held invites nobody yet.
            "invited_from": "" if is_held else details.hosts.organizer,
            "invited_coach": "" if is_held else details.hosts.coach,
            "stamp_at": now,
            "price_pence": details.service.price_pence,
            "form_digest": digest(self.form_token),
            "answers_digest": self.answers.fingerprint(self.service, self.start),
            "notice_version": NOTICE_VERSION,
            "made_by": self.policy.by,
            "created_at": now,
            "changed_at": now,
            **clocks_at(details.time.start, details.coach.timezone, details.timezone),
            **asdict(self.answers),
        }

    def _client_id(self, at: Moment) -> int:
        """Find or make the client; the stage follows the booking."""
        who = self.answers
        known = clients.NewClient(
            who.name,
            who.email,
            who.phone,
            who.timezone,
            stage="booked",
            by=lifecycle.BY_BOOKING,
            source=self.heard,
        )
        coach_id = at.diary.coach.id
        if clients.find_by_email(at.session, coach_id, who.email) is None:
            # They have had no session, and begin at the stage to which a booking leads.
            return clients.make(at.session, coach_id, known, now=at.now)
        client = clients.find_or_make(at.session, coach_id, known, now=at.now)
        had, _ = sessions_with(at.session, client.id, now=at.now)
        move = lifecycle.after_booking(client.stage, held=had)
        clients.follow(at.session, client, move, now=at.now)
        return client.id


def same_form_again(
    session: Session, *, form_token: str, answers: Answers | None, service: str, start: datetime
) -> str | None:
    """Return the public id of the booking that this very form has already made, or None.

    Raises `FormUsed` when the form comes again with other answers (rule 9).
    """
    row = session.execute(_MADE_BY, {"form": digest(form_token)}).first()
    if row is None:
        return None
    if answers is None or row.answers_digest != answers.fingerprint(service, start):
        raise FormUsed
    return str(row.public_id)


def sessions_with(session: Session, client_id: int, *, now: datetime) -> tuple[int, int]:
    """Return how many sessions a client has had for certain, and how many are still to come."""
    rows = session.execute(
        select(Booking.status, Booking.starts_at).where(
            Booking.client_id == client_id, Booking.status.in_((*STANDING, "completed"))
        )
    ).all()
    held = sum(status == "completed" for status, _ in rows)
    return held, sum(status != "completed" and at > now for status, at in rows)
