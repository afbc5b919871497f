"""The coach sees what is open across all clients, and ticks it off."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import event

from coachcrm.clients import operations as clients
from coachcrm.clients.operations import NewClient
from coachcrm.kit.data.db import db, transaction
from coachcrm.recovery.operations import applications, feedback
from tests.recovery import stored
from tests.support.cast import value

PAGE = "/coach/to-do"
TODAY_PAGE = "/coach/"
TODAY = date(2027, 6, 1)


@pytest.fixture
def somebody(app, coach, clock):
    """Let people be clients, with actions: (text, days from today, is theirs)."""

    def add(name: str, *actions: tuple[str, int | None, bool]) -> int:
        with app.app_context(), transaction() as session:
            new = NewClient(
                name, f"{name.split(maxsplit=1)[0].lower()}@x.example", "", "Europe/London"
            )
            who = clients.find_or_make(session, 1, new, now=clock.now).id
            search = applications.open_search(session, 1, who, today=TODAY)
            for text, days, is_shared in actions:
                due = None if days is None else TODAY + timedelta(days=days)
                feedback.add_action(
                    session, search, text=text, due_on=due, is_shared=is_shared, now=clock.now
                )
        return who

    return add


def queries(app, deed) -> int:
    seen = []
    with app.app_context():
        engine = db.engine
    listener = lambda *given: seen.append(given[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    deed()
    event.remove(engine, "before_cursor_execute", listener)
    return len(seen)


def told(page) -> list[tuple[str, list[str]]]:
    """Return the headings, each with its lines."""
    return [
        (
            section.css_first("h2").text().rsplit(" ", 1)[0],
            [line.text() for line in section.css(".what")],
        )
        for section in page.all("main section")
    ]


def test_with_nothing_open_the_page_says_how_it_fills(coach_web) -> None:
    page = coach_web.get(PAGE)
    assert "Nothing is open" in page.text


def test_what_is_open_stands_under_its_day_the_overdue_first(coach_web, somebody) -> None:
    somebody("Ann Lee", ("Two answers", -3, True), ("Some day", None, False))
    somebody("Bo Xu", ("Send the sheet", 0, False), ("Far off", 30, True), ("Soon", 2, True))
    assert told(coach_web.get(PAGE)) == [
        ("Overdue", ["Two answers"]),
        ("Today", ["Send the sheet"]),
        ("Thursday 3 June", ["Soon"]),
        ("Later", ["Far off"]),
        ("Without a day", ["Some day"]),
    ]


def test_it_can_be_read_by_person_and_by_whose_turn_it_is(coach_web, somebody) -> None:
    somebody("Bo Xu", ("Send the sheet", 0, False), ("Two answers", -3, True))
    somebody("Ann Lee", ("Ring the agency", 1, True))
    page = coach_web.get(f"{PAGE}?by=person")
    assert told(page) == [
        ("Ann Lee", ["Ring the agency"]), ("Bo Xu", ["Two answers", "Send the sheet"]),
    ]  # fmt: skip
    assert [turn.text() for turn in page.all(".turn")] == ["Shared", "Shared", "Yours"]
    assert told(coach_web.get(f"{PAGE}?turn=yours")) == [("Today", ["Send the sheet"])]
    assert len(told(coach_web.get(f"{PAGE}?turn=nobody&by=nothing&done=x"))) == 3


def test_one_press_does_it_and_one_takes_it_back(app, coach_web, somebody) -> None:
    somebody("Ann Lee", ("Two answers", 0, True), ("Another", 0, True))
    coach_web.get(f"{PAGE}?by=person")
    coach_web.submit("form[action$='/actions/1/done']")
    page = coach_web.follow()
    assert told(page) == [("Ann Lee", ["Another"])]
    assert "Done: Two answers" in page.one("form.notice").text()
    assert value(app, "SELECT done_on FROM action WHERE id = 1") in {"2027-06-01", TODAY}
    coach_web.submit("form.notice")
    assert told(coach_web.follow()) == [("Ann Lee", ["Another", "Two answers"])]
    assert value(app, "SELECT done_on FROM action WHERE id = 1") is None


@pytest.mark.parametrize("page", [PAGE, TODAY_PAGE])
def test_only_what_is_done_and_ones_own_can_be_taken_back(coach_web, somebody, page) -> None:
    somebody("Ann Lee", ("Two answers", 0, True), ("Another", 0, True))
    coach_web.get(PAGE)
    coach_web.submit("form[action$='/actions/1/done']")
    assert "Done: Two answers" in coach_web.get(f"{page}?done=1").one("form.notice").text()
    for asked in ("2", "99999", "9" * 30, "x", "-1", "²"):
        assert not coach_web.get(f"{page}?done={quote(asked)}").has("form.notice")


def test_an_action_of_nobody_is_not_found(coach_web) -> None:
    token = coach_web.get(PAGE).one("#sign-out [name=csrf_token]").attributes["value"]
    coach_web.post(f"{PAGE}/actions/99/done", {"csrf_token": token}, status=404)


def test_an_ask_that_is_due_comes_with_its_draft(app, coach_web, somebody, clock) -> None:
    who = somebody("Ann Lee")
    clock.at("2027-06-01T08:00:00Z")
    with app.app_context(), transaction() as session:
        search = applications.open_search(session, 1, who, today=TODAY)
        applications.log_rejection(
            session, search,
            applications.Rejection(role="Planner", employer="Pell", stage="first", told_on=TODAY),
            today=TODAY, now=clock.now,
        )  # fmt: skip
    page = coach_web.get(PAGE)
    assert told(page) == [("Friday 4 June", ["Ask Pell: nobody has been asked yet"])]
    assert page.has("a[href='/coach/applications/1/ask']")


def test_many_clients_cost_no_more_questions_than_few(app, coach_web, somebody, clock) -> None:
    def fill(number: int) -> None:
        for each in range(number):
            who = somebody(f"P{number}-{each} Q", ("One", 0, True))
            with app.app_context(), transaction() as session:
                stored.store(session, 1, who, now=clock.now)

    fill(1)
    coach_web.get(TODAY_PAGE)  # What is kept for ever is asked for once.
    few = {page: queries(app, lambda page=page: coach_web.get(page)) for page in (PAGE, TODAY_PAGE)}
    fill(5)
    for page, number in few.items():
        assert queries(app, lambda page=page: coach_web.get(page)) == number
