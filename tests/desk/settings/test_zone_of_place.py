"""The zone of the place that the coach types: tables, no fixtures."""

from __future__ import annotations

import pytest

from coachcrm.desk.settings.core.zone_of_place import place, zones_of
from coachcrm.kit.time import zones


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/London", "Europe/London"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("London", "Europe/London"),
        ("  london ", "Europe/London"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("sao paulo", "America/Sao_Paulo"),
        ("kolk", "Asia/Kolkata"),
        ("UTC", "UTC"),
        ("Jersey", "Europe/Jersey"),
    ],
)
def test_a_place_has_its_zone(typed, zone) -> None:
    assert zones_of(typed) == [zone]


@pytest.mark.parametrize(
    "typed", ["", " ", "Mars/Phobos", "../../etc", "\0", "x" * 10_000, "_", "%"]
)
def test_what_is_no_place_has_none(typed) -> None:
    assert zones_of(typed) == []


def test_what_can_be_several_is_each_of_them() -> None:
    assert zones_of("Kentucky") == ["America/Kentucky/Louisville", "America/Kentucky/Monticello"]


def test_every_zone_is_found_again_by_what_stands_in_the_box() -> None:
    assert [zones_of(place(name)) for name in zones.names()] == [[name] for name in zones.names()]
