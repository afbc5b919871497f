"""Passages are private until each is shared; versions, the lock, and patterns."""

from __future__ import annotations

import pytest

from coachcrm.kit.data.db import db
from coachcrm.notes.operations.sharing import shared_with
from tests.support.cast import TUESDAY_9, book, change, rows, value

NEW = "/coach/clients/1/notes/new"


@pytest.fixture
def desk(coach_web, web):
    """The coach's browser, with Ann among his clients."""
    book(web, TUESDAY_9)
    return coach_web


def write(desk, *texts, url=NEW, **fields):
    desk.get(url)
    data = desk.page.form("form.note").data({"block-0-text": texts[0], **fields})[1]
    for number, text in enumerate(texts[1:], 1):
        data[f"block-{number}-text"] = text
    desk.post(url, data)
    return desk.page.location


def rewrite(desk, note, text):
    desk.get(note)
    return desk.submit("form.note", button="Save", fields={"block-0-text": text})


def shared(app):
    with app.app_context():
        return [passage.text for passage in shared_with(db.session(), 1)]


def share(desk, note, block_id=1, status=303):
    desk.get(f"{note}/share")
    return desk.submit(f'form[action="{note}/share/{block_id}"]', status=status)


def test_nothing_is_shared_by_writing(app, desk) -> None:
    write(desk, "private one", "private two")
    assert shared(app) == []


def test_one_passage_is_shared_and_the_other_is_not(app, desk) -> None:
    note = write(desk, "for Ann", "for me")
    assert "Private is not secret" in desk.get(f"{note}/share").text
    share(desk, note)
    assert shared(app) == ["for Ann"]
    desk.follow()
    assert "Shared Tuesday 1 June" in desk.page.text
    desk.submit(f'form[action="{note}/take-back/1"]')
    assert shared(app) == []


def test_what_is_written_on_is_private_until_it_is_shared_again(app, desk) -> None:
    note = write(desk, "Practise.")
    share(desk, note)
    rewrite(desk, note, "Practise. He drinks, I think.")
    assert shared(app) == ["Practise."]
    share(desk, note)
    assert shared(app) == ["Practise. He drinks, I think."]


def test_a_passage_that_changed_behind_the_page_is_not_shared(app, desk) -> None:
    note = write(desk, "first")
    desk.get(f"{note}/share")
    old = desk.page.form(f'form[action="{note}/share/1"]').data()
    rewrite(desk, note, "second")
    desk.post(*old, status=409)
    assert shared(app) == []


def test_a_sensitive_passage_is_never_shared(app, desk) -> None:
    note = write(desk, "She told me of her illness.", **{"block-0-sensitive": True})
    desk.get(f"{note}/share")
    assert not desk.page.has(f'form[action="{note}/share/1"]')
    token = desk.page.all("[name=csrf_token]")[0].attributes["value"]
    from coachcrm.notes.operations.sharing import seen  # noqa: PLC0415 - what a forger would send

    mark = seen("She told me of her illness.")
    desk.post(f"{note}/share/1", {"csrf_token": token, "mark": mark}, status=409)
    assert shared(app) == []
    assert "illness" not in desk.get("/coach/clients/1").text
    assert "illness" not in desk.get("/coach/notes?q=illness").text


def test_a_passage_that_is_marked_sensitive_afterwards_is_shared_no_more(app, desk) -> None:
    note = write(desk, "She told me of her illness.")
    share(desk, note)
    desk.get(note)
    desk.submit("form.note", button="Save", fields={"block-0-sensitive": True})
    assert shared(app) == []


def test_titles_are_told_to_the_client_as_of_himself(app, desk) -> None:
    note = write(desk, "They said no.", url=f"{NEW}?template=free-consultation")
    share(desk, note)
    with app.app_context():
        [passage] = shared_with(db.session(), 1)
    assert passage.title == "What brought you"


def test_a_deleted_passage_is_shared_no_more(app, desk) -> None:
    note = write(desk, "one", "two")
    share(desk, note)
    rewrite(desk, note, "")
    assert shared(app) == []


def test_a_form_that_knows_no_keys_shares_nothing_new(app, desk) -> None:
    note = write(desk, "one", "two")
    share(desk, note)
    desk.get(note)
    token = desk.page.form("form.note").data()[1]["csrf_token"]
    desk.post(
        note, {"csrf_token": token, "version": "1", "block-0-text": "new", "block-1-text": "one"}
    )
    assert shared(app) == ["one"]


