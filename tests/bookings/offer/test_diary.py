"""What is kept ready between requests is never stale, whoever changed the database, and how."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from flask import request

from coachcrm.app import create_app
from coachcrm.bookings.offer.pages.running_diary import Shown, diary_now, offered
from coachcrm.kit.time import clock as program_clock
from coachcrm.kit.web.packed import Packed
from coachcrm.kit.web.ready import SENT_AGAIN
from tests.support.applications import close
from tests.support.cast import FREE, TUESDAY_9, book, change, value
from tests.support.pages import Visitor, words

pytestmark = pytest.mark.usefixtures("coach")
PAGE = f"{FREE}?from=2027-06-15"
MONTH = "/api/v1/services/free-consultation/slots?from=2027-06-15&to=2027-07-14"
INSERT = "INSERT INTO booking (coach_id, starts_at, ends_at, status) VALUES "
ROW = "(1, '2027-06-15T08:00:00.000000Z', '2027-06-15T08:30:00.000000Z', 'confirmed')"


def is_offered(web, start: str = TUESDAY_9) -> bool:
    offered = f"/{start}" in web.get(PAGE).html
    web.get(f"{FREE}/{start}", status=200 if offered else 409)
    return offered


def test_a_booking_made_moved_cancelled_and_deleted_in_plain_sql_is_seen(app, web) -> None:
    assert is_offered(web)
    change(app, INSERT + ROW)
    assert not is_offered(web)
    change(
        app,
        "UPDATE booking SET starts_at = '2027-06-15T10:00:00.000000Z', "
        "ends_at = '2027-06-15T10:30:00.000000Z'",
    )
    assert is_offered(web)
    assert not is_offered(web, "20270615T100000Z")
    change(app, "UPDATE booking SET status = 'cancelled'")
    assert is_offered(web, "20270615T100000Z")
    change(app, "UPDATE booking SET status = 'held'")
    assert not is_offered(web, "20270615T100000Z")
    change(app, "DELETE FROM booking")
    assert is_offered(web, "20270615T100000Z")


def test_weekly_hours_changed_in_plain_sql_are_seen(app, web) -> None:
    assert is_offered(web)
    change(app, "UPDATE weekly_hours SET opens = 570 WHERE weekday = 1 AND opens = 540")
    assert not is_offered(web)
    change(
        app, "INSERT INTO weekly_hours (coach_id, weekday, opens, closes) VALUES (1, 1, 540, 570)"
    )
    assert is_offered(web)
    change(app, "DELETE FROM weekly_hours WHERE weekday = 1")
    assert not is_offered(web)


def test_a_service_changed_in_plain_sql_is_seen(app, web) -> None:
    assert "30 minutes" in web.get(f"{FREE}/{TUESDAY_9}").text
    change(app, "UPDATE service SET duration_min = 45, name = 'A long talk'")
    page = web.get(f"{FREE}/{TUESDAY_9}")
    assert "45 minutes" in page.text
    assert "A long talk" in page.text
    change(app, "UPDATE service SET is_active = false")
    web.get(PAGE, status=404)


def test_the_coach_renamed_in_plain_sql_is_seen(app, web) -> None:
    assert "Carter Coaching" in words(web.get(PAGE).one("footer"))
    change(app, "UPDATE coach SET practice = 'New Leaf'")
    assert "New Leaf" in words(web.get(PAGE).one("footer"))
    change(app, "UPDATE coach SET name = 'Samantha Carter', practice = ''")
    assert "Samantha Carter" in words(web.get(PAGE).one("footer"))


def test_the_coachs_page_changed_in_plain_sql_is_seen(app, web) -> None:
    assert web.get(PAGE).has("link[href$='public.css']")
    change(app, "INSERT INTO coach_page (coach_id, surname, hue) SELECT id, 'Reed', 30 FROM coach")
    assert "Reed" in words(web.get(PAGE).one("header"))
    assert web.get(PAGE).has("link[href$='public-30.css']")
    change(app, "UPDATE coach_page SET hue = 31")
    assert web.get(PAGE).has("link[href$='public-31.css']")
    change(app, "DELETE FROM coach_page")
    assert web.get(PAGE).has("link[href$='public.css']")


def test_the_coach_moved_to_another_zone_in_plain_sql_is_seen(app, web) -> None:
    assert is_offered(web)
    change(app, "UPDATE coach SET timezone = 'Europe/Berlin'")
    assert not is_offered(web, "20270615T110000Z")
    assert is_offered(web, "20270615T070000Z")


def test_a_change_that_is_rolled_back_leaves_no_trace(app, web) -> None:
    before = value(app, "SELECT bookings_version FROM coach")
    with pytest.raises(Exception, match="booking_no_overlap"):
        change(app, INSERT + ROW + ", " + ROW)
    assert value(app, "SELECT bookings_version FROM coach") == before
    assert is_offered(web)


def test_only_what_decides_the_offer_raises_a_version(app, web) -> None:
    change(app, "UPDATE coach SET password_hash = 'x'")
    practice = value(app, "SELECT practice_version FROM coach")
    book(web)
    assert value(app, "SELECT practice_version FROM coach") == practice
    change(app, "UPDATE coach SET about = 'Something new'")
    assert value(app, "SELECT practice_version FROM coach") == practice + 1


def test_two_applications_on_one_database_see_each_other_s_bookings(app, settings, web) -> None:
    other = create_app(settings)
    elsewhere = Visitor(other.test_client(), settings.base_url)
    assert is_offered(web)
    assert is_offered(elsewhere)
    book(elsewhere)
    assert not is_offered(web)
    close(other)


def test_a_kept_page_is_never_stale_by_one_second_of_notice_or_one_midnight(web, clock) -> None:
    """With a day's notice, nine on Tuesday is on offer up to nine on Monday, and then no more."""
    api = "/api/v1/services/free-consultation/slots?from=2027-06-15&to=2027-06-15"
    clock.at("2027-06-14T07:59:59Z")
    for _ in range(2):
        assert f"/{TUESDAY_9}" in web.get(PAGE).html
        assert b"2027-06-15T08:00:00Z" in web.get(api).octets
    clock.at("2027-06-14T08:00:00Z")
    assert f"/{TUESDAY_9}" in web.get(PAGE).html
    assert b"2027-06-15T08:00:00Z" in web.get(api).octets
    clock.move(seconds=1)
    assert f"/{TUESDAY_9}" not in web.get(PAGE).html
    assert b"2027-06-15T08:00:00Z" not in web.get(api).octets
    clock.at("2027-06-14T22:59:59Z")
    assert web.get(f"{FREE}?from=2027-06-01").link("Later week →").endswith("from=2027-06-21")
    clock.move(seconds=1)
    assert web.get(f"{FREE}?from=2027-06-01").link("Later week →").endswith("from=2027-06-22")
    clock.at("2027-06-13T08:00:00Z")
    assert f"/{TUESDAY_9}" in web.get(PAGE).html


