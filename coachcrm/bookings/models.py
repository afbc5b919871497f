"""A stored meeting."""

from datetime import date, datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    literal,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coachcrm.auth.models import Coach
from coachcrm.availability.core.windows import LONGEST_MEETING
from coachcrm.availability.models import Service
from coachcrm.bookings.core.places import Place
from coachcrm.bookings.core.rules import BookingFacts, Terms, person
from coachcrm.bookings.core.wall_times import Shift, Told, shifts
from coachcrm.clients.models import Client
from coachcrm.invites.core.itip import Hosts
from coachcrm.kit.data.db import Base
from coachcrm.kit.time import zones
from coachcrm.kit.time.interval import Interval

STATUSES = ("held", "confirmed", "cancelled", "completed", "no_show")
NO_OVERLAP = "booking_no_overlap"
# SQLite counts milliseconds: what it lets pass can last a little longer.
_LONGEST_KEPT = LONGEST_MEETING + timedelta(seconds=1)


class Booking(Base):
    """A meeting of the coach with a client, with what its calendar messages must repeat.

    Two bookings of one coach that are not cancelled never overlap: the database refuses it under
    the name `booking_no_overlap`. None lasts longer than 24 hours (`booking_at_most_a_day`: a
    check, or triggers on SQLite), so that what touches a time begins near by.
    `name`, `email`, `phone` and `timezone` are as given with this booking, so that its letters
    always name the same attendee (RFC 5546 3.2.2); `twelve_hour` says whether that person reads
    clocks of twelve hours or of 24, and `person` is the mailbox as `rules.person` spells it.
    `local_start` is the coach's wall time (`YYYY-MM-DD HH:MM`) in `local_zone` as it was told last,
    `client_start` the client's in `timezone`, so that a change of a country's rules can be found;
    they are empty where nobody knows.
    Calendars know it by its `uid` and `sequence`, from the organizer `invited_from`, with the coach
    at `invited_coach` (ASCII; empty until somebody is invited): these belong to the booking, and
    stay until it is invited anew under another UID, which begins with SEQUENCE 0 (C2). `version`
    counts the changes through all of that; `thread`, under which its letters are filed, is the UID
    that it began with. `own_place` is where this one meeting is, with its link or address, if that
    is elsewhere than its service says; `price_pence` is what the service cost when it was booked.
    `made_by` is `client` or `coach`; `cancelled_batch` names those that were cancelled together in
    silence, so that it can be undone. `prices_asked_at` is when the coach noted that the client had
    asked what paid sessions cost. `stamp_at` is the DTSTAMP of the newest message. The columns
    of service and client may be empty in the database for time that is taken without either; every
    booking that this program makes has both.
    """

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="forwards"),
        CheckConstraint("ends_at - starts_at <= interval '24 hours'", name="at_most_a_day").ddl_if(
            dialect="postgresql"
        ),
        CheckConstraint(
            f"status IN ({', '.join(repr(status) for status in STATUSES)})", name="status"
        ),
        CheckConstraint("own_place IN ('', 'phone', 'video', 'in_person')", name="own_place"),
        Index("booking_coach_time_idx", "coach_id", "starts_at"),
        Index("booking_client_time_idx", "client_id", "starts_at"),
        Index("booking_service_outcome_idx", "service_id", "status", "starts_at", "client_id"),
        Index("booking_changed_idx", "coach_id", "changed_at"),
        Index("booking_created_idx", "coach_id", "created_at"),
        Index("booking_person_idx", "person", "starts_at"),
        Index("booking_thread_idx", "thread"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), nullable=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), nullable=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16), default="confirmed")
    local_start: Mapped[str] = mapped_column(String(16))
    local_zone: Mapped[str] = mapped_column(String(64))
    client_start: Mapped[str] = mapped_column(String(16), default="", server_default="")

    uid: Mapped[str] = mapped_column(String(190), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    thread: Mapped[str] = mapped_column(
        String(190),
        default=lambda row: row.get_current_parameters()["uid"],
        server_default="",
    )
    invited_from: Mapped[str] = mapped_column(String(254), default="", server_default="")
    invited_coach: Mapped[str] = mapped_column(String(254), default="", server_default="")
    stamp_at: Mapped[datetime]
    moves: Mapped[int] = mapped_column(default=0)

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    person: Mapped[str] = mapped_column(String(254), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    timezone: Mapped[str] = mapped_column(String(64))
    twelve_hour: Mapped[bool] = mapped_column(default=True, server_default=true())
    made_by: Mapped[str] = mapped_column(String(8), default="client", server_default="client")
    topic: Mapped[str] = mapped_column(String(16), default="")
    interview_on: Mapped[date | None]
    message: Mapped[str] = mapped_column(Text, default="")

    own_place: Mapped[str] = mapped_column(String(16), default="", server_default="")
    own_place_details: Mapped[str] = mapped_column(Text, default="", server_default="")
    own_place_zone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    price_pence: Mapped[int] = mapped_column(default=0, server_default="0")

    form_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    answers_digest: Mapped[str | None] = mapped_column(String(64))
    notice_version: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(8))
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    cancelled_batch: Mapped[str | None] = mapped_column(String(36))
    prices_asked_at: Mapped[datetime | None]
    prices_asked_by: Mapped[str | None] = mapped_column(String(40))

    coach: Mapped[Coach] = relationship()
    service: Mapped[Service] = relationship()
    client: Mapped[Client] = relationship()

    @property
    def interval(self) -> Interval:
        """The meeting's own time, without buffers."""
        return Interval(self.starts_at, self.ends_at)

    @property
    def hosts(self) -> Hosts:
        """Who invites to it, as calendars know them."""
        return Hosts(self.invited_from, self.invited_coach)

    @property
    def is_cancelled_in_silence(self) -> bool:
        """Whether it was cancelled with others, and nobody was told (S63)."""
        return self.status == "cancelled" and self.cancelled_batch is not None

    @property
    def own(self) -> Place | None:
        """The place of this one meeting, None where it is that of its service."""
        if not self.own_place:
            return None
        return Place(self.own_place, self.own_place_details, self.own_place_zone)

    @property
    def place(self) -> Place:
        """Where they meet."""
        return self.own or place_of(self.service)

    @property
    def facts(self) -> BookingFacts:
        """The facts that decide what may be done with it."""
        return BookingFacts(self.status, self.starts_at, self.moves)

    def move_to(
        self,
        interval: Interval,
        *,
        stamp: datetime,
        counts: bool = True,
    ) -> None:
        """Take another time; SEQUENCE grows because DTSTART changed (RFC 5546 2.1.4).

        `counts` says whether it is one of the moves of which the client has so many.
        """
        self.starts_at, self.ends_at = interval.start, interval.end
        self.moves += counts
        self._raise_sequence(stamp)

    @property
    def shifts(self) -> list[Shift]:
        """Where the clocks show another time at the start than was told."""
        return shifts(
            self.starts_at,
            Told(self.local_zone, self.local_start),
            Told(self.timezone, self.client_start),
        )

    def note_clocks(self, coach_zone: str) -> None:
        """Note what the clocks of both show at the start, as both are told it now (rule 14)."""
        for name, shown in clocks_at(self.starts_at, coach_zone, self.timezone).items():
            setattr(self, name, shown)

    def mark_cancelled(self, *, by: str, reason: str, stamp: datetime) -> None:
        """End it; SEQUENCE grows because STATUS changed (RFC 5546 2.1.4)."""
        self.status = "cancelled"
        self.cancelled_at, self.cancelled_by, self.cancel_reason = stamp, by, reason
        self._raise_sequence(stamp)

    def readdress(self, address: str, *, stamp: datetime) -> None:
        """Give the client another address; SEQUENCE grows because an ATTENDEE changed (U3)."""
        self.email, self.person = address, person(address)
        self._raise_sequence(stamp)

    def note_place_told(self, *, stamp: datetime) -> None:
        """Note that both are told another place; SEQUENCE grows, for LOCATION has changed."""
        self._raise_sequence(stamp)

    def take_place(self, place: Place | None) -> None:
        """Have a place of its own, or with None that of its service again."""
        own = place or Place("")
        self.own_place, self.own_place_details = own.kind, own.details
        self.own_place_zone = own.zone

    def stand_again(self, status: str, *, stamp: datetime) -> None:
        """Undo a cancelling of which nobody was told."""
        self.status = status
        self.cancelled_at = self.cancelled_by = self.cancelled_batch = None
        self._raise_sequence(stamp)

    def stand_under(self, uid: str, hosts: Hosts, *, stamp: datetime) -> None:
        """Note how calendars know it; another UID begins with SEQUENCE 0 (C2)."""
        self.invited_from, self.invited_coach = hosts.organizer, hosts.coach
        if uid != self.uid:
            self._raise_sequence(stamp)
            self.uid, self.sequence = uid, 0

    def _raise_sequence(self, stamp: datetime) -> None:
        self.sequence += 1
        self.version += 1
        self.stamp_at = stamp
        self.changed_at = stamp


# Spelt out, not bound: only so does a database know which index of a few rows answers it.
IS_HELD = Booking.status == literal("held", literal_execute=True)
Index("booking_held_idx", Booking.coach_id, sqlite_where=IS_HELD, postgresql_where=IS_HELD)
IS_CANCELLED = Booking.status == literal("cancelled", literal_execute=True)
Index(
    "booking_cancelled_idx",
    Booking.coach_id,
    Booking.starts_at,
    sqlite_where=IS_CANCELLED,
    postgresql_where=IS_CANCELLED,
)
IS_IN_BATCH = Booking.cancelled_batch.is_not(None)
Index(
    "booking_batch_idx",
    Booking.coach_id,
    Booking.cancelled_at,
    sqlite_where=IS_IN_BATCH,
    postgresql_where=IS_IN_BATCH,
)


def clocks_at(start: datetime, coach_zone: str, client_zone: str) -> dict[str, str]:
    """Return the columns of what the clocks of both show at a start."""
    known = zones.canonical(client_zone)
    return {
        "local_zone": coach_zone,
        "local_start": zones.wall_time(start, coach_zone),
        "client_start": zones.wall_time(start, client_zone) if known else "",
    }


def touching(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Return the condition that a booking's own time touches the half-open span.

    It is bounded on both sides of the index by start, so that its cost does not grow with the past.
    """
    return and_(
        Booking.starts_at > earliest(start), Booking.starts_at < end, Booking.ends_at > start
    )


def earliest(at: datetime) -> datetime:
    """Return since when a booking that is not over at an instant can have begun."""
    return at - _LONGEST_KEPT


def over(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a booking is over, with what that says of its start."""
    return and_(Booking.starts_at < now, Booking.ends_at <= now)


def to_come(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a booking is not over, with what that says of its start."""
    return and_(Booking.starts_at > earliest(now), Booking.ends_at > now)


class FormerUid(Base):
    """A UID under which a booking stood in calendars, until both sides had CANCEL under it (C2)."""

    __tablename__ = "former_uid"

    uid: Mapped[str] = mapped_column(String(190), primary_key=True)
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), index=True
    )
    ended_at: Mapped[datetime]


def place_of(service: Service) -> Place:
    """Return where meetings of a service are, but for those with a place of their own."""
    return Place(service.place, service.place_details, service.place_zone)


def terms_of(service: Service) -> Terms:
    """Return what a client may do by the link of a booking of this service."""
    return Terms(cutoff=timedelta(minutes=service.cutoff_min), most_moves=service.most_moves)


class LetterWording(Base):
    """The coach's own words for one letter; empty words mean the original ones."""

    __tablename__ = "letter_wording"
    __table_args__ = (UniqueConstraint("coach_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    is_on: Mapped[bool] = mapped_column(default=True)


class Reminder(Base):
    """A letter that is due at an instant, once for each state of a booking (its `version`).

    `due` until it is settled in the commit that queues the letter; `dropped` when it no longer
    makes sense. The law `reminder_once` lets no job plan the same one twice.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind", "version", name="reminder_once"),
        CheckConstraint("state IN ('due', 'queued', 'dropped')", name="state"),
        Index("reminder_due_idx", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default="due")
    settled_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship()


class MorningCard(Base):
    """The card of a day that was queued: one for each of the coach's dates."""

    __tablename__ = "morning_card"

    coach_id: Mapped[int] = mapped_column(
        ForeignKey("coach.id", ondelete="CASCADE"), primary_key=True
    )
    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    queued_at: Mapped[datetime]


class CalendarFeed(Base):
    """The address under which the coach's calendar program reads his meetings.

    Only a digest of the address's secret is kept (S19). `shows` is `details` or `busy`.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (CheckConstraint("shows IN ('details', 'busy')", name="shows"),)

    coach_id: Mapped[int] = mapped_column(
        ForeignKey("coach.id", ondelete="CASCADE"), primary_key=True
    )
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    shows: Mapped[str] = mapped_column(String(8), default="details")
    created_at: Mapped[datetime]
