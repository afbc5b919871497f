"""What follows a call: the outcome, the next stage, actions, the letter."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings.change.operations import outcome
from coachcrm.clients import operations as clients
from coachcrm.clients.models import STAGES
from coachcrm.desk import operations
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.call.operations import prices, summary_letter
from coachcrm.desk.call.pages import wrap_up as wrap_up_page
from coachcrm.desk.call.views.call import typed_line
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import clock
from coachcrm.kit.web.site import site
from coachcrm.recovery.operations import applications as recovery
from coachcrm.recovery.operations import feedback, rows


@bp.get("/bookings/<id:booking_id>/wrap-up")
def wrap_up(booking_id: int) -> str:
    """Show what is left to do after a call, in its order."""
    now, coach, session = clock.now(), current_coach(), db.session()
    booking = operations.meeting_of(session, coach.id, booking_id)
    return render_template(
        "desk/call/wrap_up.html",
        **wrap_up_page.shown(session, coach, booking, site=site(), now=now),
        booking_id=booking_id,
    )


@bp.post("/bookings/<id:booking_id>/wrap-up/outcome")
def say_outcome(booking_id: int) -> ResponseReturnValue:
    """Say whether the client came."""
    coach_id, came = g.coach_id, request.form.get("came") == "yes"
    version = request.form.get("sequence", "")
    mark = outcome.mark_completed if came else outcome.mark_no_show
    with transaction() as session:
        mark(session, coach_id, booking_id, version=version, now=clock.now())
    return redirect(url_for("desk.wrap_up", booking_id=booking_id, _anchor="stage"), 303)


@bp.post("/bookings/<id:booking_id>/wrap-up/stage")
def change_stage(booking_id: int) -> ResponseReturnValue:
    """Move the client on, with the reason if there is one."""
    coach_id, stage, reason = g.coach_id, request.form.get("stage", ""), typed_line("reason")
    with transaction() as session:
        booking = operations.meeting_of(session, coach_id, booking_id)
        client = clients.get(session, coach_id, booking.client_id, for_change=True)
        if stage in STAGES:
            clients.move_to_stage(
                session, client, stage, by="coach", now=clock.now(), reason=reason
            )
    return redirect(url_for("desk.wrap_up", booking_id=booking_id, _anchor="actions"), 303)


@bp.post("/bookings/<id:booking_id>/wrap-up/actions")
def change_actions(booking_id: int) -> ResponseReturnValue:
    """Give the open actions their days and say which are shared; add another."""
    coach, now, form = current_coach(), clock.now(), request.form
    coach_id, today, text = coach.id, now.astimezone(coach.zone).date(), typed_line("new-text")
    with transaction() as session:
        booking = operations.meeting_of(session, coach_id, booking_id)
        for action in summary_letter.open_actions(session, booking.client_id):
            if f"due-{action.id}" in form:
                due_on = parse_date(form.get(f"due-{action.id}"))
                shared = f"shared-{action.id}" in form
                rows.change(session, action, {"due_on": due_on, "is_shared": shared})
        if text:
            search = recovery.open_search(session, coach_id, booking.client_id, today=today)
            due_on = parse_date(form.get("new-due"))
            shared = "new-shared" in form
            feedback.add_action(
                session, search, text=text, due_on=due_on, is_shared=shared, now=now
            )
    return redirect(url_for("desk.wrap_up", booking_id=booking_id, _anchor="actions"), 303)


@bp.post("/bookings/<id:booking_id>/wrap-up/asked")
def change_asked(booking_id: int) -> ResponseReturnValue:
    """Keep that the client asked what paid sessions cost, or take that back."""
    coach_id, has_asked = g.coach_id, request.form.get("asked") == "yes"
    with transaction() as session:
        booking = operations.meeting_of(session, coach_id, booking_id)
        if has_asked:
            prices.note_asked(session, booking.id, by="coach", now=clock.now())
        else:
            sent_at = summary_letter.last_sent_at(session, booking)
            prices.take_back(session, booking.id, sent_at=sent_at)
    return redirect(url_for("desk.wrap_up", booking_id=booking_id, _anchor="letter"), 303)


@bp.get("/bookings/<id:booking_id>/letter")
def letter(booking_id: int) -> str:
    """Show the letter as it would leave, with what to be careful of."""
    coach, session = current_coach(), db.session()
    booking = operations.meeting_of(session, coach.id, booking_id)
    next_step = request.args.get("next", "")
    draft = summary_letter.draft(session, site(), coach, booking, next_step)
    return render_template(
        "desk/call/summary_letter.html",
        client_name=booking.client.name,
        email=booking.client.email,
        has_stopped=booking.client.stopped_at is not None,
        draft=draft,
        next_step=next_step if next_step in summary_letter.NEXT_STEPS else "",
        booking_id=booking_id,
    )


@bp.post("/bookings/<id:booking_id>/letter")
def send_letter(booking_id: int) -> ResponseReturnValue:
    """Send the letter that was shown."""
    coach_id, form, here = g.coach_id, request.form, site()
    with transaction() as session:
        booking = operations.meeting_of(session, coach_id, booking_id)
        summary_letter.send(
            session,
            here,
            current_coach(),
            booking,
            next_step=form.get("next", ""),
            mark=form.get("mark", ""),
            now=clock.now(),
        )
    return redirect(url_for("desk.wrap_up", booking_id=booking_id, _anchor="letter"), 303)
