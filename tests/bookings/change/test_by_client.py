"""Moving and cancelling by the secret link: up to the cut-off, up to the limit, never stale."""

from __future__ import annotations

import pytest

from tests.support.cast import (
    RAVI,
    TUESDAY_2PM,
    TUESDAY_9,
    TUESDAY_10,
    book,
    cancel,
    change,
    deliver,
    dump,
    lift_rule_13,
    move,
    newest,
    rows,
    value,
)
from tests.support.pages import words

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
STATE = "SELECT status, starts_at, sequence, moves FROM booking ORDER BY id"


def state(app) -> list[tuple[str, str, int, int]]:
    return [
        (status, str(start)[:16].replace(" ", "T"), sequence, moves)
        for status, start, sequence, moves in rows(app, STATE)
    ]


def letters(app) -> int:
    return value(app, "SELECT count(*) FROM outbox_message")


# ------------------------------------------------------------------------------------ to move


@both_engines
def test_a_client_moves_the_booking_by_the_link(app, web) -> None:
    link = book(web)
    page = move(web, link, TUESDAY_10)
    assert page.location == f"{link}?done=moved"
    assert web.follow().h1 == "Your call has been moved, Ann"
    assert web.page.title.startswith("Moved: Tuesday 15 June, 10:00 am")
    assert web.get(link).h1 == "Tuesday 15 June 10:00 am to 10:30 am"
    assert state(app) == [("confirmed", "2027-06-15T09:00", 1, 1)]
    assert letters(app) == 4


def test_the_other_times_are_choices_that_a_keyboard_reaches(web) -> None:
    link = book(web)
    page = web.get(f"{link}/reschedule?from=2027-06-15")
    choices = page.form().choices("start")
    assert choices[:2] == [TUESDAY_9, "20270615T083000Z"]
    assert page.one(f"input[value='{TUESDAY_10}']").attributes["aria-label"] == (
        "10:00 am, Tuesday 15 June 2027, UK time"
    )


def test_the_choices_are_in_the_zone_of_the_booking(web) -> None:
    link = book(web, answers=RAVI)
    page = web.get(f"{link}/reschedule?from=2027-06-15")
    label = page.one(f"input[value='{TUESDAY_10}']").attributes["aria-label"]
    assert label == "2:30 pm, Tuesday 15 June 2027, Kolkata time"
    page = web.get(f"{link}/reschedule?from=2027-06-15&tz=America/New_York")
    label = page.one(f"input[value='{TUESDAY_10}']").attributes["aria-label"]
    assert label == "5:00 am, Tuesday 15 June 2027, New York time"


def test_the_page_opens_on_the_day_of_the_booking_and_marks_the_time_that_stands(web) -> None:
    link = book(web)
    page = web.get(f"{link}/reschedule")
    assert words(page.one("h2[id]")) == "Tuesday 15 June"
    assert len(page.form().choices("start")) == 12
    label = page.one(f"input[value='{TUESDAY_9}']").attributes["aria-label"]
    assert label == "9:00 am, Tuesday 15 June 2027, UK time; as it is now"
    assert "It stays yours until you press the button." in page.text


def test_other_days_are_links_that_choose_and_move_nothing(app, web) -> None:
    link = book(web)
    web.get(f"{link}/reschedule?tz=Asia/Kolkata")
    before = dump(app)
    page = web.click("Wed 16 June 12 free")
    assert page.url.endswith(f"{link}/reschedule?day=2027-06-16&tz=Asia/Kolkata")
    assert dump(app) == before
    web.submit(start="20270616T080000Z")
    assert state(app) == [("confirmed", "2027-06-16T08:00", 1, 1)]


@pytest.mark.parametrize("day", ["2027-06-13", "2020-01-01", "2099-01-01", "tomorrow", ""])
def test_whatever_day_is_asked_for_there_is_a_way_on_and_a_way_back(web, day) -> None:
    link = book(web)
    page = web.get(f"{link}/reschedule?day={day}")
    assert page.has("input[name=start]") or page.has("a.next[href*='day=']")
    assert page.link("Leave it as it is").endswith(link)


@both_engines
def test_case_31_a_move_into_one_s_own_old_time_is_allowed(app, web) -> None:
    change(app, "UPDATE service SET grid_min = 15")
    link = book(web, TUESDAY_10)
    move(web, link, "20270615T091500Z")
    assert state(app) == [("confirmed", "2027-06-15T09:15", 1, 1)]


def test_case_31_the_same_time_again_changes_nothing(app, web) -> None:
    link = book(web)
    before = dump(app)
    assert move(web, link, TUESDAY_9).location == f"{link}?done=unchanged"
    assert "nothing changed" in web.follow().text
    assert dump(app) == before


