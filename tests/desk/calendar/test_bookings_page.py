"""The coach's bookings: the week as a picture with links, and the list with its filters."""

from __future__ import annotations

import pytest

from tests.support.cast import (
    ANN,
    RAVI,
    TUESDAY_2PM,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    change,
    lift_rule_13,
)

both_engines = pytest.mark.engines("sqlite", "postgresql")
pytestmark = pytest.mark.engines("sqlite")
WEEK = "/coach/bookings?from=2027-06-14"


def links(page, kind: str) -> list[str]:
    return [node.attributes["aria-label"] for node in page.all(f"svg.calendar a.{kind}")]


def names(page) -> list[str]:
    return [node.text() for node in page.all("ul.list p.who")]


# ------------------------------------------------------------------------------------ the week


@both_engines
def test_every_booking_and_every_free_hour_is_a_link_with_its_full_name(coach_web, web) -> None:
    book(web)
    page = coach_web.get(WEEK)
    assert page.one("h2#week").text() == "Monday 14 to Sunday 20 June 2027"
    assert links(page, "booking") == [
        "Tuesday 15 June 2027, 9:00 am to 9:30 am, UK time: Ann Lee, Free consultation"
    ]
    free = links(page, "free")
    assert "Tuesday 15 June 2027, 9:30 am, UK time: free" in free
    assert "Tuesday 15 June 2027, 9:00 am, UK time: free" not in free
    assert len(free) == 5 * 6
    assert "Tuesday 15 June 2027, 8:00 am, UK time: free, outside your hours" in links(
        page, "spare"
    )
    assert len(page.all("svg.calendar rect.window")) == 10
    assert len(page.all("svg.calendar rect.buffer")) == 1
    hrefs = [node.attributes["href"] for node in page.all("svg.calendar a.free")]
    coach_web.get(hrefs[0])
    assert coach_web.page.form("form.form").data()[1]["on"] == "2027-06-14"


def test_the_same_week_is_a_list_for_narrow_windows(coach_web, web) -> None:
    book(web)
    page = coach_web.get(WEEK)
    assert len(page.all("ol.agenda > li")) == 7
    assert "Your hours: 9:00 am to 12:00 pm, 2:00 pm to 5:00 pm" in page.text
    assert page.link("9:00 am Ann Lee").endswith("/coach/bookings/1")


def test_weeks_lead_to_one_another_and_begin_on_monday(coach_web) -> None:
    page = coach_web.get("/coach/bookings")
    assert page.one("h2#week").text() == "Monday 31 May to Sunday 6 June 2027"
    assert page.has("svg.calendar .now-line")
    assert "This week" not in page.text
    page = coach_web.click("Later week")
    assert page.one("h2#week").text() == "Monday 7 to Sunday 13 June 2027"
    assert not page.has("svg.calendar .now-line")
    coach_web.click("Earlier week")
    page = coach_web.click("Earlier week")
    assert page.one("h2#week").text() == "Monday 24 to Sunday 30 May 2027"
    assert not links(page, "free"), "nobody is booked in for a week that has passed"
    coach_web.click("This week")
    for odd in ("nonsense", "0001-01-01", "9999-12-31", "2027-02-30"):
        page = coach_web.get(f"/coach/bookings?from={odd}")
        assert page.one("h2#week").text() == "Monday 31 May to Sunday 6 June 2027"


def test_time_off_and_bank_holidays_are_seen(coach_web) -> None:
    coach_web.get(f"/coach/bookings/block?start={TUESDAY_9}")
    coach_web.submit(reason="Dentist")
    page = coach_web.get(WEEK)
    assert links(page, "off") == [
        "Tuesday 15 June 2027, 9:00 am to 10:00 am, UK time: time off, Dentist"
    ]
    assert "Tuesday 15 June 2027, 9:00 am, UK time: free" not in links(page, "free")
    page = coach_web.get("/coach/bookings?from=2027-08-30")
    assert "Late Summer Bank Holiday" in page.one("svg.calendar").text(deep=True)


def test_what_has_been_said_of_a_meeting_is_seen(app, coach_web, web) -> None:
    book(web)
    change(app, "UPDATE booking SET status = 'completed'")
    page = coach_web.get(WEEK)
    assert links(page, "done") == [
        "Tuesday 15 June 2027, 9:00 am to 9:30 am, UK time: Ann Lee, Free consultation"
    ]
    change(app, "UPDATE booking SET status = 'cancelled'")
    page = coach_web.get(WEEK)
    assert not links(page, "done") + links(page, "booking")


def place(page, kind: str) -> list[tuple[float, float]]:
    return [
        (float(node.attributes["y"]), float(node.attributes["height"]))
        for node in page.all(f"svg.calendar a.{kind} svg")
    ]


