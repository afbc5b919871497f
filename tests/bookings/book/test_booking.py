"""From a free time's address to a booking: one form, one booking, and nothing typed is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.cast import (
    ANN,
    FREE,
    RAVI,
    TUESDAY_9,
    TUESDAY_10,
    book,
    change,
    lift_rule_13,
    rows,
    value,
)

pytestmark = [pytest.mark.usefixtures("coach"), pytest.mark.engines("sqlite")]
both_engines = pytest.mark.engines("sqlite", "postgresql")
URL = f"{FREE}/{TUESDAY_9}"
ALL = {
    **ANN,
    "topic": "interview",
    "interview_on": "2027-06-20",
    "message": "They ask\nabout gaps, and I freeze.",
}


def typed(page) -> dict[str, str]:
    """Return what stands in the form's fields."""
    _, pairs = page.form().data()
    assert pairs.pop("more") == "", "what nobody sees must be empty"
    assert pairs.pop("minutes") == "30", "what was offered"
    return {
        name: text.replace("\r\n", "\n") for name, text in pairs.items() if name != "csrf_token"
    }


def form_token(web, url: str = URL) -> str:
    _, pairs = web.get(url).form().data()
    return pairs["csrf_token"]


def nothing_was_booked(app) -> bool:
    return not rows(app, "SELECT 1 FROM booking UNION ALL SELECT 1 FROM outbox_message")


@both_engines
def test_a_visitor_books_with_name_address_number_and_time_alone(app, web) -> None:
    link = book(web)
    page = web.follow()
    assert page.h1 == "You are booked, Ann"
    assert "Tuesday 15 June 9:00 am to 9:30 am" in page.text
    assert "I’ll ring you on 07400 123456" in page.text
    assert link.startswith("/booking/")
    columns = "status, sequence, name, email, phone, timezone, topic, message"
    [row] = rows(app, f"SELECT {columns} FROM booking")
    assert row[:2] == ("confirmed", 0)
    assert row[2:5] == ("Ann Lee", "ann@client.example", "+447400123456")
    assert row[5:] == ("Europe/London", "", "")
    assert rows(app, "SELECT audience, state FROM outbox_message ORDER BY audience") == [
        ("client", "queued"),
        ("coach", "queued"),
    ]


@both_engines
def test_rule_2_a_conversation_that_takes_longer_by_now_is_shown_before_it_is_booked(
    app, web
) -> None:
    web.get(URL)
    change(app, "UPDATE service SET duration_min = 60")
    page = web.submit(**ALL, status=409)
    assert "It takes 60 minutes now, not 30, and nothing is booked yet." in page.text
    assert page.form().data()[1]["name"] == "Ann Lee"
    assert nothing_was_booked(app)
    web.submit()
    assert "Tuesday 15 June 9:00 am to 10:00 am" in web.follow().text


def test_rule_2_the_same_form_after_a_change_of_length_leads_to_its_booking(app, web) -> None:
    url, pairs = web.get(URL).form().data(ANN)
    link = web.post(url, pairs).location
    change(app, "UPDATE service SET duration_min = 60")
    assert web.post(url, pairs).location == link


@pytest.mark.parametrize("minutes", ["0", "x", "9" * 400, "45"])
def test_rule_2_a_length_that_was_not_offered_is_refused(app, web, minutes) -> None:
    url, pairs = web.get(URL).form().data(ANN)
    web.post(url, {**pairs, "minutes": minutes}, status=409)
    assert nothing_was_booked(app)


@both_engines
def test_everything_that_was_typed_is_kept_as_typed(app, web) -> None:
    book(web, answers=ALL)
    [row] = rows(app, "SELECT topic, interview_on, message FROM booking")
    assert (row[0], str(row[1]), row[2]) == ("interview", "2027-06-20", ALL["message"])


@both_engines
def test_the_booking_is_the_client_s_and_the_client_is_booked(app, web) -> None:
    book(web, answers=RAVI)
    assert rows(app, "SELECT name, email, phone, timezone, stage FROM client") == [
        ("Ravi Rao", "ravi@client.example", "+919876543210", "Asia/Kolkata", "booked")
    ]
    assert value(app, "SELECT client_id FROM booking") == value(app, "SELECT id FROM client")


