"""The coach's own hand: past policy after each broken rule is named, never past law (rule 12)."""

from __future__ import annotations

import re

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
    link_in,
    move,
    newest,
    rows,
    value,
)

both_engines = pytest.mark.engines("sqlite", "postgresql")
pytestmark = pytest.mark.engines("sqlite")
NEW = "/coach/bookings/new"
BO = {"name": "Bo Day", "email": "bo@client.example", "phone": "07400 654321"}
NINE = {"on": "2027-06-15", "at": "09:00"}
EVENING = {"on": "2027-06-15", "at": "20:00"}
FORM = "form.form"


def letters(app) -> int:
    return value(app, "SELECT count(*) FROM outbox_message")


def state(app) -> list:
    found = rows(app, "SELECT status, starts_at, sequence, moves FROM booking ORDER BY id")
    return [(status, str(at)[:16].replace(" ", "T"), *more) for status, at, *more in found]


def plain(letter) -> str:
    return letter.text.replace("\r\n", "\n")


def named(page) -> list[str]:
    return [node.text() for node in page.all("#broken li")]


def hand(coach_web, *, status: int = 303, url: str = NEW, button=None, **fields: str):
    """Book as the coach does; the present page is gone on with if it is the form."""
    page = getattr(coach_web, "page", None)
    if page is None or not (page.has(FORM) and page.h1 == "Book a client in"):
        coach_web.get(url)
    return coach_web.submit(FORM, status=status, fields=fields)


@pytest.fixture
def booked(web, coach) -> str:
    """Let Ann book Tuesday at nine, and return her link."""
    return book(web)


# ----------------------------------------------------------------------------------- to book


def test_a_number_is_read_in_the_client_s_country_and_then_in_the_coach_s(app, coach_web) -> None:
    hand(coach_web, **{**BO, "phone": "415 867 5309"}, **NINE, timezone="America/Los_Angeles")
    assert value(app, "SELECT phone FROM booking") == "+14158675309"
    assert "you ring +1 415 867 5309" in coach_web.follow().text


def test_a_number_of_two_countries_is_written_with_a_plus(coach_web) -> None:
    zone = "America/New_York"
    page = hand(coach_web, **{**BO, "phone": "203 555 0142"}, **NINE, timezone=zone, status=422)
    both = "+1 203 555 0142 (United States) or +44 20 3555 0142 (United Kingdom)"
    assert both in page.errors["phone"]


@both_engines
def test_the_coach_books_somebody_in_as_the_page_would_have(app, coach_web, mailbox) -> None:
    page = hand(coach_web, **BO, **NINE, message="As agreed on\nthe phone.")
    assert page.location == "/coach/bookings/1?done=booked"
    text = coach_web.follow().text
    assert "It is booked." in text
    assert "Booked by you on" in text
    assert state(app) == [("confirmed", "2027-06-15T08:00", 0, 0)]
    assert rows(app, "SELECT made_by, message, timezone FROM booking") == [
        ("coach", "", "Europe/London")
    ]
    assert rows(app, "SELECT name, stage FROM client") == [("Bo Day", "booked")]
    assert rows(app, "SELECT to_stage, by FROM stage_change") == [("booked", "rule: booked")]
    assert deliver(app) == 2
    letter = newest(mailbox, "bo@client.example")
    assert "As agreed on\nthe phone." in plain(letter)
    assert "I will ring you" in plain(letter)
    assert "You wrote to the client:" in newest(mailbox, "sam@practice.example").text
    assert letter.calendar is not None


@both_engines
def test_every_broken_rule_is_named_before_anything_is_done(app, coach_web, web) -> None:
    change(app, "UPDATE service SET day_cap = 1")
    book(web, "20270602T130000Z")
    before = dump(app)
    evening = {"on": "2027-06-02", "at": "07:45"}
    page = hand(coach_web, status=409, **BO, **evening)
    assert named(page) == [
        "This is outside your hours.",
        "That day has its one meeting already.",
        "It is less than a day away.",
    ]
    assert "Nothing is done yet" in page.text
    assert page.form(FORM).data()[1]["name"] == "Bo Day"
    assert dump(app) == before
    page = coach_web.submit(FORM, button="Book it all the same")
    assert page.location == "/coach/bookings/2?done=booked"
    assert state(app)[1] == ("confirmed", "2027-06-02T06:45", 0, 0)


