"""The first page in a real Chromium, with all that a coach can say of himself."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from tests.support.browsing import book, inspect, look
from tests.support.cast import FREE

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

# Words of dates, times and deeds of which a part stands on another line.
BROKEN_WORDS = """[...document.querySelectorAll(".offer, .when, .btn")].flatMap(shown => {
  const walk = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    for (const word of node.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const tops = [...range.getClientRects()].map(box => Math.round(box.top));
      if (new Set(tops).size > 1) found.push(word[0]);
    }
  return found;
})"""


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
    booking, times = book(page), f"{FREE}?tz=Europe/London"
    page.goto(times)
    form = page.locator("a.slot").last.get_attribute("href")
    taken = re.sub("T[0-9]{6}Z", "T030000Z", form)
    of_booking = [booking, f"{booking}/reschedule", f"{booking}/cancel"]
    public = ["/?tz=Europe/London", times, f"{times}&from=2020-01-01", "/time-zones", form, taken]
    for path in [*public, *of_booking, "/booking/nothing", "/privacy"]:
        page.goto(path)
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
        assert page.evaluate(BROKEN_WORDS) == [], path
