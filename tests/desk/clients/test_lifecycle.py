"""A client moves from stage to stage by what happens, and the trace of it is kept."""

from __future__ import annotations

import pytest

from coachcrm.clients import operations as clients
from coachcrm.kit.data.db import db, transaction
from tests.support.cast import TUESDAY_9, TUESDAY_10, book, change, rows, value

RECORD = "/coach/clients/1/record"
WRAP_UP = "/coach/bookings/{}/wrap-up"


def say(desk, booking: int, button: str):
    page = WRAP_UP.format(booking)
    desk.get(page)
    desk.submit(f'form[action="{page}/outcome"]', button=button)


def stage(app) -> str:
    return value(app, "SELECT stage FROM client WHERE id = 1")


def trace(app) -> list[tuple[str, str]]:
    return rows(app, "SELECT to_stage, by FROM stage_change WHERE client_id = 1 ORDER BY id")


def test_the_second_session_makes_a_client_whoever_books_it(app, web, clock, coach_web) -> None:
    book(web, TUESDAY_9)
    assert stage(app) == "booked"
    clock.at("2027-06-15T08:31:00Z")
    say(coach_web.sign_in(), 1, "Yes, we spoke")
    assert stage(app) == "consulted"
    book(web, "20270617T080000Z")
    assert stage(app) == "active"
    assert trace(app) == [
        ("booked", "rule: booked"),
        ("consulted", "rule: attended"),
        ("active", "rule: second session"),
    ]


@pytest.mark.engines("sqlite")
def test_to_come_for_the_second_time_makes_a_client_and_can_be_taken_back(
    app, web, clock, coach_web
) -> None:
    book(web, TUESDAY_9)
    change(app, "UPDATE service SET one_upcoming = :no", no=False)
    book(web, TUESDAY_10)
    assert stage(app) == "booked"
    clock.at("2027-06-15T08:31:00Z")
    desk = coach_web.sign_in()
    say(desk, 1, "Yes, we spoke")
    assert stage(app) == "active"
    desk.get("/coach/bookings/1")
    desk.submit('form[action="/coach/bookings/1/outcome"]')
    assert stage(app) == "booked"


def test_an_accepted_offer_places_the_client_and_a_mistake_is_put_right(app, coach_web, web):
    book(web, TUESDAY_9)
    coach_web.get(f"{RECORD}/application/new")
    coach_web.submit("main form", role="Analyst")
    coach_web.get("/coach/record/outcome/1")
    coach_web.submit("main form.form", outcome="accepted")
    assert stage(app) == "placed"
    coach_web.get("/coach/record/outcome/1")
    coach_web.submit("main form.form", outcome="open")
    assert stage(app) == "booked"
    coach_web.get(f"{RECORD}/stage/new?application=1")
    coach_web.submit("main form", stage="accepted")
    assert stage(app) == "placed"
    assert [by for _, by in trace(app)] == [
        "rule: booked", "rule: offer accepted", "rule: taken back", "rule: offer accepted",
    ]  # fmt: skip


@pytest.mark.engines("sqlite")
def test_a_search_that_ended_with_an_offer_places_the_client_too(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    coach_web.get(f"{RECORD}/application/new")
    coach_web.submit("main form", role="Analyst")
    coach_web.get("/coach/record/search/1")
    coach_web.submit("main form.form", outcome="promoted")
    assert stage(app) == "placed"


def test_alumni_after_ninety_days_and_not_a_day_before(app, coach_web, web, clock) -> None:
    book(web, TUESDAY_9)
    coach_web.get("/coach/clients/1")
    coach_web.submit("form:has([name=stage])", stage="placed")
    for days, found in ((89, "placed"), (1, "alumni"), (1, "alumni")):
        clock.move(days=days)
        with app.app_context(), transaction():
            clients.bring_to_alumni(db.session(), now=clock.now)
        assert stage(app) == found
    assert trace(app)[-1] == ("alumni", "rule: 90 days")


def test_sixty_days_of_nothing_are_a_suggestion_and_move_nobody(app, coach_web, web, clock) -> None:
    book(web, TUESDAY_9)
    coach_web.get("/coach/clients/1")
    coach_web.submit("form:has([name=stage])", stage="active")
    clock.at("2027-08-14T07:59:00Z")
    assert "for 60 days" not in coach_web.sign_in().get("/coach/").text
    clock.at("2027-08-14T08:00:00Z")
    page = coach_web.sign_in().get("/coach/")
    assert "Ann Lee nothing for 60 days" in page.text
    assert stage(app) == "active"
    coach_web.get(f"{RECORD}/action/new")
    coach_web.submit("main form", text="Ring the agency")
    assert "for 60 days" not in coach_web.get("/coach/").text


@pytest.mark.engines("sqlite")
def test_a_mistaken_no_that_is_struck_out_leaves_the_application_open(app, coach_web, web) -> None:
    book(web, TUESDAY_9)
    coach_web.get(RECORD)
    coach_web.submit("aside form", role="Analyst", stage="first", told_on="2027-05-28")
    coach_web.get("/coach/applications/1")
    coach_web.submit('form[action="/coach/record/stage/2/remove"]')
    assert rows(app, "SELECT outcome, closed_on FROM application") == [("open", None)]
    coach_web.get(f"{RECORD}/stage/new?application=1")
    coach_web.submit("main form", stage="second", result="rejected", told_on="2027-05-28")
    assert value(app, "SELECT outcome FROM application") == "rejected"
