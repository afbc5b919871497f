"""The coach signs in with another address: he knows the password, and both addresses are told."""

from __future__ import annotations

import pytest

from coachcrm.app import make_worker
from coachcrm.auth import access
from coachcrm.auth.operations.address import ChangedMeanwhile, change
from coachcrm.kit.data.db import transaction
from coachcrm.kit.time import clock
from tests.support.cast import Desk, book, deliver, dump, newest, rows, value

URL = "/coach/settings/address"
NEW = "sam@elsewhere.example"
only_sqlite = pytest.mark.engines("sqlite")


def change_address(web, coach, *, status: int = 303, **fields: str):
    web.get(URL)
    return web.submit(status=status, **{"email": NEW, "present_password": coach.password, **fields})


def address(app) -> str:
    return value(app, "SELECT email FROM coach")


def login_of(web) -> str:
    return web.client.get_cookie("login", domain="127.0.0.1").value


def test_the_coach_changes_his_address_and_both_are_told_s10(
    app, coach, coach_web, settings, mailbox, visitor
) -> None:
    elsewhere, before = Desk(app, settings.base_url).sign_in(), login_of(coach_web)
    coach_web.get("/coach/settings")
    assert f"You sign in with {coach.email}" in coach_web.page.text
    coach_web.click("Change your address")
    coach_web.submit(email=f" {NEW} ", present_password=coach.password)
    text = coach_web.follow().text
    assert "You sign in with the new address from now on" in text
    assert f"You sign in with {NEW}" in text
    assert deliver(app) == 2
    told = newest(mailbox, coach.email)
    assert told["Subject"] == "You sign in with another address now"
    for said in (told.text, told.html):
        assert "Tuesday 1 June 2027, 9:00 am (UK time)" in said
        assert "coachcrm coach password" in said
        assert NEW not in said
    assert newest(mailbox, NEW)["Subject"] == "You sign in with this address now"
    # The password was said again: the login has another id (S7). Those elsewhere go on.
    assert login_of(coach_web) != before
    elsewhere.get("/coach/")
    web = visitor()
    web.get("/coach/sign-in")
    web.submit(email=coach.email, password=coach.password, status=422)
    web.submit(email=NEW, password=coach.password)


def test_letters_about_bookings_go_to_the_new_address(app, coach, coach_web, web, mailbox) -> None:
    change_address(coach_web, coach)
    book(web)
    deliver(app)
    assert "Ann Lee" in newest(mailbox, NEW).text
    assert len(mailbox.to(coach.email)) == 1


def test_a_link_that_went_to_the_old_address_is_void_s10(app, coach, coach_web, web, mailbox):
    web.get("/coach/forgotten-password")
    web.submit(email=coach.email)
    with app.app_context():
        make_worker(app)._do_chores()
    assert value(app, "SELECT count(*) FROM reset_link") == 1
    change_address(coach_web, coach)
    assert rows(app, "SELECT 1 FROM reset_link") == []


@only_sqlite
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"present_password": "not the right one"}, {"present_password": access.NOT_HIS}),
        ({"present_password": ""}, {"present_password": "Please give your password."}),
        ({"email": "sam@practice.example"}, {"email": "already"}),
        ({"email": "x" * 100_000}, {"email": "at most 254"}),
        *(
            ({"email": typed}, {"email": "Please"})
            for typed in (
                "",
                "sam",
                "sam@",
                "a@b.example\nBcc: x@y.example",
                "sé@b.example",
                "x" * 9999,
            )
        ),
    ],
)
def test_what_is_wrong_is_said_by_the_field_and_nothing_is_changed(
    app, coach, coach_web, fields, wrong
) -> None:
    before = dump(app)
    page = change_address(coach_web, coach, status=422, **fields)
    assert list(page.errors) == list(wrong)
    for name, sentence in wrong.items():
        assert sentence in page.errors[name]
    assert coach.password not in page.html
    if "present_password" in wrong:
        assert page.form().data()[1]["email"] == NEW
    assert dump(app) == before


@pytest.mark.settings(LIMITS="on")
@only_sqlite
def test_whoever_sits_at_his_desk_cannot_guess_the_password_here_either_s3(
    app, coach, coach_web
) -> None:
    for n in range(4):
        change_address(coach_web, coach, status=422, present_password="y" * 2000)
        coach_web.get("/coach/settings/password")
        coach_web.submit(
            present_password="y" * 2000, password=f"kettles sing at noon {n}", status=422
        )
    change_address(coach_web, coach, status=429)
    assert address(app) == coach.email


def test_of_two_that_change_it_at_once_the_later_is_told(app, coach, coach_web) -> None:
    change_address(coach_web, coach)
    more = {"old": coach.email, "new": "third@elsewhere.example", "told": (), "now": clock.now()}
    with app.app_context(), transaction() as session, pytest.raises(ChangedMeanwhile):
        change(session, 1, **more)
    assert address(app) == NEW
