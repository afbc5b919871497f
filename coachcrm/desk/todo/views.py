"""To do: what was agreed and what is to be asked, across all clients."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.todo import pages
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from coachcrm.recovery.models.search import ActionRow
from coachcrm.recovery.operations import rows

PERSON = "person"


@bp.get("/to-do")
def todo() -> str:
    """Show what is open, by date or by person."""
    coach = current_coach()
    today = clock.now().astimezone(coach.zone).date()
    every = pages.lines(db.session(), coach.id, today=today)
    turn, by = request.args.get("turn", ""), request.args.get("by", "")
    found = pages.chosen(every, turn)
    groups = pages.by_person(found) if by == PERSON else pages.by_date(found, today=today)
    return render_template(
        "desk/todo/todo.html",
        groups=groups,
        number=len(found),
        turn=turn if turn in pages.TURNS else "",
        by=PERSON if by == PERSON else "",
        done=pages.just_done(db.session(), coach.id, request.args.get("done", "")),
        today=today,
    )


@bp.post("/to-do/actions/<id:action_id>/done")
def action_done(action_id: int) -> ResponseReturnValue:
    """Mark an action as done today, or take that back."""
    coach = current_coach()
    coach_id, today = coach.id, clock.now().astimezone(coach.zone).date()
    is_undone = request.form.get("undo") == "yes"
    with transaction() as session:
        action = rows.get_own(session, coach_id, ActionRow, action_id, for_change=True)
        on = None if is_undone else action.done_on or today
        rows.change(session, action, {"done_on": on})
    if request.form.get("back") == "today":
        return redirect(url_for("desk.today", done=None if is_undone else action_id), 303)
    kept = {name: request.form.get(name) or None for name in ("turn", "by")}
    done = None if is_undone else action_id
    return redirect(url_for("desk.todo", turn=kept["turn"], by=kept["by"], done=done), 303)
