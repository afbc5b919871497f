"""What is read of the record is what was written, each column in the field of its name."""

from __future__ import annotations

from datetime import date

import pytest

from coachcrm.recovery.core.facts import Statement
from coachcrm.recovery.models import applications as models
from coachcrm.recovery.models import search as search_models
from coachcrm.recovery.operations import applications, rows
from coachcrm.recovery.reading import record
from coachcrm.recovery.reading.by_name import AsFact

SAM = 1
TODAY = date(2027, 6, 1)
# Wherever there are two ratings or two days of one thing, they differ here.
WRITTEN = {
    "review": (models.ReviewRow, {"own_rating": 2, "coach_rating": 4, "created_on": TODAY}),
    "acceptance": (
        models.AcceptanceRow,
        {"accepted_on": date(2027, 5, 2), "on_mind": 5, "on_mind_later": 3},
    ),
    "fit": (models.FitAssessment, {"assessed_on": TODAY, "is_hindsight": True, "exception": "yes"}),
    "rounds": (
        models.InterviewRound,
        {
            "held_on": date(2027, 5, 3), "debriefed_on": date(2027, 5, 4), "own_rating": 3,
            "number": 2, "debriefed_before_news": True, "hours_prepared": 7, "kind": "panel",
        },
    ),
    "asks": (
        models.FeedbackRequest,
        {
            "sent_on": date(2027, 5, 5), "reply": "thin", "replied_on": date(2027, 5, 6),
            "asked_of": "hr", "draft": "first_employer",
        },
    ),
    "stages": (
        models.StageEvent,
        {
            "stage": "first", "entered_on": date(2027, 5, 7), "result": "rejected",
            "told_on": date(2027, 5, 8), "is_form_letter": True,
        },
    ),
}  # fmt: skip


@pytest.fixture
def written(act, ann, clock):
    """Write a row of each kind that hangs on an application; give the search as it is read."""

    def write(session):
        search = applications.open_search(session, SAM, ann, today=TODAY)
        new = applications.add_application(
            session, search, today=TODAY, now=clock.now, employer="Acme", role="Analyst"
        )
        for table, values in WRITTEN.values():
            when = {"created_at": clock.now} if hasattr(table, "created_at") else {}
            rows.add(session, table, {**values, **when}, application_id=new.id)
        theme = rows.get_own(session, SAM, search_models.ThemeRow, 3)
        tests = {"theme_id": theme.id, "held_on": TODAY, "kind": "mock"}
        rated = {**tests, "own_rating": 2, "coach_rating": 5, "application_id": new.id}
        rows.add(session, search_models.PracticeRow, rated, search_id=search.id)
        place = {"priority": 2, "goal": "g", "is_shared": True}
        rows.add(session, search_models.SearchTheme, place, search_id=search.id, theme_id=theme.id)
        asked = {"text": "Why us?", "own_rating": "rough", "coach_rating": "strong"}
        rows.add(session, models.QuestionRow, asked, search_id=search.id, created_at=clock.now)
        verdicts = {
            "client_verdict": "now",
            "coach_verdict": "later",
            "polarity": "negative",
            "source": "written",
        }
        item = rows.add(
            session, models.FeedbackItem, verdicts, search_id=search.id, created_at=clock.now
        )
        for theme_id in (3, 1, 2):
            rows.add(session, search_models.ItemTheme, {}, item_id=item.id, theme_id=theme_id)
        pulse = {"energy": 1, "confidence": 2, "behind": 3, "control": 4, "support": 5}
        rows.add(
            session, search_models.CheckInRow, {**pulse, "taken_on": TODAY}, search_id=search.id
        )
        return record.read(session, SAM, search.id), record.questions(session, search.id)

    return act(write)


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_hangs_on_an_application_is_read_as_it_was_written(written, kind) -> None:
    (application,) = written[0].applications
    found = getattr(application, kind)
    (fact,) = found if isinstance(found, tuple) else (found,)
    assert {name: getattr(fact, name) for name in WRITTEN[kind][1]} == WRITTEN[kind][1]


def test_two_ratings_of_one_thing_are_not_taken_for_each_other(written, clock) -> None:
    search, (question,) = written
    (practice,) = search.practices
    assert (practice.own_rating, practice.coach_rating) == (2, 5)
    assert (question.own_rating, question.coach_rating) == ("rough", "strong")
    (item,) = search.items
    assert (item.client_verdict, item.coach_verdict) == ("now", "later")
    assert (item.themes, item.noted_on) == ((3, 1, 2), clock.now.date())
    (pulse,) = search.checkins
    assert pulse.answers == (1, 2, 3, 4, 5)


def test_a_theme_has_its_own_id_and_that_of_its_place(written) -> None:
    (theme,) = written[0].themes
    assert (theme.id, theme.place_id, theme.name) == (3, 1, "“We” not “I”")
    assert (theme.priority, theme.goal, theme.is_shared) == (2, "g", True)


def test_a_field_that_no_column_is_called_as_is_a_bug_and_not_swallowed() -> None:
    with pytest.raises(AttributeError):
        AsFact(Statement, models.ReviewRow)