def test_a_yes_for_one_time_is_none_for_another(app, coach_web) -> None:
    hand(coach_web, status=409, **BO, **EVENING)
    page = coach_web.submit(FORM, status=409, fields={"at": "21:00"})
    assert named(page) == ["This is outside your hours."]
    assert state(app) == []
    coach_web.submit(FORM)
    assert state(app) == [("confirmed", "2027-06-15T20:00", 0, 0)]


def test_a_rule_that_breaks_after_the_yes_is_named_in_turn(app, coach_web, web) -> None:
    change(app, "UPDATE service SET day_cap = 1")
    hand(coach_web, status=409, **BO, **EVENING)
    book(web)
    page = coach_web.submit(FORM, status=409)
    assert "That day has its one meeting already." in named(page)
    assert len(state(app)) == 1


@pytest.mark.parametrize(
    ("on", "at", "sentence"),
    [
        ("2027-06-15", "09:10", "It begins between the times that you offer."),
        (
            "2027-06-15",
            "10:30",
            "It leaves less room beside another meeting than you like to keep.",
        ),
        ("2027-08-30", "10:00", "You have time off then."),
        ("2027-08-03", "10:00", "It is more than 60 days ahead."),
    ],
)
def test_other_rules_are_named_too(app, coach_web, web, on, at, sentence) -> None:
    book(web, TUESDAY_10)
    page = hand(coach_web, status=409, **BO, on=on, at=at)
    assert sentence in named(page)


@both_engines
def test_a_second_one_to_come_is_named_and_may_be_all_the_same(app, coach_web, web) -> None:
    book(web)
    coach_web.get(f"{NEW}?client=1")
    page = hand(coach_web, **NINE | {"at": "14:00"}, status=409)
    assert named(page) == ["They have a meeting of this kind to come already."]
    assert len(state(app)) == 1
    hand(coach_web)
    assert len(state(app)) == 2


def test_what_is_over_or_cancelled_is_no_second_consultation(app, coach_web, web) -> None:
    cancel(web, book(web))
    coach_web.get(f"{NEW}?client=1")
    assert hand(coach_web, **NINE | {"at": "14:00"}).location.endswith("done=booked")


@both_engines
def test_an_overlap_stays_refused_whatever_the_coach_says(app, coach_web, booked) -> None:
    before = dump(app)
    at_quarter = {"on": "2027-06-15", "at": "09:15"}
    page = hand(coach_web, status=409, **BO, **at_quarter)
    assert "overlaps another meeting" in page.text
    yes = "20270615T081500Z|free-consultation|overlap|grid|buffer|hours|past"
    _, pairs = page.form(FORM).data()
    page = coach_web.post(NEW, {**pairs, "allowed": yes}, status=409)
    assert "overlaps another meeting" in page.text
    assert dump(app) == before


def test_a_start_in_the_past_is_refused_for_a_new_booking(app, coach_web) -> None:
    page = hand(coach_web, status=409, **BO, on="2027-06-01", at="08:30")
    assert "has passed already" in page.text
    assert state(app) == []


@both_engines
def test_the_same_form_twice_is_one_booking(app, coach_web) -> None:
    hand(coach_web, **BO, **NINE)
    coach_web.get(NEW)
    _, pairs = coach_web.page.form(FORM).data({**RAVI, **NINE, "at": "10:00"})
    assert coach_web.post(NEW, pairs).location == coach_web.post(NEW, pairs).location
    assert len(state(app)) == 2
    page = coach_web.post(NEW, {**pairs, "name": "Other"}, status=409)
    assert "already" in page.h1
    assert letters(app) == 4


