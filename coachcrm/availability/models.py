"""What can be booked, and the hours in which it can."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.availability.slots import Hours, Policy
from coachcrm.kit.db import Base


class Service(Base):
    """Something that can be booked. Durations, buffers, notice and grid are in minutes."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("coach_id", "slug"),
        CheckConstraint("duration_min BETWEEN 5 AND 1440", name="duration"),
        CheckConstraint("grid_min BETWEEN 5 AND 1440", name="grid"),
        CheckConstraint("before_min BETWEEN 0 AND 1440", name="before"),
        CheckConstraint("after_min BETWEEN 0 AND 1440", name="after"),
        CheckConstraint("notice_min BETWEEN 0 AND 525600", name="notice"),
        CheckConstraint("horizon_days BETWEEN 1 AND 730", name="horizon"),
        CheckConstraint("place IN ('phone', 'video', 'in_person')", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"), index=True)
    slug: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text, default="")
    duration_min: Mapped[int]
    grid_min: Mapped[int]
    before_min: Mapped[int] = mapped_column(default=0)
    after_min: Mapped[int] = mapped_column(default=0)
    notice_min: Mapped[int]
    horizon_days: Mapped[int]
    cutoff_min: Mapped[int] = mapped_column(default=120)
    most_moves: Mapped[int] = mapped_column(SmallInteger, default=3)
    place: Mapped[str] = mapped_column(String(16), default="phone")
    is_public: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)

    def policy(self) -> Policy:
        """Return the rules of this service as plain values."""
        return Policy(
            duration=timedelta(minutes=self.duration_min),
            grid=timedelta(minutes=self.grid_min),
            notice=timedelta(minutes=self.notice_min),
            horizon=self.horizon_days,
            before=timedelta(minutes=self.before_min),
            after=timedelta(minutes=self.after_min),
        )


class WeeklyHours(Base):
    """A window on one day of every week, in minutes from the coach's midnight."""

    __tablename__ = "weekly_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name="window"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    opens: Mapped[int] = mapped_column(SmallInteger)
    closes: Mapped[int] = mapped_column(SmallInteger)

    def hours(self) -> Hours:
        """Return the window as a plain value."""
        return Hours(weekday=self.weekday, opens=self.opens, closes=self.closes)