def test_kind_title_and_mark_are_kept(app, desk) -> None:
    note = write(desk, "They said no.", url=f"{NEW}?template=free-consultation")
    assert rows(app, "SELECT title, kind, is_sensitive FROM note_block")[0][:2] == (
        "What brought them", "words",
    )  # fmt: skip
    page = desk.get(note)
    assert "What brought them" in page.text
    desk.submit("form.note", button="Save", fields={"block-0-kind": "agreed"})
    assert value(app, "SELECT kind FROM note_block") == "agreed"


@pytest.mark.parametrize(
    "name", ["free-consultation", "session", "debrief", "mock-interview", "closing-review"]
)
@pytest.mark.engines("sqlite")
def test_a_note_begins_on_a_pattern(app, desk, name) -> None:
    desk.get(f"{NEW}?template={name}")
    desk.submit("form.note", button="Save", fields={"block-1-text": "Only this."})
    assert [row[0] for row in rows(app, "SELECT text FROM note_block")] == ["Only this."]


def test_a_version_for_every_five_minutes_of_writing(app, desk, clock) -> None:
    note = write(desk, "one")
    rewrite(desk, note, "two")
    clock.move(minutes=4, seconds=59)
    rewrite(desk, note, "three")
    assert value(app, "SELECT count(*) FROM note_version") == 0
    clock.move(minutes=1)
    rewrite(desk, note, "four")
    clock.move(minutes=1)
    rewrite(desk, note, "five")
    page = desk.get(f"{note}/versions")
    assert len(page.all(".row")) == 1
    page = desk.click("Compare with the version of Tuesday 1 June, 9:04 am")
    assert "Only then: three" in page.text
    assert "Only now: five" in page.text


def test_an_older_text_is_put_back_and_the_newer_one_kept(app, desk, clock) -> None:
    note = write(desk, "one")
    share(desk, note)
    clock.move(minutes=6)
    rewrite(desk, note, "two")
    desk.get(f"{note}/versions/1")
    old = desk.page.form('form[action$="/restore"]').data()
    desk.post(*old)
    assert value(app, "SELECT text FROM note_block") == "one"
    assert value(app, "SELECT count(*) FROM note_version WHERE content LIKE '%two%'") == 1
    desk.post(*old, status=409)
    change(app, "DELETE FROM note_version WHERE id = 1")
    desk.get(f"{note}/versions/1", status=404)


def test_a_locked_note_takes_dated_additions_and_nothing_else(app, desk, clock) -> None:
    note = write(desk, "as it was")
    desk.get(note)
    open_page = desk.page
    desk.get(f"{note}/lock")
    desk.submit()
    desk.page = open_page
    page = desk.submit("form.note", button="Save", status=409, fields={"block-0-text": "changed"})
    assert "changed" in page.one("textarea").text()
    assert value(app, "SELECT text FROM note_block") == "as it was"
    clock.move(days=1)
    desk.sign_in()
    desk.get(note)
    form = desk.page.form().data({"text": "One thing more."})
    desk.post(*form)
    desk.post(*form)
    assert "Added Wednesday 2 June, 9:00 am" in desk.get(note).text
    assert value(app, "SELECT count(*) FROM note_block") == 2
    desk.submit(text="", status=422)
    desk.submit(text="x" * 200_001, status=422)
    share(desk, note)
    assert shared(app) == ["as it was"]


def test_an_addition_sent_after_the_login_has_ended_is_there_after_signing_in(desk, clock) -> None:
    note = write(desk, "as it was")
    desk.get(f"{note}/lock")
    desk.submit()
    desk.get(note)
    form = desk.page.form().data({"text": "One thing more."})
    clock.move(hours=13)
    desk.post(*form)
    desk.get("/coach/sign-in")
    desk.submit(email="sam@practice.example", password="seven green umbrellas")
    assert desk.get(note).one("textarea").text().strip() == "One thing more."


def test_several_notes_on_one_conversation(app, desk) -> None:
    note = write(desk, "one", url=f"{NEW}?booking=1")
    desk.get(note)
    desk.click("Another note on this conversation")
    desk.submit("form.note", button="Save", fields={"block-0-text": "two"})
    assert rows(app, "SELECT booking_id FROM note") == [(1,), (1,)]
