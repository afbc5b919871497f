"""A secret link opens one booking, acts by no GET, shows no more than the letter did."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from coachcrm.kit.tokens import Signer
from tests.conftest import KEY
from tests.support.cast import (
    ANN,
    FREE,
    RAVI,
    TUESDAY_10,
    book,
    cancel,
    change,
    deliver,
    dump,
    link_in,
    move,
    newest,
    value,
)
from tests.support.ics import event

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
PAGES = ("", "/reschedule", "/cancel", "/invite.ics")


@both_engines
def test_case_30_no_link_of_any_letter_acts_however_often_it_is_opened(
    app, web, mailbox, visitor
) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    book(web, "20270616T080000Z", RAVI)
    cancel(web, web.page.location)
    deliver(app)
    found = set()
    for letter in mailbox.letters:
        found |= set(re.findall(r"http://[^\s\"<>]+", letter.text + letter.html))
    assert len(found) == 4, found
    found |= {f"{url}{page}" for url in found if "/booking/" in url for page in PAGES}
    before, stranger = dump(app), visitor()
    for url in found:
        for _ in range(50 // len(PAGES)):
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = stranger.client.open(url, method=method, base_url=stranger.base_url)
                assert answer.status_code in {200, 303}, (method, url)
    assert dump(app) == before
    assert "Set-Cookie" not in stranger.get("/").headers


def test_a_booking_goes_into_a_calendar_on_the_web_with_all_but_its_secret(
    app, web, mailbox
) -> None:
    link = book(web, message="I freeze.")
    deliver(app)
    told = event(newest(mailbox, "ann@client.example").calendar)
    page = web.get(link)
    for host, title, words in (
        ("https://calendar.google.com/", "text", "details"),
        ("https://outlook.live.com/", "subject", "body"),
    ):
        [anchor] = [a for a in page.all("main a") if a.attributes["href"].startswith(host)]
        assert anchor.attributes["rel"] == "noreferrer"
        url = anchor.attributes["href"]
        query = {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}
        assert query[title] == told.one("SUMMARY").text == "Free consultation with Sam Carter"
        assert told.one("DESCRIPTION").text.startswith(f"{query[words]}\n\n")
        assert query["location"] == told.one("LOCATION").text
        assert "Sam Carter: +44 20 7946 0018, sam@practice.example" in query[words]
        assert link.rpartition("/")[2] not in url
        assert "freeze" not in url


def test_what_does_not_stand_goes_into_no_calendar(app, web) -> None:
    link = book(web)
    change(app, "UPDATE booking SET status = 'held'")
    assert "calendar.google.com" not in web.get(link).html
    change(app, "UPDATE booking SET status = 'confirmed'")
    assert "calendar.google.com" in web.get(link).html
    cancel(web, link)
    assert "calendar.google.com" not in web.get(link).html


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("phone", ["+442079460018", ""])
def test_the_entry_says_how_to_reach_the_coach(app, web, mailbox, phone) -> None:
    change(app, "UPDATE coach SET phone = :phone", phone=phone)
    link = book(web)
    move(web, link, TUESDAY_10)
    deliver(app)
    said = "+44 20 7946 0018, " if phone else ""
    for letter in mailbox.letters:
        if letter.envelope_to == ("ann@client.example",):
            told = event(letter.calendar).one("DESCRIPTION").text
            assert f"\n\nSam Carter: {said}sam@practice.example\n\n" in told
            assert "/booking/" not in letter.calendar.decode()


def test_case_34_the_first_letter_s_link_opens_the_present_booking(app, web, mailbox) -> None:
    link = book(web)
    deliver(app)
    first = link_in(newest(mailbox, "ann@client.example"))
    assert first == link
    move(web, link, TUESDAY_10)
    move(web, link, "20270616T080000Z")
    deliver(app)
    assert link_in(newest(mailbox, "ann@client.example")) == first
    assert web.get(first).h1 == "Wednesday 16 June 9:00 am to 9:30 am"
    cancel(web, link)
    assert web.get(first).h1 == "Cancelled"


@both_engines
def test_s15_every_wrong_link_is_one_and_the_same_not_found(app, web, clock) -> None:
    link = book(web)
    token = link.removeprefix("/booking/")
    text, _, signature = token.rpartition(".")
    gone = Signer((KEY,), "booking link").sign("nobody-has-this-one")
    flipped = "A" if signature[0] != "A" else "B"
    wrong = [
        gone,
        Signer((KEY,), "form").sign(text),
        Signer(("another key, of forty or more characters",), "booking link").sign(text),
        f"{text}.{flipped}{signature[1:]}",
        f"{text}x.{signature}",
        f"{text}.",
        f".{signature}",
        text,
        signature,
        token.upper(),
        token + "=",
        token[:-1],
        "1",
        "%00",
        "%ED%A0%80",
        "🙂",
        "x" * 3000,
    ]
    answers = {web.get(f"/booking/{each}", status=404).html for each in wrong}
    answers |= {
        web.get(f"/booking/{each}{page}", status=404).html for each in wrong[:5] for page in PAGES
    }
    assert len(answers) == 1
    _, pairs = web.get(f"{link}/cancel").form().data()
    before = dump(app)
    for each in wrong[:5]:
        for page in ("reschedule", "cancel"):
            web.post(f"/booking/{each}/{page}", pairs, status=404)
    assert dump(app) == before
    web.get(link)


def test_s15_a_link_of_a_booking_that_is_erased_opens_nothing(app, web) -> None:
    link = book(web)
    change(app, "DELETE FROM booking")
    for page in PAGES:
        web.get(link + page, status=404)


def test_s14_the_database_does_not_hold_the_secret_of_the_link(app, web) -> None:
    signature = book(web).rpartition(".")[2]
    tables = dump(app, but=("outbox_message",))
    assert signature not in str(tables)


def test_s17_pages_of_a_link_are_kept_by_nobody_and_told_to_nobody(web) -> None:
    link = book(web)
    for page in PAGES:
        headers = web.get(link + page).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]


def test_s18_the_page_shows_no_more_than_the_letter(web) -> None:
    link = book(web, message="A secret worry", topic="rejection", interview_on="2027-06-20")
    for page in ("", "/reschedule", "/cancel"):
        shown = web.get(link + page).html
        for secret in ("A secret worry", "After a rejection", "2027-06-20", "20 June", "Lee"):
            assert secret not in shown, (page, secret)


@both_engines
def test_the_calendar_file_is_the_client_s_newest_letter_unchanged(app, web, mailbox) -> None:
    link = book(web)
    for act in (None, lambda: move(web, link, TUESDAY_10), lambda: cancel(web, link)):
        if act is not None:
            act()
        page = web.get(f"{link}/invite.ics")
        deliver(app)
        assert page.octets == newest(mailbox, "ann@client.example").calendar
        assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert page.headers["Content-Disposition"] == 'attachment; filename="invite.ics"'


def test_case_8_the_page_says_that_the_gap_between_the_clocks_will_change(web, clock) -> None:
    clock.at("2027-03-20T12:00:00Z")
    book(web, "20270330T090000Z", RAVI)
    assert "clocks change" in web.follow().text
    book(web, "20270325T100000Z", RAVI, email="other@client.example")
    assert "clocks change" not in web.follow().text


def test_the_page_names_both_times_where_they_differ(web) -> None:
    book(web, answers=RAVI)
    text = web.follow().text
    assert "1:30 pm to 2:00 pm Kolkata time" in text
    assert "9:00 am UK time for Sam Carter" in text


def test_s39_no_link_is_built_from_the_request_s_host(app, web, coach) -> None:
    link = book(web)
    for host in ("evil.example", "127.0.0.1.evil.example", "[::1", "", "localhost:99999"):
        answer = web.client.get(link, base_url=web.base_url, headers={"Host": host})
        assert answer.status_code in {200, 400}
        assert b"evil.example" not in answer.get_data()
    assert value(app, "SELECT count(*) FROM outbox_message WHERE thread LIKE '%evil%'") == 0
    answer = web.client.get(FREE, base_url=web.base_url, headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_during_the_meeting_the_page_says_that_it_is_now(web, clock) -> None:
    link = book(web)
    clock.at("2027-06-15T08:00:00Z")
    assert web.get(link).h1 == "Our conversation is now"
    clock.at("2027-06-15T08:29:59Z")
    assert "I’ll ring you on 07400 123456" in web.get(link).text
    clock.at("2027-06-15T08:30:00Z")
    assert web.get(link).h1 == "What comes next"


def test_case_16_the_client_learns_on_the_page_that_no_letter_arrived(
    app, web, mailbox, clock
) -> None:
    link = book(web)
    assert "is on its way to" in web.get(link).text
    mailbox.refuse(550, address=ANN["email"])
    deliver(app)
    page = web.get(link)
    assert f"My letter to {ANN['email']} could not be delivered" in page.text
    assert "is on its way to" not in page.text
