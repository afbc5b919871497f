"""The rules of the six steps just on either side of where they turn: no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coachcrm.desk.clients.core import search_charts
from coachcrm.recovery.core import funnel, guard_rails, progress, steps, themes, workdays
from coachcrm.recovery.core.facts import (
    Acceptance,
    Action,
    Ask,
    CheckIn,
    Criterion,
    Fit,
    FitLine,
    Practice,
    Round,
    Stage,
    Target,
    Theme,
)
from coachcrm.recovery.core.focus import focus
from coachcrm.recovery.core.job_search import Application, Search, by_news
from coachcrm.recovery.pages import words as record_words
from tests.recovery.core.test_cores import (
    ACTION,
    ALONE,
    JUNE,
    SETBACK,
    STRENGTHS,
    TEST_1,
    TEST_2,
    TODAY,
    later,
    lost,
    minus,
    on,
    plus,
    review,
    settled,
    themed,
)


def level(step: int, search: Search, *, today: date = TODAY) -> str:
    return progress.levels(search, today=today)[step - 1].value


# ---------------------------------------------------------------------------------------- step 1


@pytest.mark.parametrize(
    ("asked", "is_in_time"),
    [
        # News on the Wednesday before Easter: the third working day is the Wednesday after.
        ("2026-04-08", True),
        ("2026-04-09", False),
    ],
)
def test_three_working_days_over_easter(asked, is_in_time) -> None:
    told = lost(1, told=date(2026, 4, 1), asks=(Ask(date.fromisoformat(asked)),))
    assert steps.was_asked_in_time(told) is is_in_time


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-12-21", "2026-12-30"),  # Christmas Day, and the Monday for Boxing Day
        ("2027-12-22", "2027-12-31"),  # Monday and Tuesday for both
        ("2027-12-28", "2028-01-05"),  # a holiday itself: counted from the day after
        ("2026-05-21", "2026-05-29"),
    ],
)
def test_the_second_ask_is_due_five_working_days_later_over_holidays(asked, due) -> None:
    waiting = lost(1, told=date(2026, 3, 2), asks=(Ask(date.fromisoformat(asked)),))
    found = steps.next_ask(waiting, today=date.fromisoformat(asked))
    assert (found.attempt, found.due_on) == (2, date.fromisoformat(due))
    assert not steps.next_ask(waiting, today=found.due_on - timedelta(days=1)).is_now
    assert steps.next_ask(waiting, today=found.due_on).is_now


@pytest.mark.parametrize(
    ("day", "then"),
    [
        ("2020-05-07", "2020-05-11"),  # the May holiday was moved to VE Day, a Friday
        ("2022-06-01", "2022-06-06"),  # the jubilee: Thursday and Friday
        ("2022-09-16", "2022-09-20"),  # the Queen's funeral
        ("2023-05-05", "2023-05-09"),  # the coronation
        ("2025-04-17", "2025-04-22"),  # Easter
    ],
)
def test_holidays_that_were_once_only(day, then) -> None:
    assert workdays.after(date.fromisoformat(day), 1) == date.fromisoformat(then)


@pytest.mark.parametrize(
    ("days", "state"), [(13, "asked_again"), (14, "exhausted"), (30, "exhausted")]
)
def test_exhausted_ten_working_days_after_the_second_ask(days, state) -> None:
    second = date(2026, 6, 2)
    found = lost(1, asks=(Ask(JUNE), Ask(second)))
    found = steps.feedback_state(found, today=second + timedelta(days=days))
    assert found.value == state


def test_a_third_ask_of_another_person_does_not_open_what_was_settled() -> None:
    two = (Ask(JUNE), Ask(date(2026, 6, 8)))
    three = (*two, Ask(date(2026, 6, 29)))
    for asks in (two, three):
        assert steps.feedback_state(lost(1, asks=asks), today=TODAY).value == "exhausted"
    better = lost(1, asks=three, items=(plus(), minus()))
    assert steps.feedback_state(better, today=TODAY).value == "complete"


def test_a_policy_refusal_of_the_first_ask_settles_at_once() -> None:
    refused = lost(1, asks=(Ask(JUNE, "policy", JUNE),))
    assert steps.feedback_state(refused, today=JUNE).value == "exhausted"
    assert steps.next_ask(refused, today=TODAY) is None


def test_eighty_points_without_a_positive_are_thin() -> None:
    items = (minus(2, source="written", is_decision=True), minus(0, source="written"))
    found = lost(1, asks=(Ask(JUNE, "detailed"),), items=items)
    assert sum(part.points for part in steps.score(found)) == 80
    assert steps.feedback_state(found, today=TODAY).value == "thin"
    assert sum(part.points for part in steps.score(lost(2))) == 0
    best = lost(3, items=(*items, plus(source="spoken")))
    assert sum(part.points for part in steps.score(best)) == 100


def test_an_interview_is_a_human_contact_though_no_stage_was_written_down() -> None:
    bare = Application(1, "Acme", outcome="rejected")
    assert not bare.is_counted
    assert replace(bare, rounds=(Round(JUNE),)).is_counted
    assert not replace(bare, rounds=(Round(None),)).is_counted


def test_feedback_that_came_unasked_is_evidence() -> None:
    unasked = lost(1, items=(plus(), minus()))
    assert level(1, Search(applications=(unasked,))) == "evidenced"


@pytest.mark.parametrize(
    ("late", "unsettled", "found"),
    [
        ({0}, set(), "holding"),  # the sixth from the end counts no more
        ({0, 1}, set(), "holding"),  # four of the last five
        ({1, 2}, set(), "evidenced"),
        (set(), {0}, "holding"),
        (set(), {5}, "evidenced"),  # the newest is not settled
    ],
)
def test_holding_step_1_looks_at_the_last_five(late, unsettled, found) -> None:
    every = []
    for n in range(6):
        told = JUNE + timedelta(days=n)
        asked = Ask(told + timedelta(days=9 if n in late else 1), "detailed")
        items = (plus(),) if n in unsettled else (plus(), minus())
        every.append(lost(n + 1, told=told, asks=(asked,), items=items))
    assert level(1, Search(applications=tuple(every))) == found


def test_a_rejection_without_human_contact_neither_helps_nor_drowns() -> None:
    good = tuple(settled(n) for n in range(3))
    assert level(1, Search(applications=(*good, lost(9, "sift")))) == "holding"
    assert level(1, Search(applications=(*good[:2], lost(9, "sift")))) == "evidenced"


def test_what_was_silent_first_and_then_a_no_has_the_day_of_the_no() -> None:
    stages = (Stage("first", result="silent", told_on=JUNE),)
    found = Application(1, outcome="rejected", closed_on=TODAY, stages=stages)
    assert found.news_on == TODAY
    assert Application(1, outcome="open", stages=stages).news_on is None


# ---------------------------------------------------------------------------------------- step 2


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ((), "holding"),
        ((Round(TODAY + timedelta(days=7)),), "holding"),  # it has not been yet
        ((Round(TODAY - timedelta(days=2)),), "holding"),  # its 48 hours are not over
        ((Round(TODAY - timedelta(days=3)),), "evidenced"),
        ((Round(TODAY - timedelta(days=3), TODAY),), "evidenced"),  # too late
        ((Round(TODAY - timedelta(days=3), TODAY - timedelta(days=1)),), "holding"),
    ],
)
def test_the_newest_three_interviews_decide_once_their_two_days_are_over(more, found) -> None:
    gone_through = (Round(JUNE, JUNE),)
    every = tuple(lost(n, review=review(), rounds=gone_through) for n in (1, 2, 3))
    open_one = Application(4, rounds=more)
    assert level(2, Search(applications=(*every, open_one))) == found


def test_one_interview_not_gone_through_breaks_the_row_until_three_newer_ones() -> None:
    def rounds(*missed: int):
        days = [JUNE + timedelta(days=n) for n in range(4)]
        return tuple(Round(d, None if n in missed else d, id=n) for n, d in enumerate(days))

    every = [lost(n, review=review()) for n in (1, 2, 3)]
    for missed, found in (((0,), "holding"), ((1,), "evidenced"), ((3,), "evidenced")):
        every[0] = replace(every[0], rounds=rounds(*missed))
        assert level(2, Search(applications=tuple(every))) == found


# ---------------------------------------------------------------------------------------- step 3


@pytest.mark.parametrize(
    ("items", "sources"),
    [
        # A mock that prepares for an application is not that employer's word.
        ((on(1, source="mock", heard_on=JUNE), on(2, source="mock", heard_on=JUNE)), 1),
        ((on(1), on(1, source="mock", heard_on=JUNE)), 2),
        ((on(source="mock", source_label="Mock", heard_on=JUNE),
          on(source="mock", source_label="Mock", heard_on=TODAY)), 2),
        ((on(source="mock", source_label="Mock"), on(source="mock", source_label=" mock ")), 1),
        ((on(source="appraisal", source_label="2025", heard_on=JUNE),
          on(source="appraisal", source_label="2025", heard_on=TODAY)), 1),
        # What is out of hands goes to step 4, what takes months to step 5.
        ((on(1), on(2, coach_verdict="out")), 1),
        ((on(1), on(2, client_verdict="later")), 1),
        ((on(1), on(2, client_verdict="out", coach_verdict="now")), 2),
    ],
)  # fmt: skip
def test_what_counts_as_a_source_of_its_own(items, sources) -> None:
    assert themes.recurrence(themed(*items), 1).sources == sources


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_any_number_of_inferences_alone_never_makes_a_theme_recurring(number) -> None:
    search = themed(*(on(n, source="coach") for n in range(1, number + 1)))
    found = themes.recurrence(search, 1)
    assert (found.sources, found.word, len(found.evidence)) == (0, "spotted", number)
    [standing] = themes.standings(search)
    assert record_words.recurrence(standing) == "Spotted: inference only"


def test_a_theme_taken_up_before_anything_was_said_of_it_says_so() -> None:
    [standing] = themes.standings(Search(themes=(Theme(1, "Pace"),)))
    assert record_words.recurrence(standing) == "Nothing that was said about it can be changed now"


@pytest.mark.parametrize(
    ("practices", "more", "life"),
    [
        ((TEST_1, TEST_1), (), "tested"),  # one interview written down twice
        ((TEST_1, replace(TEST_2, application_id=11)), (), "fixed"),  # a second round there
        ((TEST_1, TEST_2), (on(40),), "relapsed"),
        # A late reply on an earlier interview is no return.
        ((TEST_1, TEST_2), (on(3, heard_on=later(30)),), "fixed"),
        # Nor is an old appraisal that was found again, or what is out of hands.
        ((TEST_1, TEST_2), (on(source="appraisal", noted_on=later(30)),), "fixed"),
        ((TEST_1, TEST_2), (on(40, coach_verdict="out"),), "fixed"),
        # What was noted without a day came up on the day of noting.
        ((TEST_1, TEST_2), (on(source="mock", noted_on=later(30)),), "relapsed"),
        ((TEST_1, TEST_2), (on(source="mock", noted_on=later(15)),), "tested"),
        ((TEST_1, replace(TEST_2, own_rating=3, coach_rating=4)), (), "fixed"),
        ((TEST_1, replace(TEST_2, own_rating=3, coach_rating=None)), (), "tested"),
    ],
)
def test_when_a_theme_is_fixed_and_when_it_has_come_back(practices, more, life) -> None:
    search = replace(themed(on(1), on(2), *more), practices=practices)
    [standing] = themes.standings(search)
    assert standing.life == life


def test_a_relapsed_theme_needs_two_new_tests_to_be_fixed_again() -> None:
    again = [replace(TEST_1, held_on=later(d), application_id=d) for d in (40, 50)]
    for number, life in ((0, "relapsed"), (1, "tested"), (2, "fixed")):
        done = (TEST_1, TEST_2, *again[:number])
        [standing] = themes.standings(replace(themed(on(1), on(2), on(35)), practices=done))
        assert standing.life == life
    old_action = replace(
        themed(on(1), on(2), on(35)), practices=(TEST_1, TEST_2), actions=(ACTION,)
    )
    assert themes.standings(old_action)[0].life == "relapsed"
    new = Action(2, theme_id=1, due_on=later(45), created_on=later(36))
    assert themes.standings(replace(old_action, actions=(ACTION, new)))[0].life == "in_work"


@pytest.mark.parametrize(
    ("action", "life"),
    [
        pytest.param({"due_on": later(6), "done_on": later(5)}, "relapsed", id="done before it"),
        pytest.param({"due_on": later(6)}, "relapsed", id="due before it"),
        pytest.param({"done_on": later(5)}, "relapsed", id="done before it, never due"),
        pytest.param({"due_on": later(50), "done_on": later(5)}, "relapsed", id="done early"),
        pytest.param({"due_on": later(50), "done_on": later(37)}, "in_work", id="done after it"),
        pytest.param({"done_on": later(37)}, "in_work", id="done after it, never due"),
        pytest.param({"due_on": later(50)}, "in_work", id="due after it"),
        pytest.param({}, "relapsed", id="without a day of its own it is a wish"),
    ],
)
def test_an_action_counts_from_when_it_was_made_due_or_done_and_not_from_its_typing(
    action, life
) -> None:
    """The relapse is of day 25; the record is entered on day 41."""
    typed = Action(2, theme_id=1, created_on=later(41), **action)
    search = replace(themed(on(1), on(2), on(35)), practices=(TEST_1, TEST_2), actions=(typed,))
    assert themes.standings(search)[0].life == life


def test_the_picture_of_themes_says_before_or_after_by_the_same_day() -> None:
    typed = Action(1, theme_id=1, due_on=later(6), done_on=later(-20), created_on=later(41))
    search = replace(themed(on(1)), actions=(typed,))
    assert search_charts.grid_picture(search).table[0][1:] == ["After"]


def test_what_is_said_on_an_open_application_without_a_day_came_when_it_was_noted() -> None:
    open_one = Application(9, applied_on=JUNE, items=(on(9, noted_on=later(30)),))
    search = themed(on(1), on(2), practices=(TEST_1, TEST_2))
    search = replace(search, applications=(*search.applications, open_one))
    assert themes.standings(search)[0].life == "relapsed"


@pytest.mark.parametrize(("found", "number"), [((on(1),), "begun"), ((on(1), on(2)), "evidenced")])
def test_step_3_is_evidenced_by_a_recurring_theme_and_not_by_one_that_was_spotted(
    found, number
) -> None:
    assert level(3, replace(themed(*found), practices=(TEST_1,))) == number


def test_step_3_is_begun_by_work_that_is_not_yet_a_test() -> None:
    search = replace(themed(on(1), on(2)), practices=(ALONE,), actions=(ACTION,))
    assert level(3, search) == "begun"
    assert level(3, Search(themes=(Theme(1, "Pace"),))) == "none"


# ---------------------------------------------------------------------------------------- step 4


def both(**more):
    return minus(client_verdict="now", coach_verdict="now", **more)


def test_step_4_is_evidenced_by_a_rejection_and_not_by_an_offer() -> None:
    offered = Application(1, outcome="accepted", items=(both(),))
    assert level(4, Search(applications=(offered,))) == "begun"
    assert level(4, Search(applications=(lost(1, items=(both(),)),))) == "evidenced"


@pytest.mark.parametrize(
    ("number", "later_", "found"),
    [
        (2, 1, "evidenced"),  # two rejections are too few
        (3, 2, "holding"),
        (3, 3, "evidenced"),
        (4, 2, "holding"),
    ],
)
def test_holding_step_4_needs_three_and_the_newest_at_two_or_less(number, later_, found) -> None:
    every = [lost(n, told=JUNE + timedelta(days=n), items=(both(),)) for n in range(number)]
    every[-1] = replace(every[-1], acceptance=Acceptance(JUNE, 5, later_))
    assert level(4, Search(applications=tuple(every))) == found
    # The calm of an older one does not stand for the newest.
    moved = [replace(every[0], acceptance=Acceptance(JUNE, 1, 1)), *every[1:-1]]
    moved.append(replace(every[-1], acceptance=None))
    assert level(4, Search(applications=tuple(moved))) == "evidenced"


def test_the_fourth_rejection_from_the_end_need_not_be_judged() -> None:
    every = [lost(n, told=JUNE + timedelta(days=n), items=(both(),)) for n in range(1, 4)]
    every[-1] = replace(every[-1], acceptance=Acceptance(JUNE, 5, 1))
    unjudged = lost(9, told=JUNE - timedelta(days=9), items=(minus(),))
    assert level(4, Search(applications=(unjudged, *every))) == "holding"
    assert level(4, Search(applications=(*every[:-2], unjudged, *every[1:]))) == "holding"


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        (("out", "out", ""), "Test these: 2 of 3"),  # the third rejection is not judged yet
        (("out", "", ""), None),
        (("now", "now", ""), None),  # two judged say nothing of “none”
        (("now", "now", "later"), "Is everything really yours?"),
    ],
)
def test_the_hints_of_step_4_over_three_rejections(verdicts, words) -> None:
    found = tuple(lost(n, items=(minus(coach_verdict=v),)) for n, v in enumerate(verdicts, start=1))
    hint = guard_rails.verdict_hint(Search(applications=found))
    assert hint.words.startswith(words) if words else hint is None


# ------------------------------------------------------------------------------------ steps 5, 6


def fit(proven: int, of: int, **more) -> Fit:
    levels = [2] * proven + [1] * (of - proven)
    return Fit(JUNE, rows=tuple(FitLine("essential", n) for n in levels), **more)


@pytest.mark.parametrize(
    ("given", "percent", "found"),
    [
        (fit(7, 10), 70, "holding"),  # exactly
        (fit(6, 10), 70, "evidenced"),
        (fit(6, 10), 60, "holding"),  # the coach's own threshold
        (fit(2, 3), 70, "evidenced"),
        (fit(2, 3, exception="A friend is there."), 70, "holding"),
        (Fit(JUNE, rows=(FitLine("want", 3),)), 70, "evidenced"),  # no essential was looked at
        (Fit(JUNE), 70, "begun"),  # an empty form assesses nothing
    ],
)
def test_step_5_holds_at_the_threshold_exactly(given, percent, found) -> None:
    past = tuple(lost(n, applied_on=JUNE + timedelta(days=n), fit=given) for n in (1, 2, 3))
    search = Search(
        applications=past, criteria=(Criterion(),) * 5, targets=(Target(JUNE),),
        gamble_percent=percent,
    )  # fmt: skip
    assert level(5, search) == found


@pytest.mark.parametrize(
    ("number", "criteria", "targets", "found"),
    [
        (3, 4, 1, "none"),
        (0, 5, 0, "begun"),
        (2, 5, 1, "begun"),
        (3, 5, 0, "begun"),
        (3, 5, 1, "evidenced"),
    ],
)
def test_what_step_5_counts(number, criteria, targets, found) -> None:
    past = tuple(lost(n, fit=fit(1, 1)) for n in range(number))
    search = Search(
        applications=past, criteria=(Criterion(),) * criteria, targets=(Target(JUNE),) * targets
    )
    assert level(5, search) == found


@pytest.mark.parametrize(
    ("earlier", "newest", "found"),
    [
        ((), 7, "holding"),
        ((), 8, "evidenced"),  # its own length is no excuse
        ((20,), 8, "holding"),
        ((20,), 20, "holding"),
        ((20,), 21, "evidenced"),
        ((2, 30), 16, "holding"),  # the median of both
        ((2, 30), 17, "evidenced"),
        ((1, 1), 7, "holding"),  # seven days at the least
        ((20,), None, "evidenced"),
    ],
)
def test_holding_step_6_is_measured_by_the_way_back_before(earlier, newest, found) -> None:
    def no(number: int, told: date, days: int | None) -> Application:
        asks = () if days is None else (Ask(told + timedelta(days=days)),)
        return lost(number, told=told, asks=asks)

    start = date(2025, 1, 1)
    days = [start + timedelta(days=100 * n) for n in range(len(earlier) + 1)]
    every = [no(n, days[n], d) for n, d in enumerate((*earlier, newest))]
    search = Search(applications=tuple(every), strengths=STRENGTHS, stories=(SETBACK,))
    assert level(6, search) == found


def test_to_have_applied_there_on_the_day_of_the_no_is_no_way_back_from_it() -> None:
    at_once = lost(1, told=JUNE, applied_on=JUNE)
    assert [b.days for b in funnel.bounces(Search(applications=(at_once,)))] == [None]
    another = Application(2, applied_on=JUNE)
    search = Search(applications=(at_once, another))
    assert [b.days for b in funnel.bounces(search)] == [0]
    practised = Search(applications=(at_once,), practices=(Practice(1, JUNE),))
    assert [b.days for b in funnel.bounces(practised)] == [0]


# ----------------------------------------------------------------------------------------- focus


@pytest.mark.parametrize(
    ("door", "early", "late", "step"),
    [
        (1, 1, 0, None),  # two losses: too early to say
        (1, 1, 1, 4),
        (2, 2, 2, 4),
        (2, 2, 1, 3),
        (3, 1, 3, 4),
        (3, 2, 2, 5),
        (0, 3, 0, 3),
        (3, 0, 0, 5),
    ],
)
def test_ties_go_to_the_later_group(door, early, late, step) -> None:
    stages = ["sift"] * door + ["screen"] * early + ["second"] * late
    every = tuple(lost(n, s) for n, s in enumerate(stages, start=1))
    assert focus(Search(applications=every), today=TODAY).step == step


def test_silence_is_a_loss_and_a_withdrawal_is_none() -> None:
    silent = tuple(lost(n, "applied", end="silent") for n in (1, 2, 3))
    assert focus(Search(applications=silent), today=TODAY).step == 5
    left = tuple(lost(n, "applied", end="withdrew") for n in (1, 2, 3))
    assert focus(Search(applications=left), today=TODAY).step is None


# --------------------------------------------------------------------------------- in what order


def test_applications_stand_by_their_news_however_they_were_typed() -> None:
    typed = (
        lost(1, told=later(3)),
        Application(2, "Open since", applied_on=later(1)),
        Application(3, "Open, and moving", applied_on=later(0), stages=(
            Stage("applied", entered_on=later(0)), Stage("first", entered_on=later(4)),
        )),
        Application(4, "Just named"),
        Application(5, "Long over", outcome="rejected"),
        lost(6, told=later(2)),
        Application(7, "Closed without a stage", outcome="withdrew", closed_on=later(2)),
    )  # fmt: skip
    assert [a.id for a in sorted(typed, key=by_news)] == [5, 2, 6, 7, 1, 3, 4]


def test_the_days_in_what_a_statement_rests_on_are_words() -> None:
    asked = lost(1, asks=(Ask(date(2026, 10, 1)),))
    low = tuple(CheckIn(date(2026, 10, d), (2, 2)) for d in (1, 8))
    said = [
        *steps.feedback_state(asked, today=TODAY).evidence,
        *progress.levels(Search(checkins=low), today=TODAY)[5].evidence,
        *guard_rails.should_check_in(low).evidence,
    ]
    assert {one.words for one in said} == {
        "Asked on Thursday 1 October 2026",
        "Check-in of Thursday 1 October 2026",
        "Check-in of Thursday 8 October 2026",
    }