# ---------------------------------------------------------------------- one form, one booking


@both_engines
def test_the_same_form_again_leads_to_the_same_booking(app, web) -> None:
    token = form_token(web)
    first = web.post(URL, {**ALL, "csrf_token": token}).location
    assert web.post(URL, {**ALL, "csrf_token": token}).location == first
    assert value(app, "SELECT count(*) FROM booking") == 1
    assert value(app, "SELECT count(*) FROM outbox_message") == 2


def test_the_same_form_again_is_known_even_when_its_time_can_no_longer_be_booked(web, clock):
    token = form_token(web)
    first = web.post(URL, {**ALL, "csrf_token": token}).location
    clock.move(hours=23)
    assert web.post(URL, {**ALL, "csrf_token": token}).location == first


@pytest.mark.parametrize(
    ("field", "other"),
    [("name", "Bob Lee"), ("email", "bob@client.example"), ("message", "x"), ("topic", "other")],
)
def test_the_same_form_with_other_answers_is_refused(app, web, field, other) -> None:
    token = form_token(web)
    web.post(URL, {**ALL, "csrf_token": token})
    page = web.post(URL, {**ALL, field: other, "csrf_token": token}, status=409)
    assert page.h1 == "You have booked with this form already"
    assert value(app, "SELECT count(*) FROM booking") == 1


@both_engines
def test_the_same_form_for_another_time_is_refused(app, web) -> None:
    token = form_token(web)
    web.post(URL, {**ALL, "csrf_token": token})
    web.post(f"{FREE}/{TUESDAY_10}", {**ALL, "csrf_token": token}, status=409)
    assert value(app, "SELECT count(*) FROM booking") == 1


# -------------------------------------------------------------------------------- the form token


@pytest.mark.parametrize("token", [None, "", "forged", "1-x.y", "\ud800", "🙂.🙂", "x" * 9000])
def test_a_missing_or_forged_token_is_400_and_what_was_typed_stays(app, web, token) -> None:
    data = {**ALL, "timezone": "Asia/Kolkata", "phone": "+44 7400 123456"}
    sent = dict(data)
    if token is not None:
        data["csrf_token"] = token.encode("utf-8", "surrogatepass")
    page = web.post(URL, data, status=400)
    assert "press the button once more" in page.text
    assert typed(page) == sent
    assert nothing_was_booked(app)
    web.submit()
    assert value(app, "SELECT message FROM booking") == ALL["message"]


def test_a_token_lives_for_a_day_to_the_second(app, web, clock) -> None:
    token = form_token(web)
    clock.move(hours=24)
    web.post(URL, {**ALL, "csrf_token": token})
    assert value(app, "SELECT count(*) FROM booking") == 1


@both_engines
def test_an_expired_token_is_422_and_the_form_shown_again_works(app, web, clock) -> None:
    token = form_token(web)
    clock.move(hours=24, seconds=1)
    page = web.post(URL, {**ALL, "csrf_token": token}, status=422)
    assert "open for more than a day" in page.text
    assert page.errors == {}
    assert nothing_was_booked(app)
    web.submit()
    assert value(app, "SELECT name FROM booking") == "Ann Lee"


def test_a_token_of_the_sign_in_page_books_nothing(app, web) -> None:
    token = form_token(web, "/coach/sign-in")
    web.post(URL, {**ALL, "csrf_token": token}, status=400)
    assert nothing_was_booked(app)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 400),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://evil.example"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "http://[broken"}, 400),
        ({"Origin": "null"}, 303),
    ],
)
def test_another_site_cannot_send_the_form(app, web, headers, status) -> None:
    token = form_token(web)
    web.post(URL, {**ALL, "csrf_token": token}, headers=headers, status=status)
    assert nothing_was_booked(app) is (status == 400)


# ------------------------------------------------------------------------------------ the fields


