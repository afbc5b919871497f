"""The coach's own words for the ready asks, and what each of them has brought."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound
from coachcrm.recovery.blueprint import bp
from coachcrm.recovery.core import ask_drafts
from coachcrm.recovery.forms.search import AskWordingForm
from coachcrm.recovery.operations import asks
from coachcrm.recovery.pages import ask as ask_page
from coachcrm.recovery.reading import asks as asks_reading

DONE = {
    "saved": "Saved. The next ask of this kind uses these words.",
    "reset": "The message has its first words again.",
}


@bp.get("/settings/method/wordings")
def wordings() -> str:
    """Show the ready asks, which speak in the coach's own words, and what they have brought."""
    session, coach_id = db.session(), g.coach_id
    return render_template(
        "recovery/wordings.html",
        drafts=ask_drafts.TITLES,
        own=asks.own_wordings(session, coach_id),
        **ask_page.figures(asks_reading.of_practice(session, coach_id)),
    )


@bp.route("/settings/method/wordings/<wording>", methods=["GET", "POST"])
def ask_wording(wording: str) -> ResponseReturnValue:
    """Show a draft's words and how they read, and keep the coach's own."""
    if wording not in ask_drafts.TITLES:
        raise NotFound
    form, coach_id = AskWordingForm(), g.coach_id
    if request.method == "GET":
        text = asks.wording(db.session(), coach_id, wording)
        form.show(text.subject, text.body)
    elif form.can_be_filled(subject=ask_drafts.PLACES, body=ask_drafts.PLACES):
        with transaction() as session:
            asks.keep_wording(session, coach_id, wording, ask_drafts.Text(*form.words()))
        return redirect(url_for("recovery.ask_wording", wording=wording, done="saved"), 303)
    return _wording_page(wording, form, 422 if request.method == "POST" else 200)


@bp.post("/settings/method/wordings/<wording>/reset")
def reset_ask_wording(wording: str) -> ResponseReturnValue:
    """Give a draft its first words again."""
    coach_id = g.coach_id
    with transaction() as session:
        asks.put_back(session, coach_id, wording)
    return redirect(url_for("recovery.ask_wording", wording=wording, done="reset"), 303)


def _wording_page(wording: str, form: AskWordingForm, status: int) -> Response:
    page = render_template(
        "recovery/wording.html",
        form=form,
        wording=wording,
        title=ask_drafts.TITLES[wording],
        is_own=wording in asks.own_wordings(db.session(), g.coach_id),
        message=DONE.get(request.args.get("done", "")),
        preview=None
        if form.errors
        else ask_drafts.filled(ask_drafts.Text(*form.words()), ask_drafts.EXAMPLE),
        places=[(name, becomes, False) for name, becomes in ask_drafts.PLACES.items()],
    )
    return make_response(page, status)
