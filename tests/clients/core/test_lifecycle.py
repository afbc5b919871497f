"""Where a client stands by what happened: tables of cases, no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.clients.core import lifecycle
from coachcrm.clients.models import STAGES

NOW = datetime(2027, 6, 1, 8, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("stage", "held", "then"),
    [
        ("enquiry", 0, "booked"),
        ("cancelled", 0, "booked"),
        ("no-show", 0, "booked"),
        ("not-proceeding", 0, "booked"),
        ("alumni", 0, "booked"),
        ("booked", 0, None),
        ("consulted", 0, None),
        ("consulted", 1, "active"),
        ("deciding", 1, "active"),
        ("paused", 1, "active"),
        ("no-show", 1, "active"),
        ("active", 1, None),
        ("active", 7, None),
        ("placed", 3, None),
        ("alumni", 3, "booked"),
        ("not-proceeding", 1, "booked"),
        ("referred-on", 1, None),
    ],
)
def test_a_booking(stage, held, then) -> None:
    move = lifecycle.after_booking(stage, held=held)
    assert (move[0] if move else None) == then


@pytest.mark.parametrize(
    ("stage", "status", "sessions", "then"),
    [
        ("booked", "completed", 1, "consulted"),
        ("booked", "completed", 2, "active"),  # the second was booked before anyone said so
        ("consulted", "completed", 2, "active"),
        ("deciding", "completed", 1, None),
        ("deciding", "completed", 2, "active"),
        ("no-show", "completed", 1, "consulted"),
        ("booked", "no_show", 1, "no-show"),
        ("consulted", "no_show", 2, "no-show"),
        ("deciding", "no_show", 1, None),
        ("active", "no_show", 2, None),
        ("active", "completed", 5, None),
        ("placed", "completed", 5, None),
        ("alumni", "completed", 5, None),
        ("referred-on", "completed", 2, None),
    ],
)
def test_a_meeting_that_was_held_or_not(stage, status, sessions, then) -> None:
    move = lifecycle.after_meeting(stage, status, sessions=sessions)
    assert (move[0] if move else None) == then


def test_an_accepted_offer_places_everybody_who_is_not_placed() -> None:
    stays = {stage for stage in STAGES if lifecycle.after_offer(stage) is None}
    assert stays == {"placed", "alumni"}


@pytest.mark.parametrize(
    ("stage", "ago", "then"),
    [
        ("placed", timedelta(days=90), True),
        ("placed", timedelta(days=90) - MOMENT, False),
        ("active", timedelta(days=900), False),
        ("alumni", timedelta(days=900), False),
    ],
)
def test_alumni_after_90_days(stage, ago, then) -> None:
    assert lifecycle.is_alumnus(stage, since=NOW - ago, now=NOW) is then


@pytest.mark.parametrize(
    ("stage", "ago", "then"),
    [
        ("active", timedelta(days=60), True),
        ("active", timedelta(days=60) - MOMENT, False),
        ("active", -timedelta(days=3), False),  # something is to come
        ("paused", timedelta(days=600), False),
        ("deciding", timedelta(days=600), False),
    ],
)
def test_sixty_days_of_nothing(stage, ago, then) -> None:
    assert lifecycle.is_quiet(stage, last=NOW - ago, now=NOW) is then


def test_every_stage_that_a_rule_names_is_one() -> None:
    named = {
        move[0]
        for stage in STAGES
        for move in (
            lifecycle.after_booking(stage, held=0),
            lifecycle.after_booking(stage, held=1),
            lifecycle.after_meeting(stage, "completed", sessions=1),
            lifecycle.after_meeting(stage, "no_show", sessions=1),
            lifecycle.after_offer(stage),
        )
        if move
    }
    assert named <= set(STAGES)
