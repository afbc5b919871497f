"""A meeting at an address is told by the clocks of that address, with the reader's own beside."""

from __future__ import annotations

import pytest

from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.kit.web.site import site
from tests.support import cast
from tests.support.cast import (
    FREE,
    TUESDAY_9,
    TUESDAY_10,
    book,
    change,
    deliver,
    move,
    newest,
    rows,
)
from tests.support.ics import event
from tests.support.pages import words

pytestmark = [pytest.mark.usefixtures("mailbox"), pytest.mark.engines("sqlite")]
# Nobody is asked for a number who is not rung.
ANN, RAVI = ({n: v for n, v in who.items() if n != "phone"} for who in (cast.ANN, cast.RAVI))
CLIENT, SAM = cast.ANN["email"], "sam@practice.example"
LEEDS = "12 High Street, Leeds LS1 4AB"
FORM = "form.service"


def meet(coach_web, zone: str = "same", path: str = "/coach/services/1") -> None:
    """Have the meetings of a service, or one meeting, at an address in a zone."""
    coach_web.get(path)
    coach_web.submit(FORM, place="in_person", address=LEEDS, place_zone=zone)


def bodies(letter) -> tuple[str, str]:
    return letter.text, " ".join(letter.html.replace("<br>", " ").split())


def test_who_comes_from_afar_reads_the_time_that_it_is_there(app, web, coach_web, mailbox) -> None:
    meet(coach_web)
    link = book(web, answers=RAVI)
    page = web.get(link)
    assert "Tuesday 15 June 9:00 am to 9:30 am" in page.text
    assert "UK time, local time there, 1:30 pm Kolkata time for you" in page.text
    deliver(app)
    letter = newest(mailbox, RAVI["email"])
    assert letter["Subject"] == "Booked: Tuesday 15 June 2027, 9:00 am (UK time, local time there)"
    for body in bodies(letter):
        assert "9:00 am to 9:30 am, UK time, local time there" in body
        assert "1:30 pm Kolkata time" in body
    told = event(letter.calendar).one("DESCRIPTION").text
    assert f"In person: {LEEDS}.\n\nThe time there: 9:00 am, UK time." in told
    # The coach is at home there.
    for said in ("local time there", "Kolkata time"):
        assert said not in newest(mailbox, SAM).text


def test_who_reads_the_clocks_of_the_place_is_told_nothing_more(
    app, web, coach_web, mailbox
) -> None:
    for zone, start, address in (
        ("same", TUESDAY_9, CLIENT),
        ("Europe/Dublin", TUESDAY_10, "ben@client.example"),
    ):
        meet(coach_web, zone)
        link = book(web, start, {**ANN, "email": address})
        assert "local time" not in web.get(link).text
    deliver(app)
    assert all("local time" not in letter.text for letter in mailbox.letters)
    assert all("time there" not in letter.calendar.decode() for letter in mailbox.letters)


@pytest.mark.engines("sqlite", "postgresql")
def test_a_place_in_another_zone_leads_for_both(app, web, coach_web, mailbox) -> None:
    meet(coach_web, "Europe/Paris")
    link = book(web, answers=ANN)
    move(web, link, TUESDAY_10)
    deliver(app)
    for letter in (newest(mailbox, CLIENT), newest(mailbox, SAM)):
        assert "11:00 am (Paris time, local time there)" in letter["Subject"]
        for body in bodies(letter):
            assert "11:00 am to 11:30 am, Paris time, local time there" in body
            assert "10:00 am UK time" in body
            assert "It was Tuesday 15 June 2027, 10:00 am, Paris time, local time there." in body
        told = event(letter.calendar)
        assert told.one("DTSTART").value == "20270615T090000Z"
        assert "The time there: 11:00 am, Paris time." in told.one("DESCRIPTION").text
    assert rows(app, "SELECT timezone FROM booking") == [("Europe/London",)]


def test_the_desk_keeps_the_coach_s_clock_and_names_the_other(
    app, web, coach_web, mailbox, clock
) -> None:
    meet(coach_web, "Europe/Paris")
    book(web, answers=RAVI)
    page = coach_web.get("/coach/bookings/1")
    assert page.h1 == "Tuesday 15 June 2027 9:00 am to 9:30 am"
    assert "Tuesday 15 June 2027, 10:00 am Paris time there." in page.text
    clock.at("2027-06-15T06:30:00Z")
    coach_web.sign_in()
    assert "10:00 am Paris time there" in coach_web.get("/coach/").text
    with app.app_context():
        send_what_is_due(site(), app.extensions["coachcrm.diary"], now=clock.now)
    deliver(app)
    assert "10:00 am Paris time, local time there" in newest(mailbox, SAM).text


