"""Several services of one coach: by link, by video, in person, and all in one diary."""

from __future__ import annotations

import pytest

from coachcrm.bookings.letters.operations.jobs import send_what_is_due
from coachcrm.kit.time import clock as kit_clock
from tests.support.cast import (
    ANN,
    FREE,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    at_once,
    book,
    cancel,
    change,
    deliver,
    move,
    newest,
    rows,
)
from tests.support.ics import event

pytestmark = pytest.mark.usefixtures("coach")
only_sqlite = pytest.mark.engines("sqlite")
ANN_AT, SAM = "ann@client.example", "sam@practice.example"
LINK = "https://meet.example/j/77?pwd=a&b=1"
ADDRESS = "12 High Street, Leeds LS1 4AB"


def offer(app, slug: str, **more: object) -> str:
    """Put one more service on offer, and return the path of its times."""
    values = {
        "coach_id": 1, "slug": slug, "name": "Follow-up", "words": "", "duration_min": 60,
        "grid_min": 30, "before_min": 0, "after_min": 0, "notice_min": 60, "horizon_days": 60,
        "cutoff_min": 120, "most_moves": 3, "one_upcoming": False, "place": "phone",
        "place_details": "", "is_public": True, "is_active": True, **more,
    }  # fmt: skip
    marks = ", ".join(f":{name}" for name in values)
    change(app, f"INSERT INTO service ({', '.join(values)}) VALUES ({marks})", **values)
    return f"/book/{slug}"


def meet(app, place: str, details: str) -> None:
    change(app, "UPDATE service SET place = :p, place_details = :d", p=place, d=details)


def times(web, path: str, on: str = "2027-06-15") -> list[str]:
    return [n.text().strip() for n in web.get(f"{path}?from={on}").all(f"#d{on} ~ div a.slot")]


def send_due(app) -> None:
    """Let the worker send what is due now, reminders and morning cards too."""
    with app.app_context():
        site, diary = app.extensions["coachcrm.site"], app.extensions["coachcrm.diary"]
        send_what_is_due(site, diary, now=kit_clock.now())
    deliver(app)


def book_at(web, path: str, start: str, answers: dict = ANN, **more: str) -> str:
    web.get(f"{path}/{start}")
    fields = {k: v for k, v in {**answers, **more}.items() if k in web.page.form().names}
    web.submit(**{k: v for k, v in fields.items() if k != "timezone"})
    return web.page.location


# ------------------------------------------------------------------------- one diary for all


@pytest.mark.parametrize(
    ("after_of_first", "before_of_other", "free"),
    [
        (0, 0, "10:30 am"),
        (15, 0, "10:45 am"),
        (0, 30, "11:00 am"),
        (15, 30, "11:00 am"),
        (30, 15, "11:00 am"),
    ],
)
def test_a_booking_of_one_service_takes_its_time_and_the_larger_buffer_from_the_other(
    app, web, after_of_first: int, before_of_other: int, free: str
) -> None:
    change(app, "UPDATE service SET after_min = :n, grid_min = 15", n=after_of_first)
    other = offer(app, "follow-up", grid_min=15, before_min=before_of_other)
    assert "9:00 am" in times(web, other)
    book(web, TUESDAY_10)
    # The first ends at 10:30; what is before it must end by 10:00, an hour long.
    found = times(web, other)
    assert found[0] == "9:00 am"
    assert found[1] == free


def test_a_booking_of_the_longer_service_takes_the_short_ones_times(app, web) -> None:
    other = offer(app, "follow-up", after_min=30)
    book_at(web, other, TUESDAY_9)
    assert times(web, FREE)[0] == "10:30 am"
    web.get(f"{FREE}/{TUESDAY_9}", status=409)
    web.get(f"{FREE}/20270615T083000Z", status=409)


def test_of_two_services_at_once_one_gets_the_hour(app, visitor) -> None:
    other = offer(app, "follow-up")
    ann, ravi = visitor(), visitor()
    ann.get(f"{FREE}/20270615T083000Z")
    ravi.get(f"{other}/{TUESDAY_9}")
    at_once(
        lambda: ann.submit(status=None, **ANN),
        lambda: ravi.submit(name=RAVI["name"], email=RAVI["email"], phone=RAVI["phone"]),
    )
    assert len(rows(app, "SELECT id FROM booking")) == 1


@only_sqlite
def test_caps_count_each_service_for_itself(app, web) -> None:
    other = offer(app, "follow-up", day_cap=1, duration_min=30)
    book(web, TUESDAY_9)
    assert len(times(web, other)) > 1
    book_at(web, other, "20270615T140000Z", RAVI)
    assert times(web, other) == []
    assert times(web, FREE) != []


# ------------------------------------------------------------------------------------ by link


def test_s17_a_service_by_link_is_on_no_page_and_its_own_pages_are_told_to_nobody(app, web) -> None:
    secret = offer(app, "follow-up-4cZ0mLx7Qw-9aKfWn_2tYg", is_public=False)
    for path in ("/", FREE, "/privacy", "/time-zones"):
        page = web.get(path)
        assert "Follow-up" not in page.text
        assert "4cZ0mLx7Qw" not in page.html
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "X-Robots-Tag" not in page.headers
    assert times(web, secret)[0] == "9:00 am"
    slug = secret.removeprefix("/book/")
    api = f"/api/v1/services/{slug}/slots?from=2027-06-15&to=2027-06-15"
    for path in (secret, f"{secret}/{TUESDAY_9}", f"/time-zones?service={slug}", api):
        headers = web.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Cache-Control"] == "no-store"
    link = book_at(web, secret, TUESDAY_9)
    assert web.get(link).title.startswith("You are booked · Tuesday 15 June")
    assert web.get(f"{secret}/{TUESDAY_9}", status=409).headers["Referrer-Policy"] == "no-referrer"
    wrong = web.get(f"{secret}x", status=404).text
    assert wrong == web.get("/book/nothing", status=404).text


