"""What the coach has put aside."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from coachcrm.kit.data.db import Base


class NeedAside(Base):
    """Something on Today that the coach has put aside, until a day or, where it is NULL, for ever.

    `key` is that of the core: what it is, and which row it is about.
    """

    __tablename__ = "need_aside"

    coach_id: Mapped[int] = mapped_column(
        ForeignKey("coach.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    until_on: Mapped[date | None]
