"""The first page: the person first, three times, and whatever else the coach says of himself."""

from __future__ import annotations

import gzip
import re

import pytest

from coachcrm.bookings.offer.pages.landing import lead_and_rest
from tests.support.cast import ANN, change

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("coach")]
SMALL = 18_000

SAID = {
    "surname": "Reed",
    "line": "Interview coach, 15 years in recruitment",
    "half_hour": "What they told you: And what they did not.\nOne thing to do next",
    "site_url": "https://www.reedinterviews.example/hello",
    "profile_url": "https://uk.linkedin.com/in/reed",
    "hue": 30,
}


def say(app, **said: object) -> None:
    """Let the coach say something of himself."""
    columns = ", ".join(("coach_id", *said))
    marks = ", ".join(f":{name}" for name in ("coach_id", *said))
    change(app, f"INSERT INTO coach_page ({columns}) VALUES ({marks})", coach_id=1, **said)
    change(app, "UPDATE coach SET practice_version = practice_version + 1")


def add_service(app, slug: str) -> None:
    columns = "coach_id, name, duration_min, grid_min, notice_min, horizon_days, before_min, "
    columns += "after_min, cutoff_min, most_moves, is_active, words, place, place_details"
    change(
        app,
        f"INSERT INTO service ({columns}, slug, is_public) "
        f"SELECT {columns}, :slug, is_public FROM service WHERE id = 1",
        slug=slug,
    )


def offers(page) -> list[tuple[str, str, str]]:
    """Return the three times of the page: what is said, the instant, the address."""
    return [
        (
            node.text().strip(),
            node.css_first("time").attributes["datetime"],
            node.attributes["href"],
        )
        for node in page.all("a.offer")
    ]


# ---------------------------------------------------------------------------------- three times


def test_three_times_of_different_days_lead_to_the_form(web) -> None:
    page = web.get("/")
    found = offers(page)
    assert [instant for _, instant, _ in found] == [
        "2027-06-02T08:00:00Z", "2027-06-03T13:00:00Z", "2027-06-04T08:00:00Z",
    ]  # fmt: skip
    assert "Tomorrow Wed 2 June 9:00 am" in page.text
    assert "Thursday afternoon 3 June 2:00 pm" in page.text
    assert "Friday 4 June 9:00 am" in page.text
    for _, _, url in found:
        web.get(url)
    web.get("/")
    web.click("All free times")


def test_they_are_in_the_visitors_own_clock_and_stay_in_it(web) -> None:
    page = web.get("/?tz=America/New_York")
    for _, _, url in offers(page):
        assert url.endswith("?tz=America/New_York")
    assert "4:00 am" not in page.text, "at that hour people sleep"
    assert "Times are in New York time" in page.text


def test_the_page_is_kept_and_as_new_as_the_diary(app, web) -> None:
    page = web.get("/")
    tag = page.headers["ETag"]
    web.get("/", status=304, headers={"If-None-Match": tag})
    first = offers(page)[0][2]
    web.get(first)
    web.submit(**ANN)
    page = web.get("/", headers={"If-None-Match": tag})
    assert first not in page.html
    change(app, "UPDATE coach SET name = 'Eleanor', practice_version = practice_version + 1")
    assert web.get("/").h1 == "Eleanor"


def test_a_kept_page_does_not_outlive_the_visitors_day(web, clock) -> None:
    clock.at("2027-06-01T22:30:00Z")
    assert "Thursday 3 June 9:00 am" in web.get("/").text
    clock.at("2027-06-01T23:30:00Z")  # past midnight in London
    assert "Tomorrow Thu 3 June 9:00 am" in web.get("/").text


def test_when_nothing_is_free_the_number_stands_where_the_times_would(app, web) -> None:
    change(app, "DELETE FROM weekly_hours")
    page = web.get("/")
    assert offers(page) == []
    assert "Nothing is free at the moment. Ring me, and we will find a time." in page.text
    assert page.one(".card a.tellarge").attributes["href"] == "tel:+442079460018"
    change(app, "UPDATE coach SET phone = '', practice_version = practice_version + 1")
    assert "Please look again in a few days." in web.get("/").text


# ------------------------------------------------------------------------------- what he has said


