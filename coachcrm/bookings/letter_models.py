"""What the coach's letters are made from and when they are due, and the address of his feed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coachcrm.bookings.models import Booking
from coachcrm.kit.db import Base


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
    """A letter that is due at an instant, once for each state of a booking (its SEQUENCE).

    `due` until it is settled in the commit that queues the letter; `dropped` when it no longer
    makes sense. The law `reminder_once` lets no job plan the same one twice.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind", "sequence", name="reminder_once"),
        CheckConstraint("state IN ('due', 'queued', 'dropped')", name="state"),
        Index("reminder_due_idx", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    sequence: Mapped[int]
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