def test_the_button_pressed_twice_moves_once(app, web) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    web.get(f"{link}/reschedule?from=2027-06-15")
    before = dump(app)
    _, pairs = web.page.form().data({"start": TUESDAY_10})
    page = web.post(f"{link}/reschedule", {**pairs, "sequence": "0"})
    assert page.location == f"{link}?done=moved"
    assert dump(app) == before


@pytest.mark.parametrize("act", ["reschedule", "cancel"])
def test_a_stale_page_changes_nothing(app, web, act) -> None:
    link = book(web)
    move(web, link, TUESDAY_10)
    web.get(f"{link}/{act}?from=2027-06-15")
    form = {"start": TUESDAY_2PM} if act == "reschedule" else {}
    _, pairs = web.page.form().data(form)
    before = dump(app)
    for sequence in ("0", "2", "", "one", "-1", "1.0", "01", "\u0661", "\ud800", "9" * 5000):
        data = {**pairs, "sequence": sequence.encode("utf-8", "surrogatepass")}
        page = web.post(f"{link}/{act}", data, status=409)
        assert page.h1 == "This booking has changed", sequence
        assert page.link("To your booking").endswith(link)
    assert dump(app) == before


@both_engines
def test_case_25_a_full_or_taken_time_leaves_the_booking_as_it_was(app, web, visitor) -> None:
    link = book(web)
    web.get(f"{link}/reschedule?from=2027-06-15")
    book(visitor(), TUESDAY_10, RAVI)
    before = dump(app)
    page = web.submit(start=TUESDAY_10, status=409)
    assert "Your booking stands as it was" in page.text
    assert TUESDAY_10 not in page.form().choices("start")
    assert dump(app) == before


@pytest.mark.parametrize("start", ["20270615T081500Z", "20270613T080000Z", "20270601T120000Z"])
def test_a_time_that_is_not_offered_is_not_given(app, web, start) -> None:
    link = book(web)
    before = dump(app)
    _, pairs = web.get(f"{link}/reschedule").form().data()
    web.post(f"{link}/reschedule", {**pairs, "start": start}, status=409)
    assert dump(app) == before


def test_no_time_or_no_time_at_all_is_asked_for_again(app, web) -> None:
    link = book(web)
    before = dump(app)
    _, pairs = web.get(f"{link}/reschedule").form().data()
    for start in (None, "", "nonsense", "20270230T080000Z", "\0", "9" * 4000):
        data = {**pairs, **({} if start is None else {"start": start})}
        page = web.post(f"{link}/reschedule", data, status=422)
        assert "choose one of the times" in page.text, start
    assert dump(app) == before


@both_engines
def test_a_booking_moves_three_times_and_not_a_fourth(app, web) -> None:
    link = book(web)
    for start in (TUESDAY_10, TUESDAY_2PM, TUESDAY_9):
        move(web, link, start)
    assert state(app) == [("confirmed", "2027-06-15T08:00", 3, 3)]
    page = web.get(f"{link}/reschedule", status=409)
    assert "020 7946 0018" in page.text
    assert "sam@practice.example" in page.text
    before = dump(app)
    _, pairs = web.get(f"{link}/cancel").form().data()
    web.post(f"{link}/reschedule", {**pairs, "start": TUESDAY_10}, status=409)
    assert dump(app) == before
    page = web.get(link)
    assert "Move it" not in page.text
    assert "Cancel it" in page.text
    cancel(web, link)
    assert state(app) == [("cancelled", "2027-06-15T08:00", 4, 3)]


# --------------------------------------------------------- where the service has another length

SPAN = "SELECT starts_at, ends_at FROM booking"


def span(app) -> str:
    """Return from when to when the only booking is, by UTC."""
    [(start, end)] = rows(app, SPAN)
    return f"{str(start)[11:16]}-{str(end)[11:16]}"


@both_engines
def test_rule_11_a_move_asks_how_long_where_the_service_has_another_length_by_now(app, web) -> None:
    link = book(web)
    change(app, "UPDATE service SET duration_min = 60")
    page = web.get(f"{link}/reschedule?from=2027-06-15")
    assert page.form().choices("minutes") == ["30", "60"]
    assert "minutes" not in page.form().data()[1], "nothing is chosen for him"
    assert "It was booked for 30 minutes, and now takes 60." in page.text
    before = dump(app)
    page = web.submit(start=TUESDAY_10, status=422)
    assert "Please choose how long it should be" in page.text
    assert page.form().data()[1]["start"] == TUESDAY_10
    assert dump(app) == before
    web.submit(minutes="30")
    assert span(app) == "09:00-09:30"
    assert "Tuesday 15 June 10:00 am to 10:30 am" in web.follow().text


