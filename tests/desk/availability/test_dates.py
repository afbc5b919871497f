"""The coach sets single dates, time off and bank holidays; numbers are the cases of booking."""

from __future__ import annotations

import pytest

from tests.support.cast import ANN, FREE, TUESDAY_9, book, change, rows

DATES = "/coach/availability/dates"
OFF = "/coach/availability/time-off"
BANK = "/coach/availability/bank-holidays"
only_sqlite = pytest.mark.engines("sqlite")


def times(web, on: str) -> list[str]:
    """Return what a visitor is offered on a date, as the page writes it."""
    page = web.get(f"{FREE}?from={on}")
    return [
        node.text().strip()
        for node in sorted(page.all(f"#d{on} ~ * a.slot"), key=lambda node: node.attributes["href"])
    ]


def give(coach_web, on: str, *windows: str, status: int = 303, **more: str):
    """Give a date hours such as "10:00-12:00", as the coach does."""
    coach_web.get(DATES)
    fields = {}
    for number, window in enumerate(windows):
        opens, _, closes = window.partition("-")
        fields |= {f"opens-{number}": opens, f"closes-{number}": closes}
    return coach_web.submit("form.form", fields=fields, on=on, status=status, **more)


def take_off(coach_web, first: str, last: str = "", *, status: int = 303, **more: str):
    coach_web.get(OFF)
    return coach_web.submit("form.form", begins_on=first, ends_on=last, status=status, **more)


# ------------------------------------------------------------------------------ single dates


def test_he_opens_one_saturday_and_no_other(coach_web, web) -> None:
    give(coach_web, "2027-06-19", "10:00-12:00")
    said = coach_web.follow().text
    assert "On Saturday 19 June visitors see 4 free times." in said
    assert times(web, "2027-06-19") == ["10:00 am", "10:30 am", "11:00 am", "11:30 am"]
    assert times(web, "2027-06-26") == []


def test_case_12_hours_that_overlap_are_one_and_the_week_does_not_count(coach_web, web) -> None:
    give(coach_web, "2027-06-16", "10:00-12:00", "11:00-13:00")
    assert times(web, "2027-06-16") == [
        "10:00 am", "10:30 am", "11:00 am", "11:30 am", "12:00 pm", "12:30 pm",
    ]  # fmt: skip


def test_case_13_time_off_removes_just_what_it_touches_inside_special_hours(coach_web, web) -> None:
    give(coach_web, "2027-06-16", "10:00-13:00")
    take_off(coach_web, "2027-06-16", begins="11:00", ends="11:30")
    coach_web.follow()
    assert times(web, "2027-06-16") == [
        "10:00 am", "10:30 am", "11:30 am", "12:00 pm", "12:30 pm",
    ]  # fmt: skip


def test_a_date_is_closed_and_given_back_to_the_week(app, coach_web, web) -> None:
    give(coach_web, "2027-06-15", kind="closed")
    assert "You closed this date" in coach_web.follow().text
    assert times(web, "2027-06-15") == []
    coach_web.submit('form[action$="/remove"]')
    assert "12 free times" in coach_web.follow().text
    assert len(times(web, "2027-06-15")) == 12
    assert rows(app, "SELECT * FROM date_override") == []


@only_sqlite
def test_the_page_of_a_date_begins_with_its_present_hours(coach_web) -> None:
    data = coach_web.get(f"{DATES}?on=2027-06-15").form("form.form").data()[1]
    assert (data["on"], data["opens-0"], data["closes-1"]) == ("2027-06-15", "09:00", "17:00")
    give(coach_web, "2027-06-15", kind="closed")
    assert coach_web.get(f"{DATES}?on=2027-06-15").form("form.form").data()[1]["kind"] == "closed"


def test_case_7_the_editor_says_that_a_time_does_not_exist(coach_web, clock, web) -> None:
    clock.at("2027-03-20T12:00:00Z")
    give(coach_web, "2027-03-28", "01:15-03:00")
    said = coach_web.follow().text
    assert "On Sunday 28 March the clocks go forward at 1:00 am, to 2:00 am BST." in said
    assert "1:15 am does not exist that day; times begin at 2:00 am BST." in said
    assert times(web, "2027-03-28") == ["2:00 am", "2:30 am"]
    assert "does not exist" in coach_web.get(f"{DATES}?on=2027-03-28").text


