"""What a visitor is shown: days and times in the visitor's own zone, whatever the address says."""

from __future__ import annotations

import pytest

from tests.support.cast import ANN, FREE, RAVI, book, change
from tests.support.pages import words

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]
API = "/api/v1/services/free-consultation/slots"


def days(page) -> dict[str, list[str]]:
    """Return the times shown, by the day's heading."""
    return {
        words(day.css_first("h2")): [
            " ".join(slot.text(separator=" ").split()) for slot in day.css("a.slot")
        ]
        for day in page.all("section.of-day")
    }


def shown(page) -> list[str]:
    return [slot.attributes["href"].split("/")[3] for slot in page.all("a.slot")]


def test_the_first_page_leads_to_the_next_free_times(web) -> None:
    page = web.get("/")
    first = page.all("a[href^='/book/free-consultation/']")[0].attributes["href"]
    assert first == f"{FREE}/20270602T080000Z"
    assert web.get(first).status == 200


def test_seven_days_are_shown_as_a_list_from_the_date_that_is_asked_for(web) -> None:
    page = web.get(f"{FREE}?from=2027-06-01")
    assert list(days(page)) == [
        "Wednesday 2 June",
        "Thursday 3 June",
        "Friday 4 June",
        "Monday 7 June",
    ]
    assert days(page)["Thursday 3 June"] == [
        *("9:00 am", "9:30 am", "10:00 am", "10:30 am", "11:00 am", "11:30 am"),
        *("2:00 pm", "2:30 pm", "3:00 pm", "3:30 pm", "4:00 pm", "4:30 pm"),
    ]


def test_case_40_each_slot_is_named_in_full(web) -> None:
    slot = web.get(f"{FREE}?from=2027-06-15").all("a.slot")[0]
    assert slot.attributes["aria-label"] == "9:00 am, Tuesday 15 June 2027, UK time"
    assert slot.css_first("time").attributes["datetime"] == "2027-06-15T08:00:00Z"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("2027-06-15", "20270615T080000Z"),
        ("2027-06-13", "20270614T080000Z"),
        ("2020-01-01", "20270602T080000Z"),
        ("0001-01-01", "20270602T080000Z"),
        ("2027-07-31", None),
        ("2099-01-01", None),
        ("9999-12-31", None),
        ("2027-02-30", "20270602T080000Z"),
        ("2027-6-15", "20270602T080000Z"),
        ("20270615", "20270602T080000Z"),
        ("tomorrow", "20270602T080000Z"),
        ("", "20270602T080000Z"),
        ("\u0662\u0660\u0662\u0667-\u0660\u0666-\u0661\u0665", "20270602T080000Z"),
    ],
)
def test_from_is_kept_within_what_can_be_booked(web, asked, first) -> None:
    found = shown(web.get(f"{FREE}?from={asked}"))
    assert (found[0] if found else None) == first


# ------------------------------------------------------------------------------ one day at a time


def day_shown(page) -> str:
    """Return the date whose times are shown, as the strip and the month both mark it."""
    marked = {node.attributes["href"] for node in page.all("[aria-current=date]")}
    assert len(marked) == 1
    return marked.pop().partition("day=")[2][:10]


def test_the_page_opens_on_the_first_day_that_has_a_time(app, web) -> None:
    assert day_shown(web.get(FREE)) == "2027-06-02"
    assert list(days(web.page)) == ["Wednesday 2 June"]
    change(app, "INSERT INTO date_override (coach_id, falls_on) VALUES (1, '2027-06-02')")
    assert day_shown(web.get(FREE)) == "2027-06-03"