def test_before_it_is_booked_the_pages_show_the_clock_of_the_place(web, coach_web) -> None:
    meet(coach_web, "Europe/Paris")
    page = web.get(f"{FREE}?from=2027-06-15&tz=Asia/Kolkata")
    assert words(page.one(".zone > span")) == (
        "Paris time, local time there Your own clock (Kolkata time) is 3 and a half hours ahead"
    )
    slot = page.one(f'a[href="{FREE}/{TUESDAY_9}?tz=Asia/Kolkata"]')
    assert words(slot) == "10:00 am"
    assert "Paris time, local time there" in web.get("/?tz=Asia/Kolkata").text
    form = web.get(f"{FREE}/{TUESDAY_9}?tz=Asia/Kolkata")
    assert "Tuesday 15 June 10:00 am" in form.text
    assert "Paris time, local time there, for you 1:30 pm Kolkata time" in form.text
    _, pairs = form.form().data()
    assert pairs["timezone"] == "Asia/Kolkata"
    # Whose zone is not known is shown one clock.
    assert words(web.get(FREE).one(".zone > span")) == "Paris time"


def test_its_times_to_move_to_are_those_of_the_place(web, coach_web) -> None:
    meet(coach_web, "Europe/Paris")
    link = book(web, answers=RAVI)
    page = web.get(f"{link}/reschedule?from=2027-06-15")
    assert "Now: Tuesday 15 June 2027, 10:00 am (Paris time, local time there)" in page.text
    assert "Your own clock (Kolkata time) is 3 and a half hours ahead" in page.text


def test_one_meeting_may_be_in_another_zone(app, web, coach_web, mailbox) -> None:
    link = book(web)
    meet(coach_web, "America/New_York", "/coach/bookings/1/place")
    assert "Tuesday 15 June 4:00 am to 4:30 am" in web.get(link).text
    deliver(app)
    assert "4:00 am (New York time, local time there)" in newest(mailbox, CLIENT)["Subject"]
    assert coach_web.get("/coach/bookings/1/place").form(FORM).data()[1]["place_zone"] == (
        "America/New_York"
    )


def test_the_front_page_says_by_which_clocks_the_next_time_is(app, web, coach_web) -> None:
    columns = "coach_id, name, duration_min, grid_min, notice_min, horizon_days, before_min, "
    columns += "after_min, cutoff_min, most_moves, is_public, is_active"
    change(
        app,
        f"INSERT INTO service ({columns}, slug, words, place, place_details, place_zone) "
        f"SELECT {columns}, 'atelier', '', 'in_person', 'Rue 1', 'Europe/Paris' FROM service",
    )
    others = "section[aria-labelledby=others]"
    also = web.get("/").one(others).text(deep=True)
    assert "Wednesday 2 June, 10:00 am (Paris time)." in also
    also = web.get("/?tz=Europe/London").one(others).text(deep=True)
    assert "Wednesday 2 June, 10:00 am (Paris time, local time there), 9:00 am UK time." in also


@pytest.mark.parametrize("place", ["phone", "video"])
def test_what_has_no_address_has_no_local_time(app, web, coach_web, place) -> None:
    coach_web.get("/coach/services/1")
    coach_web.submit(
        FORM, place=place, link="https://meet.example/jo", place_zone="America/New_York"
    )
    assert rows(app, "SELECT place_zone FROM service") == [("",)]
    change(app, "UPDATE service SET place_zone = 'America/New_York'")
    who = cast.ANN if place == "phone" else ANN
    assert "Tuesday 15 June 9:00 am to 9:30 am" in web.get(book(web, answers=who)).text


def test_rule_14_a_gap_that_changes_is_that_between_the_place_and_the_reader(
    app, web, coach_web, mailbox, clock
) -> None:
    meet(coach_web, "America/New_York")
    clock.at("2027-10-20T08:00:00Z")
    book(web, "20271102T090000Z", ANN)
    deliver(app)
    for letter in (newest(mailbox, CLIENT), newest(mailbox, SAM)):
        assert "The clocks change between now and then" in letter.text
        assert "(9:00 am UK time, 5:00 am New York time)" in letter.text


def test_an_unknown_zone_is_refused(app, coach_web) -> None:
    _, pairs = coach_web.get("/coach/services/1").form(FORM).data()
    more = {"place": "in_person", "address": LEEDS, "place_zone": "Mars/Olympus"}
    coach_web.post("/coach/services/1", {**pairs, **more}, status=422)
    assert rows(app, "SELECT place, place_zone FROM service") == [("phone", "")]
