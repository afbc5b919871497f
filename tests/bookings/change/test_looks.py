"""A booking's own page says first what stands, and promises nothing that will not come."""

from __future__ import annotations

import pytest

from tests.support.cast import (
    ANN,
    FREE,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    change,
    deliver,
    move,
)

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]


def next_steps(page) -> list[str]:
    return [" ".join(node.text(deep=True).split()) for node in page.all(".gets li")]


def test_who_has_just_booked_is_told_so_first_and_aloud(web) -> None:
    link = book(web)
    page = web.follow()
    assert page.h1 == "You are booked, Ann"
    assert page.title.startswith("You are booked · Tuesday 15 June, 9:00 am")
    assert page.has("[role=status] h1[autofocus][tabindex='-1']"), "the page begins there"
    assert "Tuesday 15 June 9:00 am to 9:30 am" in page.text
    assert "I’ll ring you on 07400 123456" in page.text
    assert link == page.url.removeprefix(web.base_url)


def test_who_comes_back_later_sees_the_time_first(web, clock) -> None:
    link = book(web)
    clock.move(minutes=14)
    assert web.get(link).h1 == "You are booked, Ann"
    clock.move(minutes=1)
    page = web.get(link)
    assert page.h1 == "Tuesday 15 June 9:00 am to 9:30 am"
    assert page.title.startswith("Tuesday 15 June, 9:00 am · ")
    assert not page.has("[autofocus]")


def test_the_year_stands_there_when_it_is_another_one(web, clock) -> None:
    link = book(web)
    clock.at("2028-01-02T08:00:00Z")
    assert "Tuesday 15 June 2027 at 9:00 am" in web.get(link).text


def test_a_name_that_is_none_greets_nobody_s64(web) -> None:
    book(web, answers={**ANN, "name": "www.evil.example"})
    assert web.follow().h1 == "You are booked"


def test_what_comes_next_is_said_in_three_lines(app, web, mailbox, clock) -> None:
    link = book(web)
    first, second, third = next_steps(web.get(link))
    assert first.startswith("Now: a letter with the invitation is on its way to ann@client.example")
    assert second == "A day and an hour before: a reminder, with the way to move it"
    assert third == (
        "Tuesday 15 June, 9:00 am: I’ll ring from 020 7946 0018, so you’ll know it’s me"
    )
    deliver(app)
    assert "has gone to ann@client.example" in next_steps(web.get(link))[0]
    clock.at("2027-06-14T08:00:01Z")
    assert next_steps(web.get(link))[1].startswith("An hour before: ")
    clock.at("2027-06-15T07:30:00Z")
    assert len(next_steps(web.get(link))) == 2


@pytest.mark.usefixtures("mailbox")
def test_a_reminder_that_is_switched_off_is_not_promised(app, coach_web, web) -> None:
    coach_web.get("/coach/letters/hour_before")
    coach_web.submit("form#words", button="Save", sent="no")
    link = book(web)
    assert next_steps(web.get(link))[1].startswith("A day before: ")


@pytest.mark.usefixtures("mailbox")
def test_the_address_is_named_with_how_to_correct_it(app, web) -> None:
    page = web.get(book(web))
    said = f"The invitation goes to {ANN['email']}. Not right? Ring me on 020 7946 0018"
    assert said in page.text
    assert "The invitation in my letter changes by itself." in page.text
    change(app, "UPDATE coach SET phone = ''")
    assert "Not right? Cancel it and book again." in web.get(page.url).text


def test_without_a_mail_server_no_letter_is_promised(app, web) -> None:
    link = book(web)
    page = web.get(link)
    assert next_steps(page)[0] == "Now: keep this page, and add it to your calendar"
    assert len(next_steps(page)) == 2
    assert f"Your e-mail address is {ANN['email']}. Not right? Ring me on" in page.text
    assert "if we move the call, please delete the entry and add the new one." in page.text
    assert "letter" not in page.text
    assert "letter" not in web.get(f"{link}/cancel").text
    move(web, link, TUESDAY_10)
    page = web.follow()
    assert "letter" not in page.text
    assert next_steps(page)[0].endswith("Please take the old entry out of it.")
    cancel(web, link)
    page = web.follow()
    assert "please take it out there" in page.text
    assert "letter" not in page.text


@pytest.mark.parametrize(
    ("place", "details", "said"),
    [
        ("video", "https://meet.example/sam", "you open the link above, and I am there"),
        ("in_person", "1 High Street, Leeds", "we meet at the address above"),
    ],
)
def test_elsewhere_than_by_phone_the_page_says_where(app, web, place, details, said) -> None:
    change(app, "UPDATE service SET place = :p, place_details = :d", p=place, d=details)
    web.get(f"{FREE}/{TUESDAY_9}")
    web.submit(name="Ann Lee", email=ANN["email"])
    page = web.follow()
    assert details in page.text
    assert said in next_steps(page)[-1]
    assert "ring you" not in page.text


def test_after_the_meeting_the_page_says_what_comes_next(app, web, mailbox, clock) -> None:
    link = book(web)
    deliver(app)
    clock.at("2027-06-15T08:30:00Z")
    page = web.get(link)
    assert page.h1 == "What comes next"
    assert "A letter from me follows, to ann@client.example" in page.text
    assert "Did we not get to speak?" in page.text
    assert page.has("a[href^='tel:']")
    assert page.link("Book another time").endswith("/book/free-consultation")
    change(app, "UPDATE booking SET status = 'completed'")
    assert "Did we not get to speak?" not in web.get(link).text
    change(app, "UPDATE client SET stopped_at = '2027-06-15 08:40:00'")
    assert "A letter from me follows" not in web.get(link).text


def test_who_was_missed_reads_a_kind_word(app, web, clock) -> None:
    link = book(web)
    clock.at("2027-06-15T09:00:00Z")
    change(app, "UPDATE booking SET status = 'no_show'")
    page = web.get(link)
    assert page.h1 == "We missed each other"
    assert "That is all right: such days happen." in page.text


def test_the_page_says_who_has_cancelled(app, web) -> None:
    link = book(web)
    cancel(web, link)
    assert "you owe no reason" in web.get(link).text
    change(app, "UPDATE booking SET cancelled_by = 'coach'")
    assert "I had to call it off, and I am sorry" in web.get(link).text


def test_what_is_only_held_is_not_called_booked(app, web, clock) -> None:
    link = book(web)
    change(app, "UPDATE booking SET status = 'held'")
    page = web.get(link)
    assert page.h1 == "This time is kept for you, Ann"
    assert "You are booked" not in page.text
    clock.at("2027-06-15T07:00:00Z")
    assert web.get(link).h1 == "I have not confirmed this time"
    clock.at("2027-06-15T08:00:00Z")
    assert web.get(link).h1 == "We did not get to speak"


def test_before_cancelling_the_button_says_the_day_and_the_hour(web) -> None:
    link = book(web, TUESDAY_9)
    page = web.get(f"{link}/cancel")
    assert page.one("form button").text(deep=True) == "Cancel Tuesday 15 June, 9:00 am"
    assert page.link("Keep it").endswith(link)
    assert page.link("Move it instead").endswith(f"{link}/reschedule")
