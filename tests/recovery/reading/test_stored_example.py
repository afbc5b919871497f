"""The worked example, stored and read back: every figure is the same, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event

from coachcrm.kit.data.db import db
from coachcrm.recovery.core import funnel, steps, themes
from coachcrm.recovery.core.focus import focus
from coachcrm.recovery.reading import record
from tests.recovery import stored
from tests.recovery import worked_example as example


@pytest.fixture
def search(act, ann, clock, app):
    number = act(lambda s: stored.store(s, 1, ann, now=clock.now))
    with app.app_context():
        return record.read(db.session(), 1, number)


def test_the_figures_are_those_of_the_specification(search) -> None:
    counted = [
        (a.employer, steps.feedback_state(a, today=example.TODAY).value,
         sum(part.points for part in steps.score(a)))
        for a in sorted(search.counted, key=lambda a: a.id)
    ]  # fmt: skip
    assert counted == [
        ("Ashby", "complete", 90), ("Cole", "complete", 85),
        ("Dunn", "exhausted", 0), ("Eden", "thin", 80),
    ]  # fmt: skip
    levels = [
        (level.stage, level.entered, level.rejected, level.silent)
        for level in funnel.funnel(search.applications)
    ]
    assert levels == [
        ("applied", 6, 0, 1), ("sift", 5, 1, 0), ("screen", 1, 1, 0), ("first", 3, 2, 0),
        ("final", 1, 1, 0),
    ]  # fmt: skip
    found = focus(search, today=example.TODAY)
    assert (found.step, found.reason.words) == (
        3, "3 of 6 losses came at screen or first interview.",
    )  # fmt: skip
    assert [(s.theme.name, s.recurrence.word) for s in themes.standings(search)] == [
        ("No concrete example", "strong"),
        ("Company not researched", "spotted"),
        ("Rambling", "spotted"),
    ]


@pytest.fixture
def full(act, ann, clock):
    """Give Ann twice the example, and forty notes."""
    from coachcrm.notes.core.blocks import Block  # noqa: PLC0415
    from coachcrm.notes.operations import notes  # noqa: PLC0415

    def fill(session) -> None:
        for _ in range(2):
            stored.store(session, 1, ann, now=clock.now)
        for number in range(40):
            notes.create(
                session, 1, ann, draft=f"d{number}", booking_id=None, now=clock.now,
                blocks=[Block("First, what was said.", (1, 3)), Block("Then the rest.")],
            )  # fmt: skip

    act(fill)


def queries(app, web, url: str) -> int:
    seen = []
    with app.app_context():
        engine = db.engine
    listener = lambda *given: seen.append(given[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    web.get(url)
    event.remove(engine, "before_cursor_execute", listener)
    return len(seen)


@pytest.mark.parametrize("shown", ["story", "brief", "record", "insights"])
def test_a_client_is_shown_in_25_queries_however_many_rows(app, coach_web, full, shown) -> None:
    assert queries(app, coach_web, f"/coach/clients/1/{shown}") <= 25


def test_the_story_gathers_the_rooms_in_the_order_of_time(coach_web, full) -> None:
    page = coach_web.get("/coach/clients/1/story")
    assert page.text.count("First, what was said.") == 40
    assert "Adviser, Eden, first interview: a no" in page.text
    assert "Negative: needed Spanish" in page.text
    days = [node.text().partition(".")[0] for node in page.all("ol.list > li > p:first-child")]
    assert days[0] == "Tuesday 1 June 2027"
    assert days[-1] == "On a day not known"


@pytest.mark.parametrize(
    ("query", "has", "has_not"),
    [
        ("kind=note", "First, what was said.", "needed Spanish"),
        ("step=4", "needed Spanish", "did not know products"),
        ("step=3&kind=feedback", "did not know products", "First, what was said."),
        ("step=9&kind=nonsense", "needed Spanish", "Nothing here."),
        ("step=6", "Nothing here.", "needed Spanish"),
    ],
)
def test_the_story_is_filtered_by_step_and_kind(coach_web, full, query, has, has_not) -> None:
    listed = coach_web.get(f"/coach/clients/1/story?{query}").one("main .beside > section").text()
    assert has in listed
    assert has_not not in listed


@pytest.mark.engines("sqlite")
def test_the_brief_says_who_why_and_what_to_ask(coach_web, web, act, clock) -> None:
    from tests.support.cast import TUESDAY_9, book  # noqa: PLC0415

    book(web, TUESDAY_9, topic="rejection", interview_on="2027-06-20", message="Third no.")
    act(lambda s: stored.store(s, 1, 1, now=clock.now))
    page = coach_web.get("/coach/clients/1/brief")
    assert "Interview in 19 days, on Sunday 20 June" in page.text
    assert "Third no." in page.text
    assert "Adviser, Eden" in page.text
    assert len(page.all("#ask ~ ol li")) == 3


def test_the_pictures_have_their_tables_and_no_percentage_of_few(coach_web, full) -> None:
    page = coach_web.get("/coach/clients/1/insights")
    drawn = page.all("main section:has(> svg[role=img])")
    assert [one.attributes["aria-labelledby"] for one in drawn] == [
        "funnel", "grid", "split", "bounce",
    ]  # fmt: skip
    assert all(one.css("table") for one in drawn)
    assert page.has("#funnel ~ svg rect")
    few = [row.text() for row in page.all("#funnel ~ details tbody tr")]
    assert any("2 of 2" in row and "%" not in row for row in few)
    assert any("%" in row for row in few)


def test_no_line_is_drawn_under_three_points(coach_web, coach, ann, act, clock) -> None:
    from coachcrm.recovery.operations import applications, practice  # noqa: PLC0415

    def pulse(session) -> None:
        today = clock.now.date()
        search = applications.open_search(session, 1, ann, today=today)
        practice.take_pulse(session, 1, search, {"energy": 3}, today=today)

    for drawn in (False, False, True):
        act(pulse)
        clock.move(days=8)
        coach_web.sign_in()
        page = coach_web.get("/coach/clients/1/insights")
        assert page.has("polyline") is drawn


def test_consultations_are_told_by_source(coach_web, web, act, clock, app) -> None:
    from tests.support.cast import RAVI, TUESDAY_9, TUESDAY_10, book  # noqa: PLC0415

    book(web, TUESDAY_9)
    book(web, TUESDAY_10, RAVI)
    clock.at("2027-06-15T12:00:00Z")
    coach_web.sign_in()
    coach_web.get("/coach/clients/1")
    coach_web.submit(stage="active")
    coach_web.follow()
    coach_web.get("/coach/clients/1/record/search/new")
    coach_web.submit("main form", found_by="The article")
    coach_web.follow()
    rows = [
        row.text(separator=" ")
        for row in coach_web.get("/coach/insights").all("#sources ~ details tbody tr")
    ]
    assert sorted("The article" in row and "1 of 1" in row for row in rows) == [False, True]


def test_applications_stand_by_news_wherever_they_are_listed(coach_web, act, ann, clock) -> None:
    """The newest no is typed first, as people tell it; the list goes by the days."""
    from coachcrm.desk.call.pages.call import application_lines  # noqa: PLC0415
    from coachcrm.recovery.operations import applications  # noqa: PLC0415
    from coachcrm.recovery.operations.applications import Rejection  # noqa: PLC0415
    from coachcrm.recovery.reading import record  # noqa: PLC0415

    def tell(session) -> None:
        today = clock.now.date()
        search = applications.open_search(session, 1, ann, today=today)
        for employer, day in (("Newest", 30), ("Oldest", 3), ("Middle", 17)):
            told = Rejection(role="", employer=employer, stage="first", told_on=date(2027, 5, day))
            applications.log_rejection(session, search, told, today=today, now=clock.now)
        applications.add_application(
            session, search, today=today, now=clock.now, employer="Open", role="",
            applied_on=date(2027, 5, 20),
        )  # fmt: skip

    act(tell)
    listed = ["Newest", "Open", "Middle", "Oldest"]
    found = act(lambda s: [a.employer for a in record.read_present(s, 1, ann).applications])
    assert found == listed[::-1]
    page = coach_web.get("/coach/clients/1/record")
    assert [node.text() for node in page.all("#applications ~ ul .who")] == listed
    lines = act(lambda s: [line.partition(":")[0] for _, line in application_lines(s, 1, ann)])
    assert lines == listed
