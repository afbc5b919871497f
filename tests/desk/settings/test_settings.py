"""What the coach says of himself is on his page at once, in every process."""

from __future__ import annotations

import pytest

from coachcrm.app import create_app
from coachcrm.kit.data.db import db
from tests.support.cast import FREE, book, change, dump, rows
from tests.support.pages import Visitor

URL = "/coach/settings"
only_sqlite = pytest.mark.engines("sqlite")


@pytest.fixture
def elsewhere(settings, coach):
    """A visitor of another process, which has its own memory of what the pages say."""
    other = create_app(settings)
    yield Visitor(other.test_client(), settings.base_url)
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_form_shows_what_is_stored(coach_web, coach) -> None:
    data = coach_web.get(URL).form().data()[1]
    assert (data["name"], data["practice"]) == (coach.name, coach.practice)
    assert f"You sign in with {coach.email}" in coach_web.page.text
    assert data["phone"] == "+44 20 7946 0018"
    assert data["timezone"] == "London"


def test_a_change_is_seen_at_once_by_another_process(coach_web, elsewhere) -> None:
    assert "Carter Coaching" in elsewhere.get("/").html
    elsewhere.get(f"{FREE}?from=2027-06-15")
    coach_web.get(URL)
    coach_web.submit(
        name="Samuel Carter",
        practice="The Quiet Desk",
        phone="0131 496 0000",
        about="Now in Edinburgh.",
        timezone="America/New_York",
    )
    assert "Saved" in coach_web.follow().text
    page = elsewhere.get("/")
    assert page.h1 == "Samuel Carter"
    assert "The Quiet Desk" in page.html
    assert "Now in Edinburgh." in page.text
    assert "Carter Coaching" not in page.html
    assert "New York time" in elsewhere.get(f"{FREE}?from=2027-06-15").text
    assert "The Quiet Desk" in elsewhere.get("/privacy").html


def test_times_stay_in_their_moment_when_the_coach_moves(app, coach_web, elsewhere) -> None:
    link = book(elsewhere)
    coach_web.get(URL)
    coach_web.submit(timezone="Asia/Tokyo", status=409)
    coach_web.submit()
    assert rows(app, "SELECT local_zone, local_start FROM booking") == [
        ("Europe/London", "2027-06-15 09:00")
    ]
    assert "5:00 pm" in coach_web.get("/coach/bookings").text
    assert "9:00 am to 9:30 am" in elsewhere.get(link).text


def test_meetings_that_another_zone_puts_outside_his_hours_are_shown_first(
    app, coach, coach_web, web
) -> None:
    book(web)
    coach_web.get(URL)
    page = coach_web.submit(timezone="Asia/Tokyo", about="Now in Tokyo.", status=409)
    assert "This meeting stays in your diary" in page.text
    assert "Ann Lee" in page.text
    assert rows(app, "SELECT timezone, about FROM coach") == [("Europe/London", coach.about)]
    page = coach_web.submit(button="Go back and change it", status=200)
    assert page.form("form.form").data()[1]["about"] == "Now in Tokyo."
    assert rows(app, "SELECT timezone FROM coach") == [("Europe/London",)]


@only_sqlite
def test_optional_things_may_go(app, coach_web) -> None:
    coach_web.get(URL)
    coach_web.submit(practice="", phone="", about="")
    assert rows(app, "SELECT practice, phone, about FROM coach") == [("", "", "")]
    for path in ("/", "/privacy", "/coach/"):
        coach_web.get(path)


BAD = {
    "name": ["", "   ", "x" * 121, "a\nb", "a\0b", "\u202eevil", "x" * 100_000],
    "practice": ["x" * 121, "a\rb"],
    "phone": ["12", "ring me", "0" * 41, "\0"],
    "about": ["x" * 601, "a\0b"],
    "sources": ["x" * 81, "\n".join(map(str, range(13))), "a\0b"],
    "timezone": ["Mars/Phobos", "../../etc/passwd", "Factory", "x" * 100_000],
}


@only_sqlite
@pytest.mark.parametrize("name", BAD)
def test_errors_keep_what_was_typed_and_change_nothing(app, coach_web, name: str) -> None:
    good = coach_web.get(URL).form().data()[1].to_dict()
    before = dump(app)
    for value in BAD[name]:
        page = coach_web.post(URL, {**good, "about": "A new line.", name: value}, status=422)
        assert list(page.errors) == [name], value
        if name != "about":
            assert page.form().data()[1]["about"] == "A new line."
        assert page.title.startswith("Error:")
    assert dump(app) == before


SOURCES = "SELECT sources FROM coach_page"


