"""Which step's questions come first in a call."""

from __future__ import annotations

import pytest

from coachcrm.recovery.core.facts import Evidence, Statement
from coachcrm.recovery.core.focus import Focus
from coachcrm.recovery.core.questions import QUESTIONS, in_order

WHY = Statement("3 of 6 losses came at screen or first interview.")
ASK = Statement("The second ask is due.", (Evidence("application", 7, "Northbank"),))
LOW = Statement("Check in: the last two pulses were low.")


@pytest.mark.parametrize(
    ("step", "do_now", "order", "now"),
    [
        (None, (), [1, 2, 3, 4, 5, 6], []),
        (3, (), [3, 1, 2, 4, 5, 6], []),
        (5, ((1, ASK),), [1, 5, 2, 3, 4, 6], [1]),
        (4, ((6, LOW), (1, ASK), (1, ASK)), [1, 6, 4, 2, 3, 5], [1, 6]),
        (3, ((2, ASK), (6, LOW)), [2, 6, 3, 1, 4, 5], [2, 6]),
        (None, ((2, ASK),), [2, 1, 3, 4, 5, 6], [2]),
    ],
)
def test_what_is_to_be_done_now_comes_first_then_the_focus(step, do_now, order, now) -> None:
    found = in_order(Focus(step, WHY, do_now))
    assert [one.step for one in found] == order
    assert [one.step for one in found if one.is_now] == now


def test_each_reason_stands_with_its_step() -> None:
    found = {one.step: one for one in in_order(Focus(1, WHY, ((1, ASK), (6, LOW))))}
    assert found[1].reasons == (ASK, WHY)
    assert found[6].reasons == (LOW,)
    assert found[2].reasons == ()


def test_a_call_begins_with_three_questions_and_has_all_of_them() -> None:
    for one in in_order(Focus(None, WHY, ())):
        assert len(one.first) == 3
        assert (*one.first, *one.more) == QUESTIONS[one.step]
        assert 4 <= len(QUESTIONS[one.step]) <= 7