def test_a_known_client_is_found_and_booked_with_what_is_known(app, coach_web, web) -> None:
    link = book(web, answers=RAVI)
    cancel(web, link)
    coach_web.get(f"{NEW}?start={TUESDAY_2PM}")
    page = coach_web.submit("form[role=search]", q="rao")
    assert "ravi@client.example" in page.text
    coach_web.click("Ravi Rao")
    _, pairs = coach_web.page.form(FORM).data()
    assert (pairs["on"], pairs["at"]) == ("2027-06-15", "14:00")
    assert "name" not in pairs
    coach_web.submit(FORM, fields={"name": "Somebody Else"} if "name" in pairs else {})
    assert rows(
        app, "SELECT name, email, timezone, client_id FROM booking WHERE made_by='coach'"
    ) == [("Ravi Rao", "ravi@client.example", "Asia/Kolkata", 1)]
    assert value(app, "SELECT stage FROM client") == "booked"
    text = coach_web.follow().text
    assert "6:30 pm Kolkata time for the client" in text


def test_the_clients_page_leads_to_booking(coach_web, booked) -> None:
    coach_web.get("/coach/clients/1")
    page = coach_web.click("Book")
    assert "For Ann Lee, ann@client.example." in page.text


def test_a_foreign_or_wrong_client_is_not_found(coach_web) -> None:
    for asked in ("99", "0", "x", "-1", "9" * 30, "\u0661"):
        coach_web.get(f"{NEW}?client={asked}", status=404)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"on": "2027-03-28", "at": "01:30"}, "at"),
        ({"on": "2027-02-30"}, "on"),
        ({"on": "9999-12-31"}, "on"),
        ({"on": "0001-01-01"}, "on"),
        ({"on": ""}, "on"),
        ({"at": ""}, "at"),
        ({"at": "24:00"}, "at"),
        ({"at": "9 o'clock"}, "at"),
        ({"at": "\u0660\u0669:00"}, "at"),
        ({"name": "Ann\r\nBcc: x@example.org"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"phone": ""}, "phone"),
        ({"message": "m" * 1001}, "message"),
        ({"message": "a\0b"}, "message"),
    ],
)
def test_what_cannot_be_meant_is_asked_for_again(app, coach_web, fields, wrong) -> None:
    coach_web.get(NEW)
    _, pairs = coach_web.page.form(FORM).data({**BO, **NINE})
    page = coach_web.post(NEW, {**pairs, **fields}, status=422)
    assert wrong in page.errors
    assert state(app) == []


def test_a_time_that_does_not_exist_is_refused_in_words(coach_web, clock) -> None:
    clock.at("2027-03-20T09:00:00Z")
    coach_web.sign_in()
    page = hand(coach_web, status=422, **BO, on="2027-03-28", at="01:30")
    assert page.errors["at"].endswith(
        "01:30 does not exist on Sunday 28 March: the clocks go from 1:00 am straight to 2:00 am."
    )


@pytest.mark.parametrize(
    ("which", "instant"), [("first", "2027-10-31T00:30"), ("second", "2027-10-31T01:30")]
)
def test_a_time_that_comes_twice_asks_which(app, coach_web, which, instant) -> None:
    night = {"on": "2027-10-31", "at": "01:30"}
    page = hand(coach_web, status=422, **BO, **night)
    assert "Which do you mean?" in page.errors["which"]
    page = coach_web.submit(FORM, status=409, which=which)
    coach_web.submit(FORM)
    assert state(app) == [("confirmed", instant, 0, 0)]


@pytest.mark.parametrize("token", ["", "forged"])
def test_without_a_good_form_token_nothing_is_done_and_nothing_lost(app, coach_web, token) -> None:
    coach_web.get(NEW)
    _, pairs = coach_web.page.form(FORM).data({**BO, **NINE, "message": "Kept"})
    page = coach_web.post(NEW, {**pairs, "csrf_token": token}, status=400)
    assert "Kept" in page.html
    assert state(app) == []