@pytest.mark.parametrize(
    ("field", "typed_in", "words"),
    [
        ("name", "", "tell me your name"),
        ("name", "   ", "tell me your name"),
        ("name", "n" * 121, "at most 120 characters"),
        ("name", "Ann\r\nBcc: x@evil.example", "one line"),
        ("name", "Ann\u202eeeL", "one line"),
        ("email", "", "give your e-mail"),
        ("email", "ann", "check this e-mail"),
        ("email", "ann@", "check this e-mail"),
        ("email", "ann@client", "check this e-mail"),
        ("email", "ann@client..example", "check this e-mail"),
        ("email", "zoë@client.example", "check this e-mail"),
        ("email", "ann@client.example, bob@client.example", "check this e-mail"),
        ("email", "Ann <ann@client.example>", "check this e-mail"),
        ("email", "ann@client.example\r\nBcc: x@evil.example", "one line"),
        ("email", "a" * 250 + "@client.example", "at most 254"),
        ("phone", "", "give a phone number"),
        ("phone", "12", "check this phone"),
        ("phone", "ring me", "check this phone"),
        ("phone", "0" * 41, "at most 40"),
        ("interview_on", "2027-02-30", "a date that exists"),
        ("interview_on", "soon", "a date that exists"),
        ("interview_on", "2027-05-31", "still to come"),
        ("interview_on", "9999-12-31", "still to come"),
        ("message", "m" * 501, "at most 500"),
    ],
)
def test_a_field_error_is_said_in_words_and_everything_typed_stays(
    app, web, field, typed_in, words
) -> None:
    web.get(URL)
    page = web.submit(fields={**ALL, field: typed_in}, status=422)
    assert page.errors.keys() == {field}
    assert words in page.errors[field]
    assert page.title.startswith("Error: ")
    summary = page.one(".error-summary")
    assert summary.css_first(f"a[href='#{field}']") is not None
    kept = typed(page)
    for name, answer in ALL.items():
        if name != field:
            assert kept[name] == answer, name
    assert " ".join(kept[field].split()) == " ".join(typed_in.split())
    assert nothing_was_booked(app)


def test_a_topic_that_is_not_offered_is_a_field_error(app, web) -> None:
    page = web.post(URL, {**ALL, "topic": "nonsense", "csrf_token": form_token(web)}, status=422)
    assert page.errors.keys() == {"topic"}
    assert nothing_was_booked(app)


def test_several_errors_are_listed_together(web) -> None:
    web.get(URL)
    page = web.submit(name="", email="x", phone="", status=422)
    assert page.errors.keys() == {"name", "email", "phone"}
    assert len(page.one(".error-summary").css("a")) == 3


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Zoë O'Connor-Łukasz", None),
        ("李小龍 🙂", None),
        ("محمد", None),
        ('Lee, Ann: "MBA"; x', None),
        ("n" * 120, None),
        ("  Ann  ", "Ann"),
    ],
)
def test_case_36_a_name_is_kept_exactly(app, coach_web, web, name, kept) -> None:
    book(web, name=name)
    assert value(app, "SELECT name FROM booking") == (kept or name)
    assert value(app, "SELECT name FROM client") == (kept or name)
    assert (kept or name) in coach_web.get("/coach/bookings").text


def test_a_service_that_is_not_by_phone_needs_no_number(app, web) -> None:
    change(app, "UPDATE service SET place = 'video', place_details = 'https://meet.example/jo'")
    assert not web.get(URL).has("[name=phone]")
    data = {**ALL, "phone": "+447400123456", "csrf_token": form_token(web)}
    web.post(URL, data)
    assert value(app, "SELECT phone FROM booking") == "", "what is not asked is not kept (rule 17)"


@pytest.mark.parametrize(
    ("timezone", "stored"),
    [
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Mars/Olympus", "Europe/London"),
        ("", "Europe/London"),
        ("../../etc/passwd", "Europe/London"),
        ("\0", "Europe/London"),
        (None, "Europe/London"),
    ],
)
def test_case_11_no_zone_name_from_a_browser_is_an_error(app, web, timezone, stored) -> None:
    data = {**ALL, "phone": "+44 7400 123456", "csrf_token": form_token(web)}
    if timezone is not None:
        data["timezone"] = timezone
    web.post(URL, data)
    assert value(app, "SELECT timezone FROM booking") == stored