@both_engines
def test_rule_11_the_mover_may_take_the_length_of_today(app, web, mailbox) -> None:
    link = book(web)
    change(app, "UPDATE service SET duration_min = 60")
    web.get(f"{link}/reschedule?from=2027-06-15")
    web.submit(start=TUESDAY_10, minutes="60")
    assert span(app) == "09:00-10:00"
    assert "Tuesday 15 June 10:00 am to 11:00 am" in web.follow().text
    deliver(app)
    assert "60 minutes" in newest(mailbox, "ann@client.example").text
    assert "20270615T100000Z" in web.get(f"{link}/invite.ics").octets.decode()


@pytest.mark.parametrize(("booked", "now"), [(60, 30), (30, 60)])
def test_rule_11_a_time_that_has_room_for_the_shorter_alone_says_so(
    app, web, visitor, booked, now
) -> None:
    change(app, "UPDATE service SET duration_min = :minutes", minutes=booked)
    link = book(web)
    change(app, "UPDATE service SET duration_min = :minutes", minutes=now)
    page = web.get(f"{link}/reschedule?from=2027-06-15")
    label = page.one("input[value='20270615T103000Z']").attributes["aria-label"]
    assert label == "11:30 am, Tuesday 15 June 2027, UK time; 30 minutes only"
    assert "only" not in page.one(f"input[value='{TUESDAY_10}']").attributes["aria-label"]
    before = dump(app)
    page = web.submit(start="20270615T103000Z", minutes="60", status=409)
    assert "Your booking stands as it was" in page.text
    sent = page.form().data()[1]
    assert (sent["minutes"], sent["start"]) == ("60", "20270615T103000Z")
    assert dump(app) == before
    web.submit(minutes="30")
    assert span(app) == "10:30-11:00"


def test_rule_11_another_length_at_the_same_time_is_a_change_and_the_same_is_none(app, web) -> None:
    link = book(web)
    change(app, "UPDATE service SET duration_min = 60")
    before = dump(app)
    web.get(f"{link}/reschedule?from=2027-06-15")
    assert web.submit(start=TUESDAY_9, minutes="30").location == f"{link}?done=unchanged"
    assert dump(app) == before
    web.get(f"{link}/reschedule?from=2027-06-15")
    url, pairs = web.page.form().data({"start": TUESDAY_9, "minutes": "60"})
    for _ in range(2):
        assert web.post(url, pairs).location == f"{link}?done=moved"
    assert span(app) == "08:00-09:00"
    assert value(app, "SELECT sequence FROM booking") == 1


@pytest.mark.parametrize("minutes", ["45", "0", "-30", "60", "", "\0", "9" * 4000, "thirty"])
def test_rule_11_no_other_length_is_given(app, web, minutes) -> None:
    link = book(web)
    _, pairs = web.get(f"{link}/reschedule?from=2027-06-15").form().data({"start": TUESDAY_10})
    change(app, "UPDATE service SET duration_min = 90")
    before = dump(app)
    page = web.post(f"{link}/reschedule", {**pairs, "minutes": minutes}, status=422)
    assert page.form().choices("minutes") == ["30", "90"]
    assert dump(app) == before


@pytest.mark.parametrize("day_cap", [None, 9])
def test_rule_8_a_long_meeting_that_keeps_its_length_keeps_its_distance_too(
    app, web, visitor, day_cap
) -> None:
    """The service is shorter by now; the next meeting begins where the long one would end."""
    lift_rule_13(app)
    change(app, "UPDATE service SET duration_min = 120, after_min = 0, day_cap = NULL")
    link = book(web, "20270616T080000Z")
    now = "duration_min = 30, after_min = 15, day_cap = :day_cap, week_cap = NULL"
    change(app, f"UPDATE service SET {now}", day_cap=day_cap)
    book(visitor(), "20270615T100000Z", RAVI)
    web.get(f"{link}/reschedule?from=2027-06-15")
    before = dump(app)
    page = web.submit(start=TUESDAY_9, minutes="120", status=409)
    assert "That time is not free. Your booking stands as it was" in page.text
    assert dump(app) == before


def test_a_move_asks_nothing_of_length_where_there_is_one(app, web) -> None:
    link = book(web)
    page = web.get(f"{link}/reschedule?from=2027-06-15")
    assert "minutes" not in page.form().names
    web.submit(start=TUESDAY_10)
    assert span(app) == "09:00-09:30"


