"""The rules of the ladder, as tables."""

from __future__ import annotations

from datetime import date

import pytest

from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.recovery.core.facts import Stage
from coachcrm.recovery.core.focus import focus
from coachcrm.recovery.core.funnel import funnel
from coachcrm.recovery.core.job_search import Application, Search
from coachcrm.recovery.core.ladder import (
    MOST_RUNGS,
    START,
    LastRung,
    RungNameTaken,
    StartRung,
    TooManyRungs,
    alike,
)
from tests.recovery import worked_example as example

JUNE = date(2026, 6, 1)


def keys(ladder) -> list[str]:
    return [rung.key for rung in ladder]


def lost(number: int, stage: str, ladder) -> Application:
    stages = (Stage("applied", result="passed"), Stage(stage, result="rejected", told_on=JUNE))
    return Application(number, role="Analyst", outcome="rejected", stages=stages, ladder=ladder)


def own(kind: str, after: str, name: str = "Trial day"):
    return START.with_own(name, kind, after=after)


@pytest.mark.parametrize(
    ("kind", "after", "counts"),
    [
        ("door", "sift", False),
        ("door", "screen", False),
        ("early", "screen", True),  # between the screen and the test
        ("early", "", True),  # even where it comes before all else
        ("late", "first", True),
    ],
)
def test_a_loss_on_an_own_rung_counts_if_somebody_spoke_with_the_client(kind, after, counts):
    assert lost(1, "own-1", own(kind, after)).is_counted is counts


@pytest.mark.parametrize("rung", START.rungs)
def test_a_start_rung_counts_as_ever_wherever_it_stands(rung) -> None:
    counts = rung.key not in {"applied", "sift"}
    for by in (-20, -1, 1, 20):
        assert lost(1, rung.key, START.moved(rung.key, by)).had_contact is counts


def test_whoever_was_screened_was_spoken_with_though_the_sift_came_later() -> None:
    ladder = START.moved("sift", 1)
    application = Application(1, stages=(Stage("screen"), Stage("sift")), ladder=ladder)
    assert application.furthest_stage == "sift"
    assert application.had_contact


@pytest.mark.parametrize(
    ("stages", "after", "furthest"),
    [
        (("applied", "own-1"), "applied", "own-1"),
        (("own-1", "applied"), "", "applied"),
        (("first", "own-1", "screen"), "screen", "first"),
        (("first", "own-1", "screen"), "first", "own-1"),
        (("never heard of",), "first", ""),
        ((), "first", ""),
    ],
)
def test_how_far_it_got_follows_the_order_of_the_coach(stages, after, furthest) -> None:
    events = tuple(Stage(stage) for stage in stages)
    assert Application(1, stages=events, ladder=own("early", after)).furthest_stage == furthest


@pytest.mark.parametrize(
    ("kind", "stages", "step", "words"),
    [
        ("early", ("sift", "own-1", "first"), 3, "2 of 3 losses came at “Trial day” or first"),
        ("door", ("sift", "own-1", "first"), 5, "2 of 3 losses came at the sift or “Trial day”."),
        ("late", ("sift", "own-1", "first"), 4, "1 of 3 losses came at “Trial day”."),  # all tied
        ("early", ("sift", "sift", "own-1", "first"), 3, "2 of 4 losses"),  # the later of two
        ("door", ("sift", "own-1", "final", "final"), 4, "2 of 4 losses"),
    ],
)
def test_the_kind_of_an_own_rung_decides_where_the_focus_is(kind, stages, step, words) -> None:
    ladder = own(kind, "screen")
    search = Search(
        applications=tuple(lost(n, stage, ladder) for n, stage in enumerate(stages, 1)),
        ladder=ladder,
    )
    found = focus(search, today=JUNE)
    assert found.step == step
    assert words in found.reason.words


def test_the_funnel_has_the_coach_s_order_and_nothing_that_nobody_entered() -> None:
    ladder = own("late", "first").put_aside("screen").moved("own-1", 3)
    every = [lost(1, "own-1", ladder), lost(2, "final", ladder), lost(3, "screen", ladder)]
    assert [level.stage for level in funnel(every, ladder)] == [
        "applied", "screen", "final", "own-1",
    ]  # fmt: skip
    assert "screen" not in [level.stage for level in funnel(every[:2], ladder)]


def test_the_worked_example_is_the_same_on_a_ladder_in_other_words() -> None:
    ladder = START.named("sift", "Paper sift").put_aside("reserve")
    search = example.search()
    assert focus(search, today=example.TODAY).step == 3
    assert [level.lost for level in funnel(search.applications, ladder)] == [
        level.lost for level in funnel(search.applications)
    ]


@pytest.mark.parametrize(
    ("key", "by", "place"),
    [("sift", 1, 2), ("sift", -1, 0), ("applied", -1, 0), ("accepted", 1, 10), ("applied", 99, 10)],
)
def test_a_rung_moves_and_stops_at_the_ends(key, by, place) -> None:
    moved = START.moved(key, by)
    assert keys(moved).index(key) == place
    assert sorted(keys(moved)) == sorted(keys(START))


@pytest.mark.parametrize(
    "name", ["Sift", "sIFT ", "\u200bSift", "Síft", "\N{FULLWIDTH LATIN CAPITAL LETTER S}ift"]
)
def test_two_rungs_never_read_alike(name) -> None:
    with pytest.raises(RungNameTaken):
        own("early", "first", name)
    with pytest.raises(RungNameTaken):
        START.named("screen", name)
    assert alike(START.named("sift", name)["sift"].name) == "sift"


def test_a_start_rung_takes_its_first_name_again_unless_another_has_it_now() -> None:
    ladder = START.named("screen", "HR chat")
    assert (ladder["screen"].name, ladder["screen"].midway) == ("HR chat", "HR chat")
    assert ladder.named("screen", "") == START
    taken = ladder.with_own("Phone screen", "early", after="screen")
    with pytest.raises(RungNameTaken):
        taken.named("screen", "")


def test_only_an_own_rung_changes_its_kind_or_goes() -> None:
    ladder = own("early", "first")
    assert ladder.of_other_kind("own-1", "late")["own-1"].kind == "late"
    assert ladder.of_other_kind("first", "late") == ladder
    assert ladder.without("own-1") == START
    with pytest.raises(StartRung):
        ladder.without("first")


def test_one_rung_is_always_offered_and_choices_begin_with_one_that_is() -> None:
    ladder = START
    for rung in START.rungs[:-1]:
        ladder = ladder.put_aside(rung.key)
    assert ladder.offered == {"accepted": "Accepted"}
    assert ladder.usual == "accepted"
    with pytest.raises(LastRung):
        ladder.put_aside("accepted")
    assert START.usual == "first"
    assert START.put_aside("first").usual == "screen"
    assert ladder.taken_back("sift").usual == "accepted"
    assert ladder["first"].name == "First interview"


def test_a_ladder_has_its_length_and_no_rung_that_is_not_there() -> None:
    ladder = START
    for number in range(MOST_RUNGS - len(START.rungs)):
        ladder = ladder.with_own(f"Stage {number}", "late", after="")
    assert len(set(keys(ladder))) == MOST_RUNGS
    with pytest.raises(TooManyRungs):
        ladder.with_own("One more", "late", after="")
    for deed in (START.put_aside, START.taken_back, START.without):
        with pytest.raises((NotFound, Refusal)):
            deed("own-9")
