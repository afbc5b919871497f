"""One meeting is elsewhere than its service says: both are told, and everything follows."""

from __future__ import annotations

import pytest

from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.kit.web.site import site
from tests.support import ics
from tests.support.cast import (
    ANN,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    at,
    book,
    cancel,
    change,
    deliver,
    dump,
    move,
    newest,
    rows,
    value,
)

PLACE = "/coach/bookings/1/place"
FORM = "form.service"
LINK, ADDRESS = "https://meet.example/ann", "12 High Street, Leeds LS1 4AB"
VIDEO = {"place": "video", "link": LINK}
HALL = {"place": "in_person", "address": ADDRESS}
PAST = "2027-06-01T07:00:00.000000Z", "2027-06-01T07:30:00.000000Z"
CLIENT, SAM = ANN["email"], "sam@practice.example"
both_engines = pytest.mark.engines("sqlite", "postgresql")
pytestmark = [pytest.mark.usefixtures("mailbox"), pytest.mark.engines("sqlite")]


def place(coach_web, *, status: int = 303, **fields: str):
    coach_web.get(PLACE)
    page = coach_web.submit(FORM, status=status, **fields)
    return coach_web.follow() if status == 303 else page


def told(letter) -> tuple[str, str]:
    event = ics.event(letter.calendar)
    return event.one("LOCATION").text, event.one("SEQUENCE").value


def work(app, clock) -> None:
    """Let the worker's job run once, as it does every half minute."""
    with app.app_context():
        send_what_is_due(site(), app.extensions["coachcrm.diary"], now=clock.now)


@both_engines
def test_one_meeting_is_elsewhere_and_both_are_told(app, web, visitor, coach_web, mailbox) -> None:
    link = book(web)
    other = book(visitor(), TUESDAY_10, RAVI)
    deliver(app)
    before = len(mailbox.letters)
    page = place(coach_web, **VIDEO, message="The line is bad here.\nSorry!")
    assert "Both letters are on their way" in page.text
    assert page.link(LINK) == LINK
    assert "this time only" in page.text
    deliver(app)
    assert len(mailbox.letters) == before + 2
    for address in (CLIENT, SAM):
        letter = newest(mailbox, address)
        assert told(letter) == (LINK, "1")
        assert b"METHOD:REQUEST" in letter.calendar
        for body in (letter.text, letter.html):
            assert f"By video: {LINK}" in body or f'href="{LINK}"' in body
            assert "The line is bad here." in body
    assert web.get(link).link(LINK) == LINK
    assert "I’ll ring you on" in web.get(other).text
    assert rows(app, "SELECT sequence, moves, own_place FROM booking ORDER BY id") == [
        (1, 0, "video"), (0, 0, ""),
    ]  # fmt: skip


@both_engines
def test_its_reminders_still_go_and_say_the_new_place(app, web, coach_web, mailbox, clock) -> None:
    book(web)
    place(coach_web, **HALL)
    deliver(app)
    for instant, subject in (("2027-06-14T08:00:00Z", "A reminder"), (at(TUESDAY_9), "Soon")):
        clock.at(instant if isinstance(instant, str) else instant.replace(hour=7))
        work(app, clock)
        deliver(app)
        letter = newest(mailbox, CLIENT)
        assert letter["Subject"].startswith(subject)
        assert f"In person: {ADDRESS}." in letter.text
        assert "rings" not in letter.text


def test_as_always_again_is_told_too(app, web, coach_web, mailbox) -> None:
    book(web)
    place(coach_web, **VIDEO)
    page = place(coach_web, place="usual")
    assert "this time only" not in page.text
    deliver(app)
    assert told(newest(mailbox, CLIENT)) == (
        "By phone: Sam Carter rings you on +44 7400 123456", "2",
    )  # fmt: skip


@pytest.mark.parametrize("again", [{"place": "usual"}, {"place": "phone"}])
def test_the_same_place_tells_nobody(app, web, coach_web, again) -> None:
    book(web)
    before = dump(app)
    assert "nothing changed and nobody was told" in place(coach_web, **again).text
    assert dump(app) == before


def test_a_move_keeps_the_place_and_a_cancel_takes_it_out_of_the_calendar(
    app, web, coach_web, mailbox
) -> None:
    link = book(web)
    place(coach_web, **HALL)
    move(web, link, TUESDAY_10)
    deliver(app)
    assert told(newest(mailbox, CLIENT)) == (ADDRESS, "2")
    cancel(web, link)
    deliver(app)
    for address in (CLIENT, SAM):
        assert told(newest(mailbox, address)) == (ADDRESS, "3")
        assert b"METHOD:CANCEL" in newest(mailbox, address).calendar


