"""The first page in a real Chromium, with all that a coach can say of himself."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.support.browsing import inspect, look

SAID = """
INSERT INTO coach_page (coach_id, surname, line, half_hour, site_url, profile_url, hue) VALUES (
  1, 'O''Connor-Featherstonehaugh', 'Interview coach, fifteen years in recruitment and on panels',
  'What they told you: And what they did not.' || char(10) ||
  'What went well, what cost you: Said plainly, by someone who sat on the other side.' ||
  char(10) || 'One thing to do next: Small enough to do before your next interview.',
  'https://www.reedinterviews.example', 'https://www.linkedin.com/in/reed', 100);
UPDATE coach SET about = 'I spent fifteen years on the other side of the table. Now I help people '
  || 'who were turned down find out why. ' || about, practice_version = practice_version + 1;
"""
SHIFTS = """new Promise(done => new PerformanceObserver(list =>
  done(list.getEntries().reduce((sum, shift) => sum + shift.value, 0))
).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 300))"""


@pytest.fixture
def said(coach, database_url) -> None:
    """Let the coach say all that he can about himself."""
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection:
        connection.executescript(SAID)


def bottom(page, selector: str) -> float:
    return page.locator(selector).first.evaluate("e => e.getBoundingClientRect().bottom")


def test_the_first_time_is_seen_on_a_phone_without_scrolling(said, page, server) -> None:
    page.set_viewport_size({"width": 390, "height": 664})
    page.goto("/?tz=Europe/London")
    assert page.locator("a.offer").count() == 3
    assert bottom(page, "a.offer") <= 664
    assert page.evaluate(SHIFTS) == 0
    for width in (320, 360, 768, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert look(page) == [], width
    inspect(page, ["/?tz=Europe/London", "/?tz=Asia/Tokyo", "/booking/nothing"])


def test_letters_twice_as_large_stick_out_nowhere(said, new_context, server) -> None:
    context = new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = context.new_page()
    for path in ("/?tz=Europe/London", "/booking/nothing", "/privacy"):
        page.goto(path)
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
