"""What hangs together is tied and untied: themes off feedback, stories behind requirements."""

from __future__ import annotations

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.models.applications import ApplicationRow, FeedbackItem, FitAssessment
from coachcrm.recovery.operations import feedback, fit, rows
from coachcrm.recovery.pieces import around
from coachcrm.recovery.pieces.save import Place
from coachcrm.recovery.views.record import back, today

__all__ = ["bp"]


@bp.post("/record/item/<id:item_id>/themes/<id:theme_id>/remove")
def take_theme_off(item_id: int, theme_id: int) -> ResponseReturnValue:
    """Take a theme off what was said."""
    coach_id = g.coach_id
    with transaction() as session:
        item = rows.mine(session, coach_id, FeedbackItem, item_id)
        feedback.untag_item(session, item, theme_id)
    return redirect(url_for("recovery.piece", noun="item", row_id=item_id), 303)


@bp.route("/record/fit/<id:fit_id>/stories", methods=["GET", "POST"])
def fit_stories(fit_id: int) -> ResponseReturnValue:
    """Say which story proves which requirement of an advert."""
    coach_id, session = g.coach_id, db.session()
    row = rows.mine(session, coach_id, FitAssessment, fit_id)
    search = rows.search_of(session, row)
    application = rows.mine(session, coach_id, ApplicationRow, row.application_id)
    form = around.proof(Place(session, coach_id, search, today(), clock.now(), application, row))
    url = back(search.client_id, application.id) + "#fit"
    if request.method == "POST" and form.was_sent_well():
        with transaction() as fresh:
            kept = rows.mine(fresh, coach_id, FitAssessment, fit_id, for_change=True)
            fit.link_fit(fresh, kept, form.stories())
        return redirect(url, 303)
    page = render_template(
        "recovery/fit_stories.html",
        form=form,
        name=application.role or application.employer,
        url=url,
        fit_url=url_for("recovery.piece", noun="fit", row_id=fit_id),
        proof_url=request.path,
        client_id=search.client_id,
    )
    return make_response(page, 422 if request.method == "POST" else 200)