def test_rule_3_special_hours_on_a_bank_holiday_open_it_and_the_page_says_so(
    coach_web, clock, web
) -> None:
    clock.at("2027-03-20T12:00:00Z")
    assert (
        "(Easter Monday). Saving hours for it opens it"
        in coach_web.get(f"{DATES}?on=2027-03-29").text
    )
    give(coach_web, "2027-03-29", "10:00-11:00")
    said = coach_web.follow().text
    assert "is a bank holiday (Easter Monday). It is open for just these hours" in said
    assert times(web, "2027-03-29") == ["10:00 am", "10:30 am"]


def test_rule_3_a_bank_holiday_opened_for_an_hour_is_closed_when_that_is_taken_back(
    app, coach_web, clock, web
) -> None:
    clock.at("2027-08-20T12:00:00Z")
    coach_web.sign_in()
    assert times(web, "2027-08-30") == []
    give(coach_web, "2027-08-30", "10:00-11:00")
    coach_web.follow()
    assert times(web, "2027-08-30") == ["10:00 am", "10:30 am"]
    assert "Open, 10:00 am to 11:00 am" in coach_web.get(BANK).text
    coach_web.get(DATES)
    coach_web.submit('form[action$="2027-08-30/remove"]')
    said = coach_web.follow().text
    assert "Monday 30 August is a bank holiday" in said
    assert "closed again" in said
    assert times(web, "2027-08-30") == []
    assert rows(app, "SELECT * FROM opened_holiday") == []


def test_rule_3_special_hours_that_are_taken_back_name_who_is_booked_then(
    app, coach_web, clock, web
) -> None:
    clock.at("2027-08-20T12:00:00Z")
    coach_web.sign_in()
    give(coach_web, "2027-08-30", "10:00-11:00")
    book(web, "20270830T090000Z")
    coach_web.get(DATES)
    page = coach_web.submit('form[action$="2027-08-30/remove"]', status=409)
    assert "Monday 30 August 2027, 10:00 am Ann Lee" in page.text
    coach_web.submit(button="Save, and keep this meeting")
    assert times(web, "2027-08-30") == []


def test_rule_3_a_bank_holiday_open_for_an_hour_is_taken_off_again(
    app, coach_web, clock, web
) -> None:
    clock.at("2027-08-20T12:00:00Z")
    coach_web.sign_in()
    give(coach_web, "2027-08-30", "10:00-11:00")
    coach_web.get(BANK)
    coach_web.submit('form[action$="2027-08-30/close"]')
    assert "nobody can book you" in coach_web.follow().text
    assert times(web, "2027-08-30") == []
    assert rows(app, "SELECT * FROM date_override") == []


def test_rule_3_a_bank_holiday_that_he_opened_stays_open_when_its_special_hours_go(
    coach_web, clock, web
) -> None:
    clock.at("2027-08-20T12:00:00Z")
    coach_web.sign_in()
    coach_web.get(BANK)
    coach_web.submit('form[action$="2027-08-30/open"]')
    give(coach_web, "2027-08-30", "10:00-11:00")
    assert len(times(web, "2027-08-30")) == 2
    coach_web.get(DATES)
    coach_web.submit('form[action$="2027-08-30/remove"]')
    assert "you have opened it under “Bank holidays”" in coach_web.follow().text
    assert len(times(web, "2027-08-30")) == 12


@only_sqlite
def test_a_date_with_special_hours_that_becomes_a_bank_holiday_keeps_them(
    coach_web, clock, web
) -> None:
    """The second of August is a bank holiday in Scotland alone."""
    clock.at("2027-07-20T12:00:00Z")
    coach_web.sign_in()
    give(coach_web, "2027-08-02", "10:00-11:00")
    coach_web.get(BANK)
    coach_web.submit("form.search", nation="scotland")
    assert times(web, "2027-08-02") == ["10:00 am", "10:30 am"]
    coach_web.get(DATES)
    coach_web.submit('form[action$="2027-08-02/remove"]')
    assert times(web, "2027-08-02") == []


