"""The coach's words with places to fill in: what is understood, what is refused, and where."""

from __future__ import annotations

import pytest

from coachcrm.bookings.letters.core.catalogue import LETTERS, check_wording, words_for
from coachcrm.kit.text.wording import (
    Misspelt,
    Run,
    Wording,
    check,
    fill_body,
    fill_line,
    original,
    plain,
)
from tests.support.processes import ROOT

WORDS = ROOT / "templates" / "mail" / "words"

FACTS = {"first_name": "Ann", "when": "Tuesday, 9:00 am", "again_link": "https://us.example/book"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {first_name},", "Hello Ann,"),
        ("Hello { First_Name },", "Hello Ann,"),
        ("{first_name}{first_name}", "AnnAnn"),
        ("{{first_name}}", "{first_name}"),
        ("a {{ and a }}", "a { and a }"),
        ("{{{first_name}}}", "{Ann}"),
        ("no places at all", "no places at all"),
        ("", ""),
        ("{when}", "Tuesday, 9:00 am"),
    ],
)
def test_places_are_filled_in(text, filled) -> None:
    assert fill_line(text, FACTS) == filled


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {first_name},", "Hello,"),
        ("{first_name}, hello", ", hello"),
        ("a {first_name} b", "a b"),
    ],
)
def test_where_there_is_nothing_to_fill_in_the_space_before_it_goes_too(text, filled) -> None:
    assert fill_line(text, {**FACTS, "first_name": ""}) == filled
    assert plain(fill_body(text, {**FACTS, "first_name": ""})) == filled


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("Hello {frist_name},", "Line 1, character 7", "Did you mean {first_name}?"),
        ("Hello\n\nyou {nobody}", "Line 3, character 5", "there is no placeholder {nobody} here"),
        ("{", "Line 1, character 1", "opened and not closed"),
        ("a {first_name", "Line 1, character 3", "opened and not closed"),
        ("{first\n_name}", "Line 1, character 1", "opened and not closed"),
        ("a } b", "Line 1, character 3", "closed and was not opened"),
        ("{}", "Line 1, character 1", "there is no placeholder {} here"),
        ("{{first_name}", "Line 1, character 13", "closed and was not opened"),
        ("{{{first_name}}", "Line 1, character 15", "closed and was not opened"),
        ("{first_name.__class__}", "Line 1, character 1", "there is no placeholder"),
        ("{first_name!r}", "Line 1, character 1", "there is no placeholder"),
        ("{first_name:>9999999}", "Line 1, character 1", "there is no placeholder"),
        ("{0}", "Line 1, character 1", "there is no placeholder"),
        ("{% if x %}", "Line 1, character 1", "there is no placeholder"),
        ("a\r\nb {nobody}", "Line 2, character 3", "there is no placeholder"),
    ],
)
def test_s29_what_is_not_understood_is_refused_with_its_place(text, place, says) -> None:
    for read in (lambda: check(text, FACTS.keys()), lambda: fill_line(text, FACTS)):
        with pytest.raises(Misspelt) as trouble:
            read()
        assert trouble.value.sentence.startswith(f"{place}: ")
        assert says in trouble.value.sentence


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("See {details} here", "Line 1, character 5: {details} needs a line of its own."),
        (
            "{details}\nx\n{details}",
            "Line 3, character 1: {details} can stand in a letter only once.",
        ),
    ],
)
def test_the_details_stand_once_and_alone(text, says) -> None:
    with pytest.raises(Misspelt) as trouble:
        check(text, {"details"})
    assert trouble.value.sentence == says


def test_the_details_stand_where_they_are_put_and_else_at_the_end() -> None:
    placed = fill_body("One\n\n  {details} \n\nTwo\nthree\n\nFour", FACTS)
    assert [len(p) for p in placed.opening] == [1]
    assert [len(p) for p in placed.closing] == [2, 1]
    glued = fill_body("One\n{details}\nTwo", FACTS)
    assert (len(glued.opening), len(glued.closing)) == (1, 1)
    unplaced = fill_body("One\n\nTwo", FACTS)
    assert (len(unplaced.opening), unplaced.closing) == (2, [])


def test_links_are_made_of_the_coach_s_own_addresses_and_of_ours_alone() -> None:
    body = fill_body(
        "Read https://mine.example/a?b=c. {first_name} at {again_link}",
        {**FACTS, "first_name": "https://evil.example"},
    )
    assert body.opening == [
        [
            [
                Run("Read "),
                Run("https://mine.example/a?b=c", "https://mine.example/a?b=c"),
                Run(". "),
                Run("https://evil.example"),
                Run(" at "),
                Run("https://us.example/book", "https://us.example/book"),
            ]
        ]
    ]


@pytest.mark.parametrize(
    "nasty", ["a\r\nBcc: x@evil.example", "a\n\n{when}", "a\u2028b", "a\u202eb\0"]
)
def test_what_is_filled_in_stays_one_line_and_is_not_read_again(nasty) -> None:
    body = fill_body("Hello {first_name},\n\nyes", {**FACTS, "first_name": nasty})
    assert len(body.opening) == 2
    assert len(body.opening[0]) == 1
    assert not set("\r\n\u2028\u202e\0") & set(plain(body).replace("\n\nyes", ""))
    assert "Tuesday" not in plain(body)


@pytest.mark.parametrize("name", sorted(folder.name for folder in WORDS.iterdir()))
def test_the_original_words_keep_our_own_rules(name) -> None:
    wording = original("words", name)
    assert check_wording(wording) == {}
    assert "{details}" in wording.body


def test_each_letter_that_we_word_has_its_words_and_nothing_else_has() -> None:
    elsewhere = {"summary", "test", "reset", "password", "address"}
    assert {folder.name for folder in WORDS.iterdir()} == set(LETTERS) - elsewhere


@pytest.mark.parametrize("name", ["{first_name}", "{place}", "{booking_link}", "{details}"])
def test_s33_what_a_client_has_typed_stands_in_no_subject(name) -> None:
    for kind in ("confirmed", "day_before", "follow_up"):
        assert "subject" in check_wording(Wording(kind, f"Hello {name}", "Hello"))


def test_words_that_a_later_version_no_longer_knows_stop_no_letter() -> None:
    old = Wording("confirmed", "{gone}", "Hello", is_on=True)
    assert words_for([old], "confirmed") == original("words", "confirmed")
    off = Wording("day_before", "", "", is_on=False)
    assert words_for([off], "day_before").body == original("words", "day_before").body
    assert not words_for([off], "day_before").is_on
