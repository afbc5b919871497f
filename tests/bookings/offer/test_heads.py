"""What programs read of a page: whether it may be found, and how it looks when it is passed on."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from coachcrm.bookings.offer.pages.landing import shortened
from tests.support.cast import FREE, TUESDAY_9, book, change, value

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("coach")]
SITE = "https://book.practice.example"
own_address = pytest.mark.settings(BASE_URL=SITE)


def told(page) -> dict[str, str]:
    """Return what readers of Open Graph take from a page: the first of each property."""
    found: dict[str, str] = {}
    for node in LexborHTMLParser(page.html).css("head meta[content]"):
        name = node.attributes.get("property") or node.attributes.get("name") or ""
        if name.startswith(("og:", "twitter:", "description", "robots")):
            found.setdefault(name, node.attributes["content"])
    return found


def canonical(page) -> str | None:
    found = page.all("link[rel=canonical]")
    return found[0].attributes["href"] if found else None


@own_address
def test_the_first_page_passed_on_shows_name_and_line(app, web) -> None:
    change(app, "INSERT INTO coach_page (coach_id, surname, line) VALUES (1, 'O''Hara', :l)",
           l='Interview coach, "ex-recruiter" & more')  # fmt: skip
    change(app, "UPDATE coach SET practice_version = 9")
    page = web.get("/?tz=Asia/Tokyo")
    assert canonical(page) == f"{SITE}/"
    assert told(page) == {
        "description": 'Interview coach, "ex-recruiter" & more. I help people who were turned '
        "down to hear yes. Free consultation, 30 minutes, with Sam Carter O'Hara.",
        "og:type": "website",
        "og:locale": "en_GB",
        "og:site_name": "Carter Coaching",
        "og:title": "Sam Carter O'Hara",
        "og:description": told(page)["description"],
        "og:url": f"{SITE}/",
        "twitter:card": "summary",
        "twitter:title": "Sam Carter O'Hara",
        "twitter:description": told(page)["description"],
    }


@own_address
def test_the_times_of_a_service_passed_on_say_whose_and_what_for(web) -> None:
    page = web.get(f"{FREE}?tz=Asia/Tokyo&from=2027-06-20")
    assert canonical(page) == f"{SITE}{FREE}"
    assert told(page)["og:url"] == f"{SITE}{FREE}"
    assert told(page)["og:title"] == "Free consultation with Sam Carter"
    assert "Free consultation, 30 minutes." in told(page)["og:description"]


def test_the_privacy_notice_can_be_found_and_is_nothing_to_pass_on(web) -> None:
    page = web.get("/privacy")
    assert canonical(page) == "http://127.0.0.1/privacy"
    assert list(told(page)) == ["description"]


def test_a_page_behind_a_secret_is_in_no_index_and_tells_nothing_s17(app, web) -> None:
    link = book(web)
    change(app, "UPDATE service SET is_public = :no, is_active = :yes", no=False, yes=True)
    change(app, "UPDATE coach SET practice_version = 9")
    by_link = f"/book/{value(app, 'SELECT slug FROM service')}"
    for path in (link, f"{link}/reschedule", f"{link}/cancel", by_link, f"{by_link}/{TUESDAY_9}"):
        status = 409 if path.endswith(TUESDAY_9) else 200
        page = web.get(path, status=status)
        assert told(page) == {"robots": "noindex"}, path
        assert canonical(page) is None, path
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_what_only_one_visitor_needs_is_in_no_index(web) -> None:
    for path in (f"{FREE}/{TUESDAY_9}", "/time-zones"):
        page = web.get(path)
        assert told(page) == {"robots": "noindex"}, path
        assert canonical(page) is None
    assert told(web.get("/nowhere", status=404)) == {"robots": "noindex"}


def test_every_page_has_its_colours_and_its_icons(web, coach_web) -> None:
    for browser, path in ((web, "/"), (web, f"{FREE}/{TUESDAY_9}"), (coach_web, "/coach/")):
        page = browser.get(path)
        themes = {n.attributes["media"] for n in page.all("meta[name=theme-color]")}
        assert themes == {f"(prefers-color-scheme: {theme})" for theme in ("light", "dark")}
        assert page.has("link[rel=apple-touch-icon]")
        assert len(page.all("link[rel=icon]")) == 2


@pytest.mark.parametrize(
    ("said", "description"),
    [
        (["", " "], ""),
        (["A coach", "I help."], "A coach. I help."),
        (["Two\nlines"], "Two lines."),
        (["word " * 40], "word " * 31 + "word…"),
        (["x" * 200], "x" * 140 + "…"),
        (["A coach", "I help. " * 30, "Free, 30 minutes"], "A coach. Free, 30 minutes."),
    ],
)
def test_a_description_is_one_line_and_not_too_long(said: list[str], description: str) -> None:
    assert shortened(said) == description
    assert len(shortened(said)) <= 160
