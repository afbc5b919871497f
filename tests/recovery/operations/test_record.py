"""What is written into the record, and what is taken back, on real databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from coachcrm.auth.models import Coach
from coachcrm.kit.errors import NotFound
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackItem,
    QuestionRow,
    StageEvent,
)
from coachcrm.recovery.models.search import ActionRow, StrengthRow
from coachcrm.recovery.operations import applications, feedback, stages
from coachcrm.recovery.operations import rows as record_rows
from coachcrm.recovery.operations.applications import Rejection
from coachcrm.recovery.operations.dates import WrongDay
from coachcrm.recovery.operations.stages import Ended
from tests.support.cast import change, dump, rows, value

TODAY = date(2027, 6, 1)
SAM = 1


@pytest.fixture
def within(act, ann, clock):
    """Do something in Ann's job search."""

    def run(deed):
        return act(lambda s: deed(s, applications.open_search(s, SAM, ann, today=TODAY), clock.now))

    return run


def log(session, search, now, **fields):
    new = Rejection(**{"employer": "Acme", "role": "Analyst", "stage": "first", **fields})
    return applications.log_rejection(session, search, new, today=TODAY, now=now)


def test_a_new_coach_has_the_26_themes(app, coach) -> None:
    assert value(app, "SELECT count(*) FROM theme") == 26


def test_a_rejection_in_four_fields_is_a_stage_and_an_outcome(app, within) -> None:
    within(lambda s, search, now: log(s, search, now, told_on=date(2027, 5, 28)))
    assert rows(app, "SELECT employer, role, outcome FROM application") == [
        ("Acme", "Analyst", "rejected")
    ]
    assert [
        tuple(map(str, row)) for row in rows(app, "SELECT stage, result, told_on FROM stage_event")
    ] == [("applied", "passed", "None"), ("first", "rejected", "2027-05-28")]


def test_a_client_has_one_open_search_however_often_it_is_asked_for(app, within) -> None:
    for _ in range(3):
        within(lambda _s, search, _now: search.id)
    assert value(app, "SELECT count(*) FROM job_search") == 1


def test_days_that_cannot_be_are_refused_in_words_and_nothing_is_kept(app, within) -> None:
    within(lambda *_: None)
    before = dump(app)
    for deed in (
        lambda s, search, now: log(s, search, now, told_on=date(2027, 6, 2)),
        lambda s, search, now: applications.add_application(
            s, search, today=TODAY, now=now, applied_on=date(2027, 6, 2)
        ),
    ):
        with pytest.raises(WrongDay, match="has not come yet"):
            within(deed)

    def too_early(s, search, now):
        application = applications.add_application(
            s, search, today=TODAY, now=now, applied_on=date(2027, 5, 10)
        )
        stages.record_stage(
            s, application, stage="sift", entered_on=date(2027, 5, 9), today=TODAY, now=now
        )

    with pytest.raises(WrongDay, match="before the day of applying"):
        within(too_early)
    assert dump(app) == before


def test_no_stage_follows_the_end_but_the_same_again_is_harmless(app, within) -> None:
    number = within(lambda s, search, now: log(s, search, now).id)

    def stage(name):
        return lambda s, _search, now: stages.record_stage(
            s, record_rows.get_own(s, SAM, ApplicationRow, number),
            stage=name, result="rejected", told_on=TODAY, today=TODAY, now=now,
        )  # fmt: skip

    within(stage("first"))
    with pytest.raises(Ended):
        within(stage("final"))
    assert value(app, "SELECT count(*) FROM stage_event") == 2


def test_nothing_overwrites_a_stage_a_mistaken_one_is_struck_out(app, act, within, clock) -> None:
    within(log)
    for _ in range(2):
        act(lambda s: record_rows.remove(s, SAM, StageEvent, 1, now=clock.now))
    assert value(app, "SELECT count(*) FROM stage_event WHERE struck_at IS NOT NULL") == 1


def test_a_theme_tagged_twice_is_tagged_once(app, within) -> None:
    def twice(s, search, now):
        item = feedback.add_item(s, search, polarity="negative", text="Too general", now=now)
        theme = feedback.find_theme(s, SAM, "no concrete example")
        assert feedback.tag_item(s, item, theme).id == feedback.tag_item(s, item, theme).id

    within(twice)
    assert value(app, "SELECT count(*) FROM feedback_item_theme") == 1
    assert value(app, "SELECT count(*) FROM search_theme") == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rambling", "Rambling"),
        (" RAMB ", "Rambling"),
        ("pace", "Pace"),
        ("no", None),
        ("", None),
        ("unheard of", None),
    ],
)
def test_a_theme_is_found_by_its_name_or_a_beginning_that_no_other_has(act, words, found) -> None:
    def look(session):
        theme = feedback.find_theme(session, SAM, words)
        return theme.name if theme else None

    assert act(look) == found


def test_what_was_made_in_a_note_can_be_taken_back_and_twice_is_no_trouble(
    app, act, within, clock
) -> None:
    within(lambda *_: None)
    before = dump(app)

    def make(s, search, now):
        item = feedback.add_item(s, search, polarity="positive", text="Warm", now=now)
        return {
            FeedbackItem: item.id,
            QuestionRow: feedback.add_question(s, search, text="Why us?", now=now).id,
            ActionRow: feedback.add_action(s, search, text="Ring the agency", now=now).id,
            StrengthRow: feedback.add_strength(s, search, statement="Warm", now=now).id,
        }

    made = within(make)
    for kind, number in [*made.items(), *made.items()]:
        act(lambda s: record_rows.remove(s, SAM, kind, number, now=clock.now))  # noqa: B023
    assert dump(app) == before


def test_one_item_feeds_one_strength(app, within) -> None:
    def twice(s, search, now):
        item = feedback.add_item(s, search, polarity="positive", text="Warm", now=now)
        for _ in range(2):
            feedback.add_strength(s, search, statement="Warm", item_id=item.id, now=now)

    within(twice)
    assert value(app, "SELECT count(*) FROM strength") == 1


def test_s44_what_is_foreign_is_not_found_and_not_taken_back(app, act, within, clock) -> None:
    within(log)
    before = dump(app)
    with pytest.raises(NotFound):
        act(lambda s: record_rows.get_own(s, 2, ApplicationRow, 1))
    with pytest.raises(NotFound):
        act(lambda s: record_rows.remove(s, 2, ApplicationRow, 1, now=clock.now))
    with pytest.raises(NotFound):
        act(lambda s: record_rows.remove(s, SAM, Coach, 1, now=clock.now))
    assert dump(app) == before


def test_the_database_keeps_no_detail_of_unfair_treatment(app, within) -> None:
    within(lambda s, search, now: feedback.add_item(
        s, search, polarity="negative", text="x", now=now
    ))  # fmt: skip
    change(app, "UPDATE feedback_item SET reason = 'unfair'")
    with pytest.raises(IntegrityError):
        change(app, "UPDATE feedback_item SET verdict_evidence = 'what he said'")


def test_an_unknown_column_is_a_bug_and_not_swallowed(within) -> None:
    with pytest.raises(TypeError):
        within(lambda s, search, now: feedback.add_item(
            s, search, polarity="positive", text="x", now=now, nonsense=1
        ))  # fmt: skip
    with pytest.raises(TypeError):
        within(lambda s, search, _now: record_rows.add(
            s, FeedbackItem, {"search_id": 9}, search_id=search.id
        ))  # fmt: skip