def test_another_place_of_the_service_leaves_it_where_it_is(app, web, visitor, coach_web) -> None:
    book(web)
    book(visitor(), TUESDAY_10, RAVI)
    place(coach_web, **HALL)
    coach_web.get("/coach/services/1")
    coach_web.submit(FORM, place="video", link="https://meet.example/all")
    page = coach_web.follow()
    assert "One calendar has another place" in page.text
    assert "Ravi Rao" in page.one("form[action$='/new-place']").text(deep=True)
    assert "Ann Lee" not in page.one("form[action$='/new-place']").text(deep=True)
    assert f"In person: {ADDRESS}" in coach_web.get("/coach/bookings/1").text


def test_the_day_s_card_the_feed_and_the_desk_say_it(app, web, coach_web, mailbox, clock) -> None:
    book(web)
    place(coach_web, **HALL)
    coach_web.get("/coach/calendar")
    feed = coach_web.submit("form#make", status=200).one("code").text()
    octets = web.client.get(feed.removeprefix("http://127.0.0.1")).get_data()
    [event] = ics.parse(octets).parts
    assert event.one("LOCATION").text == ADDRESS
    clock.at("2027-06-15T06:30:00Z")
    coach_web.sign_in()
    assert ADDRESS in coach_web.get("/coach/").text
    work(app, clock)
    deliver(app)
    assert f"In person: {ADDRESS}" in newest(mailbox, SAM).text


def test_who_left_no_number_is_asked_for_it(app, web, coach_web, mailbox) -> None:
    change(app, "UPDATE service SET place = 'video', place_details = 'https://meet.example/all'")
    book(web, answers={"name": "Ann Lee", "email": CLIENT})
    assert "There is no number of theirs" in coach_web.get(PLACE).text
    place(coach_web, place="phone")
    deliver(app)
    assert "I have no number of yours" in newest(mailbox, CLIENT).text
    assert told(newest(mailbox, SAM)) == ("By phone: no number is known", "1")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"place": "video", "link": "meet.example"}, "Please paste the whole link"),
        ({"place": "in_person", "address": " "}, "Please give the address"),
        ({"place": "in_person", "address": "x" * 301}, "300"),
    ],
)
def test_what_is_no_place_is_refused_and_stays_typed(app, web, coach_web, fields, sentence) -> None:
    book(web)
    before = dump(app)
    page = place(coach_web, status=422, message="Sorry!", **fields)
    assert sentence in page.one(".error-summary").text(deep=True)
    _, shown = page.form(FORM).data()
    assert shown["message"].strip() == "Sorry!"
    assert shown["place"] == fields["place"]
    assert dump(app) == before


def test_an_unknown_kind_of_place_and_a_form_cut_off_change_nothing(app, web, coach_web) -> None:
    book(web)
    _, pairs = coach_web.get(PLACE).form(FORM).data()
    place(coach_web, **VIDEO)
    for name in ("place", "place_zone"):
        cut = {field: text for field, text in pairs.items() if field != name}
        assert coach_web.post(PLACE, cut, status=422).has(f'.error-summary [href="#{name}"]')
    coach_web.post(PLACE, {**pairs, "place": "moon"}, status=422)
    assert value(app, "SELECT own_place FROM booking") == "video"


@pytest.mark.parametrize(
    ("state", "title"),
    [("held", "held"), ("cancelled", "no longer stands"), ("over", "no longer stands")],
)
def test_only_what_stands_and_is_to_come_gets_another_place(
    app, web, coach_web, state, title
) -> None:
    book(web)
    _, pairs = coach_web.get(PLACE).form(FORM).data(VIDEO)
    if state == "over":
        change(app, f"UPDATE booking SET starts_at = {PAST[0]!r}, ends_at = {PAST[1]!r}")
    else:
        change(app, "UPDATE booking SET status = :state", state=state)
    assert not coach_web.get("/coach/bookings/1").has(f'a[href="{PLACE}"]')
    for page in (coach_web.get(PLACE, status=409), coach_web.post(PLACE, pairs, status=409)):
        assert title in page.text
    assert value(app, "SELECT own_place FROM booking") == ""


def test_a_page_that_is_outdated_changes_nothing(app, web, coach_web) -> None:
    link = book(web)
    _, pairs = coach_web.get(PLACE).form(FORM).data(VIDEO)
    move(web, link, TUESDAY_10)
    before = value(app, "SELECT count(*) FROM outbox_message")
    coach_web.post(PLACE, pairs, status=409)
    assert value(app, "SELECT count(*) FROM outbox_message") == before
    assert value(app, "SELECT own_place FROM booking") == ""


def test_a_double_click_tells_once(app, web, coach_web) -> None:
    book(web)
    _, pairs = coach_web.get(PLACE).form(FORM).data(VIDEO)
    for _ in range(2):
        coach_web.post(PLACE, pairs, status=303)
    assert value(app, "SELECT count(*) FROM outbox_message WHERE kind = 'place'") == 2
