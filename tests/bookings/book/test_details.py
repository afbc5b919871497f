"""The form asks for little, asks again where it must, and loses nothing."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from tests.support.cast import ANN, FREE, TUESDAY_9, TUESDAY_10, book, change, rows, value

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]
URL = f"{FREE}/{TUESDAY_9}"
NEW_YORK = f"{URL}?tz=America/New_York"
ALL = {
    **ANN,
    "topic": "interview",
    "interview_on": "2027-06-20",
    "message": "They ask\nabout gaps, and I freeze.",
    "heard": "LinkedIn",
}


def typed(page) -> dict[str, str]:
    """Return what stands in the form's fields, but for what nobody types."""
    _, pairs = page.form().data()
    own = {"csrf_token", "more", "minutes", "timezone"}
    return {name: text.replace("\r\n", "\n") for name, text in pairs.items() if name not in own}


def nothing_was_booked(app) -> bool:
    return not rows(app, "SELECT 1 FROM booking UNION ALL SELECT 1 FROM client")


# ------------------------------------------------------------------------------------- telephones


def test_a_number_is_read_where_it_is_typed(app, web) -> None:
    book(web, timezone="America/Los_Angeles", phone="415 867 5309")
    assert value(app, "SELECT phone FROM booking") == "+14158675309"
    assert "I’ll ring you on (415) 867-5309" in web.follow().text


def test_a_number_of_two_countries_is_asked_about_and_one_press_books(app, web) -> None:
    web.get(NEW_YORK)
    page = web.submit(**{**ALL, "phone": "203 555 0142"}, status=422)
    assert page.errors.keys() == {"phone"}
    assert "That number exists in two countries. Which is yours?" in page.text
    choices = page.all("button[name=phone]")
    assert [b.attributes["value"] for b in choices] == ["+12035550142", "+442035550142"]
    assert typed(page) == {**ALL, "phone": "203 555 0142"}
    assert nothing_was_booked(app)
    web.submit(button="+1 203 555 0142 United States This one")
    assert value(app, "SELECT phone FROM booking") == "+12035550142"


def test_the_coachs_number_is_said_as_the_reader_dials_it(web) -> None:
    link = book(web, timezone="America/New_York", phone="+1 203 555 0142")
    abroad, at_home = "+44 20 7946 0018", "020 7946 0018"
    for url, said in (
        (f"{FREE}/{TUESDAY_10}?tz=America/New_York", abroad),
        (f"{FREE}?tz=America/New_York", abroad),
        (link, abroad),
        (f"{FREE}/{TUESDAY_10}", at_home),
        ("/privacy", at_home),
    ):
        numbers = {link.text() for link in web.get(url).all("a[href='tel:+442079460018']")}
        assert numbers == {said.replace(" ", "\N{NO-BREAK SPACE}")}, url


def test_with_a_plus_nothing_is_asked(app, web) -> None:
    book(web, timezone="America/New_York", phone="+44 20 3555 0142")
    assert value(app, "SELECT phone FROM booking") == "+442035550142"


def test_what_is_no_number_is_told_how_to_write_it(app, web) -> None:
    web.get(URL)
    page = web.submit(**{**ANN, "phone": "415 867 5309"}, status=422)
    assert "begin with + and the country’s code" in page.errors["phone"]
    assert nothing_was_booked(app)


# ------------------------------------------------------------------------------ slips in addresses


def test_a_slip_in_the_address_is_asked_about_and_one_press_mends_it(app, web) -> None:
    web.get(URL)
    page = web.submit(**{**ALL, "email": "ann@gmial.com"}, status=422)
    assert page.errors.keys() == {"email"}
    assert typed(page) == {**ALL, "email": "ann@gmial.com", "asked": "ann@gmial.com"}
    web.submit(button="Did you mean ann@gmail.com? Yes, use it")
    assert value(app, "SELECT email FROM booking") == "ann@gmail.com"


@pytest.mark.parametrize("button", [None, "Or is it right as it is ann@gmial.com Keep it"])
def test_an_address_that_is_sent_again_is_taken_as_it_is(app, web, button) -> None:
    web.get(URL)
    web.submit(**{**ALL, "email": "ann@gmial.com"}, status=422)
    web.submit(button=button)
    assert value(app, "SELECT email FROM booking") == "ann@gmial.com"


def test_another_slip_is_asked_about_as_well(web) -> None:
    web.get(URL)
    web.submit(**{**ALL, "email": "ann@gmial.com"}, status=422)
    page = web.submit(email="ann@gmai.com", status=422)
    assert "Did you mean ann@gmail.com" in page.text


