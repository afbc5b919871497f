"""Programs that look around learn what may be found, and nothing of what may not."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest

from coachcrm.kit.time import clock as kit_clock
from tests.support.cast import FREE, TUESDAY_9, book, change, value

SITE = "https://book.practice.example"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
SECURITY = "/.well-known/security.txt"
pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.settings(BASE_URL=SITE)]


def read(web, path: str, content_type: str = "text/plain; charset=utf-8") -> str:
    answer = web.client.get(path, base_url=SITE)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == content_type
    text = answer.get_data(as_text=True)
    assert text.endswith("\n")
    return text


def listed(web) -> list[str]:
    text = read(web, "/sitemap.xml", "application/xml; charset=utf-8")
    tree = ET.fromstring(text)  # noqa: S314 - our own
    return [node.text or "" for node in tree.iter(LOC)]


def fields(web) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in read(web, SECURITY).splitlines())


def test_robots_stay_out_of_what_a_secret_or_a_password_opens_s17(coach, web) -> None:
    link = book(web)
    rules = RobotFileParser()
    rules.parse(read(web, "/robots.txt").splitlines())
    for path in ("/", FREE, f"{FREE}?tz=Europe/London", f"{FREE}/{TUESDAY_9}", "/privacy"):
        assert rules.can_fetch("any robot", f"{SITE}{path}"), path
    for path in (link, f"{link}/cancel", "/coach/", "/coach/sign-in", "/set-up/x",
                 "/calendar/x.ics", "/api/v1/services/x/slots"):  # fmt: skip
        assert not rules.can_fetch("any robot", f"{SITE}{path}"), path
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]


def test_the_site_map_lists_what_is_public_and_no_more_s17(app, coach, web) -> None:
    assert listed(web) == [f"{SITE}/", f"{SITE}{FREE}", f"{SITE}/privacy"]
    for url in listed(web):
        web.get(url)
    secret = value(app, "SELECT slug FROM service")
    change(app, "UPDATE service SET is_public = :no", no=False)
    assert listed(web) == [f"{SITE}/", f"{SITE}/privacy"]
    assert secret not in read(web, "/robots.txt")


def test_who_finds_a_hole_knows_whom_to_warn(app, coach, web) -> None:
    assert fields(web) == {
        "Contact": "mailto:sam@practice.example",
        "Expires": "2027-11-28T00:00:00Z",
        "Preferred-Languages": "en",
        "Canonical": f"{SITE}{SECURITY}",
    }
    until = datetime.fromisoformat(fields(web)["Expires"]) - kit_clock.now()
    assert timedelta(days=150) < until < timedelta(days=365), "RFC 9116 2.5.5"
    change(app, "UPDATE coach SET email = 'zoë+x@praxis.example', practice_version = 9")
    assert fields(web)["Contact"] == "mailto:zo%C3%AB%2Bx@praxis.example"


@pytest.mark.settings(BASE_URL="http://127.0.0.1")
def test_an_address_without_tls_is_no_canonical_one(coach, web) -> None:
    text = web.client.get(SECURITY, base_url="http://127.0.0.1").get_data(as_text=True)
    assert "Contact" in text
    assert "Canonical" not in text, "RFC 9116 2.5.2"


def test_before_set_up_nothing_fails(web) -> None:
    assert "Disallow: /set-up/" in read(web, "/robots.txt")
    assert listed(web) == [f"{SITE}/", f"{SITE}/privacy"]
    web.get(SECURITY, status=404)
