"""Every letter that the program can send, in both modes and for each place, read by others.

The standard library reads the letter, vobject its calendar; neither has written either.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import vobject

from coachcrm.bookings.letters.core.catalogue import LETTERS
from tests.support.cast import ANN, RAVI, book, change
from tests.support.letters import every_letter

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
personal = pytest.mark.settings(MAIL_SENDER="sam@practice.example")
PLACES = {
    "phone": "",
    "video": "https://meet.example/sam",
    "in_person": "12 High Street, Leeds LS1 4AP",
}
# A place left open, a value that was not there, the gap where one was, and a stop too many.
MISHAP = re.compile(r"[{}]|\bNone\b|\w [.,;:](?=\s|$)|\(\)|\.\.")
WRONG = ("cv review", "a CV review", "A CV review", "Sam Carter rings")


class _Shown(HTMLParser):
    """What a page shows, as one line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._data, self._is_shown = "", True
        self.feed(html)
        self.words = " ".join(self._data.split())

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self._is_shown = tag not in {"style", "title"}
        self._data += " " if tag in {"p", "br", "li", "blockquote"} else ""

    def handle_data(self, data: str) -> None:
        self._data += data if self._is_shown else ""


@pytest.fixture(params=PLACES)
def letters(app, web, request):
    """Each letter on a booking of a service with a name in capitals, at one of the places."""
    place = request.param
    who = dict(ANN if place == "phone" else RAVI)
    if place != "phone":
        who.pop("phone")
    change(
        app, "UPDATE service SET name = 'CV review (STAR)', place = :place, place_details = :at",
        place=place, at=PLACES[place],
    )  # fmt: skip
    book(web, answers=who, message="I freeze.", topic="interview", interview_on="2027-07-01")
    return every_letter(app)


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[\w’']+", re.sub(r"http\S+", "", text)))


# What stands before a link in text, and on a button in HTML.
BEFORE_LINKS = words_in(
    "To change the time or to cancel: Whenever you would like another time: Your booking, and what "
    "can still be changed: You can move it here:"
)


def look_at(name: str, letter) -> None:
    """Look at a letter's head and at its two bodies, which say the same."""
    assert not re.search(rb"(?m)^[\w-]+:\s*$", letter.octets.split(b"\r\n\r\n")[0]), name
    assert not letter.defects, name
    shown = _Shown(letter.html).words
    for words in (letter["Subject"], letter.text, shown):
        assert not MISHAP.search(words), (name, words)
        for wrong in WRONG:
            assert wrong not in words, (name, words)
    assert not words_in(letter.text) - words_in(shown) - BEFORE_LINKS, name


def calendar_method(letter) -> str | None:
    """Return the METHOD of a letter's calendar once vobject has read it, None without one."""
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None
    read = vobject.readOne(letter.calendar.decode())
    method = read.method.value
    assert [part.get_param("method") for part in parts] == [method]
    assert read.vevent.organizer.value == f"mailto:{letter['From'].addresses[0].addr_spec}"
    assert read.vevent.summary.value.startswith("CV review (STAR)")
    named = {person.value for person in read.vevent.contents.get("attendee", [])}
    receiver = f"mailto:{letter['To'].addresses[0].addr_spec}"
    assert (receiver in named) is (method != "PUBLISH")
    return method


def test_as_agent_every_letter_is_whole_and_read_by_others(letters) -> None:
    for name, letter in letters.items():
        look_at(name, letter)
        assert calendar_method(letter) in {"REQUEST", "CANCEL", None}, name
    made = {re.sub(r".*: | to \w+$", "", name) for name in letters}
    elsewhere = {"summary"}
    assert made == {letter.kind for letter in LETTERS.values()} - elsewhere


@personal
def test_in_personal_mode_every_letter_is_whole_and_read_by_others(letters) -> None:
    for name, letter in letters.items():
        look_at(name, letter)
        method = calendar_method(letter)
        assert method is None or (method == "PUBLISH") is name.endswith("to coach"), name