# ----------------------------------------------------------------------------------- to move


@both_engines
def test_the_coach_moves_a_booking_anywhere_with_a_word_to_the_client(
    app, coach_web, booked, mailbox, clock
) -> None:
    change(app, "UPDATE booking SET moves = 3")
    clock.at("2027-06-15T07:30:00Z")
    coach_web.sign_in()
    coach_web.get("/coach/bookings/1")
    coach_web.click("Move it")
    page = coach_web.submit(status=409, at="20:00", message="My train\n.\nis late <sorry>")
    assert named(page) == ["This is outside your hours.", "It is less than a day away."]
    assert state(app) == [("confirmed", "2027-06-15T08:00", 0, 3)]
    page = coach_web.submit(button="Move it all the same")
    assert page.location == "/coach/bookings/1?done=moved"
    assert "Moved 3 times by the client" in coach_web.follow().text
    assert state(app) == [("confirmed", "2027-06-15T19:00", 1, 3)]
    deliver(app)
    letter = newest(mailbox, "ann@client.example")
    assert re.search("I have (had )?to move", letter.text)
    assert "My train\n.\nis late <sorry>" in plain(letter)
    assert "is late &lt;sorry&gt;" in letter.html
    mine = newest(mailbox, "sam@practice.example")
    assert "You have given “Free consultation” a new time." in mine.text
    assert "You wrote to the client:" in mine.text


def test_a_move_without_a_broken_rule_asks_nothing(app, coach_web, booked) -> None:
    coach_web.get("/coach/bookings/1/move")
    coach_web.submit(at="10:00")
    assert state(app) == [("confirmed", "2027-06-15T09:00", 1, 0)]
    assert letters(app) == 4


def test_a_move_into_its_own_old_time_is_no_overlap(app, coach_web, booked) -> None:
    coach_web.get("/coach/bookings/1/move")
    page = coach_web.submit(at="09:15", status=409)
    assert named(page) == ["It begins between the times that you offer."]
    coach_web.submit()
    assert state(app) == [("confirmed", "2027-06-15T08:15", 1, 0)]


@both_engines
@both_engines
def test_rule_11_the_coach_is_asked_too_how_long_a_moved_meeting_should_be(
    app, coach_web, booked
) -> None:
    change(app, "UPDATE service SET duration_min = 60")
    page = coach_web.get("/coach/bookings/1/move")
    assert page.form(FORM).choices("minutes") == ["30", "60"]
    before = dump(app)
    page = coach_web.submit(FORM, at="11:30", status=422)
    assert "Please choose how long it should be" in page.one(".error-summary").text()
    # 25 hours are on no form, and no length of the coach's own is.
    page = coach_web.post(page.url, page.form(FORM).data()[1] | {"minutes": "1500"}, status=422)
    assert "Please choose how long it should be" in page.one(".error-summary").text()
    assert dump(app) == before
    page = coach_web.submit(FORM, minutes="60", status=409)
    assert named(page) == ["This is outside your hours."]
    coach_web.submit(FORM, minutes="30")
    assert str(value(app, "SELECT ends_at FROM booking"))[11:16] == "11:00"


def test_rule_8_the_coach_is_told_of_the_buffer_that_a_kept_length_breaks(
    app, coach_web, web, visitor
) -> None:
    """The service is shorter by now; the next meeting begins where the long one would end."""
    lift_rule_13(app)
    change(app, "UPDATE service SET duration_min = 120, after_min = 0")
    book(web, "20270616T080000Z")
    change(
        app,
        "UPDATE service SET duration_min = 30, after_min = 15, day_cap = NULL, week_cap = NULL",
    )
    book(visitor(), "20270615T100000Z", RAVI)
    coach_web.get("/coach/bookings/1/move")
    page = coach_web.submit(FORM, on="2027-06-15", at="09:00", minutes="120", status=409)
    assert named(page) == ["It leaves less room beside another meeting than you like to keep."]


