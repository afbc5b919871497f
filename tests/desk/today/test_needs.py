"""What needs the coach, and what comes first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coachcrm.desk.today.core import needs
from coachcrm.desk.today.core.needs import Fact

TODAY = date(2027, 6, 1)
DAY = timedelta(days=1)


def fact(kind: str, due: int | None = None, *, subject: int = 1, name: str = "Ann") -> Fact:
    on = None if due is None else TODAY + DAY * due
    return Fact(kind, subject, 7, name, "", due_on=on)


@pytest.mark.parametrize(
    ("one", "heading"),
    [
        (fact("letters"), "Not as it should be"),
        (fact("outcome"), "How did it go?"),
        (fact("ask", -1), "Overdue"),
        (fact("ask", 0), "Today and soon"),
        (fact("ask"), "Today and soon"),
        (fact("action", -30), "Overdue"),
        (fact("action", 0), "Today and soon"),
        (fact("interview", 6), "Today and soon"),
        (fact("target", -1), "Overdue"),
        (fact("note"), "Worth a thought"),
        (fact("deciding"), "Worth a thought"),
        (fact("no_meeting"), "Worth a thought"),
        (fact("quiet"), "Worth a thought"),
    ],
)
def test_each_stands_under_what_it_is(one, heading) -> None:
    assert [group.heading for group in needs.grouped([one], today=TODAY)] == [heading]


def test_what_is_wrong_comes_before_what_is_late_and_that_before_what_is_due() -> None:
    every = [
        fact("quiet"), fact("interview", 2), fact("action", -2), fact("ask", -9), fact("outcome"),
        fact("ask", 0), fact("letters"), fact("note"),
    ]  # fmt: skip
    found = needs.waiting(every, {}, today=TODAY)
    assert [(one.kind, one.due_on and (one.due_on - TODAY).days) for one in found] == [
        ("letters", None), ("outcome", None), ("ask", -9), ("action", -2), ("ask", 0),
        ("interview", 2), ("note", None), ("quiet", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("until", "is_told"), [(None, False), (TODAY + DAY, False), (TODAY, True), (TODAY - DAY, True)]
)
def test_what_is_put_aside_comes_back_on_its_day(until, is_told) -> None:
    found = needs.waiting([fact("ask", -1)], {"ask:1": until}, today=TODAY)
    assert bool(found) is is_told


@pytest.mark.parametrize("kind", ["letters", "outcome"])
def test_what_only_an_act_settles_cannot_be_put_aside(kind) -> None:
    assert needs.waiting([fact(kind)], {f"{kind}:1": None}, today=TODAY)


def test_another_subject_of_the_same_kind_is_still_told() -> None:
    found = needs.waiting([fact("ask", 0), fact("ask", 0, subject=2)], {"ask:1": None}, today=TODAY)
    assert [one.subject for one in found] == [2]


def test_everything_can_be_read_person_by_person() -> None:
    found = needs.waiting(
        [fact("ask", -1), fact("note", subject=3), fact("ask", -2, name="Bo"), fact("letters")],
        {},
        today=TODAY,
    )
    told = [(name, [one.kind for one in those]) for name, _, those in needs.by_person(found)]
    assert told == [("Ann", ["letters", "ask", "note"]), ("Bo", ["ask"])]
