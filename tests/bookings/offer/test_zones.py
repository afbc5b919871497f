"""Whose clock a visitor reads, what is said of the other one, and how another zone is chosen."""

from __future__ import annotations

import pytest

from tests.support.cast import FREE, RAVI, book
from tests.support.pages import words

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]


def slot_of(page, stamp: str):
    """Return the way to one time."""
    return page.all(f'a[href*="/{stamp}"]')[0]


@pytest.mark.parametrize("tz", ["Europe/Lisbon", "Europe/Jersey", "Europe/Isle_of_Man"])
def test_where_both_clocks_show_the_same_nothing_is_said_twice(web, tz) -> None:
    slot = slot_of(web.get(f"{FREE}?from=2027-06-15&tz={tz}"), "20270615T080000Z")
    assert words(slot) == "9:00 am"
    assert "UK time" not in slot.attributes.get("aria-label", "")
    assert "UK time" not in words(web.get(f"{FREE}/20270615T080000Z?tz={tz}").one("main"))


def test_utc_is_uk_time_in_winter_and_not_in_summer(web, clock) -> None:
    clock.at("2027-10-20T12:00:00Z")
    summer = web.get(f"{FREE}/20271028T080000Z?tz=UTC")
    assert "9:00 am UK time" in words(summer.one("main"))
    winter = web.get(f"{FREE}/20271102T090000Z?tz=UTC")
    assert "UK time" not in words(winter.one("main"))


# ---------------------------------------------------------------------------- choosing another


def places(page) -> list[tuple[str, str]]:
    """Return what is listed, as it is read, and where it leads."""
    return [(words(link), link.attributes["href"]) for link in page.all("ul.zl a")]


def test_a_place_is_found_with_the_time_there_now_and_leads_back_to_the_times(web) -> None:
    page = web.get("/time-zones?service=free-consultation&from=2027-06-15&q=zuri")
    assert places(page) == [
        ("Zürich Switzerland 10:00 am", f"{FREE}?tz=Europe/Zurich&from=2027-06-15")
    ]
    assert [words(mark) for mark in page.all("mark")] == ["Züri"]
    assert page.one("ul.zl time").attributes["datetime"] == "2027-06-01T08:00:00Z"
    [slot] = web.get(places(page)[0][1]).all('a[href*="/20270615T080000Z"]')
    assert words(slot).startswith("10:00 am")


def test_the_place_shown_so_far_stands_first_and_is_kept_with_one_press(web) -> None:
    times = f"{FREE}?tz=America/New_York&day=2027-06-15"
    page = web.get("/time-zones?service=free-consultation&day=2027-06-15&tz=America/New_York&q=x")
    assert words(page.one(".yours")) == "Times are shown in New York time, 4:00 am Keep it"
    assert page.link("Keep it") == page.link("Back to the times") == f"{web.base_url}{times}"
    page = web.submit(q="auck")
    assert page.link("Back to the times").endswith(times)
    assert places(page)[0] == (
        "Auckland New Zealand 8:00 pm",
        f"{FREE}?tz=Pacific/Auckland&day=2027-06-15",
    )


def test_before_anything_is_typed_the_coach_s_clock_and_large_cities_are_offered(web) -> None:
    found = places(web.get("/time-zones"))
    assert found[0] == ("UK time My time 9:00 am", f"{FREE}?tz=Europe/London")
    assert ("New York United States 4:00 am", f"{FREE}?tz=America/New_York") in found
    assert 10 < len(found) < 20


def test_a_time_that_was_chosen_is_come_back_to(web) -> None:
    page = web.get("/time-zones?service=free-consultation&start=20270615T080000Z&q=kolkata")
    assert places(page)[0][1] == f"{FREE}/20270615T080000Z?tz=Asia/Kolkata"
    assert places(web.submit(q="paris"))[0][1] == f"{FREE}/20270615T080000Z?tz=Europe/Paris"


def test_clocks_are_read_as_the_visitor_s_language_reads_them(web) -> None:
    page = web.get("/time-zones?q=tokyo", headers={"Accept-Language": "de"})
    assert places(page)[0][0] == "Tokyo Japan 17:00"


def test_what_is_not_known_is_said_with_what_to_try(web) -> None:
    page = web.get("/time-zones?q=Atlantis")
    assert "I do not know a place called “Atlantis”." in words(page.one("main"))
    assert places(page) == []


def test_where_the_cities_come_from_is_said(web) -> None:
    page = web.get("/time-zones")
    assert "Cities from GeoNames, CC BY 4.0." in words(page.one("main"))


@pytest.mark.parametrize("group", ["Arctic", "Etc", "America/", "US/Eastern", "Atlantic/Azores"])
def test_the_database_s_own_names_are_nobody_s_place(web, group) -> None:
    page = web.get(f"/time-zones?q={group}")
    assert group not in [words(place) for place in page.all("ul.zl b")]


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 10_000,
        "q=%22%27%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "q=%00%0d%0a",
        "q=%ED%A0%80",
        "q=%F0%9F%99%82",
        "q=a&q=b",
        "q=%E2%80%AEnodnoL",
        "q=(((%5B%5C",
        "q=man&day=2027-02-30&from=x&start=20270229T080000Z&tz=Mars/Olympus&service=nothing",
        "q=man&start=//evil.example&from=//evil.example&day=javascript:alert(1)",
    ],
)
def test_whatever_is_asked_the_page_stands_and_leads_nowhere_else(web, query) -> None:
    page = web.get(f"/time-zones?{query}")
    assert len(page.one("#q").attributes["value"]) <= 60
    for place in [*page.all("ul.zl a"), page.one(".yours a")]:
        assert place.attributes["href"].startswith(FREE)
        assert "evil" not in place.attributes["href"]
        assert "script" not in place.attributes["href"]


# ------------------------------------------------------------------- from the page of a move


def way_to_zones(page) -> str:
    [link] = [
        each.attributes["href"]
        for each in page.all("main a[href]")
        if "/time-zones" in each.attributes["href"]
    ]
    return link


def test_the_page_of_a_move_leads_to_the_zones_and_back_with_what_was_chosen(web) -> None:
    link = book(web, answers=RAVI)
    page = web.get(f"{link}/reschedule?from=2027-06-15&start=20270616T080000Z")
    zones_page = web.get(way_to_zones(page))
    assert words(zones_page.one(".yours")).startswith("Times are shown in Kolkata time, 1:30 pm")
    page = web.submit(q="auckland", form="form[role=search]")
    back = f"{link}/reschedule?tz=Pacific/Auckland&from=2027-06-15&start=20270616T080000Z"
    assert places(page) == [("Auckland New Zealand 8:00 pm", back)]
    page = web.get(back)
    assert "Auckland time" in words(page.one("main"))
    assert page.has('input[name=start][value="20270616T080000Z"][checked]')
    assert web.get(way_to_zones(page)).link("Keep it") == f"{web.base_url}{back}"


def test_nothing_of_the_booking_is_given_away_on_the_page_of_zones(web) -> None:
    link = book(web)
    page = web.get(f"{link}/time-zones?q=paris&from=//evil.example")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert places(page)[0][1] == f"{link}/reschedule?tz=Europe/Paris"
    for away in page.all("a[href^=http]"):
        assert "noreferrer" in away.attributes["rel"]
    web.get(f"{link[:-2]}/time-zones", status=404)
