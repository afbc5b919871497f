"""The coach makes and changes what can be booked."""

from __future__ import annotations

import re

import pytest

from tests.support.cast import (
    ANN,
    FREE,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    change,
    dump,
    rows,
    value,
)

LIST, NEW, FIRST = "/coach/services", "/coach/services/new", "/coach/services/1"
only_sqlite = pytest.mark.engines("sqlite")
FORM = "form.service"


def add(coach_web, *, status: int = 303, **fields: str) -> str:
    """Add a service as the coach does, and return the path of its page."""
    coach_web.get(NEW)
    page = coach_web.submit(
        FORM, status=status, **{"name": "Interview practice", "audience": "public", **fields}
    )
    return page.location.partition("?")[0] if status == 303 else ""


def edit(coach_web, path: str = FIRST, *, status: int = 303, **fields: str):
    coach_web.get(path)
    return coach_web.submit(FORM, status=status, **fields)


def given(coach_web, path: str) -> str:
    """Return the address that the coach is shown to give, without the host."""
    address = coach_web.get(path).one("#give").attributes["value"]
    assert address.startswith("http://127.0.0.1")
    return "/book/" + address.partition("/book/")[2]


def times(web, slug: str, on: str) -> list[str]:
    return [n.text().strip() for n in web.get(f"{slug}?from={on}").all(f"#d{on} ~ div a.slot")]


# -------------------------------------------------------------------------------------- making


def test_he_adds_a_service_and_visitors_book_it(app, coach_web, web) -> None:
    path = add(coach_web, words="An hour of hard questions.", notice="2", notice_unit="days")
    assert "Saved" in coach_web.follow().text
    assert given(coach_web, path) == "/book/interview-practice"
    front = web.get("/").text
    assert front.index("Free consultation") < front.index("Interview practice")
    assert "60 minutes by phone." in front
    web.get(f"/book/interview-practice/{TUESDAY_9}")
    web.submit(**ANN)
    assert "Tuesday 15 June 9:00 am to 10:00 am" in web.follow().text
    assert rows(app, "SELECT notice_min, one_upcoming FROM service WHERE id = 2")[0][0] == 2880


def test_everything_that_he_sets_comes_back_as_he_set_it(app, coach_web) -> None:
    typed = {
        "name": "Deep dive", "words": "Two lines\nof words.", "duration": "90", "place": "video",
        "link": "https://meet.example/jo?p=1", "audience": "public", "is_open": "no",
        "notice": "90", "notice_unit": "minutes", "horizon": "30", "grid": "45", "before": "10",
        "after": "20", "day_cap": "2", "week_cap": "5", "cutoff": "1", "cutoff_unit": "days",
        "most_moves": "0", "upcoming": "one",
    }  # fmt: skip
    path = add(coach_web, **typed)
    _, shown = coach_web.get(path).form(FORM).data()
    shown = {name: text.replace("\r\n", "\n") for name, text in shown.items()}
    # A single day is said as 24 hours, as people say it.
    typed |= {"cutoff": "24", "cutoff_unit": "hours"}
    assert {name: shown[name] for name in typed} == typed
    edit(coach_web, path)
    assert rows(
        app,
        "SELECT duration_min, grid_min, before_min, after_min, notice_min, horizon_days, "
        "cutoff_min, most_moves, day_cap, week_cap, place, place_details "
        "FROM service WHERE name = 'Deep dive'",
    ) == [(90, 45, 10, 20, 90, 30, 1440, 0, 2, 5, "video", "https://meet.example/jo?p=1")]


@only_sqlite
def test_the_address_is_made_from_the_name_once_and_stays(app, coach_web, web) -> None:
    path = add(coach_web)
    edit(coach_web, path, name="Rehearsal")
    assert given(coach_web, path) == "/book/interview-practice"
    second = add(coach_web, duration="45")
    assert given(coach_web, second) == "/book/interview-practice-2"
    third = add(coach_web, name="Free consultation")
    assert given(coach_web, third) == "/book/free-consultation-2"


@only_sqlite
def test_a_double_click_makes_one_service(app, coach_web) -> None:
    coach_web.get(NEW)
    form = coach_web.page
    for _ in range(2):
        coach_web.page = form
        coach_web.submit(FORM, name="Interview practice")
    assert value(app, "SELECT count(*) FROM service") == 2