def test_a_kept_page_of_a_day_follows_the_clock_and_the_bookings_of_other_days(web, clock) -> None:
    clock.at("2027-06-14T22:59:59Z")
    asked = f"{FREE}?day=2027-06-16"

    def strip() -> list[str]:
        return [words(node) for node in web.get(asked).all(".days > li")]

    assert strip()[:3] == ["Mon 14 June none", "Tue 15 June none", "Wed 16 June 12 free"]
    clock.move(seconds=1)
    assert strip()[:2] == ["Tue 15 June none", "Wed 16 June 12 free"]
    book(web, "20270617T080000Z")
    assert strip()[1:3] == ["Wed 16 June 12 free", "Thu 17 June 10 free"]
    clock.at("2027-06-15T08:00:00Z")
    assert strip()[1] == "Wed 16 June 12 free"
    clock.move(seconds=1)
    assert strip()[1] == "Wed 16 June 11 free"


def test_a_page_is_sent_packed_and_not_again_to_who_has_it(coach, web) -> None:
    plain = web.client.get(PAGE, base_url="http://127.0.0.1")
    takes = {"Accept-Encoding": "gzip"}
    packed = web.client.get(PAGE, base_url="http://127.0.0.1", headers=takes)
    assert packed.content_encoding == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert len(packed.get_data()) < len(plain.get_data())
    for first, headers in ((plain, {}), (packed, takes)):
        again = {**headers, "If-None-Match": first.headers["ETag"]}
        answer = web.client.get(PAGE, base_url="http://127.0.0.1", headers=again)
        assert (answer.status_code, answer.get_data()) == (304, b"")
    # The one form is not the other.
    assert plain.headers["ETag"] != packed.headers["ETag"]
    book(web, TUESDAY_9)
    again = {"If-None-Match": plain.headers["ETag"]}
    assert web.client.get(PAGE, base_url="http://127.0.0.1", headers=again).status_code == 200


@pytest.mark.parametrize("path", [PAGE, MONTH])
def test_what_is_sent_again_is_the_same_to_the_last_header(coach, visitor, path) -> None:
    first, again = (visitor().client.get(path, base_url="http://127.0.0.1") for _ in range(2))
    assert again.get_data() == first.get_data()
    assert [h for h in first.headers if h[0] != "Date"] == list(again.headers)


@pytest.mark.engines("sqlite")
def test_what_was_made_of_an_older_look_is_kept_for_nobody(app, coach, web) -> None:
    """The session of a request may have looked before a booking that its question then knows of."""
    now = program_clock.now()
    with app.test_request_context(FREE, base_url="http://127.0.0.1"):
        diary_now(now)
        change(app, "UPDATE coach SET bookings_version = bookings_version + 1")
        shown = (Shown(Packed.of(b"old", "text/plain"), is_secret=False), now + timedelta(days=1))
        assert offered(("a",), lambda _: shown, now=now).get_data() == b"old"
        assert SENT_AGAIN not in request.environ
    with app.test_request_context(FREE, base_url="http://127.0.0.1"):
        shown = (Shown(Packed.of(b"new", "text/plain"), is_secret=False), now + timedelta(days=1))
        assert offered(("a",), lambda _: shown, now=now).get_data() == b"new"
        shown = (Shown(Packed.of(b"no", "text/plain"), is_secret=False), now + timedelta(days=1))
        assert offered(("a",), lambda _: shown, now=now).get_data() == b"new"


@pytest.mark.engines("sqlite")
def test_a_clock_that_jumps_leaves_no_page_of_another_day_r10(app, settings, web, clock) -> None:
    """Set wrong between two requests, and put right: each page is as an untouched program's."""
    api = "/api/v1/services/free-consultation/slots?from=2027-06-15&to=2027-07-20"
    begun, tuesday = clock.now, book(web, TUESDAY_9)
    for days in (0, 1, 0, -1, 0, 40, 0):
        clock.at(begun + timedelta(days=days))
        untouched = create_app(settings)
        elsewhere = Visitor(untouched.test_client(), settings.base_url)
        for page in (FREE, api):
            assert shown(web, page) == shown(elsewhere, page), (page, days)
        close(untouched)
        # What is read anew now must still do when the clock is put right.
        change(app, "UPDATE coach SET bookings_version = bookings_version + 1")
        web.get(FREE)
    assert not is_offered(web)
    web.get(tuesday)


def shown(web, page: str) -> str:
    found = web.get(page)
    return found.text if found.html else found.octets.decode()
