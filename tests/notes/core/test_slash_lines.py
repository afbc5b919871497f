"""Slash lines: what each asks for, and what becomes of it as the note changes."""

from __future__ import annotations

from datetime import date

import pytest

from coachcrm.notes.core.slash_lines import Filed, SlashLine, due_in, plain, planned, read, steps_in

TODAY = date(2027, 6, 1)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "mark", "words", "due_on"),
    [
        ("/- ran over time", "-", "ran over time", None),
        ("/-ran over time", "-", "ran over time", None),
        ("  /+ warm rapport  ", "+", "warm rapport", None),
        ("/q Why us?", "q", "Why us?", None),
        ("/T No concrete example", "t", "No concrete example", None),
        ("/s Keeps calm", "s", "Keeps calm", None),
        ("/3 work on the close", "3", "work on the close", None),
        ("/a write to the agency by Friday", "a", "write to the agency", date(2027, 6, 4)),
        ("/a cut the answer, by 20 June.", "a", "cut the answer", date(2027, 6, 20)),
        ("/a stand by me", "a", "stand by me", None),
        ("/+ 🙂 مرحبا <b>", "+", "🙂 مرحبا <b>", None),
    ],
)
def test_a_line_that_makes_sense(text, mark, words, due_on) -> None:
    lines, hints = read("k", text, today=TODAY)
    assert lines == [SlashLine("k", text, mark, words, due_on)]
    assert hints == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("/x what", "no such mark"),
        ("/7 step", "no such mark"),
        ("/", "no such mark"),
        ("//", "no such mark"),
        ("/etc/passwd", "no such mark"),
        ("/+/-", None),
        ("/-", "Nothing follows"),
        ("/3", "Nothing follows"),
        ("/t " + "a" * 81, "longer than 80"),
        ("/- " + "a" * 2001, "longer than 2000"),
    ],
)
def test_a_line_that_makes_none_stays_text_with_a_hint(text, sentence) -> None:
    lines, hints = read("k", text, today=TODAY)
    if sentence is None:
        assert [line.words for line in lines] == ["/-"]
        return
    assert lines == []
    assert sentence in hints[0].sentence


def test_text_without_a_slash_at_the_beginning_is_nothing() -> None:
    assert read("k", "and/or\nthey said /- once\n", today=TODAY) == ([], [])


def test_steps_of_a_block() -> None:
    assert steps_in("/1 asked\ntext\n/3 close\n/7 x\n/2\n/- y") == {1, 3}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/- ran over", "ran over"),
        (" /3  close ", "close"),
        ("plain /-", "plain /-"),
        ("/x y", "/x y"),
        ("/-", "/-"),
    ],
)
def test_a_line_without_its_mark(line, text) -> None:
    assert plain(line) == text


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("x by today", date(2027, 6, 1)),
        ("x by tomorrow", date(2027, 6, 2)),
        ("x by Tuesday", date(2027, 6, 8)),
        ("x by mon", date(2027, 6, 7)),
        ("x by next week", date(2027, 6, 8)),
        ("x by in 3 days", date(2027, 6, 4)),
        ("x by 2027-06-30", date(2027, 6, 30)),
        ("x by 31 May", date(2028, 5, 31)),
        ("x by 1st July 2027", date(2027, 7, 1)),
        ("x by 31 June", None),
        ("x by 30 ju", None),
        ("x by 2027-13-01", None),
        ("x by the book", None),
    ],
)
def test_the_day_of_an_action(words, on) -> None:
    assert due_in(words, today=TODAY) == (("x" if on else words), on)


def lines(*texts, key="k"):
    return [line for text in texts for line in read(key, text, today=TODAY)[0]]


def filed(number, text, *, key="k", young=True):
    return Filed(number, key, text, text.strip()[1], young)


@pytest.mark.parametrize(
    ("now", "before", "open_line", "files", "undoes", "follows"),
    [
        (["/- a"], [], None, ["/- a"], [], []),
        (["/- a"], [filed(1, "/- a")], None, [], [], []),
        (["/- a", "/- a"], [filed(1, "/- a")], None, ["/- a"], [], []),
        (["/3 a"], [], None, [], [], []),
        # In the middle of typing nothing is filed, and nothing of the block undone.
        (["/- a"], [], ("k", "/- a"), [], [], []),
        (["/- ab"], [filed(1, "/- a")], ("k", "/- ab"), [], [], []),
        (["/- ab"], [filed(1, "/- a")], ("k", ""), ["/- ab"], [1], []),
        ([], [filed(1, "/- a")], ("j", "typing"), [], [1], []),
        # A line that goes, or loses its mark, takes its young record along.
        ([], [filed(1, "/- a")], None, [], [1], []),
        (["/- b"], [filed(1, "/- a")], None, ["/- b"], [1], []),
        # Later the record stands on its own, and a reworded line is still the same line.
        ([], [filed(1, "/- a", young=False)], None, [], [], []),
        (["/- ran over time"], [filed(1, "/- ran ovr time", young=False)], None, [], [], [1]),
        (["/- something else"], [filed(1, "/- ran over", young=False)], None,
         ["/- something else"], [], []),
    ],
)  # fmt: skip
def test_what_is_done_as_a_note_changes(now, before, open_line, files, undoes, follows) -> None:
    plan = planned(lines(*now), before, open_line=open_line)
    assert [line.text for line in plan.file] == files
    assert [one.id for one in plan.undo] == undoes
    assert [one.id for one, _ in plan.follow] == follows


def test_a_line_moved_to_another_passage_is_the_same_line() -> None:
    plan = planned(lines("/- a", key="j"), [filed(1, "/- a")])
    assert (plan.file, plan.undo) == ([], [])
    assert plan.follow[0][1].key == "j"