def test_s47_nothing_else_is_taken_from_the_form(app, coach_web) -> None:
    before = rows(app, "SELECT * FROM coach")
    _, pairs = coach_web.get(NEW).form(FORM).data({"name": "Interview practice"})
    more = {
        "id": "77", "coach_id": "9", "slug": "free-consultation", "duration_min": "5",
        "is_public": "true", "is_active": "false", "place_details": "https://evil.example",
        "price": "0", "one_upcoming": "true",
    }  # fmt: skip
    coach_web.post(NEW, {**pairs, **more})
    [row] = rows(
        app,
        "SELECT id, coach_id, duration_min, is_public, is_active, place_details, slug "
        "FROM service WHERE name = 'Interview practice'",
    )
    assert row[:3] == (2, 1, 60)
    assert (bool(row[3]), bool(row[4]), row[5]) == (False, True, "")
    assert row[6].startswith("interview-practice-")
    assert [r[0] for r in before] == [r[0] for r in rows(app, "SELECT * FROM coach")]


@only_sqlite
def test_a_form_that_was_cut_off_changes_nothing(app, coach_web) -> None:
    before = dump(app)
    _, pairs = coach_web.get(FIRST).form(FORM).data()
    for name in set(pairs) - {"csrf_token", "link", "address", "words", "day_cap", "week_cap"}:
        cut = {field: text for field, text in pairs.items() if field != name}
        page = coach_web.post(FIRST, cut, status=422)
        assert page.has(f'.error-summary [href="#{name}"]'), name
    assert dump(app) == before


# -------------------------------------------------------------------- what cannot work (rule 18)


@only_sqlite
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "give it a name"),
        ({"name": "x" * 121}, "at most 120"),
        ({"words": "x" * 601}, "at most 600"),
        ({"duration": ""}, "how many minutes"),
        ({"duration": "0"}, "from 5 to 480"),
        ({"duration": "1500"}, "from 5 to 480"),  # 25 hours
        ({"duration": "half an hour"}, "a whole number"),
        ({"duration": "1e3"}, "a whole number"),
        ({"duration": "٣٠"}, "a whole number"),
        ({"duration": "9" * 40}, "a whole number"),
        ({"duration": "240"}, "longest stretch is 3 hours"),
        ({"notice": "3", "notice_unit": "days", "horizon": "2"}, "no time could ever be booked"),
        ({"notice": "-1"}, "from 0"),
        ({"notice": "400", "notice_unit": "days"}, "more than a year"),
        ({"horizon": "0"}, "from 1 to 730"),
        ({"horizon": "731"}, "from 1 to 730"),
        ({"grid": "0"}, "from 5 to 480"),
        ({"before": "-5"}, "from 0 to 480"),
        ({"after": "2000"}, "from 0 to 480"),
        ({"day_cap": "0"}, "from 1 to 100"),
        ({"week_cap": "-1"}, "from 1 to 500"),
        ({"day_cap": "49"}, "do not go into a day"),
        ({"cutoff": "31", "cutoff_unit": "days"}, "more than 30 days"),
        ({"cutoff": "8", "cutoff_unit": "days", "horizon": "7"}, "nobody could ever move"),
        ({"most_moves": "51"}, "from 0 to 50"),
        ({"place": "video"}, "whole link"),
        ({"place": "video", "link": "meet.example/jo"}, "whole link"),
        ({"place": "video", "link": "ftp://meet.example/jo"}, "whole link"),
        ({"place": "video", "link": "https://meet.example/" + "x" * 500}, "at most 500"),
        ({"place": "in_person"}, "give the address"),
        ({"place": "in_person", "address": "x" * 301}, "at most 300"),
    ],
)
def test_rule_18_what_cannot_work_is_refused_with_the_reason_and_kept(
    app, coach_web, fields, said: str
) -> None:
    before = dump(app)
    add(coach_web, status=422, **fields)
    page = coach_web.page
    assert said in page.one(".error-summary").text()
    data = page.form(FORM).data()[1]
    assert {name: data[name] for name in fields} == fields
    assert page.title.startswith("Error: ")
    edit(coach_web, status=422, **fields)
    assert coach_web.page.form(FORM).data()[1]["horizon"] == fields.get("horizon", "60")
    assert dump(app) == before


