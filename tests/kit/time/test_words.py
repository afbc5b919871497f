"""Dates and times as people read them, and as links carry them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coachcrm.kit.time import words

LONDON = ZoneInfo("Europe/London")


def at(clock: str) -> datetime:
    """Return a wall time in London on an ordinary day."""
    return datetime.fromisoformat(f"2027-06-15 {clock}").replace(tzinfo=LONDON)


def test_a_date_has_its_weekday_and_its_month_in_full() -> None:
    assert words.day(date(2027, 6, 15)) == "Tuesday 15 June"
    assert words.day_year(date(2027, 1, 3)) == "Sunday 3 January 2027"
    assert words.day(at("23:59")) == "Tuesday 15 June"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2027-06-15", "2027-06-21", "Tuesday 15 to Monday 21 June"),
        ("2027-06-29", "2027-07-05", "Tuesday 29 June to Monday 5 July"),
        ("2026-12-29", "2027-01-04", "Tuesday 29 December 2026 to Monday 4 January 2027"),
        ("2027-06-15", "2027-06-15", "Tuesday 15 June"),
        ("2026-06-15", "2027-06-15", "Monday 15 June 2026 to Tuesday 15 June 2027"),
    ],
)
def test_a_span_repeats_month_and_year_only_where_they_differ(
    first: str, last: str, said: str
) -> None:
    assert words.span(date.fromisoformat(first), date.fromisoformat(last)) == said


@pytest.mark.parametrize(
    ("clock", "said", "part"),
    [
        ("00:00", "12:00 am", "Morning"),
        ("00:05", "12:05 am", "Morning"),
        ("09:00", "9:00 am", "Morning"),
        ("11:59", "11:59 am", "Morning"),
        ("12:00", "12:00 pm", "Afternoon"),
        ("13:30", "1:30 pm", "Afternoon"),
        ("16:59", "4:59 pm", "Afternoon"),
        ("17:00", "5:00 pm", "Evening"),
        ("23:30", "11:30 pm", "Evening"),
    ],
)
def test_the_clock_has_twelve_hours(clock: str, said: str, part: str) -> None:
    assert words.clock_time(at(clock)) == said
    assert words.clock_time(at(clock).replace(tzinfo=None)) == said
    assert words.part_of_day(at(clock)) == part


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        ("2027-06-15T08:00Z", "Europe/London", "Tuesday 15 June 2027, 9:00 am, UK time"),
        ("2027-06-15T08:00Z", "Asia/Kolkata", "Tuesday 15 June 2027, 1:30 pm, Kolkata time"),
        pytest.param(
            "2027-06-15T18:00Z", "Pacific/Auckland",
            "Wednesday 16 June 2027, 6:00 am, Auckland time", id="10: there it is tomorrow",
        ),
        pytest.param(
            "2027-10-31T00:30Z", "Europe/London", "Sunday 31 October 2027, 1:30 am BST, UK time",
            id="4: the first of two",
        ),
        pytest.param(
            "2027-10-31T01:30Z", "Europe/London", "Sunday 31 October 2027, 1:30 am GMT, UK time",
            id="4: the second of two",
        ),
        ("2027-10-31T02:00Z", "Europe/London", "Sunday 31 October 2027, 2:00 am, UK time"),
        pytest.param(
            "2027-04-03T14:45Z", "Australia/Lord_Howe",
            "Sunday 4 April 2027, 1:45 am UTC+11, Lord Howe time", id="a zone without letters",
        ),
        pytest.param(
            "2027-04-03T15:15Z", "Australia/Lord_Howe",
            "Sunday 4 April 2027, 1:45 am UTC+10:30, Lord Howe time", id="nor for half hours",
        ),
        pytest.param(
            "2027-04-04T02:30Z", "America/Santiago",
            "Saturday 3 April 2027, 11:30 pm UTC\N{MINUS SIGN}3, Santiago time", id="nor behind",
        ),
    ],
)  # fmt: skip
def test_a_slot_is_named_in_full_and_never_like_another(instant: str, zone: str, said: str) -> None:
    assert words.slot_label(datetime.fromisoformat(instant), zone) == said


def test_a_stamp_is_read_back_as_it_was_written() -> None:
    start = datetime(2027, 6, 15, 8, tzinfo=UTC)
    assert words.utc_stamp(start) == "20270615T080000Z"
    assert words.utc_stamp(start.astimezone(LONDON)) == "20270615T080000Z"
    assert words.parse_stamp("20270615T080000Z") == start


def test_a_naive_time_gets_no_stamp() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        words.utc_stamp(datetime(2027, 6, 15, 8))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "20270615", "20270615T0800Z", "2027-06-15T08:00:00Z", "20270615T080000",
        "20270615t080000z", "20270615T080000Z ", "20270615T080000Z\n", "+20270615T080000Z",
        "20270615T080000+0100", "20270229T080000Z", "20271301T080000Z", "20270615T240000Z",
        "20270615T086000Z", "20270615T080060Z", "00000101T000000Z", "00010101T000000Z",
        "99991231T235959Z", "\uff12\uff10\uff12\uff170615T080000Z",
        "\u0968\u0966\u0968\u096d0615T080000Z", "\0", "\ud800",
        "2" * 100_000,
    ],
    ids=lambda text: ascii(text[:24]),
)  # fmt: skip
def test_what_is_not_a_stamp_is_nothing(text: str) -> None:
    assert words.parse_stamp(text) is None


@pytest.mark.parametrize("text", ["00020101T000000Z", "99981231T235959Z"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_every_stamp_that_is_read_can_be_shown_in_every_zone(text: str, zone: str) -> None:
    start = words.parse_stamp(text)
    assert start is not None
    assert words.slot_label(start, zone)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(days=1), "a day"),
        (timedelta(days=60), "60 days"),
        (timedelta(hours=1), "an hour"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(0), "0 minutes"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_whole_unit(span, said) -> None:
    assert words.length(span) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (60, "an hour"),
        (300, "5 hours"),
        (30, "half an hour"),
        (90, "an hour and a half"),
        (330, "5 and a half hours"),
        (345, "5 hours 45 minutes"),
        (75, "an hour 15 minutes"),
        (15, "15 minutes"),
        (26 * 60, "26 hours"),
    ],
)
def test_how_far_apart_two_clocks_are_is_said_as_people_say_it(minutes, said) -> None:
    assert words.apart(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2027-06-01", "2027-06-30", "June 2027"),
        ("2027-06-28", "2027-07-25", "June and July 2027"),
        ("2027-12-27", "2028-01-30", "December 2027 and January 2028"),
    ],
)
def test_months_are_named_with_their_year_once(first, last, said) -> None:
    assert words.months(date.fromisoformat(first), date.fromisoformat(last)) == said