def test_a_slip_is_named_where_the_page_says_what_stands(web) -> None:
    web.get(URL)
    page = web.submit(**{**ALL, "email": "ann@gmial.com"}, status=422)
    assert "Did you mean ann@gmail.com?" in page.one(".error-summary").text()


def test_where_no_letter_can_leave_no_invitation_is_promised(web) -> None:
    web.get(URL)
    page = web.submit(**{**ALL, "email": ""}, status=422)
    assert "so that I can write to you" in page.errors["email"]
    assert not re.search("invitation|reminder", page.text)


@pytest.mark.usefixtures("mailbox")
def test_the_address_is_asked_for_the_invitation(web) -> None:
    assert "For the invitation and one reminder." in web.get(URL).text


# ----------------------------------------------------------------------------------- another time


def test_another_time_keeps_everything_and_no_address_holds_any_of_it(app, web) -> None:
    web.get(NEW_YORK)
    answers = {**ALL, "phone": "+44 7400 123456"}
    page = web.submit(**answers, button="Change the time", status=200)
    assert page.h1 == "Choose another time"
    assert page.one(".days [aria-current]").attributes["value"] == "2027-06-15"
    addresses = unquote(" ".join(b.attributes["formaction"] for b in page.all("[formaction]")))
    assert not any(text.split()[0] in addresses for text in answers.values())
    assert page.text.count("UK time is 5 hours ahead") == 1
    thursday = next(b for b in page.all("nav .day") if b.attributes.get("value") == "2027-06-17")
    assert thursday.text().endswith(" free")
    assert page.has(".month button[value='2027-06-17']")
    _, pairs = page.form().data()
    page = web.post(web.page.url, {**pairs, "day": "2027-06-17"}, status=200)
    assert page.has("section#d2027-06-17, [aria-labelledby=d2027-06-17]")
    assert page.one("details time[datetime='2027-06-17T08:00:00Z']").text() == "4:00 am"
    page = web.submit(button="4:00 am", status=200)
    assert page.errors == {}
    assert typed(page) == answers
    assert nothing_was_booked(app)
    web.submit()
    assert str(value(app, "SELECT starts_at FROM booking")).startswith("2027-06-17T08:00")


def test_in_another_zone_what_was_typed_is_kept_and_so_is_the_zone(app, web) -> None:
    web.get(NEW_YORK)
    web.submit(**{**ALL, "phone": "+44 7400 123456"}, button="Change the time", status=200)
    page = web.submit(zone="Asia/Tokyo", button="Show these times", status=200)
    assert "Tokyo time" in page.one(".zone").text()
    assert page.one("time[datetime='2027-06-15T09:00:00Z']").text() == "6:00 pm"
    assert all("tz=Asia/Tokyo" in b.attributes["formaction"] for b in page.all("button.slot"))
    web.submit(button="6:00 pm", status=200)
    assert typed(web.page) == {**ALL, "phone": "+44 7400 123456"}
    web.submit()
    assert value(app, "SELECT timezone FROM booking") == "Asia/Tokyo"


def test_whoever_looks_at_other_times_can_stay(web) -> None:
    web.get(URL)
    web.submit(**ALL, button="Change the time", status=200)
    page = web.submit(button="Stay with Tuesday 15 June, 9:00 am", status=200)
    assert typed(page) == ALL


@pytest.mark.parametrize("day", ["", "soon", "2027-02-30", "0001-01-01", "9999-12-31", "\0"])
def test_a_day_that_is_none_shows_one_with_times(web, day) -> None:
    web.get(URL)
    _, pairs = web.page.form().data(ALL)
    assert web.post(URL, {**pairs, "day": day}, status=200).all("button.slot")


def test_other_times_are_shown_for_a_time_that_has_gone(app, web, visitor) -> None:
    web.get(URL)
    book(visitor(), email="other@client.example")
    web.submit(**ALL, status=409)
    page = web.submit(button="All free times", status=200)
    assert page.h1 == "Choose another time"
    web.submit(button="10:00 am", status=200)
    assert typed(web.page) == ALL


def test_a_press_beside_a_time_that_has_gone_is_said_to_book(web, visitor) -> None:
    web.get(URL)
    book(visitor(), email="other@client.example")
    page = web.submit(**ALL, status=409)
    assert page.h1 == "Sorry, 9:00 am has just been taken"
    assert [each.text() for each in page.all("bdi")] == [
        ANN["name"], "07400\N{NO-BREAK SPACE}123456", ANN["email"],
    ]  # fmt: skip
    assert page.text.index("One press books it") < page.text.index("An hour later")
    assert all("Book" in button.text() for button in page.all("button.offer"))
    assert not page.has("button.offer svg")


