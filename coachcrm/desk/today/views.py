"""Today: what is now and next, what comes, and what needs the coach."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.today import operations
from coachcrm.desk.today.pages import needs as needs_page
from coachcrm.desk.today.pages import today as today_page
from coachcrm.desk.todo import pages as todo_page
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock, zones
from coachcrm.kit.web.health import saving_trouble
from coachcrm.kit.web.site import site


@bp.get("/")
def today() -> str:
    """Show today, what comes next, and what needs the coach."""
    now, coach, session = clock.now(), current_coach(), db.session()
    diary = diary_now(now)
    left = today_page.left_to_set_up(session, site(), diary.coach)
    return render_template(
        "desk/today/today.html",
        **today_page.today(session, coach, diary.practice, now=now),
        needs=needs_page.needs(
            session, site(), coach, diary.coach, by_person="all" in request.args, now=now
        ),
        shows_all="all" in request.args,
        aside=request.args.get("aside", "")[: operations.LONGEST_KEY],
        settled=needs_page.settled(session, coach, request.args.get("settled", "")),
        done=todo_page.just_done(session, coach.id, request.args.get("done", "")),
        left=left,
        lacks_mail=site().mail_server is None and "mail" not in {step.name for step in left},
        saving_trouble=saving_trouble(),
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


@bp.post("/not-now")
def not_now() -> ResponseReturnValue:
    """Put aside what Today tells, or take that back."""
    coach, form = current_coach(), request.form
    coach_id, key = coach.id, form.get("key", "")
    today, is_undone = clock.now().astimezone(coach.zone).date(), form.get("undo") == "yes"
    with transaction() as session:
        if is_undone:
            operations.take_back(session, coach_id, key)
        else:
            operations.not_now(session, coach_id, key, form.get("until", ""), today=today)
    back = "1" if form.get("all") else None
    return redirect(url_for("desk.today", all=back, aside=None if is_undone else key), 303)
