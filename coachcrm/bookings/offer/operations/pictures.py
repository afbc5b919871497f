"""The coach's pictures: kept, drawn anew when what they show has changed, taken away."""

from collections.abc import Collection, Mapping

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session

from coachcrm.availability.operations.hours import lock_calendar
from coachcrm.bookings.offer.core.page import mark_of
from coachcrm.bookings.offer.core.photo import DRAWN_FILES, PHOTO_FILES, NotAPhoto
from coachcrm.bookings.offer.models import CoachPage, CoachPicture
from coachcrm.bookings.offer.operations import image_process
from coachcrm.bookings.offer.reading.page import read_large_photo, read_to_draw
from coachcrm.kit.data.db import db, transaction

log = structlog.get_logger()

# How often the worker looks whether what is drawn of the coach still shows him as he is.
LOOK_EVERY_S = 60


def page_row(session: Session, coach_id: int) -> CoachPage:
    """Return the row of the coach's page, made if there is none; nobody else changes it now."""
    lock_calendar(session, coach_id)
    row = session.get(CoachPage, coach_id, populate_existing=True)
    if row is None:
        row = CoachPage(coach_id=coach_id)
        session.add(row)
    return row


def keep_photo(session: Session, coach_id: int, files: Mapping[str, bytes]) -> None:
    """Keep the renderings of the coach's photo instead of what was there."""
    mark = mark_of(*(files[name] for name in sorted(files)))
    page_row(session, coach_id).photo_mark = mark
    _replace(session, coach_id, PHOTO_FILES, mark, files)


def remove_photo(session: Session, coach_id: int) -> None:
    """Take the photo away, from all that was drawn with it too."""
    row = page_row(session, coach_id)
    row.photo_mark = row.preview_mark = ""
    _replace(session, coach_id, (*PHOTO_FILES, *DRAWN_FILES), "", {})


def draw_what_changed() -> None:
    """Draw the coach's pictures if what they show has changed; opens transactions of its own.

    It takes a part of a second, in which nothing is locked.
    """
    look = db.session()
    wanted = read_to_draw(look)
    photo = read_large_photo(look, wanted.page) if wanted else None
    look.rollback()
    if wanted is None:
        return
    try:
        files = image_process.drawn(
            name=wanted.name, line=wanted.page.line, hue=wanted.page.hue, photo=photo
        )
    except NotAPhoto as trouble:
        # The page does without, and the next look tries again.
        log.warning("not_drawn", why=trouble.why)
        return
    with transaction() as session:
        row = page_row(session, wanted.coach_id)
        session.flush()
        if read_to_draw(session) == wanted:
            row.preview_mark = wanted.mark
            _replace(session, wanted.coach_id, DRAWN_FILES, wanted.mark, files)


def _replace(
    session: Session,
    coach_id: int,
    names: Collection[str],
    mark: str,
    files: Mapping[str, bytes],
) -> None:
    session.execute(
        delete(CoachPicture).where(CoachPicture.coach_id == coach_id, CoachPicture.name.in_(names))
    )
    session.add_all(
        CoachPicture(mark=mark, name=name, coach_id=coach_id, octets=octets)
        for name, octets in files.items()
    )
    session.flush()
