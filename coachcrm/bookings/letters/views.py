"""The coach's letters, and the words in which each of them speaks."""

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.bookings.blueprint import letters as bp
from coachcrm.bookings.letters.core.catalogue import KINDS, PLACEHOLDERS, LetterKind, words_for
from coachcrm.bookings.letters.forms import WordingForm
from coachcrm.bookings.letters.operations import own_words
from coachcrm.bookings.offer.pages.running_diary import diary_now
from coachcrm.kit.data.db import transaction
from coachcrm.kit.errors import NotFound
from coachcrm.kit.text.wording import Wording
from coachcrm.kit.time import clock
from coachcrm.kit.web.guard import form_problem, keeps_answers
from coachcrm.kit.web.site import as_letters_leave, site

DONE = {
    "saved": "Saved. The next letter of this kind uses these words.",
    "reset": "The letter has its original words again.",
    "test": "A test letter is on its way to you.",
}


@bp.get("/letters")
def index() -> str:
    """Show which letters there are, and which speak in the coach's own words."""
    coach = diary_now(clock.now()).coach
    own = {wording.name for wording in coach.letters if wording.body}
    return render_template(
        "bookings/letters/letters.html",
        rows=[
            {
                "title": kind.title,
                "goes": kind.goes,
                "url": url_for("letters.edit", letter=kind.name),
                "is_own": kind.name in own,
                "is_on": words_for(coach.letters, kind.name).is_on,
            }
            for kind in KINDS.values()
        ],
    )


@bp.get("/letters/<letter>")
def edit(letter: str) -> Response:
    """Show a letter's words and what they make."""
    kind, diary = _kind(letter), diary_now(clock.now())
    form = WordingForm(formdata=None)
    wording = words_for(diary.coach.letters, letter)
    form.show(wording.subject, wording.body)
    form.sent.data = "yes" if wording.is_on else "no"
    return _letter_page(kind, form, form.wording(kind))


@bp.post("/letters/<letter>")
@keeps_answers
def change(letter: str) -> ResponseReturnValue:
    """Keep the words, or only show what they make."""
    kind, form = _kind(letter), WordingForm()
    is_good = form.can_be_filled(subject=kind.in_subject, body=kind.in_body)
    wording = form.wording(kind) if is_good else None
    if problem := form_problem():
        return _letter_page(kind, form, wording, problem.status, problem.sentence)
    if wording is None:
        return _letter_page(kind, form, None, 422)
    if request.form.get("act") == "preview":
        return _letter_page(kind, form, wording)
    with transaction() as session:
        own_words.keep_letter(session, g.coach_id, wording)
    return redirect(url_for("letters.edit", letter=letter, done="saved"), 303)


@bp.post("/letters/<letter>/reset")
def reset(letter: str) -> ResponseReturnValue:
    """Put a letter back to its original words."""
    kind = _kind(letter)
    with transaction() as session:
        own_words.put_back_letter(session, g.coach_id, kind.name)
    return redirect(url_for("letters.edit", letter=letter, done="reset"), 303)


@bp.post("/letters/<letter>/test")
def test(letter: str) -> ResponseReturnValue:
    """Send the letter, as it is kept, to the coach himself."""
    kind, now = _kind(letter), clock.now()
    diary = diary_now(now)
    wording = words_for(diary.coach.letters, kind.name)
    composed = own_words.compose_test(site(), diary, wording, now=now)
    with transaction() as session:
        own_words.queue_test(session, composed, now=now)
    return redirect(url_for("letters.edit", letter=letter, done="test"), 303)


def _kind(name: str) -> LetterKind:
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound
    return kind


def _letter_page(
    kind: LetterKind,
    form: WordingForm,
    wording: Wording | None,
    status: int = 200,
    problem: str | None = None,
) -> Response:
    now = clock.now()
    diary = diary_now(now)
    shown = own_words.example(site(), diary, wording, now=now) if wording else None
    page = render_template(
        "bookings/letters/letter.html",
        kind=kind,
        form=form,
        problem=problem,
        message=_said(request.args.get("done", "")),
        preview=shown,
        is_own=any(w.name == kind.name and w.body for w in diary.coach.letters),
        places=[(name, PLACEHOLDERS[name], name in kind.in_subject) for name in kind.in_body],
        urls={
            "reset": url_for("letters.reset", letter=kind.name),
            "test": url_for("letters.test", letter=kind.name),
        },
    )
    return make_response(page, status)


def _said(done: str) -> str | None:
    """Return what is said of what was done."""
    return as_letters_leave(DONE[done]) if done == "test" else DONE.get(done)
