"""The coach's feed: what a calendar program reads, who may, and what it costs to ask again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.support.cast import (
    ANN,
    TUESDAY_10,
    at,
    book,
    cancel,
    change,
    deliver,
    dump,
    link_in,
    move,
    newest,
    rows,
    value,
)
from tests.support.ics import event, parse

pytestmark = [pytest.mark.usefixtures("coach", "mailbox"), pytest.mark.engines("sqlite")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
CLIENT, SAM = "ann@client.example", "sam@practice.example"
PLANT = (
    "INSERT INTO booking (public_id, coach_id, service_id, client_id, starts_at, ends_at, status, "
    "local_start, local_zone, uid, sequence, stamp_at, moves, name, email, phone, timezone, topic, "
    "message, notice_version, created_at, changed_at, cancel_reason) VALUES (:uid, 1, 1, 1, "
    ":start, :end, :status, '', 'Europe/London', :uid, 0, :made, 0, 'Ann Lee', 'a@b.example', "
    "'+447400123456', 'Europe/London', '', :message, '', :made, :made, '')"
)


def text_of(instant) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def subscribe(coach_web, shows: str = "details") -> str:
    """Make the feed's address and return its path."""
    coach_web.get("/coach/calendar")
    page = coach_web.submit("form#make", fields={"shows": shows}, status=200)
    address = page.one("code").text()
    assert re.fullmatch(r"http://127\.0\.0\.1/calendar/[\w-]{43}\.ics", address)
    return address.removeprefix("http://127.0.0.1")


def ask(app, path: str, method: str = "GET", **headers: str):
    return app.test_client().open(path, method=method, base_url="http://127.0.0.1", headers=headers)


def events(answer) -> list:
    return parse(answer.get_data()).parts


