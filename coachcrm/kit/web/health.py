"""Whether the program can do its work, in one word for anyone and in sentences for `check`."""

from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from coachcrm.kit.data import migrate
from coachcrm.kit.data.db import db
from coachcrm.kit.data.probe import try_to_save
from coachcrm.kit.data.saving import saving
from coachcrm.kit.data.troubles import Trouble
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import public

bp = Blueprint("health", __name__)

TRIED_LATELY_S = 30


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Answer `ok`, or `unwell` with 503; nothing more is told (S70).

    Unwell is a program without its database, one that can save nothing, and one whose letters wait
    while nobody sends them: no person sees that from outside, so a monitor must.
    """
    is_well = (
        migrate.trouble_with(db.engine) is None and not _saves_nothing() and not _is_unattended()
    )
    return Response("ok" if is_well else "unwell", 200 if is_well else 503, mimetype="text/plain")


def saving_trouble() -> Trouble | None:
    """Return what keeps this process from saving, or None; whether it still does is tried."""
    return None if saving.trouble is None else try_to_save(now=clock.now())


def _saves_nothing() -> bool:
    # Where a worker runs beside the pages, its signs of life are tries enough.
    is_known = saving.trouble is None and saving.was_tried_within(TRIED_LATELY_S)
    return not is_known and try_to_save(now=clock.now()) is not None


def _is_unattended() -> bool:
    # The kit knows no room: whoever has work that must not lie about says so when it is assembled.
    try:
        return bool(current_app.extensions["coachcrm.health"](db.session(), now=clock.now()))
    except SQLAlchemyError:
        return True
