"""The sentences of letters and entries, read aloud: names as the coach gave them, in his voice."""

from __future__ import annotations

import pytest

from coachcrm.bookings.letters.core.catalogue import LETTERS
from coachcrm.invites.core.itip import Role
from tests.support.cast import (
    RAVI,
    TUESDAY_10,
    book,
    cancel,
    change,
    deliver,
    lift_rule_13,
    move,
    newest,
)
from tests.support.ics import event
from tests.support.letters import words_of_change

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
CLIENT, SAM = "ann@client.example", "sam@practice.example"
STAR = "CV and LinkedIn review (STAR)"
TOLD_TO_BOTH = [
    letter.name
    for letter in LETTERS.values()
    if letter.part and Role.COACH in letter.audience and "by_" not in letter.name
]


def read(body: str) -> str:
    """Return a body as one line, as somebody reads it aloud."""
    return " ".join(body.split())


def test_the_name_of_a_service_is_said_as_the_coach_gave_it(app, web, mailbox) -> None:
    change(app, "UPDATE service SET name = :name", name=STAR)
    lift_rule_13(app)
    link = book(web)
    deliver(app)
    theirs, mine = newest(mailbox, CLIENT), newest(mailbox, SAM)
    assert f"Your {STAR} with me is booked." in read(theirs.text)
    assert f"Your {STAR} with me is booked." in read(theirs.html)
    assert f"“{STAR}” is booked." in read(mine.text)
    assert event(theirs.calendar).one("SUMMARY").text == f"{STAR} with Sam Carter"
    move(web, link, TUESDAY_10)
    cancel(web, link)
    deliver(app)
    for letter in mailbox.letters:
        for body in (letter.text, letter.html):
            assert STAR.lower() not in body
            for article in ("a", "an", "A", "An"):
                assert f" {article} {STAR}" not in f" {read(body)}"


@pytest.mark.parametrize("act", TOLD_TO_BOTH)
@pytest.mark.parametrize("name", ["Interview practice", STAR])
def test_no_letter_gives_a_service_an_article_or_other_letters(app, web, act, name) -> None:
    book(web)
    change(app, "UPDATE service SET name = :name", name=name)
    for letter in words_of_change(app, act):
        for body in (read(letter.text), read(letter.html)):
            assert name in body or letter["To"].addresses[0].addr_spec == CLIENT
            for wrong in (name.lower(), f" a {name}", f"A {name}", f" an {name}"):
                assert wrong not in body


def test_in_his_own_letters_the_coach_says_i(app, web, mailbox) -> None:
    book(web)
    deliver(app)
    letter = newest(mailbox, CLIENT)
    for body in (letter.text, letter.html):
        assert "I will ring you on 07400 123456." in " ".join(body.split())
        assert "Sam Carter rings" not in body
    # An entry is in nobody's voice, and is shared.
    where = event(letter.calendar).one("LOCATION").text
    assert where == "By phone: Sam Carter rings you on +44 7400 123456"


def test_a_cancelled_entry_does_not_tell_how_to_change_its_time(app, web, mailbox) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    cancel(web, link)
    deliver(app)
    *standing, ended = [event(each.calendar) for each in mailbox.to(CLIENT)]
    for found in standing:
        assert "use the link in the letter" in found.one("DESCRIPTION").text
    assert "link" not in ended.one("DESCRIPTION").text
    assert "The entry leaves your calendar by itself" in newest(mailbox, CLIENT).text


@pytest.mark.parametrize(
    ("zone", "start", "says"),
    [
        ("Asia/Kolkata", "20270330T090000Z", " for UK time and not for Kolkata time:"),
        ("America/New_York", "20270325T100000Z", ", and not on the same day in both places:"),
    ],
)
def test_the_same_day_is_spoken_of_only_where_both_change_their_clocks(
    app, web, mailbox, clock, zone, start, says
) -> None:
    clock.at("2027-03-12T12:00:00Z")
    book(web, start, RAVI, timezone=zone)
    deliver(app)
    for letter in mailbox.letters:
        for body in (letter.text, letter.html):
            assert f"The clocks change between now and then{says} the time above" in read(body)
