"""Words as they are typed, stored, asked for and shown."""

from __future__ import annotations

import pytest

from coachcrm.kit.text.search import (
    MOST_INDEXED,
    Term,
    fts5_query,
    index_text,
    like_patterns,
    marked,
    parse,
    ts_query,
    words_of,
)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", []),
        ("   ", []),
        ("no", [Term(("no",), is_prefix=True)]),
        ("no ", [Term(("no",))]),
        ("Zoë said", [Term(("zoe",)), Term(("said",), is_prefix=True)]),
        ('"ran over time"', [Term(("ran", "over", "time"))]),
        ('"ran over', [Term(("ran", "over"))]),
        ("re-think", [Term(("re", "think"), is_prefix=True)]),
        ('"" !! %_*', []),
        ("NEAR(a b)", [Term(("near", "a")), Term(("b",), is_prefix=True)]),
        ("a' OR 1=1 --", [Term(("a",)), Term(("or",)), Term(("1", "1"))]),
    ],
)
def test_terms_of_what_is_typed(typed, terms) -> None:
    assert parse(typed) == terms


def test_a_very_long_question_is_cut() -> None:
    assert len(parse("a " * 10_000)) == 12


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("They said: “No!”", "they said no"),
        ("Straße, ŁUKASZ_x", "strasse łukasz x"),
        ("e\u0301tude", "etude"),
        ("ملاحظة \u202eabc", "ملاحظة abc"),
        ("🙂🙂", ""),
        ("<script>alert(1)</script>", "script alert 1 script"),
    ],
)
def test_words_of_a_text(text, words) -> None:
    assert words_of(text) == words


def test_an_index_text_has_a_limit_and_a_space_around_every_word() -> None:
    assert index_text(["One two.", "", "Three"]) == " one two three "
    assert index_text(["", " 🙂 "]) == ""
    assert len(index_text(["word " * 200_000])) <= MOST_INDEXED + 2


def test_the_same_terms_in_three_languages() -> None:
    terms = parse('said "ran over" thin')
    assert fts5_query(terms) == '"said" AND "ran over" AND "thin"*'
    assert ts_query(terms) == "'said' & 'ran' <-> 'over' & 'thin':*"
    assert like_patterns(terms) == ["% said %", "% ran over %", "% thin%"]


@pytest.mark.parametrize(
    ("text", "typed", "hits"),
    [
        ("They said no.", "said ", ["said"]),
        ("They said no.", "ai", []),
        ("Thin, thinner", "thin", ["Thin", "thinner"]),
        ("Thin, thinner", "thin ", ["Thin"]),
        ("Ran  over\ntime", '"ran over time"', ["Ran  over time"]),
        ("Zoë’s étude, ﬁne", "zoe etude fine", ["Zoë", "étude", "ﬁne"]),
        ("<b>bold</b>", "bold", ["bold"]),
        ("nothing here", "", []),
    ],
)
def test_hits_are_marked_in_the_text_as_written(text, typed, hits) -> None:
    assert [piece for piece, is_hit in marked(text, parse(typed)) if is_hit] == hits


def test_a_passage_is_cut_around_its_first_hit() -> None:
    pieces = marked("far " * 500 + "needle" + " far" * 500, parse("needle "))
    text = "".join(piece for piece, _ in pieces)
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert len(text) < 400
