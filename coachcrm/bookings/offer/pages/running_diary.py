"""The diary of the running application, for the pages that show what is on offer."""

from datetime import datetime
from typing import cast

from flask import current_app

from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.kit.cache import Editions, Kept
from coachcrm.kit.data.db import db
from coachcrm.kit.web.error_pages import names


def diary_cache() -> DiaryCache:
    """Return the diary cache of the running application."""
    return cast("DiaryCache", current_app.extensions["coachcrm.diary"])


def kept_pages() -> Kept[str]:
    """Return the rendered pages of the running application, by the facts that they show."""
    return cast("Kept[str]", current_app.extensions["coachcrm.pages"])


def kept_answers() -> Kept[tuple[bytes, str]]:
    """Return the API's answers with their ETags, by the facts that they tell."""
    return cast("Kept[tuple[bytes, str]]", current_app.extensions["coachcrm.answers"])


def kept_feeds() -> Editions:
    """Return the newest editions of the running application's feeds."""
    return cast("Editions", current_app.extensions["coachcrm.feeds"])


def diary_now(now: datetime, *, near: datetime | None = None) -> Diary:
    """Return what decides the offer; tell the page's frame whose practice this is.

    With `near`, only the bookings around that instant are known: enough to decide on one slot.
    """
    diary = diary_cache().of(db.session(), now=now, near=near)
    names(practice=diary.coach.practice, coach_name=diary.coach.name)
    return diary
