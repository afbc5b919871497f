"""The coach changes his week; what he typed is never lost, and visitors see it at once."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from coachcrm.availability.core.windows import Hours
from coachcrm.desk.availability.forms.weekly import MOST_WINDOWS, WeekForm, Window, clock_text
from coachcrm.kit.text.typed import parse_wall_time
from tests.support.cast import FREE, TUESDAY_9, book, change, rows

URL = "/coach/availability"
only_sqlite = pytest.mark.engines("sqlite")


def sent(*windows: tuple[str, str], day: int = 0, shortest: int = 0) -> WeekForm:
    pairs = []
    for number, (opens, closes) in enumerate(windows):
        pairs += [(f"day-{day}-opens-{number}", opens), (f"day-{day}-closes-{number}", closes)]
    return WeekForm.sent(MultiDict(pairs), shortest=shortest)


def hours(app) -> list[tuple[int, int, int]]:
    return rows(app, "SELECT weekday, opens, closes FROM weekly_hours ORDER BY weekday, opens")


def times(page, day: str) -> list[str]:
    return [
        node.text().strip()
        for node in sorted(
            page.all(f"#d{day} ~ * a.slot"), key=lambda node: node.attributes["href"]
        )
    ]


# ------------------------------------------------------------------------------- what is typed


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("00:00", 0),
        ("9:05", 545),
        ("09:05", 545),
        ("23:59", 1439),
        ("09:00:00", 540),
        ("24:00", 1440),
    ],
)
def test_a_clock_time_is_read(typed: str, minute: int) -> None:
    assert parse_wall_time(typed) == minute


@pytest.mark.parametrize(
    "typed",
    ["", "9", "9am", "24:01", "25:00", "09:60", "-1:00", "09:00:30", "٠٩:٠٠", "09:00\n", "\0",  # noqa: RUF001
     "1e1:00", "9" * 100_000],
)  # fmt: skip
def test_anything_else_is_no_clock_time(typed: str) -> None:
    assert parse_wall_time(typed) is None


@pytest.mark.parametrize("closes", ["00:00", "24:00", "0:00"])
def test_midnight_at_the_end_of_a_day_is_written_either_way(closes: str) -> None:
    form = sent(("18:00", closes), ("00:00", "08:00"))
    assert form.is_good
    assert form.hours == (Hours(0, 0, 480), Hours(0, 1080, 1440))
    assert clock_text(1440) == "00:00"


def test_a_day_may_be_open_from_midnight_to_midnight() -> None:
    assert sent(("00:00", "24:00")).hours == (Hours(0, 0, 1440),)
    assert sent(("00:00", "00:00")).hours == (Hours(0, 0, 1440),), "as the page shows it again"


@pytest.mark.parametrize(
    ("day", "typed", "hours"),
    [
        (0, ("22:30", "01:30"), (Hours(0, 1350, 1440), Hours(1, 0, 90))),
        (6, ("22:30", "01:30"), (Hours(0, 0, 90), Hours(6, 1350, 1440))),
        (2, ("23:50", "0:20"), (Hours(2, 1430, 1440), Hours(3, 0, 20))),
        (2, ("19:00", "07:00"), (Hours(2, 1140, 1440), Hours(3, 0, 420))),
    ],
)
def test_hours_past_midnight_are_two_the_second_on_the_next_day(day, typed, hours) -> None:
    form = sent(typed, day=day, shortest=30)
    assert form.is_good
    assert form.hours == hours
    assert form.days[day].windows[0] == Window(*typed), "and stay as they were typed"


def test_hours_past_midnight_are_copied_whole() -> None:
    form = sent(("22:30", "01:30"))
    form.copy(0, [2])
    assert form.hours == (
        Hours(0, 1350, 1440), Hours(1, 0, 90), Hours(2, 1350, 1440), Hours(3, 0, 90)
    )  # fmt: skip


def test_hours_past_midnight_do_not_overlap_those_of_the_next_day() -> None:
    form = WeekForm.sent(
        MultiDict(
            {
                "day-0-opens-0": "22:30", "day-0-closes-0": "01:30",
                "day-1-opens-0": "01:00", "day-1-closes-0": "04:00",
            }
        )
    )  # fmt: skip
    assert form.days[0].errors == ["22:30 to 01:30 overlaps another time of Tuesday."]


@pytest.mark.parametrize(
    ("windows", "is_good"),
    [
        ([("09:00", "09:20")], False),
        ([("09:00", "09:20"), ("09:20", "09:30")], True),
        ([("09:00", "09:20"), ("09:21", "09:31")], False),
        ([("23:50", "00:20")], True),
        ([("23:50", "00:10")], False),
        ([("00:00", "00:10"), ("23:40", "24:00")], False),
    ],
)
def test_what_touches_is_one_for_the_shortest_meeting(windows, is_good: bool) -> None:
    form = sent(*windows, shortest=30)
    assert form.is_good is is_good
    if not is_good:
        assert "too short: your shortest meeting takes 30 minutes" in form.days[0].errors[0]


def test_the_two_parts_of_a_night_may_be_shorter_than_the_shortest_meeting() -> None:
    form = WeekForm.of([Hours(0, 1430, 1440), Hours(1, 0, 20)])
    pairs = {
        f"{day.key}{kind}-{n}": getattr(window, kind)
        for day in form.days
        for n, window in enumerate(day.windows)
        for kind in ("opens", "closes")
    }
    assert WeekForm.sent(MultiDict(pairs), shortest=30).hours == form.hours


def test_times_that_only_touch_stay_two() -> None:
    assert sent(("09:00", "12:00"), ("12:00", "14:00")).is_good


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ([("09:00", "12:00"), ("11:59", "13:00")], "11:59 to 13:00 overlaps"),
        ([("09:00", "12:00"), ("09:00", "12:00")], "overlaps"),
        ([("22:00", "00:00"), ("23:00", "24:00")], "overlaps"),
        ([("12:00", "09:00")], "09:00 is not after 12:00"),
        ([("12:00", "12:00")], "not after"),
        ([("19:00", "07:01")], "12 hours at most"),
        ([("24:00", "10:00")], "24:00"),
        ([("09:00", "")], "both times"),
        ([("", "12:00")], "both times"),
        ([("nine", "noon")], "both times"),
        ([("09:00", "25:00")], "both times"),
    ],
)
def test_what_cannot_be_meant_is_said_by_the_day_and_kept(windows, said: str) -> None:
    form = sent(*windows, day=2)
    assert not form.is_good
    assert said in " ".join(form.days[2].errors)
    assert [(w.opens, w.closes) for w in form.days[2].windows[: len(windows)]] == windows
    assert not any(form.days[n].errors for n in (0, 1, 3, 4, 5, 6))


def test_no_window_is_dropped_in_silence() -> None:
    many = [(f"{n:02}:00", f"{n:02}:30") for n in range(MOST_WINDOWS)]
    assert len(sent(*many).hours) == MOST_WINDOWS
    form = sent(*many, ("23:00", "23:30"))
    assert "room for 12" in form.days[0].errors[0]
    assert len(form.days[0].rows()) > MOST_WINDOWS + 1, "kept as typed, with room for more"


# ---------------------------------------------------------------------------------- the page


def test_every_day_shows_its_hours_and_room_for_more(coach_web) -> None:
    data = coach_web.get(URL).form().data()[1]
    assert [data[f"day-0-{kind}-{n}"] for n in range(3) for kind in ("opens", "closes")] == [
        "09:00", "12:00", "14:00", "17:00", "", "",
    ]  # fmt: skip
    assert data["day-6-opens-1"] == ""


def test_a_changed_week_is_on_offer_at_once(app, coach_web, visitor) -> None:
    web = visitor()
    assert len(times(web.get(f"{FREE}?from=2027-06-14"), "2027-06-15")) == 12
    coach_web.get(URL)
    coach_web.submit(
        fields={
            "day-1-opens-0": "18:00", "day-1-closes-0": "20:00", "day-1-opens-1": "",
            "day-1-closes-1": "", "day-5-opens-0": "22:30", "day-5-closes-0": "00:00",
        }
    )  # fmt: skip
    assert "Saved" in coach_web.follow().text
    page = web.get(f"{FREE}?from=2027-06-14")
    assert times(page, "2027-06-15") == ["6:00 pm", "6:30 pm", "7:00 pm", "7:30 pm"]
    assert times(page, "2027-06-19") == ["10:30 pm", "11:00 pm", "11:30 pm"]
    assert (5, 1350, 1440) in hours(app)
    assert coach_web.get(URL).form().data()[1]["day-5-closes-0"] == "00:00"


def test_a_week_with_a_night_is_saved_shown_and_booked_across_midnight(app, coach_web, web) -> None:
    coach_web.get(URL)
    coach_web.submit(fields={"day-1-opens-2": "22:30", "day-1-closes-2": "01:30"})
    said = coach_web.follow().text
    assert "Hours past midnight stand under both days (Tuesday to Wednesday)" in said
    assert {(1, 1350, 1440), (2, 0, 90)} <= set(hours(app))
    data = coach_web.page.form().data()[1]
    assert (data["day-1-closes-2"], data["day-2-opens-0"]) == ("00:00", "00:00")
    before = hours(app)
    coach_web.submit()
    assert hours(app) == before
    change(app, "UPDATE service SET duration_min = 60")
    page = web.get(f"{FREE}?from=2027-06-14")
    assert times(page, "2027-06-15")[-3:] == ["10:30 pm", "11:00 pm", "11:30 pm"]
    assert times(page, "2027-06-16")[:2] == ["12:00 am", "12:30 am"]
    link = book(web, "20270615T223000Z")
    assert "Tuesday 15 June 11:30 pm to 12:30 am" in web.get(link).text


@only_sqlite
def test_bookings_that_stand_are_not_touched(app, coach_web, web) -> None:
    link = book(web, TUESDAY_9)
    coach_web.get(URL)
    coach_web.submit(
        fields={f"day-1-{kind}-{n}": "" for kind in ("opens", "closes") for n in (0, 1)}, status=409
    )
    coach_web.submit(button="Save, and keep this meeting")
    assert "9:00 am" in web.get(link).text
    assert rows(app, "SELECT status FROM booking") == [("confirmed",)]


@only_sqlite
def test_errors_keep_all_that_was_typed_and_change_nothing(app, coach_web) -> None:
    before = hours(app)
    coach_web.get(URL)
    typed = {"day-0-opens-2": "16:00", "day-0-closes-2": "19:00", "day-3-opens-0": "noon"}
    page = coach_web.submit(fields=typed, status=422)
    assert (
        page.one("#day-0-error").text().strip()
        == "Error: 16:00 to 19:00 overlaps another time of this day."
    )
    data = page.form().data()[1]
    assert {name: data[name] for name in typed} == typed
    assert data["day-3-closes-0"] == "12:00"
    assert hours(app) == before
    assert page.title.startswith("Error:")


def press(coach_web, name: str, value: str, **typed: object):
    """Press one of the buttons that save nothing."""
    url, pairs = coach_web.page.form().data(typed.get("fields") or {})
    pairs.add(name, value)
    for key, several in (typed.get("ticked") or {}).items():
        pairs.setlist(key, several)
    return coach_web.post(url, pairs, status=200)


@only_sqlite
def test_a_day_is_copied_to_others_and_saved_only_by_the_button(app, coach_web) -> None:
    before = hours(app)
    coach_web.get(URL)
    page = press(
        coach_web, "copy", "0", fields={"day-0-opens-0": "08:00"}, ticked={"copy-0-to": ["2", "5"]}
    )
    assert "Monday is copied to Wednesday, Saturday. Nothing is saved yet" in page.text
    data = page.form().data()[1]
    assert [data[f"day-{n}-opens-0"] for n in range(7)] == [
        "08:00", "09:00", "08:00", "09:00", "09:00", "08:00", "",
    ]  # fmt: skip
    assert hours(app) == before
    coach_web.submit(button="Save these hours")
    assert (5, 480, 720) in hours(app)
    coach_web.get(URL)
    assert "Please tick the days" in press(coach_web, "copy", "0").text
    assert "Please tick the days" in press(coach_web, "copy", "x").text


@only_sqlite
def test_he_sees_what_visitors_would_see_before_he_saves(app, coach_web) -> None:
    before = hours(app)
    coach_web.get(URL)
    page = press(
        coach_web, "look", "1", fields={"day-5-opens-0": "10:00", "day-5-closes-0": "11:00"}
    )
    assert "Saturday 5 June 10:00 am 10:30 am" in page.text
    assert "Nothing is saved yet" in page.text
    assert hours(app) == before


HOSTILE = ["\0", "%ED%A0%80", "x" * 100_000, "9" * 5000, "-1", "<script>", "09:00\r\n10:00", "’"]


@only_sqlite
def test_hostile_hours_are_errors_never_bugs_s32(app, coach_web) -> None:
    token = coach_web.get(URL).form().data()[1]["csrf_token"]
    before = hours(app)
    for value in HOSTILE:
        data = {"csrf_token": token, "day-0-opens-0": value, "day-0-closes-0": value}
        coach_web.post(URL, data, status=422)
        assert hours(app) == before
    names = ["day-7-opens-0", "day--1-opens-0", "day-0-opens-99999999999", "day-٠-opens-0", "day"]  # noqa: RUF001
    first = MultiDict([("csrf_token", token), *((name, "09:00") for name in names)])
    coach_web.post(URL, first)
    twice = [("csrf_token", token), ("day-0-opens-0", "09:00"), ("day-0-opens-0", "10:00"),
             ("day-0-closes-0", "12:00")]  # fmt: skip
    coach_web.post(URL, MultiDict(twice))
    assert hours(app) == [(0, 540, 720)], "the first of repeated fields counts"
    for query in ("?saved=%00", "?day=x", "?saved=" + "x" * 5000):
        coach_web.get(URL + query)


@only_sqlite
def test_a_coach_without_hours_has_a_page_that_says_so(app, coach_web, web) -> None:
    data = coach_web.get(URL).form().data()[1]
    coach_web.submit(fields={name: "" for name in data if name.startswith("day-")})
    assert hours(app) == []
    coach_web.get("/coach/")
    page = coach_web.get(URL)
    assert page.text.count("No hours on") == 7
    assert "With these hours nobody can book anything in the next 60 days" in page.text
    assert "Nothing is free" in web.get("/").text
    assert "Nothing is free" in web.get(FREE).text
