"""Whose clock a visitor reads, what is said of the other one, and how another zone is chosen."""

from __future__ import annotations

import pytest

from tests.support.cast import FREE
from tests.support.pages import words

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]


def slot_of(page, stamp: str):
    """Return the way to one time."""
    return page.all(f'a[href*="/{stamp}"]')[0]


@pytest.mark.parametrize("tz", ["Europe/Lisbon", "Europe/Jersey", "Europe/Isle_of_Man"])
def test_where_both_clocks_show_the_same_nothing_is_said_twice(web, tz) -> None:
    slot = slot_of(web.get(f"{FREE}?from=2027-06-15&tz={tz}"), "20270615T080000Z")
    assert words(slot) == "9:00 am"
    assert "UK time" not in slot.attributes.get("aria-label", "")
    assert "UK time" not in words(web.get(f"{FREE}/20270615T080000Z?tz={tz}").one("main"))


def test_utc_is_uk_time_in_winter_and_not_in_summer(web, clock) -> None:
    clock.at("2027-10-20T12:00:00Z")
    summer = web.get(f"{FREE}/20271028T080000Z?tz=UTC")
    assert "9:00 am UK time" in words(summer.one("main"))
    winter = web.get(f"{FREE}/20271102T090000Z?tz=UTC")
    assert "UK time" not in words(winter.one("main"))
