"""How many a day and a week: counted by the coach's date, offered and accepted alike (rule 7)."""

from __future__ import annotations

import pytest

from tests.support.cast import ANN, FREE, RAVI, TUESDAY_2PM, book, cancel, change, move, value

pytestmark = pytest.mark.usefixtures("coach")
only_sqlite = pytest.mark.engines("sqlite")
# Tuesday 15 June: nine, ten and eleven in the morning, and two in the afternoon.
FOUR = ["20270615T080000Z", "20270615T090000Z", "20270615T100000Z", TUESDAY_2PM]


def cap(app, **caps: int) -> None:
    for name, number in caps.items():
        change(app, f"UPDATE service SET {name} = :number, grid_min = 30", number=number)


def fill(web, starts: list[str]) -> list[str]:
    return [
        book(web, start, ANN, email=f"p{number}@client.example")
        for number, start in enumerate(starts)
    ]


def is_offered(web, start: str) -> bool:
    """Say whether page, form and API offer a time; they must agree."""
    on = f"{start[:4]}-{start[4:6]}-{start[6:8]}"
    listed = f"/{start}" in web.get(f"{FREE}?from={on}").html
    web.get(f"{FREE}/{start}", status=200 if listed else 409)
    iso = f"{on}T{start[9:11]}:{start[11:13]}:00Z"
    api = web.get(f"/api/v1/services/free-consultation/slots?from={on}&to={on}")
    assert (iso.encode() in api.octets) == listed
    return listed


def test_case_24_a_full_day_offers_and_accepts_no_more(app, web) -> None:
    cap(app, day_cap=4)
    links = fill(web, FOUR)
    fifth = "20270615T143000Z"
    assert not is_offered(web, fifth)
    assert is_offered(web, "20270616T080000Z")
    cancel(web, links[0])
    assert is_offered(web, fifth)
    book(web, fifth, RAVI)
    assert not is_offered(web, "20270615T080000Z")
    assert value(app, "SELECT count(*) FROM booking WHERE status = 'confirmed'") == 4


@only_sqlite
def test_case_24_a_form_opened_before_the_day_was_full_is_refused_with_other_times(
    app, web, visitor
) -> None:
    cap(app, day_cap=4)
    slow = visitor()
    slow.get(f"{FREE}/20270615T143000Z")
    fill(web, FOUR)
    page = slow.submit(**RAVI_TYPED, status=409)
    assert page.h1 == "Sorry, 3:30 pm has just been taken"
    assert page.form().data()[1]["name"] == RAVI["name"]
    assert "/20270616T" in page.html


RAVI_TYPED = {name: RAVI[name] for name in ("name", "email", "phone")}


@only_sqlite
def test_case_24_half_past_midnight_counts_for_its_own_date(app, web) -> None:
    """00:30 on the 16th in London is 23:30 on the 15th in UTC."""
    cap(app, day_cap=1)
    change(
        app,
        "INSERT INTO booking (coach_id, starts_at, ends_at, status) VALUES "
        "(1, '2027-06-15T23:30:00.000000Z', '2027-06-16T00:00:00.000000Z', 'confirmed')",
    )
    assert is_offered(web, "20270615T080000Z")
    assert not is_offered(web, "20270616T080000Z")


def test_case_25_on_a_full_day_a_client_moves_within_it(app, web) -> None:
    cap(app, day_cap=4)
    links = fill(web, FOUR)
    move(web, links[0], "20270615T143000Z")
    assert value(app, "SELECT moves FROM booking WHERE id = 1") == 1
    # Into another full day nobody moves.
    other = book(web, "20270616T080000Z", RAVI)
    web.get(f"{other}/reschedule?from=2027-06-15")
    assert "20270615T" not in "".join(web.page.form().choices("start"))


@only_sqlite
def test_a_week_counts_from_monday_to_sunday(app, web) -> None:
    cap(app, week_cap=2)
    fill(web, ["20270614T080000Z", "20270618T140000Z"])
    assert not is_offered(web, "20270616T080000Z")
    assert is_offered(web, "20270611T080000Z")
    assert is_offered(web, "20270621T080000Z")
