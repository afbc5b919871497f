"""Who comes by a link that leads nowhere learns whose site this is, and whom to ring."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.cast import FREE, RAVI, TUESDAY_9, TUESDAY_10, book, change

pytestmark = pytest.mark.engines("sqlite")
NUMBER = "tel:+442079460018"
OTHER_KEY = "another-key-for-tests-0123456789-abcdefghi"


def number_on(page) -> str | None:
    found = page.all("main a.tel")
    return found[0].attributes["href"] if found else None


def is_public_dress(page) -> bool:
    return "public" in page.one("link[rel=stylesheet]").attributes["href"]


def test_a_page_that_is_not_here_says_whose_site_it_is(coach, web) -> None:
    for path in ("/nowhere", "/book/nothing", f"{FREE}/nonsense", "/booking", "/calendar/x.ics"):
        page = web.get(path, status=404)
        assert page.h1 == "This page is not here"
        assert number_on(page) == NUMBER, path
        assert "Sam Carter, Carter Coaching. If I’m on a call" in page.text
        assert page.title.endswith("· Carter Coaching")
        assert is_public_dress(page)
        assert page.link("See free times") == f"{web.base_url}/"


def test_every_wrong_link_of_a_booking_gives_one_and_the_same_page_s14(app, coach, web) -> None:
    good, other = book(web), book(web, TUESDAY_10, RAVI)
    change(app, "UPDATE booking SET client_id = NULL WHERE id = 2")
    wrong = {good[:-1], good + "x", "/booking/x", other}
    pages = [web.get(path + end, status=404) for path in wrong for end in ("", "/cancel")]
    assert len({page.text for page in pages}) == 1
    page = pages[0]
    assert page.h1 == "This link no longer works"
    assert "Nothing has happened to your booking." in page.text
    assert "Ring me, I will find it" in page.text
    assert number_on(page) == NUMBER


def test_a_link_that_a_new_key_broke_says_the_same(app, coach, web, monkeypatch) -> None:
    link = book(web)
    site = app.extensions["coachcrm.site"]
    monkeypatch.setitem(app.extensions, "coachcrm.site", replace(site, secret_keys=(OTHER_KEY,)))
    page = web.get(link, status=404)
    assert page.h1 == "This link no longer works"
    assert number_on(page) == NUMBER


def test_the_coachs_own_side_keeps_its_dress(coach, web, coach_web) -> None:
    for browser, path in ((coach_web, "/coach/nowhere"), (coach_web, "/coach/clients/99"),
                          (web, "/coach/nowhere"), (web, "/set-up/x")):  # fmt: skip
        page = browser.get(path, status=404)
        assert not is_public_dress(page), path
        assert page.title.endswith("· Carter Coaching")
        assert "Ring me" not in page.text


@pytest.mark.own
def test_what_is_in_trouble_is_not_asked_whose_it_is(app, coach, web) -> None:
    web.get("/privacy")
    change(app, "ALTER TABLE coach RENAME TO gone")
    page = web.get("/privacy", status=500)
    assert page.h1 == "Something went wrong on our side"
    assert number_on(page) == NUMBER, "as it was when it was last read"
    page = web.get("/nowhere", status=404)
    assert number_on(page) == NUMBER


@pytest.mark.own
def test_nobody_is_named_where_nobody_is_known(app, web) -> None:
    for path in ("/", "/privacy", FREE, f"{FREE}/{TUESDAY_9}"):
        page = web.get(path, status=503)
        assert page.h1 == "This site is not open yet"
        assert "“Set up:” in the terminal" in page.text
        assert page.all("main a") == [], "no button leads back to the same page"
        assert page.all(".mast") == []
    page = web.get("/nowhere", status=404)
    assert number_on(page) is None
