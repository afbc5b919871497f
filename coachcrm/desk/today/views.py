"""Today: what is now and next, what comes, and what needs the coach."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.mail.pages import mail_notice, needs_inviting
from coachcrm.desk.today import operations, pages
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock, zones
from coachcrm.kit.web.health import saving_trouble
from coachcrm.kit.web.site import site


@bp.get("/")
def today() -> str:
    """Show today, what comes next, and what needs the coach."""
    now, coach, session = clock.now(), current_coach(), db.session()
    diary = diary_now(now)
    return render_template(
        "desk/today/today.html",
        **pages.today(session, coach, diary.practice, now=now),
        needs=[
            *pages.needs(session, coach, now=now),
            *needs_inviting(site(), session, diary.coach, now=now),
        ],
        left=pages.left_to_set_up(session, site(), diary.coach),
        saving_trouble=saving_trouble(),
        mail_notice=mail_notice(site()),
        booking_url=site().base_url + "/",
        is_local=site().is_loopback,
        zone_label=zones.label(coach.timezone),
    )


@bp.post("/set-up/not-needed")
def not_needed() -> ResponseReturnValue:
    """Put aside what the coach does not want to set up."""
    coach_id = current_coach().id
    with transaction() as session:
        operations.put_aside(session, coach_id, request.form.get("step", ""))
    return redirect(url_for("desk.today"), 303)