@only_sqlite
def test_a_length_that_fits_one_special_date_alone_is_taken(app, coach_web) -> None:
    coach_web.get("/coach/availability/dates")
    coach_web.submit("form.form", on="2027-06-19", fields={"opens-0": "09:00", "closes-0": "15:00"})
    add(coach_web, duration="240")
    change(app, "DELETE FROM date_override")
    add(coach_web, duration="240", name="Another", status=422)
    change(app, "DELETE FROM weekly_hours")
    add(coach_web, duration="240", name="Another")


# ---------------------------------------------------------------------- closed, public, by link


def test_the_free_consultation_is_closed_and_the_page_says_what_comes_in_its_place(
    app, coach_web, web
) -> None:
    assert "says that booking is closed" in coach_web.get(FIRST).text
    edit(coach_web, is_open="no")
    assert "The free consultation is closed. Your front page says that booking is closed" in (
        coach_web.follow().text
    )
    page = web.get("/").text
    assert "Booking here is closed for the moment" in page
    assert "020 7946 0018" in page
    assert "sam@practice.example" in page
    web.get(FREE, status=404)
    web.get("/time-zones", status=404)
    web.get("/privacy")
    add(coach_web)
    assert "offers “Interview practice” in its place" in coach_web.get(FIRST).text
    assert web.get("/").one("#offer").text() == "Interview practice"
    assert value(app, "SELECT slug FROM service WHERE id = 1") == "free-consultation"


def test_the_free_consultation_is_neither_deleted_nor_made_a_secret(app, coach_web) -> None:
    page = coach_web.get(FIRST)
    assert "audience" not in page.form(FORM).names
    _, pairs = page.form(FORM).data()
    coach_web.post(FIRST, {**pairs, "audience": "link"})
    assert rows(app, "SELECT slug FROM service WHERE is_public") == [("free-consultation",)]
    coach_web.post(f"{FIRST}/delete", {"csrf_token": pairs["csrf_token"]}, status=409)
    coach_web.post(f"{FIRST}/new-link", {"csrf_token": pairs["csrf_token"]}, status=404)
    assert value(app, "SELECT count(*) FROM service") == 1


def test_a_service_that_was_never_booked_is_deleted_and_one_that_was_stays(
    app, coach_web, web
) -> None:
    add(coach_web, name="By mistake")
    path = add(coach_web)
    coach_web.get(path.replace("3", "2"))
    coach_web.submit('form[action$="/delete"]')
    assert "deleted" in coach_web.follow().text
    web.get(f"/book/interview-practice/{TUESDAY_9}")
    web.submit(**ANN)
    _, pairs = coach_web.get(path).form(FORM).data()
    assert not coach_web.page.has('form[action$="/delete"]')
    page = coach_web.post(f"{path}/delete", {"csrf_token": pairs["csrf_token"]}, status=409)
    assert page.h1 == "This service stays"
    assert page.link("Back to the service").endswith(path)
    assert rows(app, "SELECT name FROM service ORDER BY id") == [
        ("Free consultation",), ("Interview practice",),
    ]  # fmt: skip


def test_a_link_is_given_and_taken_back(app, coach_web, web) -> None:
    path = add(coach_web, audience="link")
    old = given(coach_web, path)
    assert re.fullmatch(r"/book/interview-practice-[A-Za-z0-9_-]{22}", old)
    assert len(times(web, old, "2027-06-15")) == 10
    coach_web.get(path)
    coach_web.submit('form[action$="/new-link"]')
    assert "The old one leads nowhere" in coach_web.follow().text
    new = given(coach_web, path)
    assert new != old
    web.get(old, status=404)
    web.get(f"{old}/{TUESDAY_9}", status=404)
    assert len(times(web, new, "2027-06-15")) == 10


@only_sqlite
def test_what_goes_public_or_is_so_no_longer_gets_another_address(coach_web, web) -> None:
    path = add(coach_web, audience="link")
    secret = given(coach_web, path)
    edit(coach_web, path, audience="public")
    assert given(coach_web, path) == "/book/interview-practice"
    web.get(secret, status=404)
    edit(coach_web, path, audience="link")
    assert given(coach_web, path) not in {secret, "/book/interview-practice"}
    web.get("/book/interview-practice", status=404)


@only_sqlite
def test_another_notice_holds_for_the_next_visitor_at_once(coach_web, web) -> None:
    """The present is Tuesday 1 June, 9:00 am by the coach's clocks."""
    assert times(web, FREE, "2027-06-01") == []
    edit(coach_web, notice="2", notice_unit="hours")
    assert times(web, FREE, "2027-06-01")[0] == "11:00 am"


