"""One place for a person: every page about a client begins with the same head."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coachcrm.recovery.pages.person import initials, next_interview
from tests.support.cast import RAVI, TUESDAY_9, TUESDAY_10, book, change

TODAY = date(2027, 6, 1)
TABS = {
    "Overview": "/coach/clients/1",
    "Record": "/coach/clients/1/record",
    "Notes": "/coach/clients/1/notes",
    "In time": "/coach/clients/1/story",
    "In figures": "/coach/clients/1/insights",
    "Letters and meetings": "/coach/clients/1/meetings",
    "History": "/coach/clients/1/history",
}


@pytest.fixture
def ann(web, coach_web):
    book(web, TUESDAY_9)
    return coach_web.sign_in()


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_says_who_it_is_how_to_reach_them_and_what_is_next(ann, tab) -> None:
    page = ann.get(TABS[tab])
    head = page.one("header.person")
    assert page.h1 == "Ann Lee"
    assert page.one("header.person .tabs [aria-current]").text() == tab
    assert [link.text() for link in head.css(".tabs a")] == list(TABS)
    for said in (
        "Booked",
        "07400\N{NO-BREAK SPACE}123456",
        "ann@client.example",
        "Tuesday 15 June, 9:00 am",
    ):
        assert said in head.text()
    assert [link.text() for link in head.css(".do a")] == [
        "Call",
        "Book",
        "Note",
        "Log a rejection",
    ]


def test_a_meeting_that_is_on_is_now(ann, clock) -> None:
    clock.at("2027-06-15T08:05:00Z")
    assert "Now, until 9:30 am" in ann.sign_in().get("/coach/clients/1").one(".band").text()


def test_the_call_is_offered_until_the_day_of_the_meeting_is_over(ann, clock) -> None:
    clock.at("2027-06-15T20:00:00Z")
    page = ann.sign_in().get("/coach/clients/1")
    assert page.link("Call").endswith("/coach/bookings/1/call")
    clock.at("2027-06-16T08:00:00Z")
    page = ann.sign_in().get("/coach/clients/1")
    assert [link.text() for link in page.one("header.person").css(".do a")] == [
        "Book",
        "Note",
        "Log a rejection",
    ]
    assert "15 June" not in page.one("header.person").text()


def test_the_overview_tells_what_today_tells_of_this_client(app, ann, web, clock) -> None:
    book(web, TUESDAY_10, RAVI)
    clock.at("2027-06-17T08:00:00Z")
    change(app, "UPDATE client SET stage = 'active' WHERE id = 1")
    for page in (ann.sign_in().get("/coach/"), ann.get("/coach/clients/1")):
        for told in ("9:00 am, Tuesday 15 June", "o note on Tuesday 15 June", "o next meeting"):
            assert told in page.text
    assert "10:00 am" not in page.one("section[aria-labelledby=now]").text()
    assert "Nothing is due" not in page.text
    change(app, "UPDATE booking SET status = 'cancelled', cancelled_at = starts_at")
    change(app, "UPDATE client SET stage = 'paused'")
    assert "Nothing is due" in ann.get("/coach/clients/1").text


def test_the_history_says_which_rule_moved_a_client(ann) -> None:
    ann.get("/coach/clients/1")
    ann.submit("aside form", stage="active")
    text = ann.get("/coach/clients/1/history").text
    assert "Booked → Active" in text
    assert "By you" in text


def test_somebody_elses_client_is_nobody_s44(ann) -> None:
    for address in TABS.values():
        ann.get(address.replace("/1", "/99"), status=404)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ann Lee", "AL"), ("Zoë O’Connor-Łukasz", "ZO"), ("李小龍", "李"),
        ("Mary Ann van Dyke", "MD"),        ("(no) name", "N"), ("", ""), ("ß", "SS"),
    ],
)  # fmt: skip
def test_a_face_shows_the_first_letters_of_the_first_and_last_name(name, letters) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("days", "nearest"),
    [
        ([], None),
        ([(None, "Pell")], None),
        ([(TODAY - timedelta(days=1), "Pell")], None),
        ([(TODAY, "Pell")], (TODAY, "Pell")),
        ([(date(2027, 6, 3), "Pell"), (date(2027, 6, 2), "Eden")], (date(2027, 6, 2), "Eden")),
        ([(date(2027, 6, 2), ""), (date(2027, 6, 2), "Eden")], (date(2027, 6, 2), "Eden")),
    ],
)
def test_the_nearest_interview_to_come_is_told_by_name_where_it_has_one(days, nearest) -> None:
    assert next_interview(days, TODAY) == nearest
