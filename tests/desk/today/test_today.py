"""What the coach sees first: today, what comes, and what needs him."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from coachcrm.desk.today.operations import not_now, put_aside
from coachcrm.kit.data.db import transaction
from tests.support.cast import (
    ANN,
    RAVI,
    TUESDAY_2PM,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    change,
    deliver,
    rows,
    value,
)

only_sqlite = pytest.mark.engines("sqlite")
DESK = "/coach/"


def needs(page) -> list[str]:
    return [
        node.text(deep=True).strip() for node in page.all("section[aria-labelledby=needs] .row p")
    ]


def test_an_empty_desk_says_what_to_send_to_people(coach_web) -> None:
    text = coach_web.get(DESK).text
    assert "Nobody is booked yet" in text
    assert "http://127.0.0.1/" in text
    assert "All times are in UK time" in text


def test_coming_meetings_stand_under_their_days_in_the_coachs_zone(coach_web, web) -> None:
    book(web, TUESDAY_10, RAVI, topic="interview", message="A panel.\nI freeze.")
    book(web, TUESDAY_9)
    book(web, "20270616T130000Z", {**ANN, "email": "bo@client.example", "name": "Bo"})
    page = coach_web.get(DESK)
    assert (
        "You have no conversation today. The next conversation is on Tuesday 15 June 2027."
        in page.text
    )
    page = coach_web.get("/coach/bookings")
    assert [node.text() for node in page.all("h2.between")] == [
        "Tuesday 15 June 2027", "Wednesday 16 June 2027",
    ]  # fmt: skip
    for words in (
        "9:00 am to 9:30 am",
        "2:30 pm Kolkata time for Ravi",
        "A panel.",
        "+91 98765 43210",
    ):
        assert words in page.text
    assert page.text.index("Ann Lee") < page.text.index("Ravi Rao") < page.text.index("Ring Bo")


def test_today_is_the_coachs_today_and_now_is_now(coach_web, web, clock) -> None:
    book(web, TUESDAY_9)
    book(web, TUESDAY_2PM, RAVI)
    clock.at("2027-06-14T23:30:00Z")  # half past midnight on the 15th in London
    coach_web.sign_in()
    page = coach_web.get(DESK)
    assert page.h1 == "Tuesday 15 June 2027"
    now_next = page.one("section[aria-labelledby=now]").text(deep=True)
    assert "Ann Lee" in now_next
    assert "Ravi Rao" in now_next
    assert page.has('a[href="tel:+447400123456"]')
    assert not page.has(".now-next .status.good")
    clock.at("2027-06-15T08:15:00Z")
    assert coach_web.get(DESK).one(".now-next .status.good").text() == "Now"


def test_a_cancelled_meeting_leaves_the_desk(coach_web, web) -> None:
    link = book(web, TUESDAY_9)
    cancel(web, link, reason="Ill.")
    assert "Ann Lee" not in coach_web.get("/coach/bookings").text
    assert "Ann Lee" in coach_web.get("/coach/bookings?show=cancelled").text


def missing_notes(page) -> list[str]:
    return [need for need in needs(page) if "no note" in need]


def test_a_note_is_missing_a_day_after_the_meeting(app, coach_web, web, clock, coach) -> None:
    book(web, TUESDAY_9)
    deliver(app)
    clock.at("2027-06-16T08:30:00Z")
    coach_web.sign_in()
    assert missing_notes(coach_web.get(DESK)) == []
    clock.move(minutes=1)
    told = "no note on Tuesday 15 June"
    assert missing_notes(coach_web.get(DESK)) == [f"Ann Lee {told}"]
    coach_web.click(f"Write it: Ann Lee, {told}")
    coach_web.submit("form.note", button="Save", fields={"block-0-text": "A good start."})
    assert missing_notes(coach_web.get(DESK)) == []


def test_how_it_went_is_asked_on_today_and_can_be_taken_back(app, coach_web, web, clock) -> None:
    book(web, TUESDAY_9)
    deliver(app)
    clock.at("2027-06-15T08:31:00Z")
    coach_web.sign_in().get(DESK)
    assert needs(coach_web.page) == ["Ann Lee 9:00 am, today"]
    assert "Earlier today: Ann Lee, 9:00 am" in coach_web.page.text
    coach_web.submit("form[action$='/1/outcome']", button="Took place: Ann Lee, 9:00 am, today")
    page = coach_web.follow()
    assert needs(page) == []
    assert "Ann Lee: it took place." in page.text
    assert value(app, "SELECT status FROM booking") == "completed"
    coach_web.submit("form.notice[action$='/1/outcome']")
    assert needs(coach_web.follow()) == ["Ann Lee 9:00 am, today"]
    coach_web.submit("form[action$='/1/outcome']", button="Did not come: Ann Lee, 9:00 am, today")
    assert "Ann Lee: did not come." in coach_web.follow().text


def test_what_can_wait_is_put_aside_and_told_again(app, coach_web, web, clock) -> None:
    book(web, TUESDAY_9)
    clock.at("2027-06-17T08:00:00Z")
    coach_web.sign_in().get(DESK)
    coach_web.submit("form[action$=not-now]", button="Tomorrow")
    page = coach_web.follow()
    assert missing_notes(page) == []
    coach_web.submit("form.notice[action$=not-now]")
    assert len(missing_notes(coach_web.follow())) == 1
    coach_web.submit("form[action$=not-now]", button="Tomorrow")
    clock.move(days=1)
    assert len(missing_notes(coach_web.sign_in().get(DESK))) == 1
    coach_web.submit("form[action$=not-now]", button="Never for this one")
    clock.move(days=100)
    assert missing_notes(coach_web.sign_in().get(DESK)) == []


@pytest.mark.parametrize(
    ("key", "until"),
    [
        ("outcome:1", "tomorrow"), ("letters:0", "never"), ("note:1", "soon"), ("note:x", "week"),
        ("", ""), ("note:" + "9" * 50, "week"), ("nothing:1", "week"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_aside_is_refused(coach_web, key, until) -> None:
    token = coach_web.get(DESK).one("#sign-out [name=csrf_token]").attributes["value"]
    coach_web.post("/coach/not-now", {"csrf_token": token, "key": key, "until": until}, status=404)


def test_a_need_whose_subject_is_gone_is_put_aside_all_the_same(coach_web) -> None:
    token = coach_web.get(DESK).one("#sign-out [name=csrf_token]").attributes["value"]
    for _ in range(2):
        told = {"csrf_token": token, "key": "action:99", "until": "week"}
        coach_web.post("/coach/not-now", told)
        assert coach_web.page.status == 303


@pytest.mark.parametrize("last", ["tomorrow", "never"])
def test_two_presses_at_once_put_aside_once_as_the_last_one_said(app, coach, last) -> None:
    today = date(2027, 6, 17)

    def press(until: str) -> None:
        with app.app_context(), transaction() as session:
            put_aside(session, 1, "photo")
            not_now(session, 1, "note:1", until, today=today)

    with ThreadPoolExecutor() as other:
        with app.app_context(), transaction() as session:
            put_aside(session, 1, "photo")
            not_now(session, 1, "note:1", "week", today=today)
            pressed = other.submit(press, last)
            # Meanwhile the other one finds that nothing is put aside, and waits for its turn.
            time.sleep(0.3)
        pressed.result()
    assert value(app, "SELECT count(*) FROM set_up_aside WHERE step = 'photo'") == 1
    until = "2027-06-18" if last == "tomorrow" else None
    assert rows(app, "SELECT CAST(until_on AS varchar) FROM need_aside") == [(until,)]


def test_failed_mail_needs_the_coach_and_can_be_sent_again(app, mailbox, coach_web, web) -> None:
    mailbox.refuse(550, address="ann@client.example", times=1)
    book(web, TUESDAY_9)
    deliver(app)
    assert needs(coach_web.get(DESK))[0] == "One letter could not be delivered"
    page = coach_web.click("See which")
    assert "Not delivered" in page.text
    assert "550" in page.text
    assert coach_web.submit("form[action$=send-again]").location == "/coach/mail"
    deliver(app)
    assert needs(coach_web.get(DESK)) == []
    assert [letter["To"] for letter in mailbox.to("ann@client.example")]


@only_sqlite
def test_letters_that_wait_too_long_need_the_coach(app, mailbox, coach_web, web, clock) -> None:
    book(web, TUESDAY_9)
    assert needs(coach_web.get(DESK)) == []
    clock.move(minutes=3)
    assert needs(coach_web.get(DESK))[0] == "Letters wait, and nothing sends them"
    mailbox.close()
    clock.move(minutes=10)
    from coachcrm.app import make_worker  # noqa: PLC0415

    with app.app_context():
        make_worker(app)._do_chores()
    assert needs(coach_web.get(DESK))[0] == (
        "2 letters wait longer than usual, since Tuesday 1 June, 9:00 am"
    )


@only_sqlite
def test_without_a_mail_server_the_desk_says_so_and_letters_where_they_are(
    app, coach_web, web, tmp_path
) -> None:
    book(web, TUESDAY_9)
    assert deliver(app) == 2
    folder = tmp_path / "instance" / "mail"
    assert "no mail server is set up" in coach_web.get(DESK).text
    assert str(folder) not in coach_web.page.text
    assert str(folder) in coach_web.get("/coach/mail").text
    assert len(list(folder.glob("*.eml"))) == 2
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@only_sqlite
def test_with_a_mail_server_it_does_not(mailbox, coach_web) -> None:
    assert not coach_web.get(DESK).has(".notice")


@only_sqlite
def test_what_a_stranger_typed_is_text_and_nothing_else_s28_s64(coach_web, web) -> None:
    evil = '"><script src=//evil.example></script><img src=x onerror=alert(1)>'
    link = book(web, TUESDAY_9, {**ANN, "name": evil}, message=evil)
    for path in ("/coach/bookings", "/coach/clients", "/coach/clients/1"):
        page = coach_web.get(path)
        assert evil in page.one("main").text(deep=True)
        assert not page.has("script[src*=evil], img")
    assert not web.get(link).has("script[src*=evil], img")
    assert evil not in web.page.text, "the page shows no more than the first name (S18)"


@only_sqlite
def test_what_looks_like_a_template_is_not_run_s29(app, coach_web, web) -> None:
    book(web, TUESDAY_9, {**ANN, "name": "{{ 7*7 }} {% raise %}"})
    answer = coach_web.client.get("/coach/clients/1", base_url="http://127.0.0.1")
    assert "<h1>{{ 7*7 }} {% raise %}</h1>" in answer.get_data(as_text=True)


@only_sqlite
def test_old_data_with_an_unknown_zone_or_topic_is_still_shown(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    change(app, "UPDATE booking SET topic = 'weather', phone = ''")
    change(app, "UPDATE client SET timezone = '', phone = ''")
    for path in ("/coach/bookings", "/coach/clients", "/coach/clients/1"):
        assert "Ann Lee" in coach_web.get(path).html


def test_an_address_that_only_this_computer_opens_is_not_to_be_sent(coach_web) -> None:
    text = coach_web.get(DESK).text
    assert "only this computer can open it" in text
    assert "address to send" not in text


@pytest.mark.settings(BASE_URL="https://book.example.org")
def test_an_address_that_everybody_opens_is_to_be_sent(coach_web) -> None:
    assert "the address to send to people: https://book.example.org/" in coach_web.get(DESK).text


# ------------------------------------------------------------------------- what is left to set up


def left(page) -> dict[str, str]:
    """Return what is left, by the first words of each, with its state."""
    found = {}
    for row in page.all("section[aria-labelledby=set-up] li"):
        [title], [state] = row.css("strong"), row.css(".right .status, .right button")
        found[title.text()] = state.text(deep=True).strip().partition(":")[0]
    return found


def test_a_new_practice_is_told_what_is_left_until_nothing_is(app, coach_web, web) -> None:
    assert left(coach_web.get(DESK)) == {
        "Letters": "Not needed",
        "An address for others": "Not needed",
        "Your photo": "Not needed",
        "A booking of your own": "Not needed",
    }
    book(web)
    assert left(coach_web.get(DESK))["A booking of your own"] == "Done"
    for step in ("mail", "address"):
        token = coach_web.get(DESK).one("form[action$=not-needed] [name=csrf_token]")
        coach_web.post(
            "/coach/set-up/not-needed",
            {"csrf_token": token.attributes["value"], "step": step},
        )
        assert coach_web.page.location == DESK
    assert left(coach_web.get(DESK)) == {
        "Your photo": "Not needed", "A booking of your own": "Done",
    }  # fmt: skip
    for _ in range(2):
        coach_web.submit("form[action$=not-needed]", button="Not needed: Your photo")
        assert left(coach_web.get(DESK)) == {}
        change(app, "DELETE FROM set_up_aside WHERE step = 'photo'")
        coach_web.get(DESK)


@only_sqlite
@pytest.mark.settings(BASE_URL="https://book.example.org")
def test_what_is_done_is_told_as_done(mailbox, coach_web) -> None:
    found = left(coach_web.get(DESK))
    assert found["Letters"] == found["An address for others"] == "Done"


@only_sqlite
def test_no_other_step_can_be_put_aside(coach_web) -> None:
    token = coach_web.get(DESK).one("form[action$=not-needed] [name=csrf_token]")
    pairs = {"csrf_token": token.attributes["value"], "step": "x" * 100}
    coach_web.post("/coach/set-up/not-needed", pairs, status=404)


@only_sqlite
def test_that_no_letter_leaves_is_said_once_and_without_a_path(app, coach_web) -> None:
    page = coach_web.get(DESK)
    assert "no mail server is set up, so your clients get none" in page.text
    assert page.text.count("README") == 1
    assert not page.has(".notice")
    coach_web.submit("form[action$=not-needed]", button="Not needed: Letters")
    page = coach_web.get(DESK)
    assert "no letter leaves" in page.one(".notice").text()
    assert "/letters" not in page.text


@only_sqlite
def test_each_step_has_the_act_that_helps(coach_web) -> None:
    page = coach_web.get(DESK)
    assert page.link("Add it: your photo").endswith("/coach/settings/page")
    assert page.has("#set-up ~ form a.button")
    assert "Book a time" in page.text
    assert "Nothing needs you just now." in page.text
