"""What the numbers of a search say, and that few cases stay counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coachcrm.recovery.core.facts import (
    Ask,
    CheckIn,
    Fit,
    FitLine,
    Item,
    Practice,
    Review,
    Round,
    Stage,
    Story,
    Strength,
    Theme,
)
from coachcrm.recovery.core.figures import (
    of_feedback,
    of_reviews,
    of_verdicts,
    round_results,
    typical,
)
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.core.search_figures import fit_percent, of_fit, of_resilience, of_themes
from tests.recovery import worked_example

JUNE = date(2027, 6, 1)
TODAY = date(2027, 7, 1)


def named(figures) -> dict[str, str]:
    return {figure.title: figure.words for figure in figures}


def table(figures, title: str) -> tuple:
    return next(figure.rows for figure in figures if figure.title == title)


def lost(number: int, *stages: str, **more) -> Application:
    path = tuple(Stage(stage) for stage in (stages or ("first",)))
    end = Stage(path[-1].stage, result="rejected", told_on=JUNE + timedelta(days=number))
    return Application(
        number, f"Employer {number}", "Planner", outcome="rejected", stages=(*path, end), **more
    )


def test_nothing_is_said_of_nothing() -> None:
    nobody = Search()
    assert not [*of_feedback(nobody, today=TODAY), *of_reviews(nobody), *of_verdicts(nobody)]
    assert not [*of_themes(nobody), *of_fit(nobody), *of_resilience(nobody)]


# ------------------------------------------------------------------------------------ step 1


def test_the_worked_example_in_figures() -> None:
    found = list(of_feedback(worked_example.search(), today=worked_example.TODAY))
    said = named(found)
    assert said["Settled"] == "3 of 4 rejections with a human contact are settled."
    assert said["From the news to the first ask"] == "A median of 1 day in 4 cases."
    assert said["The good beside the bad"] == "2 positives to 6 negatives in what they said."
    assert [e.words for e in found[0].evidence] == ["Not settled: Adviser, Eden"]


def test_who_answers_is_told_by_the_way_in() -> None:
    asked = (Ask(JUNE, "detailed"),)
    quiet = (Ask(JUNE),)
    search = Search(
        applications=(
            lost(1, route="agency", asks=asked),
            lost(2, route="agency", asks=quiet),
            lost(3, route="advert", is_internal=True, asks=asked),
            lost(4, route="advert"),
        )
    )
    rows = table(of_feedback(search, today=TODAY), "Who answers")
    assert rows == (("Agency", "2", "1 of 2"), ("Internal", "1", "1 of 1"))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((1,), "1 day"),
        ((0, 4), "0 days and 4 days"),
        ((1, 2, 9), "A median of 2 days in 3 cases"),
        ((1, 2, 3, 9), "A median of 2.5 days in 4 cases"),
    ],
)
def test_two_cases_are_two_cases_and_three_have_a_middle(days, words) -> None:
    assert typical(days, "day") == words


# ------------------------------------------------------------------------------------ step 2


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (((2, 3),), "They rate themselves 1 point lower than you do in 1 of 1 reviews."),
        (
            ((2, 3), (2, 4), (3, 4), (2, 3), (4, 4)),
            "They rate themselves 1 point lower than you do in 4 of 5 reviews.",
        ),
        (((5, 3), (3, 3), (4, 2)), ("They rate themselves 2 points higher than you do in 2 of 3"
                                   " reviews.")),
        (((3, 3), (4, 4), (2, 3)), "You rate alike in 2 of 3 reviews."),
        (((2, 3), (4, 3)), "You rate alike in 0 of 2 reviews."),
    ],
)  # fmt: skip
def test_own_ratings_are_set_beside_the_coachs(pairs, words) -> None:
    applications = tuple(
        lost(n, review=Review(JUNE, own, coach)) for n, (own, coach) in enumerate(pairs)
    )
    assert (
        named(of_reviews(Search(applications=applications)))["Their rating beside yours"] == words
    )


def test_a_review_with_one_rating_says_nothing() -> None:
    search = Search(applications=(lost(1, review=Review(JUNE, 3, None)),))
    assert not list(of_reviews(search))


@pytest.mark.parametrize(
    ("outcome", "results"),
    [
        ("rejected", [True, False]),
        ("silent", [True, False]),
        ("accepted", [True, True]),
        ("declined", [True, True]),
        ("open", [True]),
        ("withdrew", [True]),
    ],
)
def test_an_interview_went_on_or_was_the_last(outcome, results) -> None:
    rounds = (Round(JUNE), Round(JUNE + timedelta(days=7)))
    application = Application(1, outcome=outcome, rounds=rounds)
    assert [went_on for _, went_on in round_results(application)] == results


def test_preparation_is_set_beside_the_result() -> None:
    first = Round(JUNE, own_rating=4, hours_prepared=6)
    last = Round(JUNE + timedelta(days=7), own_rating=2, hours_prepared=1)
    said = named(of_reviews(Search(applications=(lost(1, rounds=(first, last)),))))
    assert said["Hours of preparation"] == "6 where it went on, 1 where it ended."
    assert said["How they rated the interview"] == "4 where it went on, 2 where it ended."


# ------------------------------------------------------------------------------------ step 3


def test_what_is_fixed_is_told_with_the_days_it_took() -> None:
    items = (Item("negative", "written", themes=(7,), heard_on=JUNE),)
    tests = tuple(
        Practice(7, JUNE + timedelta(days=n), "interview", coach_rating=5, application_id=n)
        for n in (10, 20)
    )
    search = Search(
        applications=(lost(1, items=items), *(Application(n, rounds=()) for n in (10, 20))),
        themes=(Theme(7, "Pace"),),
        practices=tests,
    )
    found = list(of_themes(search))
    assert named(found)["Fixed"] == "20 days from spotted to fixed."
    assert table(found, "Fixed") == (("Pace", "20"),)


def test_competencies_without_a_good_story_are_the_gaps() -> None:
    stories = (
        Story(5, title="Moved the depot", competency="Planning"),
        Story(3, title="Late parts", competency="conflict"),
    )
    found = list(of_themes(Search(stories=stories), asked=["Conflict", "Leading", "planning"]))
    assert named(found)["Stories to tell"].endswith("Without a good story: Leading, conflict.")
    assert table(found, "Stories to tell") == (
        ("conflict", "1", "3 of 5"), ("Leading", "0", "–"), ("Planning", "1", "5 of 5"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------ step 4


def test_where_coach_and_client_agree_is_counted_and_the_rest_named() -> None:
    items = (
        Item("negative", text="slow", client_verdict="now", coach_verdict="now"),
        Item("negative", text="Spanish", client_verdict="out", coach_verdict="later"),
        Item("negative", text="not judged by both", client_verdict="now"),
    )
    found = list(of_verdicts(Search(applications=(lost(1, items=items),))))
    assert named(found)["Your verdicts and theirs"] == "You agree in 1 of 2 verdicts."
    assert table(found, "Your verdicts and theirs") == (
        ("Spanish", "Out of my hands", "Change later"),
    )


# ------------------------------------------------------------------------------------ step 5


def fit(*levels: int) -> Fit:
    return Fit(JUNE, rows=tuple(FitLine("essential", n, text=f"Need {i}")
                                for i, n in enumerate(levels)))  # fmt: skip


@pytest.mark.parametrize(
    ("levels", "percent"), [((3, 3), 100), ((2, 2), 66), ((3, 0), 50), ((0,), 0), ((), None)]
)
def test_fit_is_points_held_of_points_possible(levels, percent) -> None:
    assert fit_percent(Application(1, fit=fit(*levels))) == percent


def test_fit_is_set_beside_how_far_it_went() -> None:
    search = Search(
        applications=(
            lost(1, "applied", "sift", fit=fit(0, 1)),
            lost(2, "applied", "first", fit=fit(3, 3)),
            lost(3, "applied", "final", fit=fit(3, 3)),
        )
    )
    found = list(of_fit(search))
    assert table(found, "How far each band of fit went") == (
        ("90 % and more", "2 of 2", "Final interview"), ("Under 50 %", "0 of 1", "Sift"),
    )  # fmt: skip
    assert table(found, "Essentials most often missing") == (
        ("Need 0", "1 of 3"), ("Need 1", "1 of 3"),
    )  # fmt: skip


def test_kinds_are_compared_only_where_there_are_two() -> None:
    alone = Search(applications=(lost(1, family="planner"), lost(2, family="Planner ")))
    assert "Kind of role and how far it went" not in named(of_fit(alone))
    two = Search(applications=(lost(1, "sift", family="analyst"), lost(2, family="planner")))
    assert table(of_fit(two), "Kind of role and how far it went") == (
        ("Analyst", "0 of 1", "Sift"), ("Planner", "1 of 1", "First interview"),
    )  # fmt: skip


# ------------------------------------------------------------------------------------ step 6


def test_strengths_and_the_way_back_are_told() -> None:
    search = Search(
        applications=(lost(1, asks=(Ask(JUNE + timedelta(days=4)),)),),
        strengths=(Strength("feedback", "warm", 1), Strength("coach", "calm", 2)),
        checkins=(CheckIn(JUNE, (3,)),),
    )
    said = named(of_resilience(search))
    assert said["Strengths"] == "2 from 2 kinds of source."
    assert said["The usual way back"] == "3 days from the no to the next act."
