"""Nobody books without measure, and nobody honest is turned away without a word (S60 to S63)."""

from __future__ import annotations

import re

import pytest

from coachcrm.kit.data import limits
from coachcrm.kit.data.db import transaction
from tests.support.cast import (
    ANN,
    FREE,
    LINK,
    RAVI,
    TUESDAY_2PM,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    deliver,
    dump,
    lift_rule_13,
    newest,
    rows,
    value,
)

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.settings(LIMITS="on")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
URL = f"{FREE}/{TUESDAY_9}"
TIMES = [f"202706{day}T{hour}0000Z" for day in (14, 15, 16, 17, 18) for hour in ("08", "09", "13")]


def count(app) -> int:
    return value(app, "SELECT count(*) FROM booking")


def fill(web, clock, start: str = TUESDAY_9, *, wait: int = 20, status: int = 303, **answers: str):
    """Open the form, take some seconds for it, and press Book."""
    web.get(f"{FREE}/{start}")
    clock.move(seconds=wait)
    return web.submit(**{**ANN, **answers}, status=status)


# ------------------------------------------------------------------------- machines (case 38)


def test_case_38_a_machine_that_fills_every_field_gets_a_neutral_page_and_nothing_else(
    app, web, clock
) -> None:
    before = dump(app)
    page = fill(web, clock, more="https://evil.example", status=200)
    assert page.h1 == "Thank you"
    assert dump(app) == before


def test_case_38_under_two_seconds_asks_to_press_book_once_more_and_keeps_the_answers(
    app, web, clock
) -> None:
    page = fill(web, clock, wait=1, status=422, message="I froze at question three")
    assert "press Book once more" in page.text
    assert count(app) == 0
    clock.move(seconds=1)
    web.submit()
    assert rows(app, "SELECT name, message FROM booking") == [
        (ANN["name"], "I froze at question three")
    ]


def test_case_38_two_seconds_are_enough(app, web, clock) -> None:
    fill(web, clock, wait=2)
    assert count(app) == 1


@pytest.mark.parametrize("back", [{"seconds": -1}, {"hours": -2}])
def test_a_form_from_before_the_clock_was_set_back_can_be_sent_r10(app, web, clock, back) -> None:
    web.get(URL)
    clock.move(**back)
    web.submit(**ANN)
    assert count(app) == 1


def test_such_a_form_shown_again_is_a_new_one_r10(app, web, clock) -> None:
    old = web.get(URL).form().data()[1]["csrf_token"]
    clock.move(hours=-2)
    new = web.submit(**{**ANN, "phone": ""}, status=422).form().data()[1]["csrf_token"]
    assert new != old
    clock.move(seconds=20)
    web.submit(**ANN)
    assert count(app) == 1


def test_a_field_mended_at_once_is_not_taken_for_a_machine(app, web, clock) -> None:
    fill(web, clock, phone="", status=422)
    web.submit(**ANN)
    assert count(app) == 1


def test_a_password_manager_that_fills_what_it_knows_is_not_caught(app, web, clock) -> None:
    """Whatever it fills by name or type, the field that nobody sees has neither."""
    web.get(URL)
    field = web.page.one("#more")
    assert (field.attributes.get("autocomplete"), field.attributes.get("tabindex")) == ("off", "-1")
    assert field.attributes.get("type") in {None, "text"}
    known = {"name", "email", "tel", "url", "organization", "user", "address", "website", "company"}
    assert not any(word in (field.attributes["name"] or "") for word in known)


# ---------------------------------------------------------------------- one connection (case 39)


@both_engines
def test_case_39_the_sixth_attempt_in_ten_minutes_is_told_when_to_come_back(
    app, web, clock
) -> None:
    for number in range(5):
        fill(web, clock, TIMES[number], email=f"person{number}@client.example")
    page = fill(web, clock, TIMES[5], email="person5@client.example", status=429)
    assert "try again in 9 minutes" in page.text
    assert page.headers["Retry-After"] == str(600 - 5 * 20)
    assert page.form().data()[1]["email"] == "person5@client.example"
    assert count(app) == 5
    clock.move(minutes=9)
    web.submit()
    assert count(app) == 6


def test_what_could_not_be_booked_counts_only_when_it_was_tried(app, web, clock) -> None:
    for _ in range(12):
        fill(web, clock, email="not an address", status=422)
    fill(web, clock)
    assert count(app) == 1


def test_the_button_pressed_again_does_not_count(app, web, clock) -> None:
    web.get(URL)
    clock.move(seconds=5)
    form = {**web.page.form().data()[1], **ANN}
    places = {web.post(URL, form, status=303).location for _ in range(9)}
    assert len(places) == 1
    assert rows(app, "SELECT count(*) FROM attempt") == [(3,)]


@pytest.mark.settings(TRUSTED_PROXIES="1")
def test_two_people_are_counted_apart_and_one_household_together_s60(app, web, clock) -> None:
    def from_(address: str, number: int, status: int = 303) -> None:
        web.get(f"{FREE}/{TIMES[number]}")
        clock.move(seconds=5)
        form = {**web.page.form().data()[1], **ANN, "email": f"p{number}@client.example"}
        web.post(
            f"{FREE}/{TIMES[number]}", form, status=status, headers={"X-Forwarded-For": address}
        )

    for number in range(5):
        from_(f"2001:db8:1:2::{number}", number)
    from_("2001:db8:1:2:ffff::1", 5, status=429)
    from_("2001:db8:1:3::1", 6)
    from_("192.0.2.7", 7)