def test_the_enter_key_books(web) -> None:
    first = web.get(URL).all("main button")[0]
    assert "name" not in first.attributes


def test_when_nothing_is_free_the_page_says_whom_to_ring(app, web) -> None:
    web.get(URL)
    _, pairs = web.page.form().data(ALL)
    change(app, "DELETE FROM weekly_hours")
    page = web.post(URL, {**pairs, "change_time": "1"}, status=200)
    assert "Ring me, and we will find a time. 020 7946 0018" in page.text


# --------------------------------------------------------------------------------------- the form


def test_what_helps_and_is_not_needed_is_folded_away_until_something_is_in_it(web) -> None:
    assert not web.get(URL).has("details[open]")
    assert web.submit(**{**ALL, "name": ""}, status=422).has("details[open]")
    web.get(URL)
    assert web.submit(**{**ANN, "interview_on": "soon"}, status=422).has("details[open]")
    web.get(URL)
    assert not web.submit(**{**ANN, "name": ""}, status=422).has("details[open]")


def test_the_summary_says_what_stands_and_leads_to_the_fields_in_their_order(web) -> None:
    web.get(URL)
    summary = web.submit(name="", email="x", phone="", status=422).one(".error-summary")
    assert summary.css_first("h2").text() == "Not booked yet. Three things to look at"
    links = [link.attributes["href"] for link in summary.css("a")]
    assert links == ["#name", "#phone", "#email"]
    assert "nothing you typed is lost" in summary.text()


def test_an_extension_is_asked_for_in_the_message(app, web) -> None:
    web.get(URL)
    page = web.submit(**{**ALL, "phone": "020 7946 0958 ext 12"}, status=422)
    assert "tell me the extension in your message" in page.errors["phone"]
    assert typed(page)["phone"] == "020 7946 0958 ext 12"
    assert nothing_was_booked(app)


# --------------------------------------------------------------------------- how they heard of him


def test_how_a_client_heard_of_the_coach_stands_with_the_client(app, web, coach_web) -> None:
    book(web, answers=ALL)
    assert value(app, "SELECT source FROM client") == "LinkedIn"
    client = value(app, "SELECT id FROM client")
    assert "Heard of you: LinkedIn" in coach_web.get(f"/coach/clients/{client}").text


def test_what_is_known_is_not_overwritten_by_whoever_knows_the_address(app, web, visitor) -> None:
    book(web, answers=ALL)
    change(app, "UPDATE service SET one_upcoming = 0")
    book(visitor(), TUESDAY_10, {**ALL, "heard": "A search engine"})
    assert value(app, "SELECT count(*) FROM booking") == 2
    assert rows(app, "SELECT source FROM client") == [("LinkedIn",)]


@pytest.mark.parametrize("sources", ["My talk in Leeds", ""])
def test_a_way_that_is_gone_from_the_list_meanwhile_keeps_nobody_from_booking(
    app, web, coach_web, sources
) -> None:
    web.get(URL)
    coach_web.get("/coach/settings")
    coach_web.submit(sources=sources)
    web.submit(**ALL, status=303)
    assert rows(app, "SELECT name, source FROM client") == [(ALL["name"], "")]


def test_the_list_is_the_coachs_own(app, web, coach_web) -> None:
    coach_web.get("/coach/settings")
    coach_web.submit(sources="My talk in Leeds\r\n\r\n My talk in Leeds \r\nA friend")
    assert web.get(URL).form().choices("heard") == ["My talk in Leeds", "A friend"]
    coach_web.get("/coach/settings")
    coach_web.submit(sources="")
    assert not web.get(URL).has("[name=heard]")
    book(web)
    assert value(app, "SELECT source FROM client") == ""


@pytest.mark.parametrize("sources", ["x" * 81, "\n".join(map(str, range(13)))])
def test_a_list_that_is_too_long_is_refused(coach_web, sources) -> None:
    coach_web.get("/coach/settings")
    assert coach_web.submit(sources=sources, status=422).errors.keys() == {"sources"}


@pytest.mark.parametrize("start", ["00020101T000000Z", "99981231T235959Z", "20270101T090000Z"])
def test_far_off_there_is_nothing_near(web, start) -> None:
    page = web.get(f"{FREE}/{start}?tz=Pacific/Auckland", status=409)
    assert len(page.all("a.slot")) == 3