@pytest.mark.parametrize(
    ("asked", "day", "said"),
    [
        ("2027-06-15", "2027-06-15", ""),
        ("2027-06-13", "2027-06-13", "Nothing is free on this day."),
        ("2027-06-01", "2027-06-01", "Nothing is free on this day."),
        ("2027-05-31", "2027-06-02", "That day has passed."),
        ("0001-01-01", "2027-06-02", "That day has passed."),
        ("2027-07-31", "2027-07-31", "Nothing is free on this day."),
        ("2027-08-01", "2027-07-30", "further ahead than I plan"),
        ("9999-12-31", "2027-07-30", "further ahead than I plan"),
        ("2027-02-30", "2027-06-02", ""),
        ("2027-6-15", "2027-06-02", ""),
        ("tomorrow", "2027-06-02", ""),
        ("", "2027-06-02", ""),
        ("%00%ED%A0%80", "2027-06-02", ""),
        ("2027-06-15&day=2027-06-16", "2027-06-15", ""),
        ("2027-06-15&from=2027-06-20", "2027-06-15", ""),
    ],
)
def test_whatever_day_is_asked_for_there_is_an_answer_and_a_way_on(web, asked, day, said) -> None:
    page = web.get(f"{FREE}?day={asked}")
    assert day_shown(page) == day
    assert said in page.text
    assert shown(page) or page.all("a.next[href*='day=']")


def test_a_day_with_nothing_free_leads_to_the_nearest_on_both_sides(web) -> None:
    page = web.get(f"{FREE}?day=2027-06-13&tz=Asia/Kolkata")
    assert page.link("Friday 11 June 12 free").endswith(f"{FREE}?day=2027-06-11&tz=Asia/Kolkata")
    assert page.link("Monday 14 June 12 free").endswith(f"{FREE}?day=2027-06-14&tz=Asia/Kolkata")
    assert day_shown(web.click("Monday 14 June 12 free")) == "2027-06-14"


def test_the_strip_says_what_is_free_on_each_day_and_goes_on_at_its_ends(web) -> None:
    book(web, "20270615T090000Z")
    page = web.get(f"{FREE}?day=2027-06-15")
    said = [words(node) for node in page.all(".days > li")]
    assert said[:4] == [
        "← Earlier",
        "Sun 13 June none",
        "Mon 14 June 12 free",
        "Tue 15 June 9 free",
    ]
    assert said[-1] == "→ Later"
    assert page.link("← Earlier").endswith("?day=2027-06-11")
    assert page.link("→ Later").endswith("?day=2027-06-28")
    assert "Earlier" not in web.get(FREE).text
    assert "Later" not in web.get(f"{FREE}?day=2027-07-30").text


def test_the_month_leads_to_the_days_with_times_and_to_other_months_that_have_some(
    app, web
) -> None:
    page = web.get(f"{FREE}?day=2027-06-15")
    free = [words(node) for node in page.all(".month td a")]
    assert free[0] == "2 June, 12 free"
    assert len(free) == 21
    june, july = page.all(".month [aria-label='June 2027']"), page.one("[aria-label='July 2027']")
    assert not june
    assert july.attributes["href"].endswith("?day=2027-07-01")
    page = web.get(july.attributes["href"])
    assert page.one("[aria-label='June 2027']").attributes["href"].endswith("?day=2027-06-02")
    assert len(page.all(".month .hd a")) == 1, "August is behind the horizon"


def test_early_times_are_folded_where_there_are_others(web) -> None:
    page = web.get(f"{FREE}?day=2027-06-15&tz=America/New_York")
    assert words(page.one("details summary")) == "Before 8:00 am, 6 more"
    assert len(page.all("details a.slot")) == 6
    assert [words(node) for node in page.all("section > .part h3")] == ["Morning"]
    page = web.get(f"{FREE}?day=2027-06-15&tz=America/New_York", headers={"Accept-Language": "pl"})
    assert words(page.one("details summary")) == "Before 08:00, 6 more"
    page = web.get(f"{FREE}?day=2027-06-15&tz=America/Los_Angeles")
    assert words(page.one("details summary")) == "Before 8:00 am, 10 more"
    page = web.get(f"{FREE}?day=2027-06-15&tz=America/Anchorage")
    assert not page.has("details"), "nothing but early times: none of them is folded"
    assert len(shown(page)) == 12