# -------------------------------------------------------------------------------- one person


@both_engines
def test_rule_13_a_second_consultation_is_not_booked_and_the_letter_leads_to_the_first(
    app, web, clock, mailbox
) -> None:
    link = book_slowly(web, clock, TUESDAY_9)
    deliver(app)
    clock.move(hours=1)
    page = fill(web, clock, TUESDAY_10, email=" ANN@Client.Example ", status=409)
    assert page.h1 == "Please look in your mail"
    assert "15 June" not in page.text
    assert "9:00" not in page.text
    assert count(app) == 1
    deliver(app)
    letter = newest(mailbox, ANN["email"])
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert "Tuesday 15 June, 10:00 am" in letter.text
    to_move, to_look = LINK.findall(letter.text)
    assert (to_move, to_look) == (f"{link}/reschedule?start={TUESDAY_10}", link)
    web.get(to_move)
    assert web.page.form().data()[1]["start"] == TUESDAY_10
    web.submit()
    assert web.page.location == f"{link}?done=moved"


def book_slowly(web, clock, start: str) -> str:
    web.get(f"{FREE}/{start}")
    clock.move(seconds=10)
    web.submit(**ANN)
    return web.page.location


@pytest.mark.engines("sqlite")
def test_rule_13_the_coach_sees_in_words_what_was_sent(app, web, coach_web, clock) -> None:
    fill(web, clock)
    fill(web, clock, TUESDAY_10, status=409)
    page = coach_web.get("/coach/bookings/1")
    assert "Sent the link again, after a second attempt to book" in page.text


def test_rule_13_where_no_letter_can_leave_nobody_is_sent_to_his_mail(app, web, clock) -> None:
    fill(web, clock)
    page = fill(web, clock, TUESDAY_10, status=409)
    assert page.h1 == "Nothing was booked now"
    assert "Ring me and I will sort it out. 020 7946 0018" in page.text
    assert not re.search(r"your mail|junk|letter", page.text)
    assert count(app) == 1


def test_rule_13_a_taken_time_is_called_taken_first(app, web, clock) -> None:
    fill(web, clock)
    page = web.get(URL, status=409)
    assert page.h1 == "That time is gone"


def test_rule_13_after_the_meeting_or_its_cancelling_another_can_be_booked(app, web, clock) -> None:
    link = book_slowly(web, clock, TUESDAY_9)
    cancel(web, link)
    fill(web, clock, TUESDAY_10)
    clock.at("2027-06-15T09:00:00Z")
    fill(web, clock, "20270622T080000Z")
    assert count(app) == 3


def test_rule_13_another_service_does_not_count(app, web, clock) -> None:
    fill(web, clock)
    lift_rule_13(app)
    fill(web, clock, TUESDAY_10)
    assert count(app) == 2


@pytest.mark.usefixtures("mailbox")
def test_s61_one_person_by_any_spelling_has_three_meetings_to_come(app, web, clock) -> None:
    lift_rule_13(app)
    spellings = ["ann.lee@gmail.com", "annlee+1@gmail.com", "AnnLee@googlemail.com"]
    for start, email in zip(TIMES, spellings, strict=False):
        fill(web, clock, start, email=email)
    page = fill(web, clock, TIMES[4], email="a.n.n.lee+x@gmail.com", status=409)
    assert page.h1 == "Please look in your mail"
    assert count(app) == 3


def test_s61_a_stranger_causes_at_most_five_letters_a_day(app, web, clock, mailbox) -> None:
    """One for the booking, four that lead to it, and then none; the page is the same."""
    fill(web, clock)
    for _ in range(9):
        clock.move(minutes=30)
        fill(web, clock, TUESDAY_10, status=409)
    deliver(app)
    assert len(mailbox.to(ANN["email"])) == 5


def test_s61_bookings_made_and_cancelled_count_as_letters_too(app, web, clock) -> None:
    for _ in range(5):
        cancel(web, book_slowly(web, clock, TUESDAY_9))
        clock.move(minutes=30)
    page = fill(web, clock, status=429)
    assert "several times today already" in page.text
    assert count(app) == 5
    clock.move(hours=21, minutes=29)
    web.get(URL)
    clock.move(seconds=5)
    web.submit(**ANN)
    assert count(app) == 6


# --------------------------------------------------------------------------------- the whole site


def test_s60_what_comes_beyond_sixty_an_hour_waits_for_the_coach(app, web, clock, mailbox) -> None:
    with app.app_context(), transaction() as session:
        for _ in range(60):
            limits.hit(
                session, "book anywhere", limits.Limit(99, limits.LONGEST_COUNT), now=clock.now
            )
    fill(web, clock)
    assert value(app, "SELECT status FROM booking") == "held"
    page = web.get(web.page.location)
    assert "This time is kept for you" in page.text
    assert deliver(app) == 0
    web.get(URL, status=409)
    web.get(f"{page.url}/cancel", status=409)


# ------------------------------------------------------------------------------- without limits


@pytest.mark.usefixtures("mailbox")
@pytest.mark.settings(LIMITS="off")
def test_limits_off_leaves_the_rules_and_takes_the_counting(app, web) -> None:
    for number in range(12):
        book(web, TIMES[number], RAVI, email=f"p{number}@client.example")
    web.get(f"{FREE}/{TIMES[12]}")
    assert (
        web.submit(**{**ANN, "email": "p1@client.example"}, status=409).h1
        == "Please look in your mail"
    )
    assert rows(app, "SELECT * FROM attempt") == []
    assert TUESDAY_2PM in TIMES
