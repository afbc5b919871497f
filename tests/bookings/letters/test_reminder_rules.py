"""When a reminder is due, and when it no longer makes sense."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coachcrm.bookings.letters.core.reminder_rules import (
    Verdict,
    card_at,
    card_date,
    due_after,
    due_before,
    due_unanswered,
    verdict,
)

START = datetime(2027, 6, 15, 8, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
DAY_BEFORE = ("day_before", START - timedelta(hours=24))


@pytest.mark.parametrize(
    ("ahead", "kinds"),
    [
        (timedelta(days=14), ["day_before", "hour_before"]),
        (timedelta(hours=24), ["day_before", "hour_before"]),
        (timedelta(hours=24) - SECOND, ["hour_before"]),
        (HOUR, ["hour_before"]),
        (HOUR - SECOND, []),
        (timedelta(0), []),
    ],
)
def test_a_booking_made_late_gets_the_reminders_that_are_still_to_come(ahead, kinds) -> None:
    assert [kind for kind, _ in due_before(START, now=START - ahead)] == kinds


@pytest.mark.parametrize(
    ("planned", "gone", "kinds"),
    [
        # Planned for this very time, it goes though a change came in between.
        ([DAY_BEFORE], [], ["day_before", "hour_before"]),
        # Planned for another time it says nothing of this one.
        ([("day_before", START - timedelta(hours=25))], [], ["hour_before"]),
        ([DAY_BEFORE], [DAY_BEFORE], ["hour_before"]),
        ([], [("hour_before", START - HOUR)], []),
    ],
)
def test_a_change_takes_no_reminder_away_and_repeats_none(planned, gone, kinds) -> None:
    now = START - timedelta(hours=23, minutes=30)
    due = due_before(START, now=now, planned=planned, gone=gone)
    assert [kind for kind, _ in due] == kinds


@pytest.mark.parametrize(
    ("start", "day_before"),
    [
        # The clocks of London go on at 01:00 UTC on 28 March 2027 and back on 31 October.
        ("2027-03-28T09:00:00+01:00", "2027-03-27T08:00:00+00:00"),
        ("2027-10-31T09:00:00+00:00", "2027-10-30T10:00:00+01:00"),
        ("2027-10-31T01:30:00+00:00", "2027-10-30T02:30:00+01:00"),
    ],
)
def test_across_a_change_of_the_clocks_it_is_24_hours_all_the_same(start, day_before) -> None:
    starts_at = datetime.fromisoformat(start).astimezone(UTC)
    due = dict(due_before(starts_at, now=starts_at - timedelta(days=9)))
    assert due["day_before"] == datetime.fromisoformat(day_before)
    assert starts_at - due["day_before"] == timedelta(hours=24)
    assert starts_at - due["hour_before"] == HOUR


@pytest.mark.parametrize(
    ("kind", "late", "status", "what"),
    [
        ("day_before", -SECOND, "confirmed", Verdict.WAIT),
        ("day_before", timedelta(0), "confirmed", Verdict.SEND),
        ("day_before", HOUR, "confirmed", Verdict.SEND),
        ("day_before", HOUR + SECOND, "confirmed", Verdict.DROP),
        ("day_before", timedelta(0), "cancelled", Verdict.DROP),
        ("hour_before", HOUR - SECOND, "confirmed", Verdict.SEND),
        ("hour_before", HOUR, "confirmed", Verdict.DROP),  # the meeting begins
        ("hour_before", timedelta(0), "no_show", Verdict.DROP),
        ("hour_before", timedelta(0), "held", Verdict.DROP),
    ],
)
def test_no_reminder_is_late(kind, late, status, what) -> None:
    due_at = START - {"day_before": timedelta(hours=24), "hour_before": HOUR}[kind]
    assert verdict(kind, due_at, status=status, starts_at=START, now=due_at + late) == what


@pytest.mark.parametrize(
    ("kind", "status", "late", "what"),
    [
        ("missed", "no_show", timedelta(0), Verdict.SEND),
        ("missed", "completed", timedelta(0), Verdict.DROP),
        ("missed", "confirmed", timedelta(0), Verdict.DROP),
        ("follow_up", "completed", timedelta(days=2), Verdict.SEND),
        ("follow_up", "completed", timedelta(days=2) + SECOND, Verdict.DROP),
    ],
)
def test_what_follows_a_meeting_follows_what_was_marked(kind, status, late, what) -> None:
    due_at = START + 2 * HOUR
    assert verdict(kind, due_at, status=status, starts_at=START, now=due_at + late) == what


def test_what_follows_a_meeting_waits_an_hour_after_it_was_marked() -> None:
    end = START + HOUR / 2
    assert due_after(ends_at=end, marked_at=end - HOUR) == end + HOUR
    assert due_after(ends_at=end, marked_at=end + 5 * HOUR) == end + 6 * HOUR


@pytest.mark.parametrize(
    ("status", "now", "what"),
    [
        ("held", START - 2 * HOUR - SECOND, Verdict.WAIT),
        ("held", START - 2 * HOUR, Verdict.SEND),
        ("held", START + timedelta(days=2), Verdict.SEND),
        ("held", START + timedelta(days=2) + SECOND, Verdict.DROP),
        ("confirmed", START - 2 * HOUR, Verdict.DROP),
        ("cancelled", START - 2 * HOUR, Verdict.DROP),
    ],
)
def test_who_waits_in_vain_is_told_from_the_cut_off_on(status, now, what) -> None:
    due_at = due_unanswered(START, cutoff=2 * HOUR, made_at=START - timedelta(days=9))
    assert verdict("not_confirmed", due_at, status=status, starts_at=START, now=now) == what


def test_a_booking_made_after_the_cut_off_is_told_of_at_once() -> None:
    assert due_unanswered(START, cutoff=2 * HOUR, made_at=START - HOUR) == START - HOUR


@pytest.mark.parametrize(
    ("now", "on"),
    [
        ("2027-06-15T05:59:59Z", None),
        ("2027-06-15T06:00:00Z", date(2027, 6, 15)),
        ("2027-06-15T08:59:59Z", date(2027, 6, 15)),
        ("2027-06-15T09:00:00Z", None),
        ("2027-03-28T06:00:00Z", date(2027, 3, 28)),
        ("2027-10-31T06:59:59Z", None),
        ("2027-10-31T07:00:00Z", date(2027, 10, 31)),
    ],
)
def test_the_card_goes_by_the_coach_s_wall_clock(now, on) -> None:
    assert card_date(datetime.fromisoformat(now), LONDON) == on
    if on is not None:
        assert card_at(on, LONDON).astimezone(LONDON).hour == 7