def test_how_people_may_have_heard_is_the_coach_s_own_list(app, coach_web) -> None:
    usual = coach_web.get(URL).form().data()[1]["sources"]
    assert usual.splitlines()[:2] == ["A friend or colleague", "LinkedIn"]
    coach_web.submit()
    assert rows(app, SOURCES) == [], "the usual list is kept nowhere"
    coach_web.get(URL)
    coach_web.submit(sources="My talk in Leeds\nA friend")
    assert coach_web.get(URL).form().data()[1]["sources"] == "My talk in Leeds\r\nA friend"
    coach_web.submit(sources="")
    assert coach_web.get(URL).form().data()[1]["sources"] == ""
    coach_web.submit(sources=usual)
    assert rows(app, SOURCES) == [(None,)]


@only_sqlite
def test_what_is_not_on_the_form_is_ignored_s47(app, coach, coach_web) -> None:
    good = coach_web.get(URL).form().data()[1].to_dict()
    more = {"password_hash": "x", "id": "2", "singleton": "9", "password": "x", "email": "x@y.z"}
    coach_web.post(URL, {**good, **more})
    [row] = rows(app, "SELECT id, email, password_hash FROM coach")
    assert row[:2] == (1, coach.email)
    assert row[2].startswith("$argon2id$")


@only_sqlite
def test_letters_are_said_to_come_from_where_they_do(mailbox, coach, coach_web) -> None:
    assert "Invitations come from bookings@practice.example in your name" in coach_web.get(URL).text
    coach_web.click("Change your address")
    coach_web.submit(email="bookings@practice.example", present_password=coach.password)
    assert "from your own address" in coach_web.follow().text


@only_sqlite
@pytest.mark.settings(MAIL_SENDER="sam@bücher.example")
def test_an_address_with_a_domain_in_letters_of_its_own_is_the_coach_s_own(
    mailbox, coach, coach_web
) -> None:
    """His calendar is told of one address, however its domain is written on either side."""
    assert "Invitations come from sam@" in coach_web.get(URL).text
    coach_web.click("Change your address")
    coach_web.submit(email="sam@xn--bcher-kva.example", present_password=coach.password)
    assert "from your own address" in coach_web.follow().text


@only_sqlite
def test_no_query_is_a_bug_s32(coach_web) -> None:
    values = ("%00", "%ed%a0%80", "%ff", "x" * 5000, "-1", "9" * 9, "9" * 400, "%D9%A1", "²")
    for path in ("/coach/mail", "/coach/bookings", URL, "/coach/"):
        for name in ("before", "show", "saved", "zzz"):
            for value in values:
                coach_web.get(f"{path}?{name}={value}")


# -------------------------------------------------------------------------------------- the mail


def test_letters_are_listed_newest_first_fifty_a_page(app, coach_web, web) -> None:
    book(web)
    columns = (
        "thread, audience, kind, sender, message_id, octets, state, created_at, due_at, attempts"
    )
    change(
        app,
        f"INSERT INTO outbox_message ({columns}, recipient) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
        "SELECT thread, audience, kind, sender, 'x' || n.i, octets, state, created_at, due_at, "
        "attempts, 'p' || n.i || '@client.example' FROM outbox_message, n WHERE id = 1",
    )
    page = coach_web.get("/coach/mail")
    assert "To p60@client.example" in page.text
    assert len(page.all("main .list > li")) == 50
    page = coach_web.click("Older letters →")
    assert "To ann@client.example" in page.text
    assert len(page.all("main .list > li")) == 12


@only_sqlite
def test_a_letter_that_cannot_be_is_not_found_s44(coach_web) -> None:
    token = coach_web.get("/coach/").one("#sign-out [name=csrf_token]").attributes["value"]
    for id_ in ("0", "-1", "x", "%00", "9" * 30, "01"):
        for act in ("send-again", "put-aside"):
            coach_web.post(f"/coach/mail/{id_}/{act}", {"csrf_token": token}, status=404)


@only_sqlite
def test_only_what_failed_is_sent_again(app, coach_web, web) -> None:
    book(web)
    token = coach_web.get("/coach/").one("#sign-out [name=csrf_token]").attributes["value"]
    before = dump(app)
    for act in ("send-again", "put-aside"):
        for id_ in (1, 2):
            coach_web.post(f"/coach/mail/{id_}/{act}", {"csrf_token": token})
        coach_web.post(f"/coach/mail/777/{act}", {"csrf_token": token}, status=404)
        coach_web.get(f"/coach/mail/1/{act}", status=405)
    assert dump(app) == before