def test_with_nothing_but_a_name_no_section_is_empty(app, web) -> None:
    change(app, "UPDATE coach SET about = '', practice = '', practice_version = 9")
    page = web.get("/")
    assert page.h1 == "Sam Carter"
    assert [node.text() for node in page.all("h2")] == [
        "Free consultation", "From a no to the next yes, in six steps",
    ]  # fmt: skip
    assert len(page.all(".path li")) == 6
    assert page.has(".arch svg")


def test_what_he_says_of_himself_stands_on_his_page(app, web) -> None:
    say(app, **SAID)
    add_service(app, "practice")
    page = web.get("/")
    assert page.h1 == "Sam Carter Reed"
    assert SAID["line"] in page.text
    assert [node.text() for node in page.all(".gets h3")] == [
        "What they told you", "One thing to do next",
    ]  # fmt: skip
    links = {node.text(): node.attributes["href"] for node in page.all(".links a")}
    assert links == {
        "reedinterviews.example": SAID["site_url"], "LinkedIn": SAID["profile_url"],
    }  # fmt: skip
    assert "The next is Wednesday 2 June, 9:00 am." in page.one("[aria-labelledby=others]").text()
    assert "public-30.css" in page.html


def test_a_long_story_does_not_push_the_times_off_a_phone(app, web) -> None:
    story = "I hired people for years. " + "Then I changed sides. " * 20
    change(app, "UPDATE coach SET about = :a, practice_version = 9", a=story.strip())
    page = web.get("/")
    assert page.one(".lead").text().startswith("I hired people for years. Then I changed sides.")
    assert len(page.one(".lead").text()) <= 140
    assert "About me" in page.text
    said = page.one(".lead").text() + page.one("[aria-labelledby=about]").text()
    assert said.count("Then I changed sides.") == 20


@pytest.mark.parametrize(
    ("about", "lead", "rest"),
    [
        ("", "", ""),
        ("I help.", "I help.", ""),
        (f"First. {'x' * 140}", "First.", "x" * 140),
        ("x" * 141, "", "x" * 141),
        (f"He said “no.” {'x' * 140}", "He said “no.”", "x" * 140),
        (f"Version 2.0 {'x' * 140}. So.", "", f"Version 2.0 {'x' * 140}. So."),
    ],
)
def test_the_lead_ends_with_a_sentence(about: str, lead: str, rest: str) -> None:
    assert lead_and_rest(about) == (lead, rest)


def test_a_name_with_a_long_word_is_set_smaller(app, web) -> None:
    for surname, is_smaller in (("Reed-O'Hara Smith", False), ("Featherstonehaugh", True)):
        change(app, "DELETE FROM coach_page")
        say(app, surname=surname)
        assert web.get("/").has("h1.long") == is_smaller, surname


def test_the_first_page_is_small(app, web) -> None:
    say(app, **SAID)
    gzipped = {"Accept-Encoding": "gzip"}
    page = web.client.get("/", base_url=web.base_url, headers=gzipped)
    text = gzip.decompress(page.data).decode()
    paths = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js))"', text)
    parts = [web.client.get(path, base_url=web.base_url, headers=gzipped) for path in paths]
    assert len(parts) == 2
    assert sum(len(part.data) for part in (page, *parts)) <= SMALL


def test_what_a_service_is_about_stands_under_its_name_if_the_coach_wrote_it(app, web) -> None:
    assert "Half an hour on the phone" not in web.get("/").text
    change(app, "UPDATE service SET words = 'You talk, I take notes.'")
    change(app, "UPDATE coach SET practice_version = 9")
    card = web.get("/").one("[aria-labelledby=offer]").text()
    assert card.index("You talk, I take notes.") < card.index("9:00 am")


def test_a_further_service_with_nothing_free_leads_nowhere(app, web) -> None:
    add_service(app, "practice")
    assert web.get("/").one("[aria-labelledby=others] a").attributes["href"] == "/book/practice"
    change(app, "UPDATE service SET notice_min = 86400, horizon_days = 60 WHERE slug = 'practice'")
    change(app, "UPDATE coach SET practice_version = 9")
    others = web.get("/").one("[aria-labelledby=others]")
    assert "Nothing is free at the moment." in others.text()
    assert others.css_first("a") is None