@only_sqlite
def test_he_is_told_of_the_meetings_that_stand_when_he_changes_a_service(coach_web, web) -> None:
    link = book(web)
    edit(coach_web, duration="60", place="video", link="https://meet.example/jo")
    assert "One meeting of it is booked already" in coach_web.follow().text
    page = web.get(link)
    assert "Tuesday 15 June 9:00 am to 9:30 am" in page.text
    assert "By video: https://meet.example/jo" in page.text


def test_closing_a_service_names_its_meetings_to_come(app, coach_web, web, clock) -> None:
    book(web)
    over = book(web, "20270602T080000Z", RAVI)
    gone = book(web, TUESDAY_10, {**ANN, "name": "Bo Day", "email": "bo@client.example"})
    cancel(web, gone)
    clock.at("2027-06-03T08:00:00Z")
    coach_web.sign_in()
    page = coach_web.get(FIRST)
    assert not page.has("#to-come")
    edit(coach_web, is_open="no")
    named = coach_web.follow().one("#to-come-list").text()
    assert "Ann Lee" in named
    assert "Tuesday 15 June 2027, 9:00 am" in named
    assert "Ravi" not in named, over
    assert "Bo Day" not in named
    assert coach_web.get(FIRST).has("#to-come"), "as long as it is closed"
    assert coach_web.click("Ann Lee").h1.startswith("Tuesday 15 June")
    edit(coach_web, is_open="yes")
    assert "Ann Lee" in coach_web.follow().one("#to-come-list").text()
    assert not coach_web.get(FIRST).has("#to-come")


@only_sqlite
def test_of_many_meetings_to_come_the_next_ones_are_named_and_the_others_are_found(
    app, coach_web, web
) -> None:
    book(web)
    columns = "stamp_at, name, email, timezone, created_at, changed_at"
    for n in range(25):
        change(
            app,
            "INSERT INTO booking (public_id, uid, coach_id, service_id, client_id, starts_at, "
            f"ends_at, status, local_start, local_zone, sequence, moves, {columns}) "
            "SELECT :n, :n, 1, 1, 1, :start, :end, 'confirmed', '', '', 0, 0, "
            f"{columns} FROM booking LIMIT 1",
            n=str(n),
            start=f"2027-06-16T08:{n + 10}:00.000000Z",
            end=f"2027-06-16T08:{n + 11}:00.000000Z",
        )
    edit(coach_web, is_open="no")
    page = coach_web.follow()
    assert len(page.all("#to-come-list li")) == 20
    assert "26 meetings of it are booked already" in page.text
    assert coach_web.click("See all of them").text.count("Ann Lee") >= 20


@only_sqlite
def test_the_list_says_of_each_whether_and_when_it_can_be_booked(app, coach_web) -> None:
    add(coach_web, audience="link", name="Follow-up")
    add(coach_web, is_open="no", name="Workshop")
    add(coach_web, duration="180", name="Long")
    change(app, "DELETE FROM weekly_hours WHERE opens = 540")
    change(app, "UPDATE weekly_hours SET closes = 960")
    said = [row.text() for row in coach_web.get(LIST).all("ul.list > li")]
    assert "On your front page" in said[0]
    assert "Wednesday 2 June, 2:00 pm" in said[0]
    assert "By its link only" in said[1]
    assert "Closed for now" in said[2]
    assert "Nothing is free in the 60 days" in said[3]


def test_another_coachs_or_no_service_is_not_found(coach_web) -> None:
    coach_web.get("/coach/services/2", status=404)
    _, pairs = coach_web.get(NEW).form(FORM).data()
    for act in ("", "/new-link", "/delete"):
        coach_web.post(f"/coach/services/2{act}", pairs, status=404)


@pytest.mark.engines("sqlite")
def test_a_link_that_only_this_computer_opens_is_said_to_be_none_yet(coach_web) -> None:
    assert "So far only this computer can open it" in coach_web.get("/coach/services/1").text


@pytest.mark.engines("sqlite")
@pytest.mark.settings(BASE_URL="https://book.example.org")
def test_a_link_that_everybody_opens_is_given_as_it_is(coach_web) -> None:
    assert "only this computer" not in coach_web.get("/coach/services/1").text