def test_of_a_repeated_field_the_first_counts(app, web) -> None:
    token = form_token(web)
    pairs = {name: [text, "second@evil.example"] for name, text in ALL.items()}
    web.post(URL, {**pairs, "csrf_token": [token, "forged"]})
    assert rows(app, "SELECT name, email, message FROM booking") == [
        ("Ann Lee", "ann@client.example", ALL["message"])
    ]


def test_s47_only_the_fields_of_the_form_are_taken(app, web) -> None:
    more = {"status": "cancelled", "client_id": "7", "coach_id": "2", "ends_at": "x", "sequence": 9}
    web.post(f"{URL}?name=Eve&email=eve@evil.example", {
        **ALL, **more, "csrf_token": form_token(web),
    })  # fmt: skip
    assert rows(app, "SELECT status, coach_id, sequence, name FROM booking") == [
        ("confirmed", 1, 0, "Ann Lee")
    ]


def test_more_than_a_megabyte_is_too_much(app, web) -> None:
    token = form_token(web)
    page = web.post(URL, {**ALL, "message": "m" * 1_100_000, "csrf_token": token}, status=413)
    assert page.h1 == "That was too much at once"
    assert nothing_was_booked(app)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_a_body_that_is_no_form_books_nothing(app, web, kind) -> None:
    answer = web.client.post(URL, data=b'{"name": "x"}', content_type=kind, base_url=web.base_url)
    assert answer.status_code == 400
    assert nothing_was_booked(app)


# --------------------------------------------------------------------------- times not on offer


@pytest.mark.parametrize(
    "start",
    [
        "nonsense",
        "20270615",
        "20270615T080000",
        "20270615T0800Z",
        "20270615T080000z",
        "2027-06-15T08:00:00Z",
        "20270615T080000+0000",
        "20270615T080000Z0",
        "20270230T080000Z",
        "20270615T250000Z",
        "20270615T080060Z",
        "00000615T080000Z",
        "00010101T000000Z",
        "99991231T235959Z",
        "-0270615T080000Z",
        "\u0662\u0660\u0662\u0667\u0660\u0666\u0661\u0665T080000Z",
        "%00",
        "%ED%A0%80",
        "9" * 3000,
    ],
)
def test_a_malformed_start_is_not_found(web, start) -> None:
    web.get(f"{FREE}/{start}", status=404)
    web.post(f"{FREE}/{start}", {**ALL, "csrf_token": form_token(web)}, status=404)


NOT_OFFERED = {
    "off the grid": "20270615T081500Z",
    "a second off": "20270615T080001Z",
    "before opening": "20270615T073000Z",
    "at lunch": "20270615T111500Z",
    "too late to fit in": "20270615T110000Z",
    "at the weekend": "20270613T080000Z",
    "past": "20270531T080000Z",
    "within the notice": "20270601T130000Z",
    "beyond the horizon": "20270802T080000Z",
    "long gone": "00020101T000000Z",
    "never": "99981231T000000Z",
}


@pytest.mark.parametrize("start", NOT_OFFERED.values(), ids=NOT_OFFERED.keys())
def test_a_time_that_is_not_on_offer_is_409_before_any_field_error(app, web, start) -> None:
    page = web.get(f"{FREE}/{start}", status=409)
    assert page.h1 == "That time is gone"
    page = web.post(f"{FREE}/{start}", {"name": "", "csrf_token": form_token(web)}, status=409)
    assert page.all(".slot")
    assert nothing_was_booked(app)