def test_whoever_has_cancelled_is_not_handed_a_link_made_since(app, web, mailbox) -> None:
    secret = offer(app, "follow-up-4cZ0mLx7Qw-9aKfWn_2tYg", is_public=False)
    link = book_at(web, secret, TUESDAY_9)
    change(app, "UPDATE service SET slug = 'follow-up-new' WHERE NOT is_public")
    move(web, link, TUESDAY_10)
    cancel(web, link)
    page = web.follow()
    assert "use the link that I gave you" in page.text
    assert "follow-up-new" not in page.html
    deliver(app)
    assert not [letter for letter in mailbox.letters if "follow-up-new" in letter.text]


@only_sqlite
def test_a_closed_services_bookings_live_on(app, web, mailbox) -> None:
    link = book(web)
    change(app, "UPDATE service SET is_active = false")
    move(web, link, TUESDAY_10)
    assert "Tuesday 15 June 10:00 am to 10:30 am" in web.follow().text
    cancel(web, link)
    web.follow()
    web.click("Book another time")
    assert "Booking here is closed" in web.page.text


@only_sqlite
def test_a_service_closed_while_somebody_types_is_not_booked(app, web) -> None:
    web.get(f"{FREE}/{TUESDAY_9}")
    change(app, "UPDATE service SET is_active = false")
    web.submit(status=404, **ANN)
    assert rows(app, "SELECT id FROM booking") == []


# --------------------------------------------------------------------------- where they meet


def test_c12_by_video_the_link_is_the_place_in_letters_pages_and_calendars(
    app, web, mailbox, coach_web
) -> None:
    meet(app, "video", LINK)
    assert "30 minutes by video." in web.get("/").text
    form = web.get(f"{FREE}/{TUESDAY_9}")
    assert "meet.example" not in form.html, "who has not booked does not get the link"
    link = book_at(web, FREE, TUESDAY_9)
    assert web.get(link).link(LINK) == LINK
    deliver(app)
    for address in (ANN_AT, SAM):
        letter = newest(mailbox, address)
        assert f"By video: {LINK}\n" in letter.text.replace("\r\n", "\n")
        assert 'href="https://meet.example/j/77?pwd=a&amp;b=1"' in letter.html
        found = event(letter.calendar)
        assert found.one("LOCATION").text == LINK
        assert f"By video: {LINK}" in found.one("DESCRIPTION").text
        assert "rings" not in letter.text
        assert "Ring " not in letter.text
    assert coach_web.get("/coach/bookings/1").link(LINK) == LINK


def test_in_person_the_address_is_the_place_in_letters_pages_and_calendars(
    app, web, mailbox, coach_web
) -> None:
    meet(app, "in_person", ADDRESS)
    assert f"30 minutes in person, {ADDRESS}." in web.get("/").text
    link = book_at(web, FREE, TUESDAY_9)
    assert f"In person: {ADDRESS}" in web.get(link).text
    deliver(app)
    for address in (ANN_AT, SAM):
        letter = newest(mailbox, address)
        assert f"In person: {ADDRESS}." in letter.text
        assert ADDRESS in letter.html
        found = event(letter.calendar)
        assert found.one("LOCATION").text == ADDRESS
        assert f"In person: {ADDRESS}" in found.one("DESCRIPTION").text
    assert f"In person: {ADDRESS}" in coach_web.get("/coach/bookings/1").text


@only_sqlite
def test_by_phone_the_words_are_who_rings_whom(app, web, mailbox) -> None:
    link = book(web)
    assert "I’ll ring you on 07400 123456" in web.get(link).text
    deliver(app)
    letter = newest(mailbox, ANN_AT)
    assert "I will ring you on 07400 123456." in letter.text
    assert event(letter.calendar).one("LOCATION").text == (
        "By phone: Sam Carter rings you on +44 7400 123456"
    )
    assert "Ring 07400 123456." in newest(mailbox, SAM).text


@only_sqlite
@pytest.mark.parametrize(
    ("place", "details", "said"),
    [("video", LINK, f"By video: {LINK}"), ("in_person", ADDRESS, f"In person: {ADDRESS}")],
)
def test_reminders_and_the_morning_card_say_the_place(
    app, web, mailbox, clock, place: str, details: str, said: str
) -> None:
    meet(app, place, details)
    book_at(web, FREE, TUESDAY_9)
    clock.at("2027-06-14T08:00:30Z")
    send_due(app)
    assert said in newest(mailbox, ANN_AT).text
    clock.at("2027-06-15T06:00:30Z")
    send_due(app)
    assert said in newest(mailbox, SAM).text


@only_sqlite
def test_today_opens_the_video_and_does_not_say_to_ring(app, web, coach, coach_web, clock) -> None:
    meet(app, "video", LINK)
    book_at(web, FREE, TUESDAY_9)
    clock.at("2027-06-15T07:00:00Z")
    coach_web.sign_in()
    page = coach_web.get("/coach/")
    assert page.link("Open the video meeting") == LINK
    assert "Ring " not in page.text
