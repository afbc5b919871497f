"""The bank of stories, and themes that point to what goes well: tables of cases."""

from __future__ import annotations

from datetime import date

import pytest

from coachcrm.recovery.core import progress, story_bank, themes
from coachcrm.recovery.core.facts import Fit, FitLine, Item, Question, Round, Story, Strength, Theme
from coachcrm.recovery.core.job_search import Application, Search

DAY = date(2027, 5, 1)
LATER = date(2027, 5, 20)
AUDIT = Story(title="The  Audit", id=7, last_used_on=DAY)


def search(**more) -> Search:
    return Search(
        applications=(
            Application(
                1,
                rounds=(Round(LATER, id=3),),
                fit=Fit(DAY, rows=(FitLine("essential", 3, id=5, story_id=7), FitLine("want", 1))),
            ),
        ),
        stories=(AUDIT,),
        **more,
    )


@pytest.mark.parametrize(
    ("told", "is_used"),
    [("the audit", True), (" THE AUDIT ", True), ("audit", False), ("", False)],
)
def test_a_question_names_its_story_by_the_title(told, is_used) -> None:
    [use] = story_bank.uses(search(), [Question(1, story_used=told)])
    assert bool(use.questions) is is_used


@pytest.mark.parametrize(
    ("round_id", "last"), [(3, LATER), (None, DAY), (99, DAY)], ids=["held", "none", "unknown"]
)
def test_a_story_was_last_used_when_it_was_last_told(round_id, last) -> None:
    [use] = story_bank.uses(search(), [Question(1, round_id=round_id, story_used="The audit")])
    assert use.last_used_on == last


def test_a_story_is_used_by_requirements_and_fed_by_strengths() -> None:
    [use] = story_bank.uses(
        search(strengths=(Strength("coach", story_id=7), Strength("coach"))), ()
    )
    assert [row.id for _, row in use.requirements] == [5]
    assert len(use.strengths) == 1


def test_a_story_without_a_title_is_named_by_no_question() -> None:
    [use] = story_bank.uses(Search(stories=(Story(id=1),)), [Question(1, story_used="")])
    assert use.questions == ()
    assert use.last_used_on is None


@pytest.mark.parametrize(("polarity", "sources"), [("positive", 1), ("negative", 2)])
def test_a_theme_counts_what_was_said_in_its_own_direction(polarity, sources) -> None:
    items = tuple(
        Item(said, "appraisal", themes=(1,), source_label=f"{said} {n}")
        for n, said in enumerate(("positive", "negative", "negative"))
    )
    found = Search(themes=(Theme(1, "Listening", polarity=polarity),), loose_items=items)
    assert themes.recurrence(found, 1).sources == sources
    [standing] = themes.standings(found)
    assert standing.life == ("spotted" if sources == 1 else "recurring")
    step_3 = progress.levels(found, today=DAY)[2]
    assert step_3.value == ("begun" if polarity == "negative" else "none")
