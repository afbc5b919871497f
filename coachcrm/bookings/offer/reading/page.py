"""The coach's page as plain values, and his pictures."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.offer.core.page import (
    SOURCES,
    STEPS,
    ClientWords,
    Page,
    lines,
    mark_to_draw,
    parts,
)
from coachcrm.bookings.offer.core.photo import LARGE
from coachcrm.bookings.offer.models import CoachPage, CoachPicture, SaidByClient


def read_page(session: Session, coach_id: int) -> Page:
    """Return what the coach's page says of him, with the usual words where he gave none."""
    row = session.get(CoachPage, coach_id)
    if row is None:
        return Page()
    return Page(
        surname=row.surname,
        line=row.line,
        half_hour=parts(row.half_hour),
        steps=parts(row.steps) or STEPS,
        sources=SOURCES if row.sources is None else lines(row.sources),
        words=tuple(ClientWords(said.words, said.said_by) for said in said_of(session, coach_id)),
        site_url=row.site_url,
        profile_url=row.profile_url,
        hue=row.hue,
        photo_mark=row.photo_mark,
        preview_mark=row.preview_mark,
    )


def said_of(session: Session, coach_id: int) -> list[SaidByClient]:
    """Return what clients say of the coach, in the order of his page."""
    said = select(SaidByClient).where(SaidByClient.coach_id == coach_id)
    return list(session.scalars(said.order_by(SaidByClient.position)))


def read_picture(session: Session, mark: str, name: str) -> bytes | None:
    """Return the octets of one of the coach's pictures, or None."""
    return session.scalar(
        select(CoachPicture.octets).where(CoachPicture.mark == mark, CoachPicture.name == name)
    )


def read_newest_drawn(session: Session, name: str) -> bytes | None:
    """Return what was last drawn of the coach under this name, or None."""
    return session.scalar(
        select(CoachPicture.octets)
        .join(CoachPage, CoachPage.preview_mark == CoachPicture.mark)
        .where(CoachPicture.name == name)
    )


@dataclass(frozen=True, slots=True)
class ToDraw:
    """What is to be drawn of the coach, and the mark that it gets."""

    coach_id: int
    mark: str
    name: str
    page: Page


def read_to_draw(session: Session) -> ToDraw | None:
    """Return what is to be drawn of the coach; None where all is drawn, and before he is set up."""
    coach = session.execute(select(Coach.id, Coach.name)).first()
    if coach is None:
        return None
    page = read_page(session, coach.id)
    name = page.full_name(coach.name)
    mark = mark_to_draw(name, page)
    return None if mark == page.preview_mark else ToDraw(coach.id, mark, name, page)


def read_large_photo(session: Session, page: Page) -> bytes | None:
    """Return the larger rendering of the coach's photo, or None where he gave none."""
    return read_picture(session, page.photo_mark, f"{LARGE}.jpg") if page.photo_mark else None
