"""Which two locations are one place to a client."""

from __future__ import annotations

import pytest

from coachcrm.bookings.core.places import are_one, location

PHONE = {"place": "phone", "details": ""}


@pytest.mark.parametrize("name", ["Samantha Carter", "Who rings you on Mondays", "Sam rings you"])
@pytest.mark.parametrize("phone", ["+44 7400 123456", ""])
def test_whoever_rings_at_one_number_the_place_is_one(name, phone) -> None:
    told = location(**PHONE, coach="Sam Carter", phone=phone)
    assert told.startswith("By phone: Sam Carter rings you")
    assert are_one(told, location(**PHONE, coach=name, phone=phone))
    assert not are_one(told, location(**PHONE, coach=name, phone="+44 7400 999999"))


@pytest.mark.parametrize(
    ("place", "details"),
    [("video", ""), ("video", "https://meet.example/jo"), ("in_person", "12 High Street, Leeds")],
)
def test_what_is_elsewhere_is_another_place(place, details) -> None:
    told = location(**PHONE, coach="Sam Carter", phone="")
    there = location(place, details, coach="Sam Carter", phone="")
    assert not are_one(told, there)
    assert are_one(there, location(place, details, coach="Jo Carter", phone="+44 7400 123456"))
    assert not are_one(there, location(place, "another", coach="Sam Carter", phone=""))