def test_the_other_clock_is_spoken_of_once_and_only_where_it_shows_another_time(web) -> None:
    page = web.get(f"{FREE}?day=2027-06-15&tz=America/New_York")
    assert page.text.count("UK time") == 1
    assert "UK time is 5 hours ahead of you" in page.text
    for same in ("Europe/Lisbon", "Europe/Jersey", "Europe/London"):
        assert "ahead" not in web.get(f"{FREE}?day=2027-06-15&tz={same}").text


def test_a_week_in_which_the_gap_changes_says_so_under_each_of_its_days(web, clock) -> None:
    clock.at("2027-03-20T12:00:00Z")
    page = web.get(f"{FREE}?from=2027-03-24&tz=Asia/Kolkata")
    said = {
        words(day.css_first("h2")): words(day.css_first("p.meta")) for day in page.all(".of-day")
    }
    assert said["Thursday 25 March"] == "UK time is 5 and a half hours behind you"
    assert said["Tuesday 30 March"] == "UK time is 4 and a half hours behind you"
    page = web.get(f"{FREE}?from=2027-04-06&tz=Asia/Kolkata")
    assert page.text.count("UK time") == 1


def test_the_list_of_seven_days_and_the_single_day_lead_to_one_another(web) -> None:
    web.get(f"{FREE}?day=2027-06-15&tz=Asia/Kolkata")
    page = web.click("All days as a list")
    assert next(iter(days(page))) == "Tuesday 15 June"
    assert day_shown(web.click("Show one day at a time")) == "2027-06-15"


def test_case_23_the_last_bookable_date_counts(web, clock) -> None:
    clock.at("2027-05-03T22:30:00Z")
    page = web.get(f"{FREE}?from=2027-07-02")
    assert list(days(page)) == ["Friday 2 July"]
    assert "Later week" not in page.text


def test_an_empty_week_says_where_the_nearest_free_times_are(app, web) -> None:
    change(app, "DELETE FROM weekly_hours WHERE weekday <> 0")
    change(app, "UPDATE service SET horizon_days = 21")
    change(app, "INSERT INTO date_override (coach_id, falls_on) VALUES (1, '2027-06-14')")
    page = web.get(f"{FREE}?from=2027-06-08&tz=Europe/London")
    assert shown(page) == []
    assert page.link("Monday 7 June 12 free") == page.url.replace(
        "from=2027-06-08", "day=2027-06-07"
    )
    assert page.link("Monday 21 June 12 free").endswith("?day=2027-06-21&tz=Europe/London")
    assert page.link("Later week →").endswith("?from=2027-06-15&tz=Europe/London")
    assert page.link("← Earlier week").endswith("?from=2027-06-01&tz=Europe/London")
    assert "Later week" not in web.click("Later week →").text


def test_where_nothing_is_free_at_all_the_phone_number_is_given(app, web) -> None:
    change(app, "DELETE FROM weekly_hours")
    for query in ("", "?day=2027-06-15", "?day=2020-01-01", "?day=2099-01-01"):
        page = web.get(FREE + query)
        assert "Nothing is free in the coming weeks" in page.text
        assert page.has("main a[href='tel:+442079460018']")
    page = web.get(f"{FREE}?from=2027-06-15")
    assert "Nothing is free in these seven days" in page.text
    assert page.has("main a[href='tel:+442079460018']")


def test_paging_goes_week_by_week_and_back(web) -> None:
    first = shown(web.get(f"{FREE}?from=2027-06-01"))
    second = shown(web.click("Later week →"))
    assert not set(first) & set(second)
    assert shown(web.click("← Earlier week")) == first


