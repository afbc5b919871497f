"""Whether the mail is well: the desk and `check` say it in words, `/healthz` in one."""

from __future__ import annotations

import pytest

from coachcrm.app import make_worker
from coachcrm.kit.data.db import transaction
from coachcrm.outbox.queue import operations
from tests.outbox.queue.test_claims import DEAD, queue
from tests.support.cast import book, cancel, change, deliver, rows, value

pytestmark = pytest.mark.usefixtures("coach")
both_engines = pytest.mark.engines("sqlite", "postgresql")
sqlite = pytest.mark.engines("sqlite")
MAIL, DESK, CLIENT = "/coach/mail", "/coach/", "ann@client.example"


def beat(app, trouble: str | None = None) -> None:
    with app.app_context():
        worker = make_worker(app)
        worker._trouble = trouble
        worker._do_chores()


def needs(page) -> list[str]:
    return [
        node.text(deep=True).strip()
        for node in page.all("section[aria-labelledby=needs] .row p:first-child")
    ]


def healthz(web) -> tuple[int, str]:
    answer = web.client.get("/healthz", base_url="http://127.0.0.1")
    return answer.status_code, answer.get_data(as_text=True)


# --------------------------------------------------------------------------------- signs of life


@both_engines
def test_healthz_says_unwell_when_letters_wait_and_nobody_sends_them(app, web, clock) -> None:
    assert healthz(web) == (200, "ok")
    queue(app, "ann")
    assert healthz(web) == (200, "ok")
    clock.move(minutes=3)
    assert healthz(web) == (503, "unwell")
    beat(app)
    assert healthz(web) == (200, "ok")
    clock.move(minutes=3)
    assert healthz(web) == (503, "unwell")


@both_engines
def test_a_worker_that_is_known_to_be_dead_is_no_worker(app, web, coach_web, clock) -> None:
    queue(app, "ann")
    clock.move(minutes=3)
    beat(app)
    assert healthz(web) == (200, "ok")
    change(app, "UPDATE worker_beat SET owner = :owner", owner=DEAD)
    assert healthz(web) == (503, "unwell")
    assert needs(coach_web.get(DESK)) == ["Letters wait, and nothing sends them"]
    page = coach_web.get(MAIL)
    assert "One letter waits, and nothing sends them." in page.text
    assert "was last seen on Tuesday 1 June, 9:03 am" in page.text


@sqlite
def test_the_mail_page_says_how_the_mail_is(app, mailbox, coach_web, clock) -> None:
    assert "No letter waits" not in coach_web.get(MAIL).text
    queue(app, "ann")
    beat(app)
    assert "One letter waits to be sent." in coach_web.get(MAIL).text
    deliver(app)
    assert "No letter waits. The last one left on Tuesday 1 June, 9:00 am." in (
        coach_web.get(MAIL).text
    )
    queue(app, "bo", "cy")
    beat(app, "The mail server did not answer in time.")
    clock.move(minutes=1)
    page = coach_web.get(MAIL)
    assert "The mail server cannot be used since Tuesday 1 June, 9:00 am." in page.text
    assert "The mail server did not answer in time. 2 letters wait" in page.text
    assert page.has(".notice.care")


@sqlite
def test_one_worker_that_reaches_the_server_is_enough(app, coach_web, clock) -> None:
    queue(app, "ann")
    beat(app, "The mail server did not answer in time.")
    change(app, "UPDATE worker_beat SET owner = 'elsewhere:1:x'")
    beat(app)
    assert "cannot be used" not in coach_web.get(MAIL).text
    change(app, "UPDATE worker_beat SET trouble = 'No.', trouble_since_at = beat_at")
    assert "cannot be used" in coach_web.get(MAIL).text


# -------------------------------------------------------------------------- by the coach's hand


