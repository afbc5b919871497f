"""A stranger who signs with a link: the letters and entries of a booking carry none of it (S64)."""

from __future__ import annotations

import pytest

from tests.support.cast import ANN, TUESDAY_10, book, cancel, deliver, move, newest
from tests.support.ics import event

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
CLIENT, SAM = "ann@client.example", "sam@practice.example"
LURES = ["Win at https://evil.example/x", "evil.example", "www.evil", "Ring 07400 999888", "a@evil"]


def lure_in(lure: str, text: str) -> bool:
    return any(word in text for word in (lure, "evil", "999888"))


@pytest.fixture(params=LURES)
def lure(request) -> str:
    return request.param


def test_s64_no_head_and_no_entry_of_a_booking_s_life_carries_it(app, web, mailbox, lure) -> None:
    link = book(web, name=lure)
    move(web, link, TUESDAY_10)
    cancel(web, link)
    assert deliver(app) == 6
    for letter in mailbox.letters:
        head = "\n".join(f"{field}: {value}" for field, value in letter.items())
        assert not lure_in(lure, head)
        assert not lure_in(lure, letter.calendar.decode().replace("\r\n ", ""))
        found = event(letter.calendar)
        assert [a.parameters["CN"] for a in found.all("ATTENDEE")] == ["ann", "Sam Carter"]
    for letter in mailbox.to(CLIENT):
        assert letter["To"].addresses[0].display_name == "ann"
        assert not lure_in(lure, letter.text + letter.html)
        assert letter.text.startswith("Hello,\r\n")
    assert event(newest(mailbox, SAM).calendar).one("SUMMARY").text == "Free consultation: ann"


def test_the_coach_reads_the_name_as_it_was_typed_and_it_leads_nowhere(
    app, web, coach_web, mailbox, lure
) -> None:
    book(web, name=lure)
    deliver(app)
    letter = newest(mailbox, SAM)
    assert lure in letter.text
    assert lure in letter.html
    for address in ("/coach/", "/coach/clients", "/coach/clients/1", "/coach/bookings/1/letters"):
        page = coach_web.get(address)
        assert lure in page.text, address
        hrefs = [a.attributes.get("href", "") for a in page.all("a")]
        assert not any(lure_in(lure, href) for href in hrefs)
    assert 'href="https://evil' not in letter.html


def test_who_has_no_better_address_is_a_visitor(app, web, mailbox) -> None:
    book(web, name="evil.example", email="evil.example@client.example")
    deliver(app)
    [theirs] = mailbox.to("evil.example@client.example")
    assert theirs["To"].addresses[0].display_name == "A visitor"
    told = event(newest(mailbox, SAM).calendar)
    assert told.one("SUMMARY").text == "Free consultation: A visitor"
    assert told.all("ATTENDEE")[0].parameters["CN"] == "A visitor"


def test_the_feed_and_the_letter_after_a_conversation_know_the_same(
    app, web, coach_web, mailbox, clock
) -> None:
    book(web, name="https://evil.example")
    coach_web.get("/coach/calendar")
    page = coach_web.submit("form#make", fields={"shows": "details"}, status=200)
    address = page.one("code").text().removeprefix("http://127.0.0.1")
    feed = app.test_client().get(address, base_url="http://127.0.0.1").get_data(as_text=True)
    assert "Free consultation: ann" in feed.replace("\r\n ", "")
    assert "evil" not in feed
    clock.at("2027-06-15T08:30:00Z")
    coach_web.sign_in().get("/coach/bookings/1/call")
    coach_web.submit("form.note", button="Save", fields={"block-0-text": "You were warm."})
    coach_web.get("/coach/notes/1/share")
    coach_web.submit('form[action="/coach/notes/1/share/1"]')
    coach_web.get("/coach/bookings/1/letter")
    coach_web.submit()
    deliver(app)
    letter = newest(mailbox, CLIENT)
    assert letter["Subject"] == "After our conversation"
    assert letter["To"].addresses[0].display_name == "ann"


@pytest.mark.parametrize("name", ["Zoë O'Connor-Łukasz", "李小龍 🙂", "محمد", 'Lee, Ann: "MBA"; x'])
def test_case_36_of_booking_a_name_that_is_no_link_stays_whole(app, web, mailbox, name) -> None:
    book(web, answers=ANN, name=name)
    deliver(app)
    assert newest(mailbox, CLIENT)["To"].addresses[0].display_name == name
    told = event(newest(mailbox, SAM).calendar)
    assert told.one("SUMMARY").text == f"Free consultation: {name}"
    assert name in told.one("DESCRIPTION").text
