"""What a person may type, and what is taken out or refused before it reaches a database."""

from __future__ import annotations

from datetime import date

import pytest

from coachcrm.kit.text.typed import (
    folded,
    has_unusable,
    is_one_line,
    many_lines,
    one_line,
    parse_date,
)


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "\udfff name", "x\ud83d"])
def test_nul_and_lone_surrogates_are_unusable_s32(text: str) -> None:
    assert has_unusable(text)
    assert not is_one_line(text)


@pytest.mark.parametrize("text", ["", "Zoë", "李小龍", "\N{GRINNING FACE}", "a\nb", "O'Neill-Łuk"])
def test_what_people_are_called_is_usable_s32(text: str) -> None:
    assert not has_unusable(text)


@pytest.mark.parametrize(
    "mark", ["\n", "\r", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\u202e", "\u2066"]
)
def test_control_and_direction_marks_are_not_one_line_s32(mark: str) -> None:
    assert not is_one_line(f"Ann{mark}Lee")
    assert is_one_line(one_line(f"Ann{mark}Lee"))


def test_one_line_keeps_the_words() -> None:
    assert one_line(" Ann\r\n \tLee\0 ") == "Ann Lee"
    assert one_line("Ann\ud800") == "Ann\ufffd"


def test_many_lines_keeps_the_lines() -> None:
    assert many_lines("a\r\nb\rc\u2028d\x85e\tf\0\u202eg") == "a\nb\nc\nd\ne\tfg"


@pytest.mark.parametrize(
    ("text", "found_as"),
    [("Zoë", "zoe"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("Ｆｕｌｌ", "full")],  # noqa: RUF001
)
def test_words_are_searched_without_marks_and_case(text: str, found_as: str) -> None:
    assert folded(text) == found_as


def test_a_date_is_read() -> None:
    assert parse_date("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    [None, "", "2027-02-29", "2027-13-01", "0000-01-01", "20270101", "2027-1-1", "2027-06-15T00:00",
     "2027-06-15\n", "2027-06-1\N{ARABIC-INDIC DIGIT FIVE}", "9" * 100_000,
     "-2027-06-15", "2027-W01-1", "\ud800"],
)  # fmt: skip
def test_any_other_shape_is_no_date(text: str | None) -> None:
    assert parse_date(text) is None
