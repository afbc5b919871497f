"""Every figure that the specification expects of its worked example."""

from __future__ import annotations

from datetime import date

import pytest

from coachcrm.recovery.core import funnel, steps, themes
from coachcrm.recovery.core.focus import focus, group_of
from coachcrm.recovery.core.progress import levels
from tests.recovery import worked_example as example
from tests.recovery.worked_example import TODAY

SEARCH = example.search()
BY_ID = {a.id: a for a in SEARCH.applications}


def test_entered_and_lost_per_stage_with_silence_apart() -> None:
    assert [
        (level.stage, level.entered, level.rejected, level.silent)
        for level in funnel.funnel(SEARCH.applications)
    ] == [
        ("applied", 6, 0, 1),
        ("sift", 5, 1, 0),
        ("screen", 1, 1, 0),
        ("first", 3, 2, 0),
        ("final", 1, 1, 0),
    ]


def test_the_groups_lead_to_step_3_with_the_reason_in_words() -> None:
    groups = [group_of(a.lost_at) for a in SEARCH.applications]
    assert [groups.count(name) for name in ("door", "early", "late")] == [2, 3, 1]
    found = focus(SEARCH, today=TODAY)
    assert found.step == 3
    assert found.reason.words == "3 of 6 losses came at screen or first interview."
    assert {e.id for e in found.reason.evidence} == {1, 4, 5}


def test_on_top_stands_the_second_ask_of_a5() -> None:
    [(step, mark)] = focus(SEARCH, today=TODAY).do_now
    assert (step, mark.evidence[0].id) == (1, 5)
    assert "second ask" in mark.words


def test_four_rejections_count() -> None:
    assert {a.id for a in SEARCH.counted} == {1, 3, 4, 5}


@pytest.mark.parametrize(
    ("number", "state", "points"),
    [(1, "complete", 90), (3, "complete", 85), (4, "exhausted", 0), (5, "thin", 80)],
)
def test_the_state_and_the_score_of_each(number, state, points) -> None:
    application = BY_ID[number]
    assert steps.feedback_state(application, today=TODAY).value == state
    parts = steps.score(application)
    assert sum(part.points for part in parts) == points
    assert sum(part.most for part in parts) == 100


def test_three_of_four_are_settled() -> None:
    states = [steps.feedback_state(a, today=TODAY).value for a in SEARCH.counted]
    settled = sum(state in steps.SETTLED for state in states)
    assert funnel.share(settled, len(states)) == "3 of 4"


def test_the_second_ask_of_a5_is_due_on_2_july_and_prompted_at_once() -> None:
    due = steps.next_ask(BY_ID[5], today=TODAY)
    assert (due.attempt, due.due_on, due.is_now) == (2, date(2026, 7, 2), True)


@pytest.mark.parametrize("number", [1, 3, 4])
def test_where_it_is_settled_nothing_is_due(number) -> None:
    assert steps.next_ask(BY_ID[number], today=TODAY) is None


def test_the_days_of_a1() -> None:
    assert steps.first_ask_due(BY_ID[1]) == date(2026, 5, 26)
    assert steps.was_asked_in_time(BY_ID[1])
    second_due = steps.workdays.after(BY_ID[1].asks[0].sent_on, steps.SECOND_ASK)
    assert second_due == date(2026, 5, 29)
    assert BY_ID[1].asks[1].sent_on <= second_due


def test_16_working_days_since_the_second_ask_of_a4() -> None:
    assert steps.workdays.between(BY_ID[4].asks[1].sent_on, TODAY) == 16


def test_t1_is_strong_from_three_sources_and_the_others_are_spotted() -> None:
    found = {s.theme.id: s.recurrence for s in themes.standings(SEARCH)}
    assert [(found[n].sources, found[n].word) for n in (1, 2, 3)] == [
        (3, "strong"), (1, "spotted"), (1, "spotted"),
    ]  # fmt: skip
    assert [e.id for e in found[1].evidence] == [12, 33, 71]
    assert "Appraisal 2025: speaks in generalities" in [e.words for e in found[1].evidence]


def test_of_seven_negatives_one_is_later_one_out_and_five_not_known() -> None:
    negatives = [item.verdict for item in SEARCH.items if item.polarity == "negative"]
    assert len(negatives) == 7
    assert [negatives.count(v) for v in ("later", "out", "", "now")] == [1, 1, 5, 0]


def test_the_six_steps_of_the_search() -> None:
    assert [level.value for level in levels(SEARCH, today=TODAY)] == [
        "evidenced", "none", "begun", "begun", "none", "none",
    ]  # fmt: skip
    assert all(level.evidence for level in levels(SEARCH, today=TODAY) if level.value != "none")