def test_rule_11_a_yes_for_one_length_is_none_for_another(app, coach_web, booked) -> None:
    change(app, "UPDATE service SET duration_min = 60, grid_min = 15")
    coach_web.get("/coach/bookings/1/move")
    page = coach_web.submit(FORM, at="20:00", minutes="30", status=409)
    assert named(page) == ["This is outside your hours."]
    page = coach_web.submit(FORM, minutes="60", status=409)
    assert named(page) == ["This is outside your hours."]
    coach_web.submit(FORM)
    assert state(app) == [("confirmed", "2027-06-15T19:00", 1, 0)]


def test_the_same_time_with_another_length_is_a_change(app, coach_web, booked) -> None:
    change(app, "UPDATE service SET duration_min = 60")
    coach_web.get("/coach/bookings/1/move")
    assert coach_web.submit(FORM, minutes="30").location.endswith("done=unchanged")
    coach_web.get("/coach/bookings/1/move")
    assert coach_web.submit(FORM, minutes="60").location.endswith("done=moved")
    assert "60 minutes" in coach_web.get("/coach/bookings/1").text


def test_a_move_onto_another_meeting_is_refused(app, coach_web, booked, visitor) -> None:
    book(visitor(), TUESDAY_10, RAVI)
    before = dump(app)
    coach_web.get("/coach/bookings/1/move")
    page = coach_web.submit(at="10:15", status=409)
    assert "the booking stands as it was" in page.text
    assert dump(app) == before


def test_the_same_time_again_is_nothing_changed(app, coach_web, booked) -> None:
    before = dump(app)
    coach_web.get("/coach/bookings/1/move")
    assert coach_web.submit(message="x").location == "/coach/bookings/1?done=unchanged"
    assert "nothing changed" in coach_web.follow().text
    assert dump(app) == before


@both_engines
def test_case_28_what_the_client_did_meanwhile_is_not_undone(app, coach_web, web, booked) -> None:
    for act in ("move", "cancel"):
        coach_web.get(f"/coach/bookings/1/{act}")
        _, pairs = coach_web.page.form().data({"at": "14:00"} if act == "move" else {})
        move(web, booked, TUESDAY_10 if act == "move" else TUESDAY_2PM)
        before = dump(app)
        page = coach_web.post(f"/coach/bookings/1/{act}", pairs, status=409)
        assert page.h1 == "This booking has changed"
        assert page.link("Look at the booking").endswith("/coach/bookings/1")
        assert dump(app) == before
    coach_web.get("/coach/bookings/1/move")
    _, pairs = coach_web.page.form().data({"at": "16:00"})
    cancel(web, booked)
    before = dump(app)
    page = coach_web.post("/coach/bookings/1/move", pairs, status=409)
    assert page.h1 == "This booking has changed"
    page = coach_web.post("/coach/bookings/1/cancel", pairs, status=409)
    assert dump(app) == before


def test_a_page_shown_again_does_not_learn_what_the_coach_has_not_seen(
    app, coach_web, web, booked
) -> None:
    coach_web.get("/coach/bookings/1/move")
    move(web, booked, TUESDAY_10)
    coach_web.submit(at="", status=422)
    page = coach_web.submit(at="14:00", status=409)
    assert page.h1 == "This booking has changed"


def test_the_client_goes_on_from_where_the_coach_put_it(app, coach_web, web, booked) -> None:
    web.get(f"{booked}/reschedule?from=2027-06-15")
    _, pairs = web.page.form().data({"start": TUESDAY_2PM})
    coach_web.get("/coach/bookings/1/move")
    coach_web.submit(at="10:00")
    page = web.post(f"{booked}/reschedule", pairs, status=409)
    assert page.h1 == "This booking has changed"
    for start in (TUESDAY_2PM, TUESDAY_9, TUESDAY_10):
        move(web, booked, start)
    assert state(app) == [("confirmed", "2027-06-15T09:00", 4, 3)]


