"""What was deleted or worded anew is in no index of words for long, not even as octets."""

from __future__ import annotations

import pytest

from coachcrm.kit.data import word_index
from tests.support.cast import RAVI, TUESDAY_9, TUESDAY_10, book, change, rows


def held(app) -> set[str]:
    """Return the indexes that still hold a word that stands in no row."""
    return {
        table
        for table in ("client", "note")
        for (block,) in rows(app, f"SELECT block FROM {table}_fts_data")
        if b"xqjvkw" in bytes(block)
    }


@pytest.fixture
def what_was_said(app, coach_web, web) -> None:
    """A person once named so, and a note with her name, beside others; both are gone."""
    book(web, TUESDAY_9)
    book(web, TUESDAY_10, RAVI)
    for words in ("Xqjvkw fears panels.", "He came late."):
        coach_web.get("/coach/clients/1/notes/new")
        coach_web.submit("form.note", button="Save", fields={"block-0-text": words})
    change(app, "UPDATE client SET search_parts = 'xqjvkw' WHERE id = 1")
    change(app, "UPDATE client SET search_parts = 'ann' WHERE id = 1")
    change(app, "UPDATE note SET search_text = 'she fears panels' WHERE id = 1")


@pytest.mark.engines("sqlite")
def test_words_that_stand_nowhere_any_more_leave_the_indexes(app, what_was_said) -> None:
    assert held(app) == {"client", "note"}, "so SQLite takes a word out"
    with app.app_context():
        word_index.forget_what_is_gone()
    assert held(app) == set()
    for table in ("client", "note"):
        change(app, f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)")


def test_where_the_database_does_it_by_itself_there_is_nothing_to_do(app) -> None:
    with app.app_context():
        word_index.forget_what_is_gone()