@only_sqlite
def test_a_bank_holiday_opened_and_then_closed_as_a_single_date_is_not_called_open(
    coach_web, clock
) -> None:
    clock.at("2027-08-20T12:00:00Z")
    coach_web.sign_in()
    coach_web.get(BANK)
    coach_web.submit('form[action$="2027-08-30/open"]')
    give(coach_web, "2027-08-30", kind="closed")
    row = next(
        li.text() for li in coach_web.get(BANK).all("ul.list > li") if "30 August" in li.text()
    )
    assert "Open" not in row
    assert "You closed this date" in row


@only_sqlite
def test_hours_inside_a_leave_are_said_to_wait_for_its_end(coach_web, web) -> None:
    take_off(coach_web, "2027-06-14", "2027-06-18", reason="Summer leave")
    give(coach_web, "2027-06-16", "10:00-12:00")
    said = coach_web.follow().text
    assert "time off wins over hours" in said
    assert "Off: Summer leave" in said
    assert times(web, "2027-06-16") == []


def test_a_date_is_opened_past_midnight_and_the_next_one_keeps_its_own_hours(
    app, coach_web, web
) -> None:
    give(coach_web, "2027-06-15", "22:30-01:30")
    said = coach_web.follow().text
    assert "It goes on past midnight" in said
    assert "Wednesday 16 June" in said
    assert times(web, "2027-06-15") == ["10:30 pm", "11:00 pm", "11:30 pm"]
    assert times(web, "2027-06-16")[:4] == ["12:00 am", "12:30 am", "1:00 am", "9:00 am"]
    assert rows(app, "SELECT opens, closes FROM date_override ORDER BY falls_on, opens") == [
        (1350, 1440), (0, 90), (540, 720), (840, 1020),
    ]  # fmt: skip


@only_sqlite
def test_hours_past_midnight_open_a_bank_holiday_for_just_those(coach_web, clock, web) -> None:
    clock.at("2027-08-20T12:00:00Z")
    coach_web.sign_in()
    give(coach_web, "2027-08-29", "22:30-01:30")
    assert "Monday 30 August is a bank holiday" in coach_web.follow().text
    assert times(web, "2027-08-30") == ["12:00 am", "12:30 am", "1:00 am"]


@only_sqlite
def test_hours_past_midnight_are_added_to_those_that_he_gave_the_next_date(
    app, coach_web, web
) -> None:
    give(coach_web, "2027-06-16", "00:30-02:00")
    give(coach_web, "2027-06-15", "23:50-01:00")
    assert times(web, "2027-06-16") == ["12:00 am", "12:30 am", "1:00 am", "1:30 am"]
    assert rows(app, "SELECT opens, closes FROM date_override ORDER BY falls_on, opens") == [
        (1430, 1440), (0, 120),
    ]  # fmt: skip
    coach_web.get(f"{DATES}?on=2027-06-15")
    coach_web.submit("form.form")
    assert (1430, 1440) in rows(app, "SELECT opens, closes FROM date_override"), "still long enough"


@only_sqlite
def test_a_date_that_was_closed_past_midnight_asks_about_who_is_booked_then(coach_web, web) -> None:
    give(coach_web, "2027-06-15", "22:30-01:30")
    book(web, "20270615T230000Z")
    page = give(coach_web, "2027-06-16", "10:00-12:00", status=409)
    assert "Wednesday 16 June 2027, 12:00 am Ann Lee" in page.text


# ------------------------------------------------------------------------------------ time off


def test_case_15_a_leave_of_three_weeks_closes_fifteen_days(app, coach_web, web) -> None:
    change(app, "UPDATE service SET horizon_days = 90")
    link = book(web, "20270805T080000Z")
    page = take_off(coach_web, "2027-08-02", "2027-08-20", reason="Summer leave", status=409)
    assert "Thursday 5 August 2027, 9:00 am Ann Lee" in page.text
    assert rows(app, "SELECT * FROM time_off") == [], "he is shown it before it is saved"
    coach_web.submit(button="Save, and keep this meeting")
    assert "Summer leave" in coach_web.follow().text
    assert [times(web, f"2027-08-{day:02}") for day in range(2, 21)] == [[]] * 19
    assert len(times(web, "2027-08-23")) == 12
    assert "9:00 am" in web.get(link).text
    assert rows(app, "SELECT status FROM booking") == [("confirmed",)]