# --------------------------------------------------------------------------------- to cancel


@both_engines
def test_the_coach_cancels_with_a_word_to_the_client(app, coach_web, booked, mailbox, web) -> None:
    coach_web.get("/coach/bookings/1")
    coach_web.click("Cancel it")
    page = coach_web.submit(message="I am ill.\nPlease choose another time.")
    assert page.location == "/coach/bookings/1?done=cancelled"
    text = coach_web.follow().text
    assert "Cancelled by you on" in text
    assert "I am ill." in text
    assert state(app) == [("cancelled", "2027-06-15T08:00", 1, 0)]
    assert rows(app, "SELECT cancelled_by FROM booking") == [("coach",)]
    assert value(app, "SELECT stage FROM client") == "cancelled"
    deliver(app)
    letter = newest(mailbox, "ann@client.example")
    assert re.search("I have (had )?to cancel", letter.text)
    assert "I am ill.\nPlease choose another time." in plain(letter)
    assert "You cancelled it" not in letter.text
    mine = newest(mailbox, "sam@practice.example").text
    assert "You have cancelled “Free consultation”" in mine
    assert web.get(booked).h1 == "Cancelled"
    book(web, answers=RAVI)


def test_the_clients_own_letters_say_what_they_said_before(app, web, booked, mailbox) -> None:
    move(web, booked, TUESDAY_10)
    cancel(web, booked, reason="Ill")
    deliver(app)
    texts = [re.sub(r"\s+", " ", letter.text) for letter in mailbox.to("ann@client.example")]
    assert "Your Free consultation with me has a new time." in texts[1]
    assert "your calendar" in texts[2]
    assert not any(re.search("I have (had )?to", text) for text in texts)
    assert "is cancelled by the client" in newest(mailbox, "sam@practice.example").text
    assert link_in(mailbox.to("ann@client.example")[0]) == booked


def test_cancelled_twice_is_cancelled_once(app, coach_web, booked) -> None:
    coach_web.get("/coach/bookings/1/cancel")
    _, pairs = coach_web.page.form().data()
    coach_web.submit()
    before = dump(app)
    again = coach_web.post("/coach/bookings/1/cancel", pairs)
    assert again.location == "/coach/bookings/1?done=already-cancelled"
    assert "had cancelled this already" in coach_web.follow().text
    for act in ("move", "cancel"):
        coach_web.get(f"/coach/bookings/1/{act}", status=409)
    assert dump(app) == before


def test_a_booking_of_nobody_and_one_that_is_not_there_are_not_found(app, coach_web) -> None:
    for act in ("", "/move", "/cancel"):
        coach_web.get(f"/coach/bookings/7{act}", status=404)


# ------------------------------------------------------------------------------- how it went


def settle(coach_web, said: str, *, status: int = 303):
    coach_web.get("/coach/bookings/1")
    _, pairs = coach_web.page.form("form[action$=outcome]").data()
    return coach_web.post("/coach/bookings/1/outcome", {**pairs, "outcome": said}, status=status)


@pytest.fixture
def over(booked, coach_web, clock):
    """Let Ann's meeting begin."""
    clock.at("2027-06-15T08:00:00Z")
    coach_web.sign_in()


@both_engines
@pytest.mark.parametrize(
    ("said", "stage", "words"),
    [("completed", "consulted", "Took place"), ("no_show", "no-show", "Did not come")],
)
def test_the_coach_says_how_it_went_and_takes_it_back(
    app, coach_web, over, said, stage, words
) -> None:
    sent = letters(app)
    settle(coach_web, said)
    assert words in coach_web.follow().text
    assert state(app) == [(said, "2027-06-15T08:00", 0, 0)]
    assert value(app, "SELECT stage FROM client") == stage
    before = dump(app)
    settle(coach_web, said)
    assert dump(app) == before
    coach_web.get("/coach/bookings/1")
    coach_web.submit(button="Take that back")
    assert state(app)[0][0] == "confirmed"
    assert value(app, "SELECT stage FROM client") == "booked"
    assert [row[0] for row in rows(app, "SELECT to_stage FROM stage_change ORDER BY id")] == [
        "booked", stage, "booked",
    ]  # fmt: skip
    assert letters(app) == sent