# ----------------------------------------------------------------------------------- to cancel


@both_engines
def test_a_client_cancels_and_the_time_is_free_again(app, web, visitor) -> None:
    link = book(web)
    assert cancel(web, link, reason="Ill").location == f"{link}?done=cancelled"
    assert web.follow().h1 == "Cancelled"
    assert state(app) == [("cancelled", "2027-06-15T08:00", 1, 0)]
    assert rows(app, "SELECT cancelled_by, cancel_reason FROM booking") == [("client", "Ill")]
    assert rows(app, "SELECT stage FROM client") == [("cancelled",)]
    assert letters(app) == 4
    book(visitor(), answers=RAVI)


@both_engines
def test_case_33_cancelled_twice_is_cancelled_once(app, web) -> None:
    link = book(web)
    _, pairs = web.get(f"{link}/cancel").form().data()
    cancel(web, link)
    before = dump(app)
    again = web.post(f"{link}/cancel", pairs)
    assert again.location == f"{link}?done=already-cancelled"
    assert "cancelled already" in web.follow().text
    assert dump(app) == before


def test_a_cancelled_booking_cannot_be_moved(app, web) -> None:
    link = book(web)
    _, pairs = web.get(f"{link}/reschedule?from=2027-06-15").form().data({"start": TUESDAY_10})
    cancel(web, link)
    before = dump(app)
    assert web.post(f"{link}/reschedule", pairs).location == f"{link}?done=already-cancelled"
    for page in ("reschedule", "cancel"):
        assert web.get(f"{link}/{page}", status=303).location == f"{link}?done=already-cancelled"
    assert dump(app) == before


@pytest.mark.parametrize("act", ["reschedule", "cancel"])
def test_case_32_the_cut_off_is_kept_to_the_second(app, web, clock, act) -> None:
    link = book(web)
    clock.at("2027-06-15T05:30:00Z")
    web.get(f"{link}/{act}?from=2027-06-17")
    fields = {"start": "20270617T080000Z"} if act == "reschedule" else {}
    _, pairs = web.page.form().data(fields)
    clock.at("2027-06-15T06:00:01Z")
    before = dump(app)
    page = web.post(f"{link}/{act}", pairs, status=409)
    assert "020 7946 0018" in page.text
    web.get(f"{link}/{act}", status=409)
    assert "Move it" not in web.get(link).text
    clock.at("2027-06-15T08:00:00Z")
    page = web.post(f"{link}/{act}", pairs, status=409)
    assert "book another time" in page.text
    assert web.get(link).h1 == "Our conversation is now"
    assert dump(app) == before
    clock.at("2027-06-15T06:00:00Z")
    web.post(f"{link}/{act}", pairs)
    assert letters(app) == 4


@both_engines
def test_a_client_with_another_booking_stays_booked(app, web) -> None:
    lift_rule_13(app)
    link = book(web)
    book(web, "20270616T080000Z")
    cancel(web, link)
    assert rows(app, "SELECT stage FROM client") == [("booked",)]


@pytest.mark.parametrize(("reason", "status"), [("r" * 500, 303), ("r" * 501, 422), ("a\0b", 422)])
def test_a_reason_has_at_most_500_characters(app, web, reason, status) -> None:
    link = book(web)
    page = cancel(web, link, reason=reason, status=status)
    assert state(app)[0][0] == ("cancelled" if status == 303 else "confirmed")
    if status == 422:
        assert page.errors.keys() == {"reason"}


@pytest.mark.parametrize("act", ["reschedule", "cancel"])
@pytest.mark.parametrize(("token", "status"), [("", 400), ("forged", 400), ("old", 422)])
def test_without_a_good_form_token_nothing_changes(app, web, clock, act, token, status) -> None:
    link = book(web)
    web.get(f"{link}/{act}?from=2027-06-15")
    _, pairs = web.page.form().data({"start": TUESDAY_10} if act == "reschedule" else {})
    if token == "old":
        clock.move(hours=24, seconds=1)
        token = pairs["csrf_token"]
    before = dump(app)
    web.post(f"{link}/{act}?from=2027-06-15", {**pairs, "csrf_token": token}, status=status)
    assert dump(app) == before
    web.submit(**({"start": TUESDAY_10} if act == "reschedule" else {}))
    assert letters(app) == 4


def test_what_was_said_as_reason_is_kept_when_the_form_token_is_refused(web) -> None:
    link = book(web)
    _, pairs = web.get(f"{link}/cancel").form().data({"reason": "I found work"})
    page = web.post(f"{link}/cancel", {**pairs, "csrf_token": ""}, status=400)
    assert "I found work" in page.html