@pytest.mark.parametrize(
    ("zone", "on", "starts", "note"),
    [
        (
            "Europe/London", "2027-10-31", ["2027-10-31T00:30", "2027-10-31T01:30"],
            "The clocks go back by an hour on Sunday 31 October: that day has 25 hours.",
        ),
        (
            "Australia/Lord_Howe", "2028-04-02", ["2028-04-01T14:30", "2028-04-01T15:00"],
            (
                "The clocks go back by 30 minutes on Sunday 2 April: "
                "that day has 24 hours and 30 minutes."
            ),
        ),
        (
            "Europe/London", "2028-03-26", ["2028-03-26T00:30", "2028-03-26T01:00"],
            "The clocks go forward by an hour on Sunday 26 March: that day has 23 hours.",
        ),
    ],
)  # fmt: skip
def test_half_an_hour_is_as_high_on_a_day_of_25_hours(
    app, coach_web, web, zone, on, starts, note
) -> None:
    lift_rule_13(app)
    for number, _ in enumerate(starts):
        book(web, f"2027061{5 + number}T080000Z")
    change(app, "UPDATE coach SET timezone = :zone", zone=zone)
    for number, start in enumerate(starts):
        hour, minute = start[11:13], int(start[14:])
        end = f"{start[:11]}{hour}:30" if minute == 0 else f"{start[:11]}{int(hour) + 1:02}:00"
        change(
            app,
            "UPDATE booking SET starts_at = :a, ends_at = :b WHERE id = :id",
            a=f"{start}:00.000000Z", b=f"{end}:00.000000Z", id=number + 1,
        )  # fmt: skip
    page = coach_web.get(f"/coach/bookings?from={on}")
    assert note in page.text
    (first, high), (second, as_high) = place(page, "booking")
    assert high == as_high == 36
    assert second >= first + high


# ------------------------------------------------------------------------------------ the list


@both_engines
def test_the_list_is_found_by_time_state_service_and_name(app, coach_web, web, visitor) -> None:
    ann = book(web)
    book(visitor(), TUESDAY_10, RAVI)
    page = coach_web.get("/coach/bookings")
    assert names(page) == ["Ann Lee", "Ravi Rao"]
    for q, found in (
        ("rao", ["Ravi Rao"]), ("ANN@client", ["Ann Lee"]), ("lee ann", ["Ann Lee"]),
        ("nobody", []), ("100%", []), ("\0", ["Ann Lee", "Ravi Rao"]),
    ):  # fmt: skip
        coach_web.get("/coach/bookings")
        page = (
            coach_web.submit("form.search", q=q)
            if q != "\0"
            else coach_web.get("/coach/bookings?q=%00")
        )
        assert names(page) == found, q
    assert "No booking is like that." in coach_web.get("/coach/bookings?q=nobody").text
    cancel(web, ann)
    assert names(coach_web.get("/coach/bookings?show=cancelled")) == ["Ann Lee"]
    assert names(coach_web.get("/coach/bookings?show=coming")) == ["Ravi Rao"]
    change(app, "UPDATE booking SET status = 'completed' WHERE status = 'confirmed'")
    assert names(coach_web.get("/coach/bookings?status=completed")) == ["Ravi Rao"]
    assert names(coach_web.get("/coach/bookings?status=no_show")) == []
    assert names(coach_web.get("/coach/bookings?service=free-consultation")) == ["Ravi Rao"]
    assert names(coach_web.get("/coach/bookings?service=other")) == []
    assert names(coach_web.get("/coach/bookings?show=x&status=x")) == ["Ravi Rao"]


@both_engines
def test_a_long_list_goes_on_behind_a_mark(app, coach_web, web, monkeypatch) -> None:
    monkeypatch.setattr("coachcrm.desk.listing.PAGE", 2)
    for number, start in enumerate((TUESDAY_9, TUESDAY_10, TUESDAY_2PM)):
        book(web, start, {**ANN, "email": f"c{number}@client.example", "name": f"Client {number}"})
    page = coach_web.get("/coach/bookings?q=client")
    assert names(page) == ["Client 0", "Client 1"]
    page = coach_web.click("More bookings")
    assert names(page) == ["Client 2"]
    page = coach_web.click("Back to the first")
    assert names(page) == ["Client 0", "Client 1"]
    assert names(coach_web.get("/coach/bookings?page=nonsense")) == ["Client 0", "Client 1"]
    change(app, "UPDATE booking SET status = 'cancelled'")
    page = coach_web.get("/coach/bookings?show=cancelled")
    assert names(page) == ["Client 2", "Client 1"]
    assert names(coach_web.click("More bookings")) == ["Client 0"]
