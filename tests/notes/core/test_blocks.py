"""What a form's fields become."""

import pytest
from werkzeug.datastructures import MultiDict

from coachcrm.notes.core.blocks import Block, all_steps, excerpt, kept
from coachcrm.notes.forms import read_blocks


def read(*pairs):
    return read_blocks(MultiDict(pairs))


@pytest.mark.parametrize(
    ("pairs", "blocks"),
    [
        ([], []),
        ([("block-0-text", "They said no.")], [Block("They said no.")]),
        (
            [("block-0-text", "a"), ("block-0-steps", "3"), ("block-0-steps", "1")],
            [Block("a", (1, 3))],
        ),
        (
            [("block-0-text", "a"), ("block-0-steps", "1"), ("block-0-steps", "1")],
            [Block("a", (1,))],
        ),
        ([("block-10-text", "b"), ("block-2-text", "a")], [Block("a"), Block("b")]),
        ([("block-0-text", "one\r\ntwo\rthree")], [Block("one\ntwo\nthree")]),
        ([("block-0-text", "first"), ("block-0-text", "second")], [Block("first")]),
        ([("block-0-steps", "1")], []),
        ([("block-x-text", "a"), ("block--1-text", "b"), ("block-99999-text", "c")], []),
    ],
)
def test_blocks_come_in_the_order_of_their_numbers(pairs, blocks):
    assert read(*pairs) == blocks


@pytest.mark.parametrize("step", ["0", "7", "-1", "one", "", "1 ", "٣", "9" * 400, "\0"])
def test_what_is_no_step_is_passed_over(step):
    assert read(("block-0-text", "a"), ("block-0-steps", step)) == [Block("a")]


def test_empty_passages_are_not_kept():
    assert kept([Block(""), Block(" \n"), Block("x")]) == [Block("x")]


@pytest.mark.parametrize("text", ["a" * 200_001, "nul \0 inside", "half \ud800 a character"])
def test_what_cannot_be_kept_is_named(text):
    assert Block(text).trouble


def test_two_hundred_thousand_characters_are_kept():
    assert Block("ä" * 200_000).trouble is None


def test_an_excerpt_is_one_short_line():
    line = excerpt([Block("word " * 100), Block("more")])
    assert "\n" not in line
    assert len(line) < 170
    assert line.endswith("…")


def test_a_note_speaks_to_the_steps_of_all_its_passages():
    assert all_steps([Block("a", (3, 6)), Block("b", (1, 3)), Block("c")]) == [1, 3, 6]