def test_he_works_after_all(app, coach_web, web) -> None:
    take_off(coach_web, "2027-06-15")
    coach_web.follow()
    assert times(web, "2027-06-15") == []
    coach_web.submit('form[action$="/remove"]')
    coach_web.follow()
    assert len(times(web, "2027-06-15")) == 12


def test_a_night_off_ends_on_the_next_day(app, coach_web, web) -> None:
    take_off(coach_web, "2027-06-15", begins="22:30", ends="09:30")
    assert "Tuesday 15 June 2027, 10:30 pm, to Wednesday 16 June 2027, 9:30 am" in (
        coach_web.follow().text
    )
    assert times(web, "2027-06-16")[:2] == ["9:30 am", "10:00 am"]


@only_sqlite
@pytest.mark.parametrize("last", ["", "2027-06-15"])
def test_a_day_off_ends_after_it_begins(app, coach_web, last: str) -> None:
    take_off(coach_web, "2027-06-15", last, begins="17:00", ends="09:00", status=422)
    take_off(coach_web, "2027-06-15", "2027-06-15", begins="22:30", ends="01:30", status=422)
    assert rows(app, "SELECT * FROM time_off") == []


@only_sqlite
def test_a_double_click_takes_the_time_off_once(app, coach_web) -> None:
    coach_web.get(OFF)
    form = coach_web.page
    coach_web.submit("form.form", begins_on="2027-06-15", reason="Dentist")
    coach_web.page = form
    coach_web.submit("form.form", begins_on="2027-06-15", reason="Dentist")
    assert len(rows(app, "SELECT id FROM time_off")) == 1


# -------------------------------------------------------------------------------- bank holidays


def test_case_14_bank_holidays_are_closed_until_he_opens_one(coach_web, clock, web) -> None:
    clock.at("2027-03-20T12:00:00Z")
    assert times(web, "2027-03-29") == []
    coach_web.get(BANK)
    coach_web.submit('form[action$="2027-03-29/open"]')
    assert "On Monday 29 March visitors see 12 free times." in coach_web.follow().text
    assert len(times(web, "2027-03-29")) == 12
    coach_web.submit('form[action$="2027-03-29/close"]')
    assert "Off: Easter Monday" in coach_web.follow().text
    assert times(web, "2027-03-29") == []
    clock.at("2027-12-10T12:00:00Z")
    coach_web.get("/coach/sign-in")
    assert times(web, "2027-12-27") == times(web, "2027-12-28") == []


def test_case_14_in_scotland_easter_monday_is_a_day_like_any_other(coach_web, clock, web) -> None:
    clock.at("2027-03-20T12:00:00Z")
    coach_web.get(BANK)
    coach_web.submit("form.search", nation="scotland")
    coach_web.follow()
    assert len(times(web, "2027-03-29")) == 12
    coach_web.submit("form.search", nation="none")
    assert "You keep none" in coach_web.follow().text


def test_closing_a_holiday_again_shows_who_is_booked_on_it(app, coach_web, clock, web) -> None:
    clock.at("2027-03-20T12:00:00Z")
    coach_web.get(BANK)
    coach_web.submit('form[action$="2027-03-29/open"]')
    book(web, "20270329T080000Z")
    coach_web.get(BANK)
    page = coach_web.submit('form[action$="2027-03-29/close"]', status=409)
    assert "Monday 29 March 2027, 9:00 am Ann Lee" in page.text
    coach_web.submit(button="Go back and change it")
    assert rows(app, "SELECT count(*) FROM opened_holiday") == [(1,)]


# --------------------------------------------------------------- what cannot work (rule 18)


