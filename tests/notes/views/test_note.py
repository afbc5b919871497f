"""The coach writes; nothing of it is lost, and nothing lands in the wrong note."""

import re
import threading

import pytest

from coachcrm.auth.models import HeldForm
from coachcrm.kit.data.db import db
from coachcrm.notes.models import Note, NoteBlock
from tests.support.cast import TUESDAY_9, book

NEW = "/coach/clients/1/notes/new"
AS_SCRIPT = {"Accept": "application/json", "Sec-Fetch-Dest": "empty"}


@pytest.fixture
def client(web, coach):
    """Ann, who has booked."""
    return book(web, TUESDAY_9)


@pytest.fixture
def desk(coach_web, client):
    """The coach's browser, with Ann among his clients."""
    return coach_web


def write(desk, *texts, url=NEW):
    desk.get(url)
    fields = {"block-0-text": texts[0]}
    desk.submit("form.note", button="Save", fields=fields)
    return desk.page.location


def stored(app):
    with app.app_context():
        return [
            (block.text, [step.step for step in block.steps])
            for block in db.session()
            .query(NoteBlock)
            .order_by(NoteBlock.note_id, NoteBlock.position)
        ]


def count(app, table=Note):
    with app.app_context():
        return db.session().query(table).count()


def test_a_note_with_passages_for_steps_one_three_and_six(app, desk):
    desk.get(NEW)
    token, draft = desk.page.form("form.note").data()[1].get("csrf_token"), "d" * 30
    data = {
        "csrf_token": token,
        "draft": draft,
        "block-0-text": "They said the answers were general.",
        "block-0-steps": ["1"],
        "block-1-text": "Practise with numbers.",
        "block-1-steps": ["3", "6"],
        "block-2-text": "  ",
    }
    desk.post(NEW, data)
    assert stored(app) == [
        ("They said the answers were general.", [1]),
        ("Practise with numbers.", [3, 6]),
    ]
    desk.follow()
    assert "They said the answers were general." in desk.page.text
    desk.get("/coach/clients/1")
    assert "steps 1, 3, 6" in desk.page.text


def test_looking_at_an_empty_note_stores_nothing(app, desk):
    desk.get(NEW)
    desk.get(NEW)
    assert count(app) == 0


def test_the_same_first_save_again_finds_the_same_note(app, desk):
    desk.get(NEW)
    data = desk.page.form("form.note").data({"block-0-text": "They said no."})[1]
    desk.post(NEW, data)
    first = desk.page.location
    desk.post(NEW, data)
    assert desk.page.location == first
    data["block-0-text"] = "They said no, kindly."
    desk.post(NEW, data)
    assert desk.page.location == first
    assert stored(app) == [("They said no, kindly.", [])]


def test_a_note_about_a_meeting_takes_it_off_the_list_of_missing_ones(app, desk, clock):
    clock.at("2027-06-17T08:00:00Z")
    desk.sign_in()
    desk.get("/coach/")
    assert "Ann Lee no note on Tuesday 15 June" in desk.page.text
    write(desk, "We spoke.", url=NEW + "?booking=1")
    desk.get("/coach/")
    assert "no note on" not in desk.page.text


def test_a_save_on_top_of_a_newer_one_shows_both_texts(app, desk):
    note = write(desk, "first")
    desk.get(note)
    old = desk.page.form("form.note").data({"block-0-text": "from the old window"})[1]
    desk.submit("form.note", button="Save", fields={"block-0-text": "from the new window"})
    page = desk.post(note, old, status=409)
    assert "from the new window" in page.text
    assert page.one("textarea").text().strip() == "from the old window"
    assert stored(app) == [("from the new window", [])]
    desk.submit("form.note", button="Save")
    assert stored(app) == [("from the old window", [])]


def test_the_same_text_again_is_no_conflict(app, desk):
    note = write(desk, "first")
    desk.get(note)
    old = desk.page.form("form.note").data({"block-0-text": "second"})[1]
    desk.post(note, old)
    desk.post(note, old)
    with app.app_context():
        assert db.session().get(Note, 1).version == 2


def test_a_script_is_told_the_version_and_the_conflict(desk):
    note = write(desk, "first")
    desk.get(note)
    data = desk.page.form("form.note").data({"block-0-text": "second"})[1]
    answer = desk.post(note, data, status=200, headers=AS_SCRIPT).json
    assert (answer["version"], answer["url"]) == (2, note)
    data["block-0-text"] = "third"
    answer = desk.post(note, data, status=409, headers=AS_SCRIPT).json
    assert answer["version"] == 2


