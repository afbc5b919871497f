"""What a client may do with a booking by its link, and until when: tables, no fixtures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from coachcrm.bookings.core.booking_words import first_name
from coachcrm.bookings.core.rules import (
    BURST,
    JUST_MADE,
    BookingFacts,
    Look,
    Objection,
    State,
    Terms,
    burst,
    is_just_made,
    is_unanswered,
    length_of_move,
    look_of,
    next_stamp,
    objection_to_cancel,
    objection_to_move,
    person,
)

START = datetime(2027, 6, 15, 8, tzinfo=UTC)
TERMS = Terms(cutoff=timedelta(hours=2), most_moves=3)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
LONG_BEFORE = START - 100 * HOUR


@pytest.mark.parametrize(
    ("status", "now", "state"),
    [
        ("confirmed", LONG_BEFORE, State.UPCOMING),
        ("held", LONG_BEFORE, State.UPCOMING),
        ("confirmed", START - SECOND, State.UPCOMING),
        ("confirmed", START, State.PAST),
        ("held", START + HOUR, State.PAST),
        ("completed", LONG_BEFORE, State.PAST),
        ("no_show", START + HOUR, State.PAST),
        ("cancelled", LONG_BEFORE, State.CANCELLED),
        ("cancelled", START + HOUR, State.CANCELLED),
    ],
)
def test_a_booking_is_upcoming_past_or_cancelled(status, now, state) -> None:
    assert BookingFacts(status, START, 0).state(now) is state


@pytest.mark.parametrize(
    ("status", "now", "waits"),
    [
        ("held", START - 2 * HOUR - SECOND, False),
        ("held", START - 2 * HOUR, True),
        ("held", START + HOUR, True),
        ("confirmed", START - HOUR, False),
        ("cancelled", START - HOUR, False),
    ],
)
def test_at_the_cut_off_nobody_waits_for_an_answer_any_more(status, now, waits) -> None:
    assert is_unanswered(BookingFacts(status, START, 0), TERMS, now=now) is waits


@pytest.mark.parametrize(
    ("status", "now", "look"),
    [
        ("confirmed", LONG_BEFORE, Look.STANDING),
        ("confirmed", START - SECOND, Look.STANDING),
        ("confirmed", START, Look.NOW),
        ("completed", START, Look.NOW),
        ("confirmed", START + HOUR - SECOND, Look.NOW),
        ("confirmed", START + HOUR, Look.OVER),
        ("completed", START + HOUR, Look.OVER),
        ("completed", LONG_BEFORE, Look.OVER),
        ("no_show", START, Look.MISSED),
        ("no_show", START + HOUR, Look.MISSED),
        ("held", LONG_BEFORE, Look.HELD),
        ("held", START - 2 * HOUR, Look.UNANSWERED),
        ("held", START, Look.UNCONFIRMED),
        ("cancelled", LONG_BEFORE, Look.CANCELLED),
        ("cancelled", START, Look.CANCELLED),
    ],
)
def test_the_page_of_a_booking_looks_as_it_stands(status, now, look) -> None:
    facts = BookingFacts(status, START, 0)
    assert look_of(facts, TERMS, ends_at=START + HOUR, now=now) is look


@pytest.mark.parametrize(
    ("version", "age", "is_news"),
    [(0, 0 * HOUR, True), (0, JUST_MADE - SECOND, True), (0, JUST_MADE, False), (1, SECOND, False)],
)
def test_that_it_is_booked_is_news_for_a_while(version, age, is_news) -> None:
    assert is_just_made(version, made_at=START, now=START + age) is is_news


@pytest.mark.parametrize(
    ("status", "now", "objection"),
    [
        ("confirmed", LONG_BEFORE, None),
        ("held", LONG_BEFORE, Objection.HELD),
        ("confirmed", START - 2 * HOUR - SECOND, None),
        ("confirmed", START - 2 * HOUR, None),
        ("confirmed", START - 2 * HOUR + timedelta(microseconds=1), Objection.TOO_LATE),
        ("confirmed", START - 2 * HOUR + SECOND, Objection.TOO_LATE),
        ("confirmed", START - SECOND, Objection.TOO_LATE),
        ("confirmed", START, Objection.OVER),
        ("completed", LONG_BEFORE, Objection.OVER),
        ("cancelled", LONG_BEFORE, Objection.CANCELLED),
        ("cancelled", START + HOUR, Objection.CANCELLED),
    ],
)
def test_a_client_may_cancel_up_to_the_cut_off_and_on_it(status, now, objection) -> None:
    standing = BookingFacts(status, START, 0)
    assert objection_to_cancel(standing, TERMS, now=now) is objection
    assert objection_to_move(standing, TERMS, now=now) is objection


@pytest.mark.parametrize(
    ("moves", "most", "objection"),
    [
        (0, 3, None),
        (2, 3, None),
        (3, 3, Objection.TOO_OFTEN),
        (4, 3, Objection.TOO_OFTEN),
        (0, 0, Objection.TOO_OFTEN),
        (4, 5, None),
    ],
)
def test_a_client_may_move_as_often_as_the_limit_and_cancel_for_ever(moves, most, objection):
    standing, terms = BookingFacts("confirmed", START, moves), Terms(TERMS.cutoff, most)
    assert objection_to_move(standing, terms, now=LONG_BEFORE) is objection
    assert objection_to_cancel(standing, terms, now=LONG_BEFORE) is None


def test_being_too_late_is_named_before_being_too_often() -> None:
    standing = BookingFacts("confirmed", START, 3)
    assert objection_to_move(standing, TERMS, now=START - HOUR) is Objection.TOO_LATE


def test_without_a_cut_off_the_start_is_the_end_of_it() -> None:
    terms = Terms(cutoff=timedelta(0), most_moves=3)
    standing = BookingFacts("confirmed", START, 0)
    assert objection_to_cancel(standing, terms, now=START - SECOND) is None
    assert objection_to_cancel(standing, terms, now=START) is Objection.OVER


@pytest.mark.parametrize(
    ("now", "stamp"),
    [(START + SECOND, START + SECOND), (START, START), (START - 2 * HOUR, START)],
)
def test_the_stamp_never_falls_even_if_the_clock_is_set_back(now, stamp) -> None:
    assert next_stamp(START, now) == stamp


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Ann Lee", "Ann"),
        ("Zoë O'Connor-Łukasz", "Zoë"),
        ("O’Neill", "O’Neill"),
        ("Jean-Luc Picard", "Jean-Luc"),
        ("李小龍 🙂", "李小龍"),
        ("محمد", "محمد"),
        ("रवि राव", "रवि"),
        ("J. Smith", "J."),
        ("J.R. Tolkien", "J.R."),
        ("www.evil.example win a prize", ""),
        ("evil.example", ""),
        ("https://evil.example", ""),
        ("ann@client.example", ""),
        ("Win at https://evil.example", ""),
        ("Ann 07400 123456", ""),
        ("n" * 40, "n" * 40),
        ("n" * 41, ""),
        ("Call-0800", ""),
        ("<b>Ann</b>", ""),
        ("🙂", ""),
        ("", ""),
    ],
)
def test_s64_a_greeting_holds_a_name_and_nothing_that_becomes_a_link(name, greeting) -> None:
    assert first_name(name) == greeting


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        (" Ann@Client.Example ", "ann@client.example"),
        ("ann+jobs@client.example", "ann@client.example"),
        ("a.n.n@client.example", "a.n.n@client.example"),
        ("A.n.n+x@GoogleMail.com", "ann@gmail.com"),
        ("+@client.example", "+@client.example"),
        ("Ann@Prüfung.example", "ann@xn--prfung-4ya.example"),
        ("ann@XN--Prfung-4ya.example", "ann@xn--prfung-4ya.example"),
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
        ("Änn@client.example", "änn@client.example"),
        ("ann@prüfung..example", "ann@prüfung..example"),
    ],
)
def test_one_mailbox_has_one_spelling_s61(typed, spelt) -> None:
    assert person(typed) == spelt


def test_eight_in_less_than_an_hour_are_a_burst_and_seven_are_a_good_day_s63() -> None:
    minutes = [0, 1, 2, 3, 4, 5, 6, 59, 300, 301, 302, 303, 304, 305, 306, 360, 361]
    made = [START + timedelta(minutes=minute) for minute in minutes]
    assert burst(made) == list(range(BURST))
    assert burst(made[BURST:]) == []
    assert burst([]) == []


@pytest.mark.parametrize(
    ("booked", "offered", "chosen", "lasts"),
    [
        (30, 30, None, 30),
        (30, 30, 30, 30),
        (30, 30, 60, None),
        (30, 60, None, None),
        (30, 60, 30, 30),
        (30, 60, 60, 60),
        (30, 60, 45, None),
        (60, 30, 30, 30),
        (30, 60, 0, None),
    ],
)
def test_rule_11_a_move_keeps_its_length_or_takes_the_one_that_was_chosen(
    booked, offered, chosen, lasts
) -> None:
    assert length_of_move(booked, offered, chosen) == lasts
