"""What the coach says of himself, and how mail is set up."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.desk import operations
from coachcrm.desk.availability.operations import touched_meetings
from coachcrm.desk.availability.pages.ask_first import goes_back, save_or_ask
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.mail.pages import mail_notice
from coachcrm.desk.settings.forms import ProfileForm
from coachcrm.kit.web.forms import spoken_phone
from coachcrm.kit.web.site import site


@bp.get("/settings")
def settings() -> Response:
    """Show what the coach says of himself, and how mail is set up."""
    coach = current_coach()
    form = ProfileForm(formdata=None, obj=coach)
    form.phone.data = spoken_phone(coach.phone) if coach.phone else ""
    return _settings_page(form)


@bp.post("/settings")
def change_settings() -> ResponseReturnValue:
    """Change the profile."""
    form = ProfileForm()
    if not form.was_sent_well():
        return _settings_page(form, 422)
    if goes_back():
        return _settings_page(form)
    profile = form.profile()
    change = touched_meetings.other_zone(
        profile.timezone,
        lambda session, _: operations.change_profile(session, current_coach(), profile),
    )
    done = url_for("desk.settings", saved="")
    return save_or_ask(change, about="Another time zone", done_url=done)


def _settings_page(form: ProfileForm, status: int = 200) -> Response:
    coach = current_coach()
    sender = site().mail_sender
    is_personal = sender.casefold() == coach.email.casefold()
    page = render_template(
        "desk/settings/settings.html",
        form=form,
        saved="saved" in request.args,
        organizer_line=(
            "Invitations come from your own address. Your own copy can be added to your calendar, "
            "but does not update itself there."
            if is_personal
            else f"Invitations come from {sender} in your name; answers to letters go to you."
        ),
        mail_line=mail_notice() or f"Letters leave through {site().mail_server}.",
    )
    return make_response(page, status)