@both_engines
def test_a_taken_time_shows_the_nearest_ones_and_keeps_what_was_typed(app, web, visitor) -> None:
    answers = {**ALL, "phone": "+44 7400 123456"}
    web.get(f"{URL}?tz=Asia/Kolkata")
    book(visitor(), answers=RAVI)
    page = web.submit(status=409, **answers)
    buttons = page.all("button.slot")
    assert [b.attributes["formaction"] for b in buttons] == [
        f"{FREE}/{start}?tz=Asia/Kolkata"
        for start in (TUESDAY_10, "20270616T080000Z", "20270615T093000Z")
    ]
    assert page.h1 == "Sorry, 1:30 pm has just been taken"
    assert "One press books it with what you typed: Ann Lee, +44 7400 123456" in page.text
    _, pairs = page.form().data()
    web.post(buttons[0].attributes["formaction"], pairs)
    [row] = rows(app, "SELECT email, topic, message FROM booking WHERE name = 'Ann Lee'")
    assert row == (ALL["email"], ALL["topic"], ALL["message"])
    assert value(app, "SELECT count(*) FROM booking WHERE name = 'Ann Lee'") == 1
    assert Counter(rows(app, "SELECT audience FROM outbox_message")) == {
        ("client",): 2,
        ("coach",): 2,
    }


def test_an_alternative_that_is_taken_meanwhile_shows_others(web, visitor) -> None:
    book(visitor(), answers=RAVI)
    page = web.post(URL, {**ALL, "csrf_token": form_token(web, f"{FREE}/{TUESDAY_10}")}, status=409)
    _, pairs = page.form().data()
    book(visitor(), TUESDAY_10, RAVI, email="other@client.example")
    page = web.post(f"{FREE}/{TUESDAY_10}", {**pairs, "keep": "1"}, status=409)
    _, pairs = page.form().data()
    assert pairs["name"] == "Ann Lee"


@both_engines
@pytest.mark.parametrize(("late", "status"), [(0, 303), (1, 409)])
def test_case_20_the_notice_is_kept_to_the_second(app, web, clock, late, status) -> None:
    clock.at("2027-06-14T07:59:00Z")
    web.get(URL)
    clock.at("2027-06-14T08:00:00Z")
    clock.move(seconds=late)
    page = web.submit(status=status, **ALL)
    if late:
        _, pairs = page.form().data()
        assert pairs["message"].replace("\r\n", "\n") == ALL["message"]
        assert page.all("button.slot")
    assert nothing_was_booked(app) is bool(late)


# ---------------------------------------------------------------------------------- the clients


@both_engines
def test_case_37_one_address_is_one_client(app, web) -> None:
    lift_rule_13(app)
    book(web, email="Ann@CLIENT.example")
    book(web, "20270616T080000Z", email="ann@client.example ")
    assert rows(app, "SELECT email FROM client") == [("Ann@CLIENT.example",)]
    assert rows(app, "SELECT email FROM booking ORDER BY id") == [
        ("Ann@CLIENT.example",),
        ("ann@client.example",),
    ]


@both_engines
def test_a_stranger_who_knows_an_address_cannot_change_the_record(app, web, visitor) -> None:
    lift_rule_13(app)
    book(web)
    before = rows(app, "SELECT name, email, phone, timezone FROM client")
    book(
        visitor(),
        "20270616T080000Z",
        name="Mallory",
        phone="+44 7400 999999",
        timezone="Asia/Kolkata",
    )
    assert rows(app, "SELECT name, email, phone, timezone FROM client") == before
    assert value(app, "SELECT count(*) FROM client") == 1
    assert rows(app, "SELECT name FROM booking ORDER BY id") == [("Ann Lee",), ("Mallory",)]


def test_before_the_coach_is_there_nothing_can_be_booked(app, web) -> None:
    for table in ("stage_change", "theme", "service", "weekly_hours", "login", "coach"):
        change(app, f"DELETE FROM {table}")
    assert web.get(URL, status=503).h1 == "This site is not open yet"


def test_the_form_is_kept_in_no_cache(web) -> None:
    assert web.get(URL).headers["Cache-Control"] == "no-store"


def test_an_open_form_survives_a_long_look(web, clock, app) -> None:
    web.get(URL)
    clock.move(hours=3)
    web.submit(**ALL)
    assert value(app, "SELECT count(*) FROM booking") == 1
