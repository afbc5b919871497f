"""Parts of words: any stretch of a word is found, and nothing that is no stretch of one."""

from __future__ import annotations

import pytest

from coachcrm.kit.text.parts import parts_of, term_of


def finds(typed: str, text: str) -> bool:
    """Say whether the parts of `typed` stand in a row among those of the text."""
    parts, wanted = parts_of(text).split(), list(term_of(typed).words)
    return any(parts[n : n + len(wanted)] == wanted for n in range(len(parts)))


WORDS = ["ann lee", "lee eexa", "李小龍 x@y.example", "a b c", "zoe zzz z", "100% _done_", "🙂🙂"]


@pytest.mark.parametrize("text", WORDS)
def test_every_stretch_of_a_word_is_found(text: str) -> None:
    for word in text.split():
        for first in range(len(word)):
            for end in range(first + 1, len(word) + 1):
                assert finds(word[first:end], text), word[first:end]


@pytest.mark.parametrize("text", WORDS)
@pytest.mark.parametrize(
    "typed",
    ["leann", "leexa", "nl", "龍x", "小李", "%_", "q", "zzzz", "bc", "🙂🙂🙂", "zaaaaa", "az"],
)
def test_nothing_else_is_found(typed: str, text: str) -> None:
    assert finds(typed, text) == any(typed in word for word in text.split())


def test_a_part_is_letters_alone_so_that_no_database_takes_it_for_anything_else() -> None:
    stored = parts_of("李小龍 <x>'\"@1e9 -0x1f \u202e\N{COMBINING ACUTE ACCENT} z")
    assert stored.replace(" ", "").isascii()
    assert stored.replace(" ", "").isalpha()
    assert parts_of("") == ""


def test_a_text_without_end_has_an_end() -> None:
    assert len(parts_of("a" * 1_000_000)) < 20_000