@only_sqlite
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"begins_on": ""}, "choose the first day"),
        ({"begins_on": "2027-02-30"}, "a date that exists"),
        ({"begins_on": "2027-06-18", "ends_on": "2027-06-14"}, "The last day is before the first"),
        ({"begins_on": "2027-05-03"}, "This date is over"),
        ({"begins_on": "2207-06-14"}, "within the next 5 years"),
        ({"begins_on": "0001-01-01", "ends_on": "2027-07-01"}, "This date is over"),
        ({"begins_on": "2027-06-14", "begins": "15:00", "ends": "13:00"},
         "13:00 is not after 15:00"),
        ({"begins_on": "2027-06-14", "begins": "noon"}, "a time such as 13:00"),
        ({"begins_on": "2027-06-14", "reason": "x" * 121}, "at most 120"),
        ({"begins_on": "2028-03-26", "begins": "01:10", "ends": "01:50"}, "do not exist"),
    ],
)  # fmt: skip
def test_rule_18_time_off_that_cannot_be_is_refused_with_the_reason_and_kept(
    app, coach_web, fields, said: str
) -> None:
    coach_web.get(OFF)
    page = coach_web.submit("form.form", fields=fields, status=422)
    assert said in page.one(".error-summary").text()
    data = page.form("form.form").data()[1]
    assert {name: data[name] for name in fields} == fields
    assert rows(app, "SELECT * FROM time_off") == []


@only_sqlite
@pytest.mark.parametrize(
    ("on", "windows", "said"),
    [
        ("", ["10:00-12:00"], "choose a date"),
        ("2027-05-03", ["10:00-12:00"], "This date is over"),
        ("2027-06-19", [], "at least one time, or choose"),
        ("2027-06-19", ["12:00-10:00"], "10:00 is not after 12:00"),
        ("2027-06-19", ["10:00-10:15"], "too short: your shortest meeting takes 30 minutes"),
        ("2027-06-19", ["10:00-"], "both times"),
        ("2028-03-26", ["01:15-02:00"], "The clocks go forward on that date"),
    ],
)
def test_rule_18_special_hours_that_cannot_be_are_refused_and_kept(
    app, coach_web, on: str, windows: list[str], said: str
) -> None:
    page = give(coach_web, on, *windows, status=422)
    assert said in page.one(".error-summary").text()
    data = page.form("form.form").data()[1]
    assert data["on"] == on
    assert [f"{data[f'opens-{n}']}-{data[f'closes-{n}']}" for n in range(len(windows))] == windows
    assert rows(app, "SELECT * FROM date_override") == []


@only_sqlite
def test_rule_18_weekly_hours_shorter_than_the_shortest_meeting_are_refused(app, coach_web) -> None:
    change(app, "UPDATE service SET duration_min = 60")
    coach_web.get("/coach/availability")
    page = coach_web.submit(
        fields={"day-5-opens-0": "10:00", "day-5-closes-0": "10:45"}, status=422
    )
    assert "10:00 to 10:45 is too short: your shortest meeting takes 60 minutes" in page.text
    assert page.form().data()[1]["day-5-closes-0"] == "10:45"


@only_sqlite
def test_hostile_dates_are_errors_or_not_found_never_bugs_s32(app, coach_web, web) -> None:
    token = coach_web.get(DATES).form("form.form").data()[1]["csrf_token"]
    for value in ("\0", "0000-00-00", "9999-12-31", "0001-01-01", "x" * 9000, "٢"):
        coach_web.post(DATES, {"csrf_token": token, "on": value, "opens-0": value}, status=422)
        coach_web.post(OFF, {"csrf_token": token, "begins_on": value, "ends_on": value}, status=422)
        for query in ("on", "saved", "month", "service"):
            for path in (DATES, BANK, "/coach/availability/month"):
                coach_web.client.get(path, query_string={query: value}, base_url="http://127.0.0.1")
                assert coach_web.get(path)
    for path in (f"{DATES}/9999-12-31/remove", f"{BANK}/nonsense/open", f"{BANK}/0001-01-01/close"):
        coach_web.post(path, {"csrf_token": token}, status=404)
    coach_web.post(BANK, {"csrf_token": token, "nation": "atlantis"})
    coach_web.post(OFF, {"csrf_token": token, "begins_on": "2027-06-15", "shown": "\0 x" * 900})
    assert rows(app, "SELECT nation FROM coach") == [("england-and-wales",)]


@only_sqlite
def test_a_strangers_booking_page_never_tells_why(coach_web, web) -> None:
    book(web, TUESDAY_9, ANN)
    take_off(coach_web, "2027-06-16", reason="Summer leave")
    assert "Summer leave" not in web.get(f"{FREE}?from=2027-06-14").html
