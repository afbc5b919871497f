"""Names of zones from anywhere, and wall time as instants. Numbers are the cases of booking."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
import tzdata

from coachcrm.kit.time import zones

LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def utc(text: str) -> datetime:
    """Return the instant written as 2027-06-15 08:00."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def package(name: str):
    """Return the file of a zone's rules in the package."""
    return files("tzdata").joinpath("zoneinfo", *name.split("/"))


def minute(clock: str) -> int:
    """Return the minutes from midnight of 01:15."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


@pytest.mark.parametrize(
    ("sent", "known_as"),
    [
        ("Europe/London", "Europe/London"),
        pytest.param("Asia/Calcutta", "Asia/Kolkata", id="11: an old name leads to the present"),
        ("Asia/Katmandu", "Asia/Kathmandu"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("GB", "Europe/London"),
        ("US/Eastern", "America/New_York"),
        pytest.param("Europe/Oslo", "Europe/Oslo", id="a link that is a country's own city stays"),
        pytest.param("Africa/Asmera", "Africa/Asmara", id="an old name keeps its city"),
        ("Etc/UTC", "UTC"),
        ("Zulu", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        pytest.param("Mars/Olympus", None, id="11: there is no such place"),
        *[
            pytest.param(junk, None, id=f"junk {number}")
            for number, junk in enumerate((
                "", " ", "../../etc/passwd", "/etc/localtime", "Europe", "\0", "\ud800",
                "Europe/London\n", "x" * 100_000, "Factory", "localtime", None, 5, b"UTC",
                ["UTC"], {}, object(),
            ))
        ],
    ],
)  # fmt: skip
def test_whatever_a_browser_sends_becomes_a_name_or_nothing(
    sent: object, known_as: str | None
) -> None:
    assert zones.canonical(sent) == known_as


def test_every_known_name_leads_to_a_zone_that_keeps_the_same_time() -> None:
    days = [utc("2026-01-01 00:00") + timedelta(days=9 * n) for n in range(80)]
    for name in available_timezones() - {"Factory", "localtime", "posixrules"}:
        known_as = zones.canonical(name)
        assert known_as is not None, name
        here, there = ZoneInfo(name), ZoneInfo(known_as)
        assert all(here.utcoffset(at) == there.utcoffset(at) for at in days), name


def test_the_clocks_of_every_zone_go_by_the_package_and_never_by_the_machine() -> None:
    days = [utc("2026-01-01 00:00") + timedelta(days=5 * n) for n in range(400)]
    for name in available_timezones():
        with package(name).open("rb") as file:
            newest = ZoneInfo.from_file(file)
        here = ZoneInfo(name)
        assert all(here.utcoffset(at) == newest.utcoffset(at) for at in days), name


@pytest.mark.parametrize(
    "first",
    [
        "import coachcrm.auth.models",
        pytest.param(
            "import zoneinfo; zoneinfo.ZoneInfo('America/Vancouver'); import coachcrm",
            id="something has read the machine's rules before",
        ),
    ],
)
def test_a_machine_whose_rules_are_others_changes_no_time(first: str, tmp_path: Path) -> None:
    """British Columbia keeps its summer time from 2026 on; here the machine knows nothing of it."""
    (tmp_path / "America").mkdir()
    (tmp_path / "America/Vancouver").write_bytes(package("Asia/Tokyo").read_bytes())
    program = (
        f"{first}\n"
        "from datetime import UTC, datetime\n"
        "from coachcrm.kit.time import words, zones\n"
        "at = datetime(2026, 12, 9, 16, tzinfo=UTC)\n"
        "print(words.slot_label(at, 'America/Vancouver'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONTZPATH": str(tmp_path)},
    )
    assert done.stdout == "Wednesday 9 December 2026, 9:00 am, Vancouver time\n"


def test_the_release_of_the_rules_is_told() -> None:
    assert zones.data_version() == tzdata.IANA_VERSION


def test_the_names_to_choose_from_are_sorted_and_lead_to_themselves() -> None:
    names = zones.names()
    assert list(names) == sorted(set(names))
    assert all(zones.canonical(name) == name for name in names)
    assert {"Europe/London", "Asia/Kolkata", "Europe/Oslo", "UTC"} <= set(names)
    assert not {"Asia/Calcutta", "Etc/GMT+5", "GB", "EST5EDT"} & set(names)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Europe/London", "UK time"),
        ("Asia/Kolkata", "Kolkata time"),
        ("America/New_York", "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("America/St_Johns", "St John's time"),
        ("UTC", "UTC"),
        pytest.param("Etc/GMT+5", "UTC\N{MINUS SIGN}5", id="the sign of such names is reversed"),
        ("Etc/GMT-10", "UTC+10"),
    ],
)
def test_a_zone_is_called_what_people_call_it(name: str, label: str) -> None:
    assert zones.label(name) == label


@pytest.mark.parametrize(
    ("on", "clock", "zone", "first", "last"),
    [
        pytest.param(date(2027, 6, 15), "09:00", LONDON, "2027-06-15 08:00", None, id="summer"),
        pytest.param(date(2027, 12, 15), "09:00", LONDON, "2027-12-15 09:00", None, id="winter"),
        pytest.param(date(2027, 6, 15), "24:00", LONDON, "2027-06-15 23:00", None, id="the end"),
        pytest.param(SPRING, "00:59", LONDON, "2027-03-28 00:59", None, id="just before the gap"),
        pytest.param(SPRING, "01:00", LONDON, "2027-03-28 01:00", None, id="the gap begins"),
        pytest.param(SPRING, "01:15", LONDON, "2027-03-28 01:00", None, id="7: in the gap"),
        pytest.param(SPRING, "01:59", LONDON, "2027-03-28 01:00", None, id="at the gap's end"),
        pytest.param(SPRING, "02:00", LONDON, "2027-03-28 01:00", None, id="after the gap"),
        pytest.param(AUTUMN, "00:59", LONDON, "2027-10-30 23:59", None, id="before the repeat"),
        pytest.param(AUTUMN, "01:00", LONDON, "2027-10-31 00:00", "2027-10-31 01:00", id="twice"),
        pytest.param(AUTUMN, "01:59", LONDON, "2027-10-31 00:59", "2027-10-31 01:59", id="still"),
        pytest.param(AUTUMN, "02:00", LONDON, "2027-10-31 02:00", None, id="after the repeat"),
        pytest.param(
            date(2027, 10, 3), "02:15", LORD_HOWE, "2027-10-02 15:30", None, id="half an hour less"
        ),
        pytest.param(
            date(2027, 4, 4), "01:45", LORD_HOWE, "2027-04-03 14:45", "2027-04-03 15:15",
            id="half an hour more",
        ),
        pytest.param(
            date(2011, 12, 30), "10:00", ZoneInfo("Pacific/Apia"), "2011-12-30 10:00", None,
            id="a day that was left out",
        ),
        pytest.param(
            date(2027, 9, 5), "00:00", ZoneInfo("America/Santiago"), "2027-09-05 04:00", None,
            id="a day without its first hour",
        ),
        pytest.param(
            date(2027, 10, 30), "24:00", ZoneInfo("Atlantic/Azores"), "2027-10-31 00:00", None,
            id="a date ends at the first of two midnights",
        ),
        pytest.param(
            date(2027, 10, 31), "00:00", ZoneInfo("Atlantic/Azores"), "2027-10-31 00:00",
            "2027-10-31 01:00", id="two midnights",
        ),
    ],
)  # fmt: skip
def test_wall_time_becomes_an_instant(
    on: date, clock: str, zone: ZoneInfo, first: str, last: str | None
) -> None:
    assert zones.instant(on, minute(clock), zone) == utc(first)
    assert zones.instant(on, minute(clock), zone, last=True) == utc(last or first)


CAIRO = ZoneInfo("Africa/Cairo")


@pytest.mark.parametrize(
    ("on", "clock", "zone", "ends"),
    [
        pytest.param(AUTUMN, "00:59", LONDON, "2027-10-30 23:59", id="before the repeat"),
        pytest.param(AUTUMN, "01:00", LONDON, "2027-10-31 00:00", id="its first minute"),
        pytest.param(AUTUMN, "01:01", LONDON, "2027-10-31 01:01", id="inside it"),
        pytest.param(AUTUMN, "01:59", LONDON, "2027-10-31 01:59", id="its last minute"),
        pytest.param(AUTUMN, "02:00", LONDON, "2027-10-31 02:00", id="after it"),
        pytest.param(SPRING, "01:15", LONDON, "2027-03-28 01:00", id="in the gap"),
        pytest.param(SPRING, "24:00", LONDON, "2027-03-28 23:00", id="the end of the date"),
        pytest.param(date(2027, 10, 28), "23:00", CAIRO, "2027-10-28 20:00", id="before midnight"),
        pytest.param(date(2027, 10, 28), "23:30", CAIRO, "2027-10-28 21:30", id="23:30 twice"),
        pytest.param(date(2027, 10, 28), "24:00", CAIRO, "2027-10-28 22:00", id="the second hour"),
        pytest.param(date(2027, 4, 4), "01:30", LORD_HOWE, "2027-04-03 14:30", id="half an hour"),
        pytest.param(date(2027, 4, 4), "01:45", LORD_HOWE, "2027-04-03 15:15", id="inside that"),
        pytest.param(
            date(2027, 10, 30), "24:00", ZoneInfo("Atlantic/Azores"), "2027-10-31 00:00",
            id="the first of two midnights",
        ),
        pytest.param(
            date(2027, 10, 31), "02:00", ZoneInfo("Antarctica/Troll"), "2027-10-31 02:00",
            id="two hours come twice",
        ),
    ],
)  # fmt: skip
def test_what_ends_at_a_wall_time_ends_when_the_clock_first_shows_it_unless_that_is_too_soon(
    on: date, clock: str, zone: ZoneInfo, ends: str
) -> None:
    assert zones.end_instant(on, minute(clock), zone) == utc(ends)


@pytest.mark.parametrize("wrong", [-1, 1441])
def test_a_day_has_no_other_minutes(wrong: int) -> None:
    with pytest.raises(ValueError, match="not a minute"):
        zones.instant(SPRING, wrong, LONDON)


def test_the_editor_can_say_which_times_do_not_exist() -> None:
    passed_over = [m for m in range(1441) if not zones.exists(SPRING, m, LONDON)]
    assert passed_over == list(range(60, 120))
    assert all(zones.exists(AUTUMN, m, LONDON) for m in range(1441))


def test_repeated_wall_times_are_known_from_either_side() -> None:
    bst, gmt = (utc(at).astimezone(LONDON) for at in ("2027-10-31 00:30", "2027-10-31 01:30"))
    assert zones.is_repeated(bst)
    assert zones.is_repeated(gmt)
    assert not zones.is_repeated(utc("2027-10-31 02:00").astimezone(LONDON))
    assert not zones.is_repeated(bst.replace(tzinfo=None))
    assert not zones.is_repeated(datetime(2027, 3, 28, 1, 30, tzinfo=LONDON))


@pytest.mark.parametrize(
    ("theirs", "start", "wall"),
    [
        pytest.param("Asia/Kolkata", "2027-03-25 10:00", "2027-03-25 15:30", id="8: winter"),
        pytest.param("Asia/Kolkata", "2027-03-30 10:00", "2027-03-30 14:30", id="8: summer"),
        pytest.param("America/St_Johns", "2027-03-12 10:00", "2027-03-12 06:30", id="9: winter"),
        pytest.param("America/St_Johns", "2027-03-15 10:00", "2027-03-15 07:30", id="9: between"),
        pytest.param("America/St_Johns", "2027-03-30 10:00", "2027-03-30 06:30", id="9: summer"),
        pytest.param("Pacific/Auckland", "2027-06-15 19:00", "2027-06-16 06:00", id="10: next day"),
    ],
)
def test_a_uk_time_is_another_elsewhere(theirs: str, start: str, wall: str) -> None:
    uk = datetime.fromisoformat(start)
    at = zones.instant(uk.date(), uk.hour * 60 + uk.minute, LONDON)
    assert f"{at.astimezone(ZoneInfo(theirs)):%Y-%m-%d %H:%M}" == wall


@pytest.mark.parametrize(
    ("theirs", "now", "then", "changes"),
    [
        pytest.param("Asia/Kolkata", "2027-03-20", "2027-03-25", False, id="8: before the change"),
        pytest.param("Asia/Kolkata", "2027-03-20", "2027-03-30", True, id="8: across the change"),
        pytest.param("America/St_Johns", "2027-03-12", "2027-03-15", True, id="9: theirs first"),
        pytest.param("America/St_Johns", "2027-03-12", "2027-03-30", False, id="9: then ours too"),
        pytest.param("Europe/Berlin", "2027-03-20", "2027-03-30", False, id="both at once"),
        pytest.param("Europe/London", "2027-03-20", "2027-03-30", False, id="the same zone"),
    ],
)
def test_a_gap_that_changes_before_the_meeting_is_noticed(
    theirs: str, now: str, then: str, *, changes: bool
) -> None:
    now_at, then_at = utc(f"{now} 10:00"), utc(f"{then} 10:00")
    assert zones.gap_changes(LONDON, ZoneInfo(theirs), now=now_at, then=then_at) is changes
