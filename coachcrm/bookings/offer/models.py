"""What the coach says of himself on his page, what clients say of him, and his pictures."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.bookings.offer.core.page import USUAL_HUE
from coachcrm.kit.data.db import Base


class CoachPage(Base):
    """The coach's page beyond his name; there is a row once he has said anything.

    `half_hour` and `steps` are texts of one part a line, and so is `sources`: how clients may have
    heard of him, the usual ways where it is NULL. `hue` is the one accent colour, in degrees of the
    colour circle; `photo_mark` names the photo's octets, and is empty where there is none,
    `preview_mark` those of what was last drawn of him.
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
    preview_mark: Mapped[str] = mapped_column(String(16), default="", server_default="")


class SaidByClient(Base):
    """What a client said of the coach, at its place on his page: one to three.

    It stands there because he said, at `permitted_at`, that he holds the client's permission in
    writing for just these words (L21).
    """

    __tablename__ = "said_by_client"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 3", name="position"),
        CheckConstraint("words <> ''", name="words"),
    )

    coach_id: Mapped[int] = mapped_column(
        ForeignKey("coach.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(String(400))
    said_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    permitted_at: Mapped[datetime]


class CoachPicture(Base):
    """A file that is shown of the coach: a rendering of his photo, or what is drawn of him.

    `mark` names what it was made of, `name` is the file's; both stand in its address.
    """

    __tablename__ = "coach_picture"
    __table_args__ = (
        CheckConstraint("length(mark) = 16", name="mark"),
        CheckConstraint("length(octets) BETWEEN 1 AND 500000", name="octets"),
    )

    mark: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("coach.id", ondelete="CASCADE"))
    octets: Mapped[bytes] = mapped_column(LargeBinary)
