"""The coach's pictures: his photo, what a link to his page shows, and the icons of his site."""

import re

from flask import Response

from coachcrm.bookings.blueprint import pictures as bp
from coachcrm.bookings.offer.core.photo import DRAWN_FILES, FAVICON, PHOTO_FILES, TOUCH_ICON, TYPES
from coachcrm.bookings.offer.reading.page import read_newest_drawn, read_picture
from coachcrm.kit.data.db import db
from coachcrm.kit.errors import NotFound
from coachcrm.kit.web.assets import file_of_ours
from coachcrm.kit.web.guard import public

MARK = re.compile("[0-9a-f]{16}", re.ASCII)


@bp.get("/photo/<mark>/<name>")
@public
def picture(mark: str, name: str) -> Response:
    """Send a picture; its mark names its octets, so that browsers may keep it for a year."""
    is_name = MARK.fullmatch(mark) and name in {*PHOTO_FILES, *DRAWN_FILES}
    octets = read_picture(db.session(), mark, name) if is_name else None
    if octets is None:
        raise NotFound
    return _answer(octets, name, "public, max-age=31536000, immutable")


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    """Send the small icon that browsers ask for by this name."""
    return _icon(FAVICON)


@bp.get("/apple-touch-icon.png")
@public
def touch_icon() -> Response:
    """Send the icon that a phone puts beside its programs."""
    return _icon(TOUCH_ICON)


def _icon(name: str) -> Response:
    octets = read_newest_drawn(db.session(), name) or file_of_ours(name)
    return _answer(octets, name, "public, max-age=86400")


def _answer(octets: bytes, name: str, keep: str) -> Response:
    response = Response(octets, content_type=TYPES[name.rpartition(".")[2]])
    response.headers["Cache-Control"] = keep
    return response
