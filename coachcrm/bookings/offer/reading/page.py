"""The coach's page as plain values."""

from sqlalchemy.orm import Session

from coachcrm.bookings.offer.core.page import SOURCES, STEPS, Page, lines, parts
from coachcrm.bookings.offer.models import CoachPage


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
        site_url=row.site_url,
        profile_url=row.profile_url,
        hue=row.hue,
        photo_mark=row.photo_mark,
    )
