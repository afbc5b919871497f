"""Letters, newest first, and what the coach does with those that did not leave."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings import acts
from coachcrm.bookings.change.operations import resend
from coachcrm.bookings.letters.reading.invited_elsewhere import invited_elsewhere
from coachcrm.bookings.offer.pages.running_diary import diary_cache, diary_now
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.listing import PAGE
from coachcrm.desk.mail import pages
from coachcrm.desk.mail.pages import mail_notice
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.typed import parse_row_number
from coachcrm.kit.time import clock, zones
from coachcrm.kit.web.site import site
from coachcrm.outbox import health as mail_health
from coachcrm.outbox.queue import operations as outbox


@bp.get("/mail")
def mail() -> str:
    """Show letters, newest first, with what became of each: all, those waiting, those in need."""
    now, coach, session = clock.now(), current_coach(), db.session()
    show = request.args.get("show", "all")
    show = show if show in {"all", "waiting", "needs"} else "all"
    before_id = parse_row_number(request.args.get("before"))
    rows = outbox.recent(session, show=show, before_id=before_id, limit=PAGE + 1)
    overtaken = outbox.overtaken(session, rows)
    health = mail_health.look(session, now=now)
    older = url_for("desk.mail", show=show, before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template(
        "desk/mail/mail.html",
        show=show,
        tabs=[
            (value, label, url_for("desk.mail", show=value), value == show)
            for value, label in pages.tabs(health)
        ],
        rows=[pages.letter_row(row, coach.zone, overtaken, now=now) for row in rows[:PAGE]],
        standing=pages.status(health, coach.zone),
        notice=mail_notice(site()),
        elsewhere=pages.invited_elsewhere(site(), session, diary_now(now).coach, now=now),
        invited=parse_row_number(request.args.get("invited")),
        more_url=older,
        zone_label=zones.label(coach.timezone),
    )


@bp.post("/mail/invite-anew")
def invite_anew() -> ResponseReturnValue:
    """Invite everybody anew whose calendar names an address of before."""
    now = clock.now()
    found = invited_elsewhere(site(), db.session(), diary_now(now).coach, now=now)
    wanted = [resend.InviteAnew(booking_id=meeting.booking_id) for meeting in found]
    number = acts.perform_each(wanted, site(), diary_cache())
    return redirect(url_for("desk.mail", invited=number or None), 303)


@bp.post("/mail/<id:message_id>/send-again")
def send_again(message_id: int) -> ResponseReturnValue:
    """Put a letter that did not leave into the line again."""
    with transaction() as session:
        outbox.send_again(session, message_id, now=clock.now())
    return redirect(url_for("desk.mail"), 303)


@bp.post("/mail/<id:message_id>/put-aside")
def put_aside(message_id: int) -> ResponseReturnValue:
    """Note that a letter that did not leave needs nobody any more."""
    with transaction() as session:
        outbox.put_aside(session, message_id, now=clock.now())
    return redirect(url_for("desk.mail"), 303)
