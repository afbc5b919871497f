"""The coach's page, as he makes it: saved as a whole, the photo by itself."""

import structlog
from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from coachcrm.auth.access import current_coach, forget_held_here, held_here
from coachcrm.bookings.offer.core.page import ClientWords, PermittedWords
from coachcrm.bookings.offer.core.photo import NotAPhoto
from coachcrm.bookings.offer.operations import image_process, own_words, pictures
from coachcrm.bookings.offer.reading.page import read_page, said_of
from coachcrm.desk.blueprint import desk as bp
from coachcrm.desk.front_page.forms import (
    HUES,
    MOST_PHOTO_BYTES,
    NUMBERS,
    REFUSED,
    TOO_HEAVY,
    PageForm,
    PhotoForm,
)
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.time import clock
from coachcrm.kit.web import error_pages
from coachcrm.kit.web.guard import (
    form_problem,
    held_when_signed_out,
    keeps_answers,
    takes_up_to,
)

log = structlog.get_logger()

SAVED = {
    "": "Saved. Your page shows it from now on.",
    "photo": "Your photo is on your page.",
    "no-photo": "Your photo is taken away, from your page and from here.",
}
SIGNED_OUT = (
    "You were signed out before this was saved. It is here as you had written it: "
    "please save it now."
)
# A form holds a little besides its file.
ROOM = 64 * 1024


@bp.get("/settings/page")
def front_page() -> Response:
    """Show what stands on the coach's page, or what was sent after he had been signed out."""
    if held := held_here():
        return _page(_form(formdata=held), problem=SIGNED_OUT)
    form = _form(formdata=None)
    form.show(read_page(db.session(), g.coach_id))
    return _page(form)


@bp.post("/settings/page")
@keeps_answers
@held_when_signed_out
def change_front_page() -> ResponseReturnValue:
    """Save the page; or only show the colour, or the usual steps, with nothing saved."""
    form = _form()
    if problem := form_problem():
        return _page(form, problem=problem.sentence, status=problem.status)
    if "show" in request.form or "put_back" in request.form:
        if "put_back" in request.form:
            form.put_steps_back()
        return _page(form)
    if not form.was_sent_well():
        return _page(form, status=422)
    with transaction() as session:
        own_words.change_page(session, g.coach_id, form.own_words(now=clock.now()))
        forget_held_here(session)
    _draw()
    return redirect(url_for("desk.front_page", saved=""), 303)


@bp.post("/settings/page/photo")
@takes_up_to(MOST_PHOTO_BYTES + ROOM)
def send_photo() -> ResponseReturnValue:
    """Take a photo instead of the one before, which stays if this one cannot be used."""
    form = PhotoForm()
    octets = form.octets()
    if form.photo.errors:
        return _photo_page(form)
    try:
        files = image_process.photo(octets, at=form.position)
    except NotAPhoto as refusal:
        form.photo.errors = [REFUSED[refusal.why]]
        return _photo_page(form)
    with transaction() as session:
        pictures.keep_photo(session, g.coach_id, files)
    _draw()
    return redirect(url_for("desk.front_page", saved="photo"), 303)


@bp.errorhandler(RequestEntityTooLarge)
def too_much(error: RequestEntityTooLarge) -> Response:
    """Say at the field that a photo is too large, of which nothing was read."""
    if request.endpoint != "desk.send_photo":
        return error_pages.of_http(error)
    form = PhotoForm(formdata=None)
    form.photo.errors = [TOO_HEAVY]
    return _photo_page(form, status=413)


@bp.post("/settings/page/photo/remove")
def remove_photo() -> ResponseReturnValue:
    """Take the photo away."""
    with transaction() as session:
        pictures.remove_photo(session, g.coach_id)
    _draw()
    return redirect(url_for("desk.front_page", saved="no-photo"), 303)


def _draw() -> None:
    """Draw what shows him as he was; where it fails, all is saved and the worker draws it soon."""
    try:
        pictures.draw_what_changed()
    except Exception:
        log.warning("not_drawn", exc_info=True)


def _form(**more: MultiDict[str, str] | None) -> PageForm:
    rows = said_of(db.session(), g.coach_id)
    saved = [PermittedWords(ClientWords(row.words, row.said_by), row.permitted_at) for row in rows]
    return PageForm(saved=saved, **more)


def _photo_page(photo_form: PhotoForm, *, status: int = 422) -> Response:
    form = _form(formdata=None)
    form.show(read_page(db.session(), g.coach_id))
    return _page(form, photo_form, status=status)


def _page(
    form: PageForm, photo_form: PhotoForm | None = None, *, problem: str = "", status: int = 200
) -> Response:
    coach = current_coach()
    what = request.args.get("saved")
    page = render_template(
        "desk/front_page/front_page.html",
        form=form,
        problem=problem,
        photo_form=photo_form or PhotoForm(formdata=None),
        coach=coach,
        page=read_page(db.session(), g.coach_id),
        hues=HUES,
        words=[(form[f"words_{n}"], form[f"said_by_{n}"], form[f"permitted_{n}"]) for n in NUMBERS],
        permitted_at={said.words: at for said, at in form.saved.items()},
        saved=SAVED.get(what, SAVED[""]) if what is not None else None,
    )
    return make_response(page, status)
