"""The coach's letters: their words, and the life of each booking's invitation."""

from __future__ import annotations

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coachcrm.auth.access import current_coach
from coachcrm.bookings import acts, finding, refusals
from coachcrm.bookings.blueprint import letters as bp
from coachcrm.bookings.core.rules import State
from coachcrm.bookings.core.wording import Wording
from coachcrm.bookings.letters.core import letter_history
from coachcrm.bookings.letters.core.catalogue import KINDS, PLACEHOLDERS, LetterKind, words_for
from coachcrm.bookings.letters.forms import AddressForm, WordingForm
from coachcrm.bookings.letters.operations import own_words, resend
from coachcrm.bookings.offer.pages.current import diary_cache, diary_now
from coachcrm.clients.models import email_key
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.kit.time import clock, words, zones
from coachcrm.kit.web.error_pages import refused
from coachcrm.kit.web.guard import form_problem, keeps_answers
from coachcrm.kit.web.site import site
from coachcrm.outbox.queue import operations as outbox

DONE = {
    "saved": "Saved. The next letter of this kind uses these words.",
    "reset": "The letter has its original words again.",
    "test": "A test letter is on its way to you.",
    "again": "The present state is on its way to both of you once more.",
    "address": "The letters of this booking go to the new address from now on.",
}


@bp.errorhandler(refusals.Changed)
@bp.errorhandler(refusals.StillHeld)
@bp.errorhandler(resend.Over)
@bp.errorhandler(resend.NotToCome)
def refuse(refusal: Refusal) -> Response:
    """Show why nothing was done, with the way back to the letters of the booking."""
    booking_id = (request.view_args or {}).get("booking_id")
    back = url_for("letters.of_booking", booking_id=booking_id)
    return refused(refusal, links=[("To the letters of this booking", back)])


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
    form.show(words_for(diary.coach.letters, letter))
    return _letter_page(kind, form, form.wording(kind))


@bp.post("/letters/<letter>")
@keeps_answers
def change(letter: str) -> ResponseReturnValue:
    """Keep the words, or only show what they make."""
    kind, form = _kind(letter), WordingForm()
    is_good = form.is_good(kind)
    wording = form.wording(kind) if is_good else None
    if problem := form_problem():
        return _letter_page(kind, form, wording, problem.status, problem.sentence)
    if wording is None:
        return _letter_page(kind, form, None, 422)
    if request.form.get("act") == "preview":
        return _letter_page(kind, form, wording)
    with transaction() as session:
        own_words.keep_words(session, g.coach_id, wording)
    return redirect(url_for("letters.edit", letter=letter, done="saved"), 303)


@bp.post("/letters/<letter>/reset")
def reset(letter: str) -> ResponseReturnValue:
    """Put a letter back to its original words."""
    kind = _kind(letter)
    with transaction() as session:
        own_words.put_back(session, g.coach_id, kind.name)
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


@bp.get("/bookings/<id:booking_id>/letters")
def of_booking(booking_id: int) -> Response:
    """Show the life of a booking's invitation."""
    return _booking_page(booking_id, AddressForm(formdata=None))


@bp.post("/bookings/<id:booking_id>/letters/send-again")
def send_again(booking_id: int) -> ResponseReturnValue:
    """Send the present state of a booking to both once more."""
    sequence = request.form.get("sequence", "")
    acts.prepared_then(
        lambda: resend.prepare_again(
            site(),
            db.session(),
            diary_now(clock.now()),
            booking_id,
            sequence=sequence,
            now=clock.now(),
        ),
        lambda session, told: resend.send_again(session, diary_cache(), told, now=clock.now()),
    )
    return redirect(url_for("letters.of_booking", booking_id=booking_id, done="again"), 303)


@bp.post("/bookings/<id:booking_id>/letters/address")
def readdress(booking_id: int) -> ResponseReturnValue:
    """Send the letters of a booking to another address."""
    form, sequence = AddressForm(), request.form.get("sequence", "")
    booking = finding.booking_of(db.session(), g.coach_id, booking_id)
    if not form.was_sent_well():
        return _booking_page(booking_id, form, 422)
    address = form.email.data or ""
    if email_key(address) == email_key(booking.email):
        form.email.errors = ["The letters go to this address already."]
        return _booking_page(booking_id, form, 422)
    acts.prepared_then(
        lambda: resend.prepare_new_address(
            site(),
            db.session(),
            diary_now(clock.now()),
            booking_id,
            address,
            sequence=sequence,
            now=clock.now(),
        ),
        lambda session, told: resend.readdress(
            session, diary_cache(), told, address=address, now=clock.now()
        ),
    )
    return redirect(url_for("letters.of_booking", booking_id=booking_id, done="address"), 303)


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
        message=DONE.get(request.args.get("done", "")),
        preview=shown,
        is_own=any(w.name == kind.name and w.body for w in diary.coach.letters),
        places=[(name, PLACEHOLDERS[name], name in kind.in_subject) for name in kind.in_body],
        urls={
            "reset": url_for("letters.reset", letter=kind.name),
            "test": url_for("letters.test", letter=kind.name),
        },
    )
    return make_response(page, status)


def _booking_page(booking_id: int, form: AddressForm, status: int = 200) -> Response:
    now, coach, session = clock.now(), current_coach(), db.session()
    booking = finding.booking_of(session, coach.id, booking_id)
    state = booking.facts.state(now)
    page = render_template(
        "bookings/letters/letter_history.html",
        form=form,
        message=DONE.get(request.args.get("done", "")),
        client_name=booking.client.name,
        client_url=f"/coach/clients/{booking.client_id}",
        when=words.when_year(booking.starts_at, coach.zone),
        zone_label=zones.label(coach.timezone),
        email=booking.email,
        sequence=booking.sequence,
        uid=booking.uid,
        ledger=letter_history.rows(outbox.of_thread(session, booking.uid), coach.zone),
        may_send_again=state is not State.PAST,
        may_readdress=state is State.UPCOMING,
        urls={
            "again": url_for("letters.send_again", booking_id=booking_id),
            "address": url_for("letters.readdress", booking_id=booking_id),
        },
    )
    return make_response(page, status)
