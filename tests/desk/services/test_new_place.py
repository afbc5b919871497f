"""Where they meet has changed: who has the old place in the calendar is shown, and told."""

from __future__ import annotations

import pytest

from tests.support import ics
from tests.support.cast import (
    RAVI,
    book,
    cancel,
    change,
    deliver,
    newest,
    rows,
    value,
)

SERVICE = "/coach/services/1"
FORM = "form.service"
TELL = "form[action$='/new-place']"
TOMORROW_9 = "20270602T080000Z"
VIDEO = {"place": "video", "link": "https://meet.example/jo"}
both_engines = pytest.mark.engines("sqlite", "postgresql")
pytestmark = pytest.mark.engines("sqlite")


def meet(coach_web, **place: str):
    """Change where the free consultation takes place, and look at the page after it."""
    coach_web.get(SERVICE)
    coach_web.submit(FORM, **place)
    return coach_web.follow()


def told(letter) -> tuple[str, str]:
    event = ics.event(letter.calendar)
    return event.one("LOCATION").text, event.one("SEQUENCE").value


@both_engines
def test_who_has_the_old_place_is_named_and_told_the_new_one(app, coach_web, web, mailbox) -> None:
    book(web)
    deliver(app)
    page = meet(coach_web, **VIDEO)
    assert "One calendar has another place" in page.text
    assert "Ann Lee" in page.text
    assert "Told: By phone: Sam Carter rings you on +44 7400 123456" in page.text
    coach_web.submit(TELL)
    assert "another place" not in coach_web.follow().text
    deliver(app)
    for address in ("ann@client.example", "sam@practice.example"):
        letter = newest(mailbox, address)
        assert told(letter) == (VIDEO["link"], "1")
        assert b"METHOD:REQUEST" in letter.calendar
        assert "Another place" in letter["Subject"]
    assert rows(app, "SELECT status, sequence, moves FROM booking") == [("confirmed", 1, 0)]


def test_a_coach_with_another_name_rings_at_the_same_place(app, coach_web, web) -> None:
    """The entry names the coach in its title too, and nobody is told that anew either."""
    book(web)
    change(app, "UPDATE coach SET name = 'Samantha Carter'")
    assert "another place" not in meet(coach_web, name="A first talk").text
    change(app, "UPDATE booking SET phone = '+447400999999'")
    page = meet(coach_web, name="A talk")
    assert "One calendar has another place" in page.text
    assert "Told: By phone: Sam Carter rings you" in page.text


def test_told_once_is_told(app, coach_web, web) -> None:
    book(web)
    _, pairs = meet(coach_web, **VIDEO).form(TELL).data({})
    coach_web.post(f"{SERVICE}/new-place", pairs)
    before = value(app, "SELECT count(*) FROM outbox_message")
    coach_web.post(f"{SERVICE}/new-place", pairs)
    assert value(app, "SELECT count(*) FROM outbox_message") == before


def test_somebody_to_be_rung_who_left_no_number_is_asked_for_it(
    app, coach_web, web, mailbox
) -> None:
    meet(coach_web, **VIDEO)
    book(web, answers={"name": "Bo Day", "email": "bo@client.example"})
    page = meet(coach_web, place="phone")
    assert "There is no number to ring" in page.text
    coach_web.submit(TELL)
    deliver(app)
    assert "I have no number of yours" in newest(mailbox, "bo@client.example").text
    to_coach = newest(mailbox, "sam@practice.example")
    assert told(to_coach) == ("By phone: no number is known", "1")
    assert "By phone: no number is known." in to_coach.text


def test_nobody_is_troubled_about_what_is_cancelled_over_or_unchanged(
    app, coach_web, web, visitor, clock
) -> None:
    cancel(web, book(web))
    book(visitor(), start=TOMORROW_9, answers=RAVI)
    assert "another place" not in meet(coach_web, name="A first talk").text
    for _ in range(5):
        clock.move(hours=5)
        coach_web.get("/coach/")
    assert "another place" not in meet(coach_web, **VIDEO).text


def test_a_held_booking_is_not_told_before_it_is_confirmed(app, coach_web, web) -> None:
    book(web)
    change(app, "UPDATE booking SET status = 'held'")
    assert "another place" not in meet(coach_web, **VIDEO).text
