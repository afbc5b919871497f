"""A meeting is an instant; what clocks show then can change. Tables of cases, no database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coachcrm.bookings.core.wall_times import Told, shifts

AT = datetime(2026, 12, 9, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "told", "words"),
    [
        pytest.param(
            "America/Vancouver", "2026-12-09 08:00", "9:00 am Vancouver time, not 8:00 am",
            id="British Columbia keeps its summer time from 2026 on",
        ),
        ("America/Vancouver", "2026-12-09 09:00", None),
        ("Europe/London", "2026-12-09 17:00", "4:00 pm UK time, not 5:00 pm"),
        pytest.param(
            "Asia/Tokyo", "2026-12-09 23:00",
            "Thursday 10 December, 1:00 am Tokyo time, not Wednesday 9 December, 11:00 pm",
            id="over midnight both days are named",
        ),
        pytest.param("Asia/Calcutta", "2026-12-09 21:30", None, id="an old name of a zone"),
        pytest.param("America/Vancouver", "", None, id="nobody knows what was told"),
        pytest.param("America/Vancouver", "at eight", None, id="nor what this is"),
        pytest.param("", "2026-12-09 08:00", None, id="no zone"),
        pytest.param("Mars/Olympus", "2026-12-09 08:00", None, id="no such zone"),
    ],
)  # fmt: skip
def test_what_the_clocks_show_is_compared_with_what_was_told(zone, told, words) -> None:
    assert [shift.words() for shift in shifts(AT, Told(zone, told))] == ([words] if words else [])


def test_clocks_of_24_hours_are_read_as_such() -> None:
    [shift] = shifts(AT, Told("America/Vancouver", "2026-12-09 08:00"))
    assert shift.words(twelve_hour=False) == "09:00 Vancouver time, not 08:00"


def test_two_in_one_zone_are_told_once() -> None:
    told = Told("America/Vancouver", "2026-12-09 08:00")
    assert len(shifts(AT, told, told)) == 1
    assert len(shifts(AT, told, Told("Europe/London", "2026-12-09 17:00"))) == 2
