"""The rules of sections 4 to 10 at their edges: tables of cases, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coachcrm.recovery.core import funnel, guard_rails, progress, steps, themes
from coachcrm.recovery.core.facts import (
    Acceptance,
    Action,
    Ask,
    CheckIn,
    Criterion,
    Fit,
    FitLine,
    Item,
    Override,
    Point,
    Practice,
    Review,
    Round,
    Stage,
    Story,
    Strength,
    Target,
    Theme,
)
from coachcrm.recovery.core.focus import focus
from coachcrm.recovery.core.job_search import Application, Search

TODAY = date(2026, 7, 1)
JUNE = date(2026, 6, 1)


def lost(number: int, stage: str = "first", told: date = JUNE, **more) -> Application:
    end = more.pop("end", "rejected")
    stages = (Stage("applied", result="passed"), Stage(stage, result=end, told_on=told))
    return Application(number, f"Firm {number}", outcome=end, stages=stages, **more)


def plus(specificity: int = 1, **more) -> Item:
    return Item("positive", specificity=specificity, **more)


def minus(specificity: int = 1, **more) -> Item:
    return Item("negative", specificity=specificity, **more)


# ---------------------------------------------------------------------------------------- step 1

FIRST, SECOND = date(2026, 6, 16), date(2026, 6, 17)


@pytest.mark.parametrize(
    ("asks", "items", "state"),
    [
        ((), (), "none"),
        ((Ask(JUNE),), (), "asked"),
        ((Ask(JUNE, "none"),), (), "asked"),
        ((Ask(JUNE, "form_letter"),), (), "thin"),
        ((Ask(JUNE, "detailed"),), (plus(),), "thin"),
        ((Ask(JUNE, "detailed"),), (plus(0), minus(0)), "thin"),
        ((Ask(JUNE, "detailed"),), (plus(0), minus(1)), "complete"),
        ((), (plus(2), minus(0)), "complete"),
        ((Ask(JUNE),), (plus(source="inference"), minus(source="coach")), "asked"),
        ((Ask(JUNE, "thin"), Ask(date(2026, 6, 18))), (), "asked_again"),
        ((Ask(JUNE, "thin"), Ask(date(2026, 6, 18), "thin")), (), "thin"),
        ((Ask(JUNE), Ask(SECOND)), (), "exhausted"),  # ten working days, exactly
        ((Ask(JUNE), Ask(SECOND + timedelta(days=1))), (), "asked_again"),  # nine
        ((Ask(JUNE, "thin"), Ask(SECOND, "thin")), (plus(),), "exhausted"),
        ((Ask(JUNE, "policy"),), (), "exhausted"),
        ((Ask(JUNE, "policy"),), (plus(), minus()), "complete"),
    ],
)
def test_the_states_of_step_1(asks, items, state) -> None:
    application = lost(1, asks=asks, items=items)
    assert steps.feedback_state(application, today=TODAY).value == state


@pytest.mark.parametrize(
    ("stage", "counts"),
    [("applied", False), ("sift", False), ("screen", True), ("first", True), ("reserve", True)],
)
def test_only_rejections_with_a_human_contact_count(stage, counts) -> None:
    assert lost(1, stage).is_counted is counts
    assert not lost(1, stage, end="silent").is_counted


def test_the_first_ask_is_prompted_and_the_second_waits_for_its_day_unless_thin() -> None:
    assert steps.next_ask(lost(1), today=TODAY).attempt == 1
    waiting = lost(1, asks=(Ask(date(2026, 6, 25)),))
    assert not steps.next_ask(waiting, today=TODAY).is_now
    assert steps.next_ask(waiting, today=date(2026, 7, 2)).is_now
    assert steps.next_ask(lost(1, "sift"), today=TODAY) is None


def settled(number: int, *, asked_after: int = 1) -> Application:
    news = JUNE + timedelta(days=number)
    return lost(
        number, told=JUNE, asks=(Ask(JUNE + timedelta(days=asked_after), "detailed", news),),
        items=(plus(), minus()),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("late", "number", "level"),
    [
        (0, 2, "evidenced"),
        (0, 3, "holding"),
        (1, 4, "evidenced"),  # 3 of 4 in time is less than 80 %
        (1, 5, "holding"),  # 4 of 5
        (2, 5, "evidenced"),
    ],
)
def test_holding_step_1_needs_three_and_four_in_five_in_time(late, number, level) -> None:
    found = tuple(settled(n, asked_after=9 if n < late else 1) for n in range(number))
    assert progress.levels(Search(applications=found), today=TODAY)[0].value == level


# ------------------------------------------------------------------------------------ steps 2, 4


def review(**more) -> Review:
    points = (
        Point("fact", "applied", "The advert"), Point("fact", "first", "Three questions"),
        Point("positive"), Point("positive"), Point("improvement"),
    )  # fmt: skip
    return Review(
        **{"created_on": JUNE, "own_rating": 2, "coach_rating": 3, "points": points} | more
    )


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (None, "none"),
        (Review(JUNE), "draft"),
        (Review(JUNE, coach_rating=3), "reviewed"),
        (review(), "agreed"),
        (review(own_rating=None), "reviewed"),
        (review(coach_rating=None), "draft"),
        (review(points=review().points[1:]), "reviewed"),  # a stage without its facts
        (review(points=review().points[:-2]), "reviewed"),  # one positive
        (review(points=review().points[:-1]), "reviewed"),  # no improvement
    ],
)
def test_the_states_of_step_2(given, state) -> None:
    application = lost(1, review=given)
    assert steps.review_state(application).value == state
    assert (steps.review_misses(application) == ()) is (state == "agreed")


@pytest.mark.parametrize(("days", "level"), [(2, "holding"), (3, "evidenced"), (None, "evidenced")])
def test_holding_step_2_needs_three_debriefs_within_48_hours(days, level) -> None:
    debriefed = None if days is None else JUNE + timedelta(days=days)
    rounds = (Round(JUNE, debriefed),)
    found = tuple(lost(n, review=review(), rounds=rounds) for n in range(1, 4))
    assert progress.levels(Search(applications=found), today=TODAY)[1].value == level


@pytest.mark.parametrize(
    ("items", "state"),
    [
        ((), "nothing"),
        ((plus(),), "nothing"),
        ((minus(),), "none"),
        ((minus(client_verdict="now"),), "begun"),
        ((minus(client_verdict="now", coach_verdict="later"),), "judged"),
        ((minus(client_verdict="now", coach_verdict="now"), minus()), "begun"),
    ],
)
def test_the_states_of_step_4(items, state) -> None:
    assert steps.verdict_state(lost(1, items=items)).value == state


@pytest.mark.parametrize(
    ("later", "level"), [(None, "evidenced"), (2, "holding"), (3, "evidenced")]
)
def test_holding_step_4_needs_a_calm_mind_when_asked_again(later, level) -> None:
    judged = (minus(client_verdict="now", coach_verdict="now"),)
    found = [lost(n, items=judged) for n in (1, 2, 3)]
    found[-1] = replace(found[-1], acceptance=Acceptance(JUNE, 1, later))
    assert progress.levels(Search(applications=tuple(found)), today=TODAY)[3].value == level


# ---------------------------------------------------------------------------------------- step 3


def themed(*items: Item, **more) -> Search:
    loose = tuple(i for i in items if i.application_id is None)
    ids = sorted({i.application_id for i in items if i.application_id is not None})
    of = {n: tuple(i for i in items if i.application_id == n) for n in ids}
    applications = tuple(lost(n, told=JUNE + timedelta(days=n), items=of[n]) for n in ids)
    theme = Theme(1, "Rambling", priority=1)
    more.setdefault("applications", applications)
    return Search(loose_items=loose, themes=(theme,), **more)


def on(number: int | None = None, **more) -> Item:
    return minus(themes=(1,), application_id=number, **more)


@pytest.mark.parametrize(
    ("items", "sources", "word"),
    [
        ((on(1),), 1, "spotted"),
        ((on(1), on(1)), 1, "spotted"),  # two comments, one source
        ((on(1), on(2)), 2, "recurring"),
        ((on(1), on(2), on(3)), 3, "strong"),
        ((on(1), on(source="appraisal")), 2, "recurring"),
        ((on(source="appraisal", source_label="2024"), on(source="appraisal", source_label="2025")),
         2, "recurring"),
        ((on(source="appraisal"), on(source="appraisal")), 1, "spotted"),
        ((on(source="mock", heard_on=JUNE), on(source="mock", heard_on=JUNE)), 1, "spotted"),
        ((on(source="mock", heard_on=JUNE), on(source="mock", heard_on=TODAY)), 2, "recurring"),
        ((on(1, source="coach"), on(2, source="inference"), on(3, source="coach")), 0, "spotted"),
        ((on(1), on(2, source="coach")), 1, "spotted"),
        ((on(1), plus(themes=(1,), application_id=2)), 1, "spotted"),
    ],
)  # fmt: skip
def test_recurrence_counts_distinct_sources(items, sources, word) -> None:
    found = themes.recurrence(themed(*items), 1)
    assert (found.sources, found.word) == (sources, word)


def later(days: int) -> date:
    return JUNE + timedelta(days=10 + days)


ACTION = Action(1, theme_id=1, due_on=later(5), created_on=later(0))
ALONE = Practice(1, later(6), own_rating=3)
TEST_1 = Practice(1, later(10), "interview", own_rating=4, application_id=11)
TEST_2 = Practice(1, later(20), "interview", coach_rating=5, application_id=12)


@pytest.mark.parametrize(
    ("actions", "practices", "more", "life"),
    [
        ((), (), (), "recurring"),
        ((replace(ACTION, due_on=None),), (), (), "recurring"),  # without a date it is a wish
        ((ACTION,), (), (), "in_work"),
        ((ACTION,), (replace(ALONE, own_rating=None),), (), "in_work"),  # not rated
        ((ACTION,), (ALONE,), (), "practised"),
        ((ACTION,), (ALONE, TEST_1), (), "tested"),
        ((ACTION,), (ALONE, TEST_1, TEST_2), (), "fixed"),
        ((ACTION,), (ALONE, TEST_1, replace(TEST_2, coach_rating=3)), (), "tested"),
        ((), (TEST_1, replace(TEST_2, coach_rating=None)),
         (plus(themes=(1,), application_id=12),), "fixed"),  # a positive instead of a rating
        ((), (TEST_1, TEST_2), (on(12, heard_on=later(21)),), "tested"),  # said of the test itself
        ((ACTION,), (ALONE, TEST_1, TEST_2), (on(40),), "relapsed"),
        ((), (TEST_1, TEST_2, replace(ALONE, held_on=later(45))),
         (on(40),), "practised"),  # taken up again
    ],
)  # fmt: skip
def test_the_life_of_a_theme(actions, practices, more, life) -> None:
    search = themed(on(1), on(2), *more)
    search = replace(search, actions=actions, practices=practices)
    [standing] = themes.standings(search)
    assert standing.life == life
    assert (standing.fixed_on is not None) is (life == "fixed")


def test_step_3_holds_when_every_priority_theme_is_fixed_and_not_after_a_relapse() -> None:
    search = replace(themed(on(1), on(2)), practices=(TEST_1, TEST_2))
    assert progress.levels(search, today=TODAY)[2].value == "holding"
    back = replace(themed(on(1), on(2), on(40)), practices=(TEST_1, TEST_2))
    assert progress.levels(back, today=TODAY)[2].value == "evidenced"


# ------------------------------------------------------------------------------------ steps 5, 6


def fit(*levels: int, **more) -> Fit:
    return Fit(JUNE, rows=tuple(FitLine("essential", level) for level in levels), **more)


def test_the_two_numbers_and_the_essentials_proven() -> None:
    rows = (FitLine("essential", 3), FitLine("essential", 1), FitLine("desirable", 2),
            FitLine("want", 2, weight=3), FitLine("want", 0, weight=1))  # fmt: skip
    found = Fit(JUNE, rows=rows)
    assert progress.they_want_me(found) == (2 * 3 + 2 * 1 + 2, 2 * 3 + 2 * 3 + 3)
    assert progress.i_want_it(found) == (6, 12)
    assert progress.essentials_proven(found) == (1, 2)


@pytest.mark.parametrize(
    ("proven", "of", "is_gamble"), [(7, 10, False), (6, 10, True), (0, 0, False), (2, 3, True)]
)
def test_a_gamble_is_under_70_percent_of_the_essentials(proven, of, is_gamble) -> None:
    found = fit(*[2] * proven, *[1] * (of - proven))
    assert progress.gambles(found, percent=70) is is_gamble


@pytest.mark.parametrize(
    ("given", "level"),
    [
        (fit(3), "holding"),
        (fit(0, exception="A friend works there."), "holding"),
        (fit(0), "evidenced"),
        (fit(3, is_hindsight=True), "evidenced"),
        (None, "begun"),
    ],
)
def test_step_5_holds_when_three_in_a_row_were_assessed_before(given, level) -> None:
    past = tuple(lost(n, applied_on=JUNE + timedelta(days=n), fit=given) for n in (1, 2, 3))
    search = Search(applications=past, criteria=(Criterion(),) * 5, targets=(Target(JUNE),))
    assert progress.levels(search, today=TODAY)[4].value == level


STRENGTHS = tuple(Strength("coach" if n else "feedback") for n in range(5))
SETBACK = Story(3, is_setback=True)


@pytest.mark.parametrize(
    ("strengths", "stories", "asked", "level"),
    [
        (STRENGTHS[:1], (), 1, "begun"),
        (STRENGTHS, (), 1, "begun"),
        (STRENGTHS, (Story(2, is_setback=True),), 1, "begun"),
        ((Strength("coach"),) * 5, (SETBACK,), 1, "begun"),  # one kind of source
        (STRENGTHS, (SETBACK,), None, "evidenced"),
        (STRENGTHS, (SETBACK,), 7, "holding"),
    ],
)
def test_step_6_needs_no_check_in(strengths, stories, asked, level) -> None:
    asks = (Ask(JUNE + timedelta(days=asked)),) if asked is not None else ()
    search = Search(applications=(lost(1, asks=asks),), strengths=strengths, stories=stories)
    assert progress.levels(search, today=TODAY)[5].value == level


def test_the_way_back_is_counted_in_days_to_the_next_act() -> None:
    first = lost(1, told=JUNE, asks=(Ask(JUNE + timedelta(days=2)),))
    second = lost(2, told=JUNE + timedelta(days=10))
    third = lost(3, told=JUNE + timedelta(days=20), applied_on=JUNE + timedelta(days=16))
    search = Search(applications=(first, second, third))
    assert [bounce.days for bounce in funnel.bounces(search)] == [2, 6, None]
    assert funnel.usual_bounce(search) == 4


@pytest.mark.parametrize(
    ("pulses", "asks"),
    [
        (((2, 2),), False),
        (((2, 2), (2, 2)), True),
        (((2, 2), (2, 3)), False),
        (((1, 1), (5, 5), (1, 1)), False),
        (((5, 5), (2, None), (1, 3)), True),
        (((2, 2), (None, None), (2, 2)), True),  # an empty one says nothing
        (((1, 1), (1, 1), (3, 3)), False),
    ],
)
def test_care_two_low_pulses_running_and_the_coach_sees_check_in(pulses, asks) -> None:
    taken = tuple(CheckIn(JUNE + timedelta(days=7 * n), p) for n, p in enumerate(pulses))
    assert (guard_rails.should_check_in(taken) is not None) is asks
    marks = dict(focus(Search(checkins=taken), today=TODAY).do_now)
    assert (6 in marks) is asks


def test_care_a_check_in_is_weekly_at_most_and_once_three_days_after_a_no() -> None:
    taken = (CheckIn(JUNE, (3,)),)
    assert guard_rails.next_check_in(Search()) is None
    assert guard_rails.next_check_in(Search(checkins=taken)) == JUNE + timedelta(days=7)
    no = lost(1, told=JUNE + timedelta(days=1))
    search = Search(checkins=taken, applications=(no,))
    assert guard_rails.next_check_in(search) == JUNE + timedelta(days=4)


# ----------------------------------------------------------------------------- guards and focus


def judged(number: int, *verdicts: str) -> Application:
    return lost(
        number, items=tuple(minus(coach_verdict=v, application_id=number) for v in verdicts)
    )


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        ((("out",), ("out",)), None),  # two rejections are too few
        ((("out",), ("out",), ("now",)), "Test these"),
        ((("out",), ("out", "now"), ("now",)), None),  # half is not more than half
        ((("out",), ("out", ""), ("out", "", "now")), None),
        ((("now",), ("later",), ("now",)), "Is everything really yours?"),
        ((("now",), ("later",)), None),
        ((("",), ("",), ("",)), None),  # nothing is judged yet
    ],
)
def test_guard_rails_b_and_c_of_step_4(verdicts, words) -> None:
    found = tuple(judged(n, *given) for n, given in enumerate(verdicts, start=1))
    hint = guard_rails.verdict_hint(Search(applications=found))
    assert (hint.words.startswith(words) if hint else None) is (True if words else None)


def test_repeated_change_later_is_a_fit_signal_for_step_5() -> None:
    once = Search(applications=(judged(1, "later", "later"),))
    twice = Search(applications=(judged(1, "later"), judged(2, "later")))
    assert guard_rails.fit_signal(once) is None
    assert "2 sources" in guard_rails.fit_signal(twice).words


@pytest.mark.parametrize(
    ("stages", "step", "words"),
    [
        ((), None, "nothing has been lost yet"),
        (("sift", "sift"), None, "work steps 1 and 2 on the newest"),
        (("sift", "applied", "first"), 5, "2 of 3 losses came at the application or the sift."),
        (("sift", "first", "screen"), 3, "2 of 3 losses came at screen or first interview."),
        (("final", "second", "first"), 4, "2 of 3 losses came at a further interview or the final"),
        (("sift", "first", "final"), 4, "1 of 3 losses came at the final interview."),  # all tied
        (("sift", "sift", "first", "first"), 3, "2 of 4"),
        (("first", "first", "final", "final"), 4, "2 of 4"),
        (("sift", "sift", "final", "final"), 4, "2 of 4"),
        (("test", "screen", "first"), 3, "3 of 3 losses came at screen, test or first interview."),
    ],
)
def test_the_focus_step_and_its_ties(stages, step, words) -> None:
    found = focus(
        Search(applications=tuple(lost(n, s) for n, s in enumerate(stages, start=1))), today=TODAY
    )
    assert found.step == step
    assert words in found.reason.words


def test_an_interview_without_a_debrief_stands_on_top() -> None:
    search = Search(applications=(Application(1, rounds=(Round(JUNE), Round(None))),))
    assert [step for step, _ in focus(search, today=TODAY).do_now] == [2]


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "0 of 0"), (2, 3, "2 of 3"), (4, 4, "4 of 4"), (3, 5, "60% (3 of 5)")],
)
def test_small_numbers_stay_counts(part, whole, words) -> None:
    assert funnel.share(part, whole) == words


def test_the_coach_s_word_stands_before_the_rule_and_can_be_taken_back() -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    said = Override(
        1, "holding", "They rang on the day, each time.", datetime(2026, 7, 1, tzinfo=UTC)
    )
    level = progress.levels(Search(overrides=(said,)), today=TODAY)[0]
    assert (level.value, level.override) == ("holding", said.reason)
    back = Search(overrides=(said, replace(said, state="", reason="")))
    level = progress.levels(back, today=TODAY)[0]
    assert (level.value, level.override) == ("none", "")