def test_nobody_says_how_it_went_before_it_has_begun(app, coach_web, booked, clock) -> None:
    clock.at("2027-06-15T07:59:59Z")
    coach_web.sign_in()
    page = coach_web.get("/coach/bookings/1")
    assert not page.has("form[action$=outcome]")
    token = coach_web.get("/coach/bookings/1/cancel").form().data()[1]["csrf_token"]
    data = {"outcome": "completed", "sequence": "0", "csrf_token": token}
    page = coach_web.post("/coach/bookings/1/outcome", data, status=409)
    assert page.h1 == "This meeting has not begun"
    coach_web.post("/coach/bookings/1/outcome", {**data, "outcome": "cancelled"}, status=404)
    assert state(app)[0][0] == "confirmed"


def test_a_client_in_the_middle_of_the_work_stays_there(app, coach_web, over) -> None:
    change(app, "UPDATE client SET stage = 'active'")
    settle(coach_web, "no_show")
    assert value(app, "SELECT stage FROM client") == "active"
    settle(coach_web, "confirmed")
    assert value(app, "SELECT stage FROM client") == "active"


def test_a_stage_that_has_changed_since_is_left_alone(app, coach_web, over, clock) -> None:
    settle(coach_web, "completed")
    clock.move(minutes=5)
    coach_web.get("/coach/clients/1")
    coach_web.submit("form.form", stage="deciding")
    settle(coach_web, "confirmed")
    assert value(app, "SELECT stage FROM client") == "deciding"


def test_what_is_cancelled_or_settled_otherwise_has_changed(app, coach_web, over) -> None:
    coach_web.get("/coach/bookings/1")
    _, pairs = coach_web.page.form("form[action$=outcome]").data()
    settle(coach_web, "no_show")
    data = {**pairs, "outcome": "completed"}
    assert coach_web.post("/coach/bookings/1/outcome", data, status=409).h1 == (
        "This booking has changed"
    )
    for sequence in ("1", "", "x", "00"):
        data = {**pairs, "outcome": "confirmed", "sequence": sequence}
        coach_web.post("/coach/bookings/1/outcome", data, status=409)
    assert state(app)[0][0] == "no_show"
    for act in ("move", "cancel"):
        assert coach_web.get(f"/coach/bookings/1/{act}", status=409).h1 == (
            "This booking no longer stands"
        )


def test_today_leads_to_the_booking(coach_web, over) -> None:
    page = coach_web.get("/coach/")
    assert page.all("a[href='/coach/bookings/1']")


# ---------------------------------------------------------------------------------- to block


BLOCK = "/coach/bookings/block"


@both_engines
def test_an_hour_is_blocked_and_opened_again(app, coach_web, web) -> None:
    coach_web.get(f"{BLOCK}?start={TUESDAY_9}")
    page = coach_web.submit(reason="Dentist")
    assert page.location == "/coach/bookings/block/1?done=blocked"
    text = coach_web.follow().text
    assert "Tuesday 15 June 2027, 9:00 am to 10:00 am" in text
    assert "Dentist" in text
    web.get(f"/book/free-consultation/{TUESDAY_9}", status=409)
    web.get(f"/book/free-consultation/{TUESDAY_10}")
    coach_web.submit(button="Open this time again")
    assert coach_web.follow().status == 200
    web.get(f"/book/free-consultation/{TUESDAY_9}")
    coach_web.get("/coach/bookings/block/1", status=404)


