"""How long a connection may take over what it is doing."""

from __future__ import annotations

import pytest

from coachcrm.server.patience import Doing, Progress, is_over

KB = 1000


@pytest.mark.parametrize(
    ("found", "over"),
    [
        (Progress(Doing.IDLE, 129), False),
        (Progress(Doing.IDLE, 131), True),
        (Progress(Doing.NEW, 10), False),
        (Progress(Doing.NEW, 10.1), True),
        (Progress(Doing.HEAD, 10), False),
        (Progress(Doing.HEAD, 10.1), True),
        (Progress(Doing.BODY, 30), False),
        (Progress(Doing.BODY, 32, late_s=2, late_octets=0), False),
        (Progress(Doing.BODY, 34, late_s=4, late_octets=79 * KB), True),
        (Progress(Doing.BODY, 34, late_s=4, late_octets=80 * KB), False),
        (Progress(Doing.BODY, 600, late_s=570, late_octets=570 * 20 * KB), False),
        (Progress(Doing.BODY, 601, late_s=571, late_octets=571 * 99 * KB), True),
        (Progress(Doing.TAKING, 500, stuck_s=59), False),
        (Progress(Doing.TAKING, 61, stuck_s=61), True),
        (Progress(Doing.TAKING, 601, stuck_s=0), True),
        (Progress(Doing.SERVED, 10_000), False),
    ],
)
def test_each_thing_may_take_so_long_s41(found: Progress, over: bool) -> None:
    assert is_over(found) is over


@pytest.mark.parametrize(
    ("found", "for_s"),
    [
        (Progress(Doing.IDLE, 5), 1),
        (Progress(Doing.NEW, 5), 1),
        (Progress(Doing.HEAD, 5), 5),
        (Progress(Doing.BODY, 5), 5),
        (Progress(Doing.TAKING, 5), None),
        (Progress(Doing.SERVED, 5), None),
    ],
)
def test_a_server_that_stops_lets_go_of_what_has_not_begun_r19(found, for_s) -> None:
    assert not is_over(found, stopping_s=0)
    assert is_over(found, stopping_s=30) is (for_s is not None)
    if for_s is not None:
        assert not is_over(found, stopping_s=for_s)
        assert is_over(found, stopping_s=for_s + 0.1)
