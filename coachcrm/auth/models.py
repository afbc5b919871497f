"""The coach, the browsers he is signed in with, and the links that set him or a password up."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.auth.core.login_life import ABSOLUTE, IDLE
from coachcrm.kit.data.db import Base


class Coach(Base):
    """The one person whose practice this is.

    `bookings_version` grows with every change of a booking, `practice_version` with every change
    of the coach, his services and hours; the database's own triggers raise them, so that what is
    kept ready between requests can never be stale.
    """

    __tablename__ = "coach"
    __table_args__ = (
        UniqueConstraint("singleton"),
        CheckConstraint("singleton = 1", name="only_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    singleton: Mapped[int] = mapped_column(default=1)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(String(64))
    practice: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    nation: Mapped[str] = mapped_column(
        String(24), default="england-and-wales", server_default="england-and-wales"
    )
    practice_version: Mapped[int] = mapped_column(default=1, server_default="1")
    bookings_version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which his wall times are meant."""
        return ZoneInfo(self.timezone)

    @property
    def country(self) -> str:
        """Where he is at home: the country of his number, else of his zone."""
        # The plan of the world's numbers takes long to load, and a check needs none of it.
        from coachcrm.kit.text.phone_numbers import country_of  # noqa: PLC0415

        return country_of(self.phone, self.timezone)


class Login(Base):
    """A signed-in browser; the cookie's token itself is never stored (S7)."""

    __tablename__ = "login"

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    def is_good(self, now: datetime) -> bool:
        """Say whether it has been idle for less than 12 hours and is younger than 14 days (S9)."""
        return now - self.seen_at < IDLE and now - self.created_at < ABSOLUTE


class HeldForm(Base):
    """What the coach sent when his login had ended, kept until he is back and saves it."""

    __tablename__ = "held_form"
    __table_args__ = (UniqueConstraint("coach_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    held_at: Mapped[datetime]


class ResetRequest(Base):
    """That somebody asked for a link to set a new password, for the account of an address.

    It is kept whoever asks and for whatever address, and answered apart from the page, so that the
    page tells nobody whether there is such an account (S5). The address is a digest only.
    """

    __tablename__ = "reset_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_digest: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]


class ResetLink(Base):
    """A link that sets a new password, once, within half an hour (S10).

    `letter_id` is the letter that carries it, until that has left and is emptied.
    """

    __tablename__ = "reset_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id", ondelete="CASCADE"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    letter_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL")
    )
    made_at: Mapped[datetime]


class SetUpAside(Base):
    """What of the list "left to set up" the coach has put aside."""

    __tablename__ = "set_up_aside"

    coach_id: Mapped[int] = mapped_column(
        ForeignKey("coach.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    step: Mapped[str] = mapped_column(String(16), primary_key=True)


class SetUpLink(Base):
    """The link that makes the coach, printed at the start; a new one voids the old."""

    __tablename__ = "set_up_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
