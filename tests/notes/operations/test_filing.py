"""Slash lines make real records, each once, and each can be taken back."""

from __future__ import annotations

import pytest

from tests.support.cast import TUESDAY_9, book, rows, value

NEW = "/coach/clients/1/notes/new"
AS_SCRIPT = {"Accept": "application/json", "Sec-Fetch-Dest": "empty"}
LINES = (
    "Third no in a row.\n/+ warm rapport\n/- ran over time\n/t Rambling\n/q Why us?\n"
    "/a write to the agency by Friday\n/s Keeps calm\n/1 ask again\n/x what"
)


@pytest.fixture
def desk(coach_web, web):
    """The coach's browser, with Ann among his clients."""
    book(web, TUESDAY_9)
    return coach_web


def write(desk, text, url=NEW):
    desk.get(url)
    desk.submit("form.note", button="Save", fields={"block-0-text": text})
    return desk.page.location


def typing(desk, note, text, *, open_text=None, version=None):
    """Save as the script does, with the caret in a line."""
    desk.get(note)
    url, data = desk.page.form("form.note").data({"block-0-text": text})
    if open_text is not None:
        data["open-block"] = data["block-0-key"]
        data["open-text"] = open_text
    return desk.post(url, data, status=200, headers=AS_SCRIPT).json


def items(app):
    return rows(app, "SELECT polarity, text FROM feedback_item ORDER BY id")


def test_every_mark_makes_its_record(app, desk) -> None:
    note = write(desk, LINES)
    assert items(app) == [("positive", "warm rapport"), ("negative", "ran over time")]
    assert rows(
        app,
        "SELECT t.name, i.text FROM feedback_item_theme x JOIN theme t ON t.id = x.theme_id "
        "JOIN feedback_item i ON i.id = x.item_id",
    ) == [("Rambling", "ran over time")]
    assert rows(app, "SELECT text FROM question_asked") == [("Why us?",)]
    assert [
        (text, str(due)[:10]) for text, due in rows(app, "SELECT text, due_on FROM action")
    ] == [("write to the agency", "2027-06-04")]
    assert rows(app, "SELECT statement FROM strength") == [("Keeps calm",)]
    assert rows(app, "SELECT step FROM note_block_step") == [(1,)]
    page = desk.get(note)
    assert page.one("textarea").text().strip() == LINES
    assert "“/x what” stays text. There is no such mark." in page.text
    assert len(page.all("[data-filed] li")) == 6


def test_the_same_save_again_makes_nothing_again(app, desk) -> None:
    note = write(desk, LINES)
    for _ in range(2):
        desk.get(note)
        desk.submit("form.note", button="Save")
    typing(desk, note, LINES + "\nmore")
    assert value(app, "SELECT count(*) FROM feedback_item") == 2
    assert value(app, "SELECT count(*) FROM note_line WHERE undone_at IS NULL") == 6


def test_a_line_in_mid_typing_is_not_filed_yet(app, desk) -> None:
    note = write(desk, "Well.")
    told = typing(desk, note, "Well.\n/- ran ov", open_text="/- ran ov")
    assert (told["filed"], items(app)) == ([], [])
    told = typing(desk, note, "Well.\n/- ran over\n", open_text="")
    assert [line["words"] for line in told["filed"]] == ["ran over"]
    # Corrected: while the caret is in the line nothing moves, then the record is made anew.
    typing(desk, note, "Well.\n/- ran over ti\n", open_text="/- ran over ti")
    assert items(app) == [("negative", "ran over")]
    typing(desk, note, "Well.\n/- ran over time\n", open_text="")
    assert items(app) == [("negative", "ran over time")]


def test_a_button_takes_a_record_back_and_the_line_stays_as_text(app, desk) -> None:
    note = write(desk, "/- ran over time\n/+ warm")
    desk.get(note)
    desk.submit('[data-undo="1"]')
    assert items(app) == [("positive", "warm")]
    page = desk.get(note)
    assert page.one("textarea").text().strip() == "ran over time\n/+ warm"
    desk.submit("form.note", button="Save")
    assert items(app) == [("positive", "warm")]


def test_a_script_takes_a_record_back_and_is_told_the_line(app, desk) -> None:
    note = write(desk, "/- ran over time")
    url, data = desk.get(note).form('[data-undo="1"]').data()
    for _ in range(2):
        told = desk.post(url, data, status=200, headers=AS_SCRIPT).json
        assert told["undone"] == {"text": "/- ran over time", "words": "ran over time"}
        assert (told["filed"], told["version"]) == ([], 2)
    assert items(app) == []


def test_a_record_stands_on_its_own_after_five_minutes(app, desk, clock) -> None:
    note = write(desk, "/- ran over time")
    clock.move(minutes=6)
    desk.get(note)
    desk.submit("form.note", button="Save", fields={"block-0-text": "gone"})
    assert items(app) == [("negative", "ran over time")]
    write(desk, "/- young")
    desk.get("/coach/notes/2")
    desk.submit("form.note", button="Save", fields={"block-0-text": "gone"})
    assert items(app) == [("negative", "ran over time")]


def test_a_record_taken_back_elsewhere_is_not_made_again(app, desk) -> None:
    note = write(desk, "/- ran over time")
    with app.app_context():
        from coachcrm.kit.data.db import transaction  # noqa: PLC0415
        from coachcrm.kit.time import clock  # noqa: PLC0415
        from coachcrm.recovery.models.applications import FeedbackItem  # noqa: PLC0415
        from coachcrm.recovery.operations import rows as record_rows  # noqa: PLC0415

        with transaction() as session:
            record_rows.remove(session, 1, FeedbackItem, 1, now=clock.now())
    typing(desk, note, "/- ran over time\nmore")
    assert items(app) == []
    desk.get(note)
    desk.submit('[data-undo="1"]')
    assert desk.follow().has("form.note")


def test_a_theme_tagged_twice_is_harmless_and_survives_the_undo(app, desk) -> None:
    note = write(desk, "/- ran over time\n/t Rambling\n/t rambling")
    assert value(app, "SELECT count(*) FROM feedback_item_theme") == 1
    desk.get(note)
    desk.submit('[data-undo="3"]')
    assert value(app, "SELECT count(*) FROM feedback_item_theme") == 1


def test_an_undo_of_another_notes_line_is_not_found(desk) -> None:
    write(desk, "/- one")
    note = write(desk, "/- two")
    token = desk.get(note).form("form.note").data()[1]["csrf_token"]
    desk.post(f"{note}/lines/1/undo", {"csrf_token": token}, status=404)


def test_what_is_shared_shows_no_marks(app, desk) -> None:
    note = write(desk, "You said:\n/+ warm rapport\n/x odd")
    desk.get(f"{note}/share")
    desk.submit('form[action$="/share/1"]')
    assert value(app, "SELECT shared_text FROM note_block") == "You said:\nwarm rapport\n/x odd"
