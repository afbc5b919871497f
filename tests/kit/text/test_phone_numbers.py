"""A telephone number is understood where it was typed, and never turned into another one."""

from __future__ import annotations

import pytest

from coachcrm.kit.text.phone_numbers import (
    country_of,
    has_extension,
    readings,
    spoken,
    written,
)
from coachcrm.kit.time import countries

LONDON, NEW_YORK = "Europe/London", "America/New_York"

ONE_MEANING = [
    # typed, the visitor's zone, the coach's country, meant, where it rings
    ("07700 900123", LONDON, "GB", "+447700900123", "GB"),
    ("(01632) 960-961", LONDON, "GB", "+441632960961", "GB"),
    ("020 7946 0018", LONDON, "GB", "+442079460018", "GB"),
    ("415 867 5309", "America/Los_Angeles", "GB", "+14158675309", "US"),
    ("(416) 978-2011", "America/Toronto", "GB", "+14169782011", "CA"),
    ("087 123 4567", "Europe/Dublin", "GB", "+353871234567", "IE"),
    ("06 12 34 56 78", "Europe/Paris", "GB", "+33612345678", "FR"),
    ("0151 23456789", "Europe/Berlin", "GB", "+4915123456789", "DE"),
    ("098765 43210", "Asia/Calcutta", "GB", "+919876543210", "IN"),
    ("0412 345 678", "Australia/Sydney", "GB", "+61412345678", "AU"),
    ("021 123 4567", "Pacific/Auckland", "GB", "+64211234567", "NZ"),
    ("050 123 4567", "Asia/Dubai", "GB", "+971501234567", "AE"),
    # The clocks of Slovakia are Prague's, and a machine may say so.
    ("0905 123 456", "Europe/Prague", "GB", "+421905123456", "SK"),
    # On a journey, with a number from home.
    ("07400 123456", NEW_YORK, "GB", "+447400123456", "GB"),
    ("+91 98765 43210", NEW_YORK, "GB", "+919876543210", "IN"),
    ("0044 20 7946 0018", "Europe/Paris", "GB", "+442079460018", "GB"),
    ("011 44 20 7946 0018", NEW_YORK, "US", "+442079460018", "GB"),
    ("+44 (0)20 7946 0018", NEW_YORK, "US", "+442079460018", "GB"),
    # Elsewhere it would be one at a premium, or another that nobody has at home.
    ("98201 23456", "Asia/Kolkata", "GB", "+919820123456", "IN"),
    ("90123 45678", "Asia/Kolkata", "GB", "+919012345678", "IN"),
    ("84201 23456", "Asia/Kolkata", "GB", "+918420123456", "IN"),
    ("76401 23456", "Asia/Kolkata", "GB", "+917640123456", "IN"),
    ("0909 123 4567", "Asia/Manila", "GB", "+639091234567", "PH"),
    # What is the only one is it nevertheless, and so is what is typed in full.
    ("0333 555 0142", LONDON, "GB", "+443335550142", "GB"),
    ("+44 982 012 3456", "Asia/Kolkata", "GB", "+449820123456", "GB"),
    # No zone, and one that is no country's.
    ("020 7946 0018", "", "GB", "+442079460018", "GB"),
    ("415 867 5309", "UTC", "US", "+14158675309", "US"),
]


@pytest.mark.parametrize(("typed", "zone", "home", "meant", "country"), ONE_MEANING)
def test_a_number_is_read_where_it_was_typed(typed, zone, home, meant, country) -> None:
    [reading] = readings(typed, zone=zone, home=home)
    assert (reading.e164, reading.country) == (meant, country)


@pytest.mark.parametrize(
    ("typed", "zone", "home", "meant"),
    [
        ("203 555 0142", NEW_YORK, "GB", ["+12035550142", "+442035550142"]),
        ("203 555 0142", LONDON, "US", ["+442035550142", "+12035550142"]),
        ("020 123 4567", "Europe/Amsterdam", "NZ", ["+31201234567", "+64201234567"]),
    ],
)
def test_what_is_a_number_in_two_countries_is_both(typed, zone, home, meant) -> None:
    assert [reading.e164 for reading in readings(typed, zone=zone, home=home)] == meant


@pytest.mark.parametrize(
    "typed", ["020 7946 0958 ext 12", "+44 20 7946 0958 x12", "020 7946 0958 #12"]
)
def test_an_extension_is_never_dropped_in_silence(typed) -> None:
    assert readings(typed, zone=LONDON, home="GB") == ()
    assert has_extension(typed)
    assert not has_extension("020 7946 0958")


@pytest.mark.parametrize("number", ["+12035550142", "+442035550142"])
def test_with_a_plus_it_is_one_number_everywhere(number: str) -> None:
    assert [r.e164 for r in readings(number, zone=NEW_YORK, home="GB")] == [number]


@pytest.mark.parametrize(
    "typed",
    [
        "", "call me", "12", "999", "+", "+999 1", "+44 1234", "0" * 39, "1" * 100_000,
        "07400\n123456", "\ud800", "07700 90012", "415 867 5309", "+1 415 867 530",
    ],
)  # fmt: skip
def test_what_cannot_be_rung_is_no_number(typed: str) -> None:
    assert readings(typed, zone=LONDON, home="GB") == ()


@pytest.mark.parametrize(
    ("number", "reader", "words"),
    [
        ("+442079460018", "GB", "020 7946 0018"),
        ("+442079460018", "US", "+44 20 7946 0018"),
        ("+442079460018", "", "+44 20 7946 0018"),
        ("+447700900123", "GB", "07700 900123"),
        ("+14158675309", "GB", "+1 415 867 5309"),
        ("+14158675309", "US", "(415) 867-5309"),
        ("+919876543210", "IN", "098765 43210"),
        ("whatever", "GB", "whatever"),
        ("", "GB", ""),
    ],
)
def test_a_number_is_said_as_its_reader_dials_it_and_in_one_piece(number, reader, words) -> None:
    assert written(number, reader) == words
    assert spoken(number, reader) == words.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("phone", "zone", "country"),
    [
        ("+442079460018", "Asia/Kolkata", "GB"),
        ("+447700900123", "Asia/Kolkata", "GB"),
        ("", "Asia/Kolkata", "IN"),
        ("", "UTC", ""),
        ("", "Mars/Olympus", ""),
    ],
)
def test_somebody_is_at_home_where_the_number_is_else_where_the_clocks_are(phone, zone, country):
    assert country_of(phone, zone) == country


@pytest.mark.parametrize(
    ("country", "name"),
    [("US", "United States"), ("GB", "United Kingdom"), ("IN", "India"), ("XX", "XX")],
)
def test_a_country_has_a_name(country: str, name: str) -> None:
    assert countries.name(country) == name
