"""What people are told about their data."""

from flask import Blueprint, render_template

from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import public

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@public
def notice() -> str:
    """Show the privacy notice."""
    diary = diary_now(clock.now())
    service = next(iter(diary.front), None)
    return render_template("privacy/notice.html", coach=diary.coach, service=service)