@both_engines
def test_the_bookings_in_it_are_shown_before_it_is_blocked(app, coach_web, booked) -> None:
    before = dump(app)
    coach_web.get(f"{BLOCK}?start={TUESDAY_9}")
    page = coach_web.submit(status=409)
    assert "Nothing is blocked yet: you have a meeting in that time." in page.text
    assert page.link("Ann Lee").endswith("/coach/bookings/1")
    assert dump(app) == before
    coach_web.submit(button="Block it all the same")
    assert "Meetings that stand in it" in coach_web.follow().text
    assert state(app) == [("confirmed", "2027-06-15T08:00", 0, 0)]
    assert letters(app) == 2


def test_case_29_a_booking_made_meanwhile_is_shown_too(app, coach_web, booked, visitor) -> None:
    coach_web.get(f"{BLOCK}?start={TUESDAY_9}")
    coach_web.submit(ends="12:00", status=409)
    book(visitor(), TUESDAY_10, RAVI)
    page = coach_web.submit(status=409)
    assert "you have 2 meetings in that time" in page.text
    assert rows(app, "SELECT * FROM time_off") == []
    coach_web.submit()
    assert len(rows(app, "SELECT * FROM time_off")) == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ends": "09:00"}, "ends"),
        ({"ends": "nine"}, "ends"),
        ({"begins": ""}, "begins"),
        ({"begins": "24:00"}, "begins"),
        ({"on": "2027-02-30"}, "on"),
        ({"on": "9999-12-31"}, "on"),
        ({"on": "2028-03-26", "begins": "01:10", "ends": "01:50"}, "ends"),
        ({"reason": "r" * 121}, "reason"),
    ],
)
def test_what_cannot_be_blocked_is_said(app, coach_web, fields, wrong) -> None:
    coach_web.get(f"{BLOCK}?start={TUESDAY_9}")
    page = coach_web.submit(status=422, fields=fields)
    assert wrong in page.errors
    assert rows(app, "SELECT * FROM time_off") == []


def test_an_hour_may_end_at_midnight(app, coach_web) -> None:
    coach_web.get(f"{BLOCK}?start=20270615T220000Z")
    coach_web.submit()
    assert rows(app, "SELECT begins_min, ends_min FROM time_off") == [(1380, 1440)]


def test_hours_past_midnight_are_blocked_as_they_are_typed(app, coach_web) -> None:
    coach_web.get(f"{BLOCK}?start=20270615T220000Z")
    coach_web.submit(begins="22:30", ends="01:30")
    wanted = "SELECT begins_min, ends_min, begins_on <> ends_on FROM time_off"
    assert [tuple(map(int, row)) for row in rows(app, wanted)] == [(1350, 90, 1)]
    coach_web.get(f"{BLOCK}?start=20270615T220000Z")
    assert "ends" in coach_web.submit(begins="12:00", ends="09:00", status=422).errors


def test_nonsense_for_what_was_shown_is_nothing_shown(app, coach_web, booked) -> None:
    coach_web.get(f"{BLOCK}?start={TUESDAY_9}")
    _, pairs = coach_web.page.form().data()
    for shown in ("x", "1x", "٣", "9" * 400, "-1", "2"):
        coach_web.post(BLOCK, {**pairs, "shown": shown}, status=409)
    assert rows(app, "SELECT * FROM time_off") == []


@pytest.mark.engines("sqlite")
def test_without_a_mail_server_no_letter_is_said_to_be_on_its_way(coach_web, web) -> None:
    book(web)
    for done in ("booked", "moved", "placed", "cancelled"):
        text = coach_web.get(f"/coach/bookings/1?done={done}").text
        assert "on their way" not in text
        assert "No letter leaves, for no mail server is set." in text
    assert "takes it out" not in coach_web.get("/coach/bookings/1/cancel").text


@pytest.mark.engines("sqlite")
def test_with_a_mail_server_both_letters_are_said_to_be_on_their_way(
    mailbox, coach_web, web
) -> None:
    book(web)
    for done in ("booked", "moved", "placed", "cancelled"):
        assert (
            "Both letters are on their way" in coach_web.get(f"/coach/bookings/1?done={done}").text
        )
