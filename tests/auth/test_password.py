"""The coach changes his password: only he can, everybody else is out, and he is told."""

from __future__ import annotations

import pytest

from coachcrm.auth.core.passwords import is_right
from coachcrm.auth.operations import passwords
from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.tokens import digest
from tests.support.cast import Desk, change, deliver, dump, newest, rows, value

URL = "/coach/settings/password"
NEW = "a kettle sings at noon"
only_sqlite = pytest.mark.engines("sqlite")


def change_password(web, coach, *, status: int = 303, **fields: str):
    web.get(URL)
    return web.submit(
        status=status, **{"present_password": coach.password, "password": NEW, **fields}
    )


def login_of(web) -> str:
    return web.client.get_cookie("login", domain="127.0.0.1").value


def hash_now(app) -> str:
    return value(app, "SELECT password_hash FROM coach")


def test_the_coach_changes_his_password_and_is_told_s9_s10(
    app, coach, coach_web, settings, mailbox, visitor
) -> None:
    elsewhere = Desk(app, settings.base_url).sign_in()
    before = login_of(coach_web)
    coach_web.get("/coach/settings")
    coach_web.click("Change your password")
    coach_web.submit(present_password=coach.password, password=NEW)
    assert "every other browser is signed out" in coach_web.follow().text
    assert is_right(hash_now(app), NEW)
    # This browser has a new login, and the old one is worth nothing (S7).
    assert rows(app, "SELECT token_digest FROM login") == [(digest(login_of(coach_web)),)]
    assert login_of(coach_web) != before
    elsewhere.get("/coach/", status=303)
    assert deliver(app) == 1
    letter = newest(mailbox, coach.email)
    assert letter["Subject"] == "Your password was changed"
    for said in (letter.text, letter.html):
        assert "Tuesday 1 June 2027, 9:00 am (UK time)" in said
        assert "/coach/forgotten-password" in said
        assert NEW not in said
    assert "Word of a changed password, to you" in coach_web.get("/coach/mail").text
    web = visitor()
    web.get("/coach/sign-in")
    web.submit(email=coach.email, password=coach.password, status=422)
    web.submit(email=coach.email, password=NEW)


@only_sqlite
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"present_password": "not the right one"}, {"present_password": "not your password"}),
        ({"present_password": ""}, {"present_password": "give your password"}),
        ({"password": ""}, {"password": "choose a password"}),
        ({"password": "short"}, {"password": "at least 12"}),
        ({"password": "Sam Carter 2027!"}, {"password": "leave your name"}),
        ({"password": "sam@practice.example"}, {"password": "leave your name"}),
        ({"password": "x" * 2000}, {"password": "at most 1,024"}),
        ({"password": "nul\0nul\0nul\0"}, {"password": "cannot be typed"}),
        (
            {"present_password": "", "password": "short"},
            {"present_password": "give", "password": "at least 12"},
        ),
    ],
)
def test_what_is_wrong_is_said_by_the_field_and_nothing_is_changed_s2(
    app, coach, coach_web, fields, wrong
) -> None:
    before = dump(app)
    page = change_password(coach_web, coach, status=422, **fields)
    assert list(page.errors) == list(wrong)
    for name, sentence in wrong.items():
        assert sentence in page.errors[name]
    assert page.title.startswith("Error:")
    for typed in (NEW, coach.password, "not the right one"):
        assert typed not in page.html
    assert dump(app) == before
    coach_web.get("/coach/")


@pytest.mark.settings(LIMITS="on")
def test_whoever_sits_at_his_desk_cannot_guess_the_password_s3(app, coach, coach_web, clock):
    for _ in range(8):
        change_password(coach_web, coach, status=422, present_password="y" * 2000)
    page = change_password(coach_web, coach, status=429)
    assert page.headers["Retry-After"] == "900"
    assert is_right(hash_now(app), coach.password)
    clock.move(minutes=15)
    change_password(coach_web, coach)


@only_sqlite
def test_a_password_that_comes_after_the_login_has_ended_is_not_kept(app, coach, coach_web, clock):
    coach_web.get(URL)
    clock.move(hours=13)
    coach_web.submit(present_password=coach.password, password=NEW)
    assert coach_web.page.location == f"/coach/sign-in?next={URL}"
    assert NEW not in repr(dump(app))
    assert is_right(hash_now(app), coach.password)


def test_a_password_checked_before_another_was_set_opens_nothing_s9(app, coach) -> None:
    """Checking takes long, and nothing is locked meanwhile."""
    with app.app_context():
        found = passwords.find_by_password(db.session(), email=coach.email, password=coach.password)
        coach_id, seen = found.id, found.password_hash
    change(app, "UPDATE coach SET password_hash = 'of another'")
    with app.app_context(), transaction() as session, pytest.raises(passwords.Superseded):
        passwords.check_still(session, coach_id, seen)
    assert rows(app, "SELECT 1 FROM login") == []