@pytest.mark.parametrize(
    ("tz", "label", "time"),
    [
        ("Asia/Kolkata", "Kolkata time", "1:30 pm"),
        ("Asia/Calcutta", "Kolkata time", "1:30 pm"),
        ("America/St_Johns", "St John's time", "5:30 am"),
        ("Pacific/Auckland", "Auckland time", "8:00 pm"),
        ("Europe/London", "UK time", "9:00 am"),
    ],
)
def test_case_11_times_are_in_the_zone_that_is_asked_for(web, tz, label, time) -> None:
    page = web.get(f"{FREE}?from=2027-06-15&tz={tz}")
    assert label in page.text
    assert time in days(page)["Tuesday 15 June"]


@pytest.mark.parametrize(
    "tz",
    [
        "Mars/Olympus",
        "../../etc/passwd",
        "Europe",
        "%00",
        "Europe/London%00",
        "%ED%A0%80",
        "posixrules",
        "x" * 5000,
        "GB-Eire%0d%0a",
        "🙂",
        "/usr/share/zoneinfo/UTC",
    ],
)
def test_case_11_an_unknown_zone_is_uk_time_with_a_notice_and_a_way_to_choose(web, tz) -> None:
    page = web.get(f"{FREE}?from=2027-06-15&tz={tz}")
    assert days(page)["Tuesday 15 June"][0] == "9:00 am"
    assert "time zone is not known" in page.text
    assert page.has("a[href^='/time-zones']")


def test_case_11_nothing_asked_is_uk_time_without_a_notice(web) -> None:
    page = web.get(f"{FREE}?from=2027-06-15")
    assert days(page)["Tuesday 15 June"][0] == "9:00 am"
    assert "not known" not in page.text
    assert page.has("a[href^='/time-zones']")


def test_case_8_the_same_wall_time_is_another_one_after_the_clocks_change(web, clock) -> None:
    clock.at("2027-03-20T12:00:00Z")
    page = web.get(f"{FREE}?from=2027-03-24&tz=Asia/Kolkata")
    assert "3:30 pm" in days(page)["Thursday 25 March"]
    page = web.get(f"{FREE}?from=2027-03-30&tz=Asia/Kolkata")
    assert "2:30 pm" in days(page)["Tuesday 30 March"]


@pytest.mark.parametrize(
    ("on", "at", "time", "apart"),
    [
        ("2027-03-12", "20270312T100000Z", "6:30 am", "3 and a half hours"),
        ("2027-03-15", "20270315T100000Z", "7:30 am", "2 and a half hours"),
        ("2027-03-30", "20270330T090000Z", "6:30 am", "3 and a half hours"),
    ],
)
def test_case_9_both_clocks_change_on_days_of_their_own(web, clock, on, at, time, apart) -> None:
    clock.at("2027-03-01T12:00:00Z")
    page = web.get(f"{FREE}?day={on}&tz=America/St_Johns")
    assert words(page.one(f"a.slot[href*='{at}']")) == time
    assert page.text.count(f"UK time is {apart} ahead of you") == 1
    assert page.text.count("UK time") == 1


def test_case_10_a_slot_is_listed_under_the_visitor_s_own_date(app, web) -> None:
    change(app, "UPDATE weekly_hours SET closes = 1230 WHERE opens = 840")
    page = web.get(f"{FREE}?from=2027-06-16&tz=Pacific/Auckland")
    assert "6:00 am" in days(page)["Wednesday 16 June"]
    page = web.get(f"{FREE}/20270615T180000Z?tz=Pacific/Auckland")
    assert "Wednesday 16 June 6:00 am to 6:30 am" in page.text


