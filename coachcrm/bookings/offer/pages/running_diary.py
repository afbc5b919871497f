"""The diary of the running application, for the pages that show what is on offer."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Response, current_app, request

from coachcrm.bookings.offer.reading.diary import Diary
from coachcrm.bookings.offer.reading.diary_cache import DiaryCache
from coachcrm.bookings.offer.reading.practice import CoachCard
from coachcrm.bookings.offer.reading.versions import versions
from coachcrm.kit.cache import Editions, Kept
from coachcrm.kit.data.db import db
from coachcrm.kit.web.error_pages import names
from coachcrm.kit.web.guard import as_token_page
from coachcrm.kit.web.packed import Packed
from coachcrm.kit.web.ready import may_be_sent_again


def diary_cache() -> DiaryCache:
    """Return the diary cache of the running application."""
    return cast("DiaryCache", current_app.extensions["coachcrm.diary"])


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer about the offer; one whose address is a secret is sent as such (S17)."""

    packed: Packed
    is_secret: bool


def offered(
    facts: tuple[Hashable, ...], make: Callable[[Diary], tuple[Shown, datetime]], *, now: datetime
) -> Response:
    """Answer with what is kept of these facts and of the present version of the offer.

    `facts` are all that the answer depends on besides; `make` makes it, and says until when it is
    good.
    """
    asked = versions(db.engine)

    def made() -> tuple[Shown, datetime]:
        diary = diary_now(now)
        shown, until = make(diary)
        # What the session sees may be older than what was just asked, or newer: then it is not
        # what the key says, and good for nobody else.
        is_of_these = asked is not None and diary.version == asked[1:]
        return shown, until if is_of_these else now - timedelta.resolution

    shown, until = kept_answers().with_end((asked, request.endpoint, *facts), made, now=now)
    if shown.is_secret:
        as_token_page()
    if asked is not None and now <= until:
        may_be_sent_again(asked, until)
    return shown.packed.response_if_new()


def kept_answers() -> Kept[Shown]:
    """Return the answers of the running application that are ready to be sent."""
    return cast("Kept[Shown]", current_app.extensions["coachcrm.answers"])


def kept_feeds() -> Editions:
    """Return the newest editions of the running application's feeds."""
    return cast("Editions", current_app.extensions["coachcrm.feeds"])


def diary_now(now: datetime, *, near: datetime | None = None) -> Diary:
    """Return what decides the offer; tell the page's frame whose practice this is.

    With `near`, only the bookings around that instant are known: enough to decide on one slot.
    """
    diary = diary_cache().of(db.session(), now=now, near=near)
    _name(diary.coach)
    return diary


def say_whose(*, ask: bool) -> None:
    """Tell a page's frame whose practice this is, if that is known; `ask` asks the database."""
    cache = diary_cache()
    coach = cache.coach(db.session()) if ask else cache.last_known_coach
    if coach is not None:
        _name(coach)


def _name(coach: CoachCard) -> None:
    names(
        practice=coach.practice,
        coach_name=coach.full_name,
        line=coach.page.line,
        phone=coach.phone,
        hue=coach.page.hue,
        photo_mark=coach.page.photo_mark,
        preview_mark=coach.page.preview_mark,
    )
