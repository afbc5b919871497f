"""What can be booked, and the hours in which it can."""

from datetime import date, timedelta

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.availability.core.slots import Policy
from coachcrm.availability.core.windows import Hours, TimeOff
from coachcrm.kit.data.db import Base


class Service(Base):
    """Something that can be booked. Durations, buffers, notice and grid are in minutes.

    `day_cap` and `week_cap` count its bookings that are not cancelled; None is no cap. With
    `one_upcoming` nobody has two of it to come. A service that is not public is booked by its
    address alone, whose `slug` nobody can guess. `place_details` is the link or the address of the
    meeting, `place_zone` the time zone of the address where that is not the coach's. `price_pence`
    is what it costs, 0 for what is free, and `payment` how that is paid, in the coach's words.
    """

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
    day_cap: Mapped[int | None]
    week_cap: Mapped[int | None]
    one_upcoming: Mapped[bool] = mapped_column(default=False, server_default=false())
    place: Mapped[str] = mapped_column(String(16), default="phone")
    place_details: Mapped[str] = mapped_column(Text, default="", server_default="")
    place_zone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    price_pence: Mapped[int] = mapped_column(default=0, server_default="0")
    payment: Mapped[str] = mapped_column(Text, default="", server_default="")
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
            day_cap=self.day_cap,
            week_cap=self.week_cap,
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


class DateOverride(Base):
    """A window on one date, in minutes from the coach's midnight; without either, a closed date.

    All rows of a date together replace its weekly hours; windows open a bank holiday as long as
    they stand.
    """

    __tablename__ = "date_override"
    __table_args__ = (
        CheckConstraint(
            "(opens IS NULL AND closes IS NULL) OR "
            "(opens IS NOT NULL AND closes IS NOT NULL "
            "AND opens >= 0 AND opens < closes AND closes <= 1440)",
            name="window",
        ),
        Index("date_override_coach_date_idx", "coach_id", "falls_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    falls_on: Mapped[date]
    opens: Mapped[int | None] = mapped_column(SmallInteger)
    closes: Mapped[int | None] = mapped_column(SmallInteger)


class TimeOffRow(Base):
    """Stored time off: dates and minutes from the coach's midnight."""

    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint(
            "begins_min BETWEEN 0 AND 1439 AND ends_min BETWEEN 1 AND 1440 AND "
            "(begins_on < ends_on OR (begins_on = ends_on AND begins_min < ends_min))",
            name="forwards",
        ),
        Index("time_off_coach_end_idx", "coach_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    begins_on: Mapped[date]
    begins_min: Mapped[int] = mapped_column(SmallInteger, default=0)
    ends_on: Mapped[date]
    ends_min: Mapped[int] = mapped_column(SmallInteger, default=1440)
    reason: Mapped[str] = mapped_column(String(120), default="")

    def time_off(self) -> TimeOff:
        """Return it as a plain value."""
        return TimeOff(
            begins_on=self.begins_on,
            ends_on=self.ends_on,
            begins_min=self.begins_min,
            ends_min=self.ends_min,
            reason=self.reason,
        )


class OpenedHoliday(Base):
    """A bank holiday that the coach has opened: he works then as on any other day."""

    __tablename__ = "opened_holiday"
    __table_args__ = (UniqueConstraint("coach_id", "falls_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id"))
    falls_on: Mapped[date]
