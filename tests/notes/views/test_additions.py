"""What is added to a locked note: kept as it is typed, part of the note once it is added."""

from __future__ import annotations

import pytest

from tests.support.cast import book, change, rows, value

NOTE = "/coach/notes/1"
DRAFT = f"{NOTE}/additions/draft"
AS_SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def desk(coach_web, web):
    """The coach's browser; Ann's note 1 is locked."""
    book(web)
    coach_web.get("/coach/clients/1/notes/new")
    coach_web.submit("form.note", button="Save", fields={"block-0-text": "as it was"})
    coach_web.get(f"{NOTE}/lock")
    coach_web.submit()
    return coach_web


def form(desk, text):
    """Return the fields of the page of the locked note, as if `text` were typed into it."""
    return dict(desk.get(NOTE).form("coach-addition form").data({"text": text})[1])


def kept(desk, data, *, status=200):
    return desk.post(DRAFT, data, status=status, headers=AS_SCRIPT).json


def blocks(app):
    return [row[0] for row in rows(app, "SELECT text FROM note_block ORDER BY position")]


def test_a_draft_is_kept_and_is_no_part_of_the_note(app, desk) -> None:
    data = form(desk, "Half a sen")
    told = kept(desk, data)
    assert told["version"] == 1
    assert kept(desk, data)["version"] == 1, "its answer was lost on the way"
    assert kept(desk, {**data, "text": "Half a sentence", "version": "1"})["version"] == 2
    assert blocks(app) == ["as it was"]
    page = desk.get(NOTE)
    assert page.one("textarea").text().strip() == "Half a sentence"
    assert "not added yet" in page.text
    assert "Half" not in desk.get("/coach/notes?q=half").text
    desk.get(NOTE)
    desk.submit("coach-addition form", button="Add, with today’s date")
    assert blocks(app) == ["as it was", "Half a sentence"]
    assert value(app, "SELECT count(*) FROM note_addition") == 0
    assert desk.get(NOTE).one("textarea").text().strip() == ""
    assert "Half" in desk.get("/coach/notes?q=half").text


def test_without_a_script_a_draft_is_kept_with_a_button(app, desk) -> None:
    data = form(desk, "For later.")
    assert desk.post(DRAFT, data).location == f"{NOTE}#addition"
    page = desk.get(NOTE)
    assert page.one("textarea").text().strip() == "For later."
    assert page.one("[formaction]").attributes["formaction"] == DRAFT
    kept(desk, {**form(desk, " "), "version": "1"})
    assert value(app, "SELECT count(*) FROM note_addition") == 0


def test_two_windows_show_both_texts_and_lose_neither(app, desk) -> None:
    one, other = form(desk, "from one"), form(desk, "from the other")
    kept(desk, one)
    kept(desk, other, status=409)
    page = desk.post(DRAFT, other, status=409)
    assert page.one("textarea").text().strip() == "from the other"
    assert page.one("blockquote").text() == "from one"
    desk.post(f"{NOTE}/additions", other, status=409)
    assert blocks(app) == ["as it was"]
    # With both before him the coach decides.
    desk.page = page
    desk.submit("coach-addition form", button="Add, with today’s date", text="one and the other")
    assert blocks(app) == ["as it was", "one and the other"]
    assert value(app, "SELECT count(*) FROM note_addition") == 0


def test_what_was_added_is_not_written_on_from_another_window(app, desk) -> None:
    data = form(desk, "Done.")
    kept(desk, data)
    desk.post(f"{NOTE}/additions", {**data, "version": "1"})
    desk.post(f"{NOTE}/additions", {**data, "version": "1"})
    kept(desk, {**data, "text": "Done. And more", "version": "1"}, status=409)
    assert blocks(app) == ["as it was", "Done."]
    assert value(app, "SELECT count(*) FROM note_addition") == 0


def test_a_note_that_is_open_has_no_addition(app, desk) -> None:
    data = form(desk, "x")
    change(app, "UPDATE note SET locked_at = NULL")
    assert "not locked" in kept(desk, data, status=422)["error"]
    desk.post("/coach/notes/99/additions/draft", data, status=404)


def test_a_draft_too_long_is_refused_and_shown_again(app, desk) -> None:
    data = form(desk, "x" * 200_001)
    assert "200,000" in kept(desk, data, status=422)["error"]
    assert len(desk.post(DRAFT, data, status=422).one("textarea").text().strip()) == 200_001


def test_a_form_without_its_token_keeps_what_was_typed(app, desk) -> None:
    data = {**form(desk, "mine"), "csrf_token": ""}
    assert desk.post(DRAFT, data, status=400).one("textarea").text().strip() == "mine"
    kept(desk, data, status=400)
    assert value(app, "SELECT count(*) FROM note_addition") == 0
