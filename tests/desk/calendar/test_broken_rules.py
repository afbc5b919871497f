"""The rules that a time breaks, in words, and the coach's yes to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.availability.core.reasons import Rule
from coachcrm.availability.core.slots import Policy
from coachcrm.desk.calendar.core.broken_rules import allowed_by, named, yes_to

POLICY = Policy(
    duration=timedelta(minutes=30),
    grid=timedelta(minutes=30),
    notice=timedelta(hours=24),
    horizon=60,
    before=timedelta(0),
    after=timedelta(minutes=15),
    day_cap=4,
    week_cap=10,
)
START = datetime(2027, 6, 15, 8, tzinfo=UTC)


def test_each_broken_rule_is_named_in_a_sentence_of_its_own() -> None:
    assert named([Rule.HOURS, Rule.NOTICE, Rule.DAY_CAP], POLICY) == [
        "This is outside your hours.",
        "It is less than a day away.",
        "That day has its 4 meetings already.",
    ]
    assert len(set(named(Rule, POLICY))) == len(Rule)


def test_a_yes_is_for_one_time_and_one_service() -> None:
    yes = yes_to((Rule.HOURS, Rule.DAY_CAP), START, "free-consultation")
    assert allowed_by(yes, START, "free-consultation") == {Rule.HOURS, Rule.DAY_CAP}
    assert allowed_by(yes, START + timedelta(minutes=30), "free-consultation") == frozenset()
    assert allowed_by(yes, START, "follow-up") == frozenset()


@pytest.mark.parametrize("text", ["", "|", "nonsense", "20270615T080000Z|", "\0|x|hours", "|" * 99])
def test_nonsense_is_no_yes(text) -> None:
    assert allowed_by(text, START, "free-consultation") == frozenset()