@pytest.mark.parametrize(
    ("coach_s", "theirs"),
    [
        ("Pacific/Midway", "Pacific/Kiritimati"),
        ("Pacific/Kiritimati", "Pacific/Midway"),
        ("Etc/GMT+12", "Pacific/Kiritimati"),
        ("Pacific/Kiritimati", "Etc/GMT+12"),
    ],
)
def test_a_day_of_the_visitors_is_whole_however_far_apart_the_two_are(
    app, web, coach_s: str, theirs: str
) -> None:
    change(app, "UPDATE coach SET timezone = :zone", zone=coach_s)
    change(app, "DELETE FROM weekly_hours")
    for day in range(7):
        change(
            app,
            "INSERT INTO weekly_hours (coach_id, weekday, opens, closes) VALUES (1, :day, 0, 1440)",
            day=day,
        )
    half_hours = [f"2027-06-20T{n // 2:02}:{n % 2 * 30:02}" for n in range(48)]
    page = web.get(f"{API}?from=2027-06-20&to=2027-06-20&tz={theirs}")
    assert [slot["local"][:16] for slot in page.json["slots"]] == half_hours
    whole_week = [
        len(times) for times in days(web.get(f"{FREE}?from=2027-06-20&tz={theirs}")).values()
    ]
    assert whole_week == [48] * 7
    link = book(web, "20270620T120000Z", RAVI, timezone=theirs)
    to_move = web.get(f"{link}/reschedule?from=2027-06-20").form().choices("start")
    assert len(to_move) == 48 * 7


def test_the_last_bookable_date_is_shown_to_the_end_of_a_night_that_gains_an_hour(
    app, web, clock
) -> None:
    """In Cairo 11 pm comes twice on 28 October 2027; the second time is midnight in Jerusalem."""
    clock.at("2027-10-20T12:00:00Z")
    change(app, "UPDATE coach SET timezone = 'Africa/Cairo'")
    change(app, "UPDATE service SET horizon_days = 8")
    change(app, "UPDATE weekly_hours SET opens = 1260, closes = 1440")
    page = web.get(f"{API}?from=2027-10-28&to=2027-10-29&tz=Asia/Jerusalem")
    assert [slot["local"][8:16] for slot in page.json["slots"]][-3:] == [
        "28T23:30", "29T00:00", "29T00:30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "time", "label"),
    [
        ("en-GB,en;q=0.9", "2:00 pm", "2:00 pm, Tuesday 15 June 2027, UK time"),
        ("en-US", "2:00 pm", "2:00 pm, Tuesday 15 June 2027, UK time"),
        ("pl,en;q=0.8", "14:00", "14:00, Tuesday 15 June 2027, UK time"),
        ("de-DE", "14:00", "14:00, Tuesday 15 June 2027, UK time"),
        ("", "2:00 pm", "2:00 pm, Tuesday 15 June 2027, UK time"),
        ("*", "2:00 pm", "2:00 pm, Tuesday 15 June 2027, UK time"),
        ("\xff;q=9999", "2:00 pm", "2:00 pm, Tuesday 15 June 2027, UK time"),
    ],
)
def test_clocks_are_read_as_the_visitors_language_reads_them(web, language, time, label) -> None:
    page = web.get(f"{FREE}?from=2027-06-15", headers={"Accept-Language": language})
    slot = page.one('a.slot[href$="20270615T130000Z"]')
    assert words(slot) == time
    assert slot.attributes["aria-label"] == label
    assert "Accept-Language" in page.headers["Vary"]