def test_what_cannot_be_kept_is_refused_and_stays_on_the_page(app, desk):
    desk.get(NEW)
    page = desk.submit(
        "form.note", button="Save", status=422, fields={"block-0-text": "a" * 200_001}
    )
    assert "please divide it" in page.text
    assert len(page.one("textarea").text().strip()) == 200_001
    assert count(app) == 0


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "ملاحظة \u202eright to left",
        "🙂" * 1000,
        "\nbegins with an empty line",
        "ends with spaces   ",
        "tab\there",
    ],
)
def test_text_is_kept_exactly_and_shown_inert(app, desk, text):
    note = write(desk, text)
    assert stored(app) == [(text, [])]
    desk.get(note)
    desk.submit("form.note", button="Save")
    assert stored(app) == [(text, [])]


def test_without_a_login_a_script_gets_401_and_a_page_the_door(desk, visitor):
    note = write(desk, "first")
    stranger = visitor()
    stranger.get(note, status=303)
    assert "/coach/sign-in?next=" in stranger.page.location
    stranger.post(note, {"block-0-text": "mine"}, status=401, headers=AS_SCRIPT)


def test_a_forged_form_token_keeps_the_text(app, desk):
    note = write(desk, "first")
    page = desk.post(
        note, {"version": "1", "block-0-text": "typed", "csrf_token": "forged"}, status=400
    )
    assert page.one("textarea").text().strip() == "typed"
    desk.submit("form.note", button="Save")
    assert stored(app) == [("typed", [])]


@pytest.mark.parametrize(
    "url",
    [
        "/coach/notes/999",
        "/coach/notes/99999999999999999999",
        "/coach/notes/0",
        "/coach/clients/999/notes/new",
        "/coach/clients/1/notes/new?booking=999",
        "/coach/clients/1/notes/new?booking=99999999999999999999",
        "/coach/clients/1/notes/new?booking=%00",
    ],
)
def test_what_is_not_there_is_not_found(desk, url):
    desk.get(url, status=404)


def test_a_passage_can_be_added_without_a_script(desk):
    note = write(desk, "first")
    desk.get(note)
    desk.submit("form.note", button="Add a passage")
    page = desk.follow()
    assert len(page.all("textarea[name^=block]")) >= 2
    assert re.search(r"more=1", page.url)


def test_hundreds_of_passages_are_kept(app, desk):
    desk.get(NEW)
    data = desk.page.form("form.note").data()[1]
    for number in range(300):
        data[f"block-{number}-text"] = f"passage {number}"
    desk.post(NEW, data)
    assert count(app, NoteBlock) == 300


def test_what_is_sent_after_the_login_has_ended_is_there_after_signing_in(app, desk, clock):
    note = write(desk, "first")
    desk.get(note)
    data = desk.page.form("form.note").data({"block-0-text": "written on and on"})[1]
    clock.move(hours=13)
    desk.post(note, data)
    assert "/coach/sign-in?next=" in desk.page.location
    desk.follow()
    desk.submit(email="sam@practice.example", password="seven green umbrellas")
    page = desk.follow()
    assert "You were signed out before this was saved" in page.text
    assert page.one("textarea").text().strip() == "written on and on"
    desk.submit("form.note", button="Save")
    assert stored(app) == [("written on and on", [])]
    assert "You were signed out" not in desk.get(note).text


def test_a_stranger_cannot_leave_text_behind(app, desk, visitor):
    note = write(desk, "first")
    stranger = visitor()
    stranger.client.set_cookie("login", "made-up", domain="127.0.0.1")
    stranger.post(note, {"version": "1", "block-0-text": "not the coach's"})
    assert count(app, HeldForm) == 0


def test_r7_a_first_save_pressed_six_times_at_once_makes_one_note(app, desk):
    desk.get(NEW)
    data = desk.page.form("form.note").data({"block-0-text": "They said no."})[1]
    cookie = desk.client.get_cookie("login", domain="127.0.0.1").value
    answers = []

    def press():
        client = app.test_client()
        client.set_cookie("login", cookie, domain="127.0.0.1")
        answers.append(client.post(NEW, data=data, base_url="http://127.0.0.1"))

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(a.status_code, a.location) for a in answers} == {(303, "/coach/notes/1")}
    assert stored(app) == [("They said no.", [])]


def test_a_script_is_told_that_the_form_grew_old(desk, clock):
    note = write(desk, "first")
    desk.get(note)
    data = desk.page.form("form.note").data({"block-0-text": "second"})[1]
    for _ in range(3):
        clock.move(hours=9)
        desk.get("/coach/")
    answer = desk.post(note, data, status=422, headers=AS_SCRIPT).json
    assert answer["reason"] == "expired"