@both_engines
def test_f1_the_feed_tells_what_the_coach_s_letter_tells_and_nobody_is_asked(
    app, web, coach_web, mailbox
) -> None:
    link = book(web, message="I freeze.")
    move(web, link, TUESDAY_10)
    deliver(app)
    path = subscribe(coach_web)
    answer = ask(app, path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    told, [found] = event(newest(mailbox, SAM).calendar), events(answer)
    for name in ("UID", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION",
                 "LAST-MODIFIED", "DTSTAMP"):  # fmt: skip
        assert found.one(name).value == told.one(name).value
    assert found.one("DTSTART").instant == at(TUESDAY_10)
    calendar = parse(answer.get_data())
    assert not calendar.names & {"ATTENDEE", "ORGANIZER", "DURATION", "TZID", "RRULE"}
    assert b"VALARM" not in answer.get_data()
    assert calendar.one("METHOD").value == "PUBLISH"


def test_f2_programs_are_told_how_often_to_ask(app, coach_web) -> None:
    calendar = parse(ask(app, subscribe(coach_web)).get_data())
    every = calendar.one("REFRESH-INTERVAL")
    assert (every.parameters, every.value) == ({"VALUE": "DURATION"}, "PT15M")
    assert calendar.one("X-PUBLISHED-TTL").value == "PT15M"


@both_engines
def test_case_26_two_hundred_bookings_past_and_cancelled_ones(app, web, coach_web) -> None:
    book(web)
    for number in range(200):
        start = NOW + timedelta(hours=2 * number - 20 * 24, minutes=1)
        change(
            app,
            PLANT,
            uid=f"{number:08}@x",
            start=text_of(start),
            end=text_of(start + timedelta(minutes=30)),
            status="cancelled" if number % 10 == 0 or start.day == 15 else "confirmed",
            made=text_of(NOW - timedelta(days=40)),
            message="",
        )
    path = subscribe(coach_web)
    first, second = ask(app, path), ask(app, path)
    assert first.get_data() == second.get_data()
    uids = {found.one("UID").value for found in events(first)}
    standing = {uid for (uid,) in rows(app, "SELECT uid FROM booking WHERE status = 'confirmed'")}
    assert uids == standing
    assert len(uids) > 150
    again = ask(app, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize(
    ("days", "is_there"), [(-31, False), (-29, True), (399, True), (402, False)]
)
def test_f3_the_feed_has_a_window(app, web, coach_web, days, is_there) -> None:
    book(web)
    start = NOW + timedelta(days=days)
    change(
        app, PLANT, uid="far@x", start=text_of(start), end=text_of(start + timedelta(minutes=30)),
        status="confirmed", made=text_of(NOW - timedelta(days=60)), message="",
    )  # fmt: skip
    uids = {found.one("UID").value for found in events(ask(app, subscribe(coach_web)))}
    assert ("far@x" in uids) is is_there


@both_engines
@pytest.mark.parametrize("act", ["book", "move", "cancel", "rename"])
def test_f3_every_change_is_a_new_etag(app, web, visitor, coach_web, act) -> None:
    link = book(web)
    path = subscribe(coach_web)
    before = ask(app, path)
    if act == "book":
        book(visitor(), TUESDAY_10, {**ANN, "email": "ben@client.example"})
    elif act == "move":
        move(web, link, TUESDAY_10)
    elif act == "cancel":
        cancel(web, link)
    else:
        change(app, "UPDATE service SET name = 'First call'")
    after = ask(app, path, **{"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]


def test_f4_a_cancelled_booking_leaves_the_feed(app, web, coach_web) -> None:
    link = book(web)
    path = subscribe(coach_web)
    assert len(events(ask(app, path))) == 1
    cancel(web, link)
    assert events(ask(app, path)) == []


def test_case_27_wrong_old_and_revoked_addresses_are_one_and_the_same_404(app, coach_web) -> None:
    nowhere = ask(app, "/nowhere").get_data()
    old = subscribe(coach_web)
    new = subscribe(coach_web)
    assert ask(app, new).status_code == 200
    for path in (old, "/calendar/wrong.ics", "/calendar/.ics", new.removesuffix(".ics")):
        assert ask(app, path).status_code == 404
        assert ask(app, path).get_data() == nowhere
    coach_web.get("/coach/calendar")
    coach_web.submit("form#revoke")
    assert ask(app, new).status_code == 404
    assert "There is no address yet" in coach_web.follow().text


def test_case_27_head_and_if_modified_since(app, web, coach_web) -> None:
    book(web)
    path = subscribe(coach_web)
    whole, head = ask(app, path), ask(app, path, "HEAD")
    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert "private" in head.headers["Cache-Control"]
    assert head.headers["Last-Modified"] == whole.headers["Last-Modified"]
    before = ask(app, path, **{"If-Modified-Since": "Tue, 01 Jun 2027 07:59:59 GMT"})
    assert before.status_code == 200
    since = ask(app, path, **{"If-Modified-Since": whole.headers["Last-Modified"]})
    assert (since.status_code, since.get_data()) == (304, b"")


@both_engines
def test_f3_a_program_that_goes_by_the_date_misses_nothing_of_the_same_second(
    app, web, coach_web
) -> None:
    link = book(web)
    path = subscribe(coach_web)
    for act in (lambda: move(web, link, TUESDAY_10), lambda: cancel(web, link)):
        seen = ask(app, path).headers["Last-Modified"]
        act()
        assert ask(app, path, **{"If-Modified-Since": seen}).status_code == 200


def test_f3_a_day_on_which_nothing_changes_leaves_the_date_as_it_was(
    app, web, coach_web, clock
) -> None:
    book(web)
    path = subscribe(coach_web)
    seen = ask(app, path).headers["Last-Modified"]
    clock.move(days=2)
    assert ask(app, path, **{"If-Modified-Since": seen}).status_code == 304
    assert ask(app, path).headers["Last-Modified"] == seen


def test_f1_the_feed_has_its_name_and_says_that_the_coach_is_busy(app, web, coach_web) -> None:
    book(web)
    for shows in ("details", "busy"):
        answer = ask(app, subscribe(coach_web, shows))
        calendar, [found] = parse(answer.get_data()), events(answer)
        assert calendar.one("NAME").text == "Carter Coaching"
        assert calendar.one("X-WR-CALNAME").text == "Carter Coaching"
        assert found.one("X-MICROSOFT-CDO-BUSYSTATUS").value == "BUSY"
        assert found.one("TRANSP").value == "OPAQUE"


@both_engines
def test_s19_the_address_is_shown_once_and_kept_as_a_digest(app, coach_web) -> None:
    token = subscribe(coach_web).removeprefix("/calendar/").removesuffix(".ics")
    assert token not in repr(dump(app))
    assert token not in coach_web.get("/coach/calendar").html


def test_s19_the_coach_can_show_that_he_is_booked_and_no_more(app, web, coach_web) -> None:
    book(web, message="I freeze.")
    answer = ask(app, subscribe(coach_web, "busy"))
    [found] = events(answer)
    assert found.one("SUMMARY").value == "Booked"
    for words in (b"Ann", b"Lee", b"ann@", b"7400", b"freeze"):
        assert words not in answer.get_data()
    assert found.one("UID").value == value(app, "SELECT uid FROM booking")


def test_case_14_the_client_s_link_is_not_in_the_feed(app, web, coach_web, mailbox) -> None:
    book(web)
    deliver(app)
    link = link_in(newest(mailbox, CLIENT))
    text = ask(app, subscribe(coach_web)).get_data(as_text=True)
    assert link.rpartition("/")[2] not in text
    assert "/booking/" not in text


def test_case_10_a_note_of_odd_characters_stays_one_text(app, web, coach_web) -> None:
    book(web)
    change(
        app, PLANT, uid="odd@x", start="2027-06-16T08:00:00.000000Z",
        end="2027-06-16T08:30:00.000000Z", status="confirmed", made=text_of(NOW),
        message="a\u2028b\u202ec\rd\ufeffe\nEND:VEVENT\nBEGIN:VEVENT\nATTENDEE:mailto:x@evil.example",
    )  # fmt: skip
    found = events(ask(app, subscribe(coach_web)))
    assert [one.name for one in found] == ["VEVENT"] * 2
    [odd] = [one for one in found if one.one("UID").value == "odd@x"]
    assert "END:VEVENT\nBEGIN:VEVENT" in odd.one("DESCRIPTION").text
    assert not odd.all("ATTENDEE")
    assert not set("\u2028\u202e\r\ufeff") & set(odd.one("DESCRIPTION").text)


def test_the_page_says_how_to_subscribe_and_how_soon_it_shows(coach_web) -> None:
    text = coach_web.get("/coach/calendar").text
    for words in ("Google Calendar", "Apple Calendar", "Outlook", "once a day", "twice"):
        assert words in text
    assert "this machine" in text


def test_s19_reading_the_feed_writes_nothing(app, web, coach_web) -> None:
    book(web)
    path = subscribe(coach_web)
    before = dump(app)
    for method in ("GET", "HEAD", "OPTIONS"):
        ask(app, path, method)
    assert dump(app) == before


def test_a_stranger_makes_and_ends_no_address(app, web, coach_web) -> None:
    path = subscribe(coach_web)
    for act in ("/coach/calendar", "/coach/calendar/revoke"):
        assert app.test_client().post(act, base_url="http://127.0.0.1").status_code == 303
    assert ask(app, path).status_code == 200