@pytest.mark.settings(API_ORIGINS="https://www.example.org http://127.0.0.1:9000")
def test_the_api_is_open_to_the_coachs_own_sites_and_to_no_others(web) -> None:
    api = f"{API}?from=2027-06-15&to=2027-06-15"
    for origin, allowed in (
        ("https://www.example.org", "https://www.example.org"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("https://evil.example", None),
        ("null", None),
    ):
        page = web.get(api, headers={"Origin": origin})
        assert page.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Origin" in page.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in page.headers


def test_the_api_is_closed_to_other_sites_by_default(web) -> None:
    page = web.get(f"{API}?from=2027-06-15&to=2027-06-15", headers={"Origin": "https://a.example"})
    assert "Access-Control-Allow-Origin" not in page.headers


def test_the_api_says_when_nothing_has_changed(app, web) -> None:
    api = f"{API}?from=2027-06-15&to=2027-06-15"
    tag = web.get(api).headers["ETag"]
    assert web.get(api, headers={"If-None-Match": tag}, status=304).octets == b""
    change(app, "UPDATE weekly_hours SET opens = 570 WHERE opens = 540")
    assert web.get(api, headers={"If-None-Match": tag}).headers["ETag"] != tag


@pytest.mark.parametrize("service", ["nothing", "Free-Consultation", "free-consultation%20"])
def test_an_unknown_service_is_not_found(web, service) -> None:
    web.get(f"/book/{service}", status=404)
    web.get(f"/book/{service}/20270615T080000Z", status=404)


def test_a_service_that_is_closed_is_not_found(app, web) -> None:
    change(app, "UPDATE service SET is_active = false")
    assert "Booking here is closed" in web.get("/").text
    web.get(FREE, status=404)
    web.get(f"{FREE}/20270615T080000Z", status=404)
    web.get(f"{API}?from=2027-06-15&to=2027-06-15", status=404)


def test_buffers_and_bookings_take_their_times_away(web) -> None:
    book(web, "20270615T090000Z")
    found = days(web.get(f"{FREE}?from=2027-06-15"))["Tuesday 15 June"]
    assert found[:3] == ["9:00 am", "11:00 am", "11:30 am"]


@pytest.mark.parametrize("query", ["", "?day=2027-06-20", "?from=2027-06-20"])
def test_the_page_of_a_coach_who_works_around_the_clock_is_light(app, web, query) -> None:
    """With style and script it is 14 kB at most, in four requests, in a zone far away too."""
    change(app, "DELETE FROM weekly_hours")
    for day in range(7):
        change(
            app,
            "INSERT INTO weekly_hours (coach_id, weekday, opens, closes) VALUES (1, :day, 0, 1440)",
            day=day,
        )
    page = web.get(f"{FREE}{query or '?'}&tz=America/St_Johns".replace("?&", "?"))
    parts = [node.attributes["href"] for node in page.all("link[rel=stylesheet]")]
    parts += [node.attributes["src"] for node in page.all("script[src]")]
    packed = {"Accept-Encoding": "gzip"}
    sizes = [len(web.client.get(path, headers=packed).data) for path in (page.url, *parts)]
    assert len(sizes) <= 4
    assert sum(sizes) <= 14_000, sizes


@pytest.mark.parametrize("hours", ["usual", "around the clock"])
def test_abroad_the_page_of_times_comes_twice_and_is_light_all_the_same(app, web, hours) -> None:
    """With style, script and icon; whoever goes on to the list has his zone in the address."""
    if hours != "usual":
        change(app, "UPDATE weekly_hours SET opens = 0, closes = 720 WHERE opens = 540")
        change(app, "UPDATE weekly_hours SET opens = 720, closes = 1440 WHERE opens = 840")
    page = web.get(FREE)
    parts = [node.attributes["href"] for node in page.all("link[rel=stylesheet], [type*=svg]")]
    parts += [node.attributes["src"] for node in page.all("script[src]")]
    packed = {"Accept-Encoding": "gzip"}
    paths = [FREE, f"{FREE}?tz=America/St_Johns", *parts]
    sizes = [len(web.client.get(path, headers=packed).data) for path in paths]
    assert len(sizes) == 5
    assert sum(sizes) <= 14_000, sizes


# ------------------------------------------------------------------------------------ the API


def test_the_api_lists_free_times_with_exactly_these_fields(web) -> None:
    page = web.get(f"{API}?from=2027-06-15&to=2027-06-15&tz=Europe/London")
    assert page.json.keys() == {"service", "timezone", "slots"}
    assert (page.json["service"], page.json["timezone"]) == ("free-consultation", "Europe/London")
    assert len(page.json["slots"]) == 12
    assert page.json["slots"][0] == {
        "start": "2027-06-15T08:00:00Z",
        "end": "2027-06-15T08:30:00Z",
        "local": "2027-06-15T09:00:00+01:00",
    }


@pytest.mark.parametrize(
    ("tz", "named", "local"),
    [
        ("Asia/Calcutta", "Asia/Kolkata", "2027-06-15T13:30:00+05:30"),
        ("Mars/Olympus", "Europe/London", "2027-06-15T09:00:00+01:00"),
        ("", "Europe/London", "2027-06-15T09:00:00+01:00"),
    ],
)
def test_the_api_knows_old_names_and_falls_back_to_the_coach_s_zone(web, tz, named, local) -> None:
    page = web.get(f"{API}?from=2027-06-15&to=2027-06-15&tz={tz}")
    assert page.json["timezone"] == named
    assert page.json["slots"][0]["local"] == local


def test_the_api_counts_its_dates_in_the_zone_that_is_asked_for(web) -> None:
    page = web.get(f"{API}?from=2027-06-16&to=2027-06-16&tz=Pacific/Auckland")
    locals_ = [slot["local"] for slot in page.json["slots"]]
    assert locals_
    assert all(local.startswith("2027-06-16T") for local in locals_)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "from=2027-06-15",
        "to=2027-06-15",
        "from=2027-06-16&to=2027-06-15",
        "from=2027-06-01&to=2027-08-02",
        "from=0001-01-01&to=9999-12-31",
        "from=2027-02-30&to=2027-03-01",
        "from=15.6.2027&to=16.6.2027",
        "from=%00&to=%ED%A0%80",
    ],
)
def test_the_api_refuses_dates_in_words(web, query) -> None:
    page = web.get(f"{API}?{query}", status=422)
    assert page.json.keys() == {"error"}


