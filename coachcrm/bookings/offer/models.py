"""What the coach says of himself on his page."""

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.bookings.offer.core.page import USUAL_HUE
from coachcrm.kit.data.db import Base


class CoachPage(Base):
    """The coach's page beyond his name; there is a row once he has said anything.

    `half_hour` and `steps` are texts of one part a line, and so is `sources`: how clients may have
    heard of him, the usual ways where it is NULL. `hue` is the one accent colour, in degrees
    of the colour circle; `photo_mark` names the photo's octets, and is empty where there is none.
    """

    __tablename__ = "coach_page"
    __table_args__ = (CheckConstraint("hue BETWEEN 0 AND 359", name="hue"),)

    coach_id: Mapped[int] = mapped_column(
        ForeignKey("coach.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    surname: Mapped[str] = mapped_column(String(80), default="", server_default="")
    line: Mapped[str] = mapped_column(String(120), default="", server_default="")
    half_hour: Mapped[str] = mapped_column(Text, default="", server_default="")
    steps: Mapped[str] = mapped_column(Text, default="", server_default="")
    site_url: Mapped[str] = mapped_column(String(300), default="", server_default="")
    profile_url: Mapped[str] = mapped_column(String(300), default="", server_default="")
    hue: Mapped[int] = mapped_column(SmallInteger, default=USUAL_HUE, server_default="215")
    sources: Mapped[str | None] = mapped_column(Text)
    photo_mark: Mapped[str] = mapped_column(String(16), default="", server_default="")
