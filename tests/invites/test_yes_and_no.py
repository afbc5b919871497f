"""A Yes or No in a calendar goes to the mailbox of the bookings: letters and entries say so."""

from __future__ import annotations

import pytest

from tests.support.cast import TUESDAY_10, book, cancel, deliver, move, newest
from tests.support.ics import event
from tests.support.letters import words_of_change

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
CLIENT, SAM = "ann@client.example", "sam@practice.example"
personal = pytest.mark.settings(MAIL_SENDER="Sam@Practice.example")
NOT_ME = "A Yes or No in your calendar does not reach me"
NOTHING = "A Yes or No in your calendar changes nothing"


def bodies(letter) -> list[str]:
    return [" ".join(body.split()) for body in (letter.text, letter.html)]


def told(letter) -> str:
    return event(letter.calendar).one("DESCRIPTION").text


def test_an_invitation_says_that_a_yes_or_no_does_not_reach_the_coach(app, web, mailbox) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    deliver(app)
    for letter in mailbox.to(CLIENT):
        assert all(body.count(NOT_ME) == 1 for body in bodies(letter))
        assert told(letter).endswith("A Yes or No in a calendar does not reach Sam Carter.")
    for letter in mailbox.to(SAM):
        assert all(body.count(NOTHING) == 1 for body in bodies(letter))


@pytest.mark.parametrize("act", ["again", "readdressed", "place", "place_without_number"])
def test_so_does_every_other_letter_with_an_invitation(app, web, act) -> None:
    book(web)
    theirs, mine = words_of_change(app, act)
    assert all(NOT_ME in body for body in bodies(theirs))
    assert all(NOTHING in body for body in bodies(mine))


def test_where_nobody_is_asked_nothing_is_said_of_answers(app, web, mailbox, clock) -> None:
    link = book(web)
    deliver(app)
    cancel(web, link)
    deliver(app)
    for address in (CLIENT, SAM):
        letter = newest(mailbox, address)
        assert "Yes or No" not in letter.text + letter.html + told(letter)
    for act in ("day_before", "hour_before", "standing"):
        for letter in words_of_change(app, act):
            assert "Yes or No" not in letter.text + letter.html


@personal
def test_the_coach_s_own_mailbox_gets_the_answers_so_nothing_is_said(app, web, mailbox) -> None:
    book(web)
    deliver(app)
    for letter in mailbox.letters:
        assert "Yes or No" not in letter.text + letter.html + told(letter)


def test_the_coach_is_told_at_his_settings(coach_web) -> None:
    assert "have them forwarded to you" in coach_web.get("/coach/settings").text


def test_the_preview_of_a_letter_says_it_too(coach_web) -> None:
    assert NOT_ME in coach_web.get("/coach/letters/confirmed").text