@both_engines
def test_a_letter_that_failed_is_put_aside_and_needs_nobody_any_more(
    app, mailbox, coach_web, web
) -> None:
    mailbox.refuse(550, "no such person", address=CLIENT)
    book(web)
    deliver(app)
    assert needs(coach_web.get(DESK)) == ["One letter could not be delivered"]
    page = coach_web.click("See which")
    assert [node.text() for node in page.all(".who")] == ["Confirmation to the client"]
    assert "The mail server said 550: no such person" in page.text
    coach_web.submit("form[action$=put-aside]")
    assert "Put aside" in coach_web.follow().text
    assert needs(coach_web.get(DESK)) == []
    assert "Nothing here needs you" in coach_web.get(f"{MAIL}?show=needs").text
    # It can still be sent, and then it is a letter like any other.
    mailbox.recover()
    coach_web.get(MAIL)
    coach_web.submit("form[action$=send-again]")
    assert deliver(app) == 1
    assert rows(app, "SELECT DISTINCT state, set_aside_at FROM outbox_message") == [("sent", None)]


@both_engines
def test_letters_held_back_after_a_restore_need_the_coach(app, mailbox, coach_web, web) -> None:
    book(web)
    with app.app_context(), transaction() as session:
        operations.hold_back_waiting(session, trouble="Held back after a backup was put back.")
    assert needs(coach_web.get(DESK)) == ["2 letters are held back since a backup was put back"]
    page = coach_web.click("Send or not")
    assert len(page.all(".list > li")) == 2
    assert "Needs you (2)" in page.text
    coach_web.submit("li:first-child form[action$=send-again]")
    coach_web.get(f"{MAIL}?show=needs")
    coach_web.submit("form[action$=put-aside]")
    assert needs(coach_web.get(DESK)) == []
    assert deliver(app) == 1


@sqlite
def test_u2_a_letter_that_is_out_of_date_is_only_put_aside(app, mailbox, coach_web, web) -> None:
    mailbox.refuse(550, address=CLIENT, times=1)
    link = book(web)
    deliver(app)
    old = coach_web.get(f"{MAIL}?show=needs").one("form[action$=send-again]").attributes["action"]
    cancel(web, link)
    deliver(app)
    page = coach_web.get(f"{MAIL}?show=needs")
    assert "this one is out of date" in page.text
    assert not page.has("form[action$=send-again]")
    token = page.one("main [name=csrf_token]").attributes["value"]
    refused = coach_web.post(old, {"csrf_token": token}, status=409)
    assert refused.h1 == "This letter is out of date"
    coach_web.get(f"{MAIL}?show=needs")
    coach_web.submit("form[action$=put-aside]")
    assert needs(coach_web.get(DESK)) == []


@sqlite
def test_waiting_letters_are_listed_with_the_reason_and_the_next_try(
    app, mailbox, coach_web, clock
) -> None:
    mailbox.refuse(450, "try later", times=1)
    queue(app, "ann", "bo")
    deliver(app)
    page = coach_web.get(f"{MAIL}?show=waiting")
    assert len(page.all(".list > li")) == 1
    assert "The mail server said 450: try later" in page.text
    assert "Trying again at 9:00 am" in page.text
    assert "Waiting (1)" in page.text
    page = coach_web.get(f"{MAIL}?show=nonsense")
    assert page.one("ul.tabs [aria-current]").text() == "All letters"


@sqlite
def test_r4_a_letter_given_up_after_three_days_needs_the_coach(
    app, mailbox, coach, visitor, clock
) -> None:
    mailbox.refuse(450, "try later")
    queue(app, "ann")
    deliver(app)
    clock.move(days=3, hours=1)
    deliver(app)
    assert value(app, "SELECT trouble FROM outbox_message") == (
        "Given up after three days. The mail server said 450: try later"
    )
    coach_web = visitor()
    coach_web.get("/coach/sign-in")
    coach_web.submit(email=coach.email, password=coach.password)
    assert needs(coach_web.follow())[0] == "One letter could not be delivered"
