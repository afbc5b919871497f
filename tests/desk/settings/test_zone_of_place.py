"""The zone of the place that the coach types: tables, no fixtures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coachcrm.desk.settings.core.zone_of_place import place, zones_of
from coachcrm.kit.time import zones

NOW = datetime(2027, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/London", "Europe/London"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("  leeds ", "Europe/London"),
        ("London", "Europe/London"),
        ("London, England", "Europe/London"),
        ("London, Ontario", "America/Toronto"),
        ("Germany", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("sao paulo", "America/Sao_Paulo"),
        ("kolk", "Asia/Kolkata"),
        ("UTC", "UTC"),
        ("Jersey", "Europe/Jersey"),
    ],
)
def test_a_place_has_its_zone(typed, zone) -> None:
    assert [*zones_of(typed, now=NOW)] == [zone]


@pytest.mark.parametrize(
    "typed", ["", " ", "Mars/Phobos", "../../etc/passwd", "\0", "x" * 10_000, "_", "%"]
)
def test_what_is_no_place_has_none(typed) -> None:
    assert zones_of(typed, now=NOW) == {}


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        (
            "Birmingham",
            {
                "Europe/London": "Birmingham, England, United Kingdom",
                "America/Chicago": "Birmingham, Alabama, United States",
            },
        ),
        (
            "Georgia",
            {
                "Asia/Tbilisi": "Georgia, Tbilisi",
                "America/New_York": "Atlanta, Georgia, United States",
            },
        ),
    ],
)
def test_what_can_be_several_is_each_of_them(typed, places) -> None:
    assert zones_of(typed, now=NOW) == places


def test_every_zone_is_found_again_by_what_stands_in_the_box() -> None:
    for name in zones.names():
        assert [*zones_of(place(name, now=NOW), now=NOW)] == [name]
