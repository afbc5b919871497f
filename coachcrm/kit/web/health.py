"""Whether the program can do its work, in one word for anyone and in sentences for `check`."""

from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from coachcrm.kit.data import migrate
from coachcrm.kit.data.db import db
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Answer `ok`, or `unwell` with 503; nothing more is told (S70).

    Unwell is a program without its database, and one whose letters wait while nobody sends them:
    no person sees that from outside, so a monitor must.
    """
    is_well = database_trouble() is None and not _is_unattended()
    return Response("ok" if is_well else "unwell", 200 if is_well else 503, mimetype="text/plain")


def database_trouble() -> str | None:
    """Return why the database cannot be used, as a sentence, or None."""
    try:
        present = migrate.current(db.engine)
    except SQLAlchemyError as error:
        return f"The database cannot be reached ({type(error).__name__})."
    if present != migrate.head():
        return "The database's schema is not this version's; run: coachcrm migrate"
    return None


def _is_unattended() -> bool:
    # The kit knows no room: whoever has work that must not lie about says so when it is assembled.
    try:
        return bool(current_app.extensions["coachcrm.health"](db.session(), now=clock.now()))
    except SQLAlchemyError:
        return True