@pytest.mark.parametrize(
    "query",
    [
        "from=0001-01-01&to=0001-01-02",
        "from=9999-12-30&to=9999-12-31",
        "from=2027-05-01&to=2027-05-31",
        "from=2027-06-06&to=2027-06-06",
    ],
)
def test_the_api_has_nothing_where_nothing_can_be_booked(web, query) -> None:
    assert web.get(f"{API}?{query}&tz=Pacific/Apia").json["slots"] == []


def test_the_api_takes_62_days(web) -> None:
    page = web.get(f"{API}?from=2027-06-01&to=2027-08-01")
    assert page.json["slots"][-1]["start"] == "2027-07-30T15:30:00Z"


def test_the_api_does_not_know_other_services(web) -> None:
    page = web.get("/api/v1/services/nothing/slots?from=2027-06-15&to=2027-06-15", status=404)
    assert page.json.keys() == {"error"}


def test_the_api_offers_just_what_the_page_offers(web) -> None:
    book(web, "20270615T090000Z")
    page = web.get(f"{API}?from=2027-06-15&to=2027-06-21")
    by_api = [slot["start"].replace("-", "").replace(":", "") for slot in page.json["slots"]]
    assert shown(web.get(f"{FREE}?from=2027-06-15")) == by_api


def test_head_is_answered_as_get_without_its_body(web) -> None:
    for url in ("/", FREE, f"{FREE}/20270615T080000Z", f"{API}?from=2027-06-15&to=2027-06-15"):
        answer = web.client.head(url, base_url=web.base_url)
        assert (answer.status_code, answer.get_data()) == (200, b"")


def test_a_visitor_in_a_country_with_new_rules_for_its_clocks_reads_them(web, clock) -> None:
    """British Columbia keeps its summer time from November 2026 on, whatever the machine thinks."""
    clock.at("2026-11-25T08:00:00Z")
    zone = "America/Vancouver"
    found = web.get(f"{API}?from=2026-12-09&to=2026-12-09&tz={zone}").json["slots"]
    local = {slot["start"]: slot["local"] for slot in found}
    assert local["2026-12-09T16:00:00Z"] == "2026-12-09T09:00:00-07:00"
    page = web.get(f"{FREE}/20261209T160000Z?tz={zone}")
    assert "9:00 am" in page.text
    link = book(web, "20261209T160000Z", {**ANN, "timezone": zone})
    assert "9:00 am to 9:30 am" in web.get(link).text
