"""What a service can be set to, and what cannot work (rule 18): tables, no database."""

from __future__ import annotations

import pytest

from coachcrm.availability.core.service_rules import (
    amount_words,
    cannot_work,
    in_units,
    is_meeting_link,
    minutes_of,
    slug_of,
)

GOOD = {
    "duration_min": 60, "notice_min": 1440, "horizon_days": 60, "cutoff_min": 120, "day_cap": None,
    "is_active": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"notice_min": 60 * 1440}, set()),
        ({"notice_min": 60 * 1440 + 1}, {"notice_min"}),
        ({"notice_min": 2880, "horizon_days": 1}, {"notice_min"}),
        ({"cutoff_min": 1440, "horizon_days": 1}, set()),
        ({"cutoff_min": 1441, "horizon_days": 1, "notice_min": 0}, {"cutoff_min"}),
        ({"duration_min": 180}, set()),
        ({"duration_min": 181}, {"duration_min"}),
        ({"day_cap": 24}, set()),
        ({"day_cap": 25}, {"day_cap"}),
        (
            {"notice_min": 9999, "horizon_days": 1, "duration_min": 400},
            {"notice_min", "duration_min"},
        ),
    ],
)  # fmt: skip
def test_rule_18_what_could_never_offer_anything_is_named(changed, wrong) -> None:
    assert set(cannot_work(**GOOD | changed, longest_min=180)) == wrong


def test_a_week_without_hours_says_nothing_against_a_service() -> None:
    assert cannot_work(**GOOD | {"duration_min": 480}, longest_min=0) == {}


def test_the_reason_names_both_figures() -> None:
    settings = GOOD | {"notice_min": 3 * 1440, "horizon_days": 1, "duration_min": 240}
    found = cannot_work(**settings, longest_min=180)
    assert "3 days of notice and bookings at most 1 day ahead" in found["notice_min"]
    assert (
        "never open for 4 hours in a row: your longest stretch is 3 hours"
        in (found["duration_min"])
    )


@pytest.mark.parametrize(
    ("minutes", "number", "unit", "said"),
    [
        (0, 0, "hours", "0 hours"),
        (45, 45, "minutes", "45 minutes"),
        (60, 1, "hours", "1 hour"),
        (90, 90, "minutes", "90 minutes"),
        (1440, 24, "hours", "24 hours"),
        (2880, 2, "days", "2 days"),
        (1500, 25, "hours", "25 hours"),
    ],
)
def test_a_time_is_said_in_the_unit_that_says_it_whole(minutes, number, unit, said) -> None:
    assert in_units(minutes) == (number, unit)
    assert minutes_of(number, unit) == minutes
    assert amount_words(minutes) == said


@pytest.mark.parametrize(
    "link",
    [
        "https://meet.example/jo",
        "http://meet.example",
        "HTTPS://Meet.example:8443/j/1?pwd=a%20b&x=1#room",
        "https://zoom.example/j/123?pwd=Ab_-~.!*'();:@&=+$,/?",
    ],
)
def test_the_links_of_video_meetings_are_taken(link: str) -> None:
    assert is_meeting_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "", "meet.example/jo", "javascript:alert(1)", "data:text/html,x", "ftp://meet.example",
        "https://", "https:///jo", "https://meet.example/a b", "https://me:pw@meet.example",
        'https://meet.example/"><script>', "https://meet.example:99999", "https://[::1",
        " https://meet.example", "https://meet.example\n", "//meet.example", "https:meet.example",
    ],
)  # fmt: skip
def test_what_is_no_whole_address_of_a_page_is_refused(link: str) -> None:
    assert not is_meeting_link(link)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Interview practice", "interview-practice"),
        ("  Café & CV: 60’ ", "cafe-cv-60"),
        ("面接", "service"),
        ("---", "service"),
        ("x" * 120, "x" * 40),
        ("a" * 39 + " b", "a" * 39),
        ("../../coach", "coach"),
    ],
)
def test_a_name_becomes_an_address_that_can_be_read(name: str, slug: str) -> None:
    assert slug_of(name) == slug
