"""Notes are found by their words, alike on both databases and by both roads."""

from __future__ import annotations

import pytest

from coachcrm.kit.data.db import db, transaction
from coachcrm.kit.text.search import parse
from coachcrm.kit.time import clock as kit_clock
from coachcrm.notes import reading
from coachcrm.notes.core.blocks import Block
from coachcrm.notes.operations import notes
from tests.support.cast import RAVI, TUESDAY_9, TUESDAY_10, book, change, rows

TEXTS = (
    "They said the answers were general.",
    "Zoë’s answers ran over time, again and again.",
    "Practise: over-long answers. Time yourself.",
    "<script>alert('x')</script> & 100% _done_",
    "ملاحظة بالعربية \u202e with 🙂 and İstanbul",
    "They ran over the time of the panel.",
)


@pytest.fixture
def people(coach, web):
    """Ann and Ravi have booked; ids 1 and 2."""
    book(web, TUESDAY_9)
    book(web, TUESDAY_10, RAVI)


@pytest.fixture
def written(app, people):
    """Six notes, the odd ones on Ann and the even ones on Ravi."""
    for number, text in enumerate(TEXTS):
        write(app, number % 2 + 1, f"draft number {number:06}", text, steps=(number % 3 + 1,))


def write(app, client_id, draft, *texts, steps=()):
    with app.app_context(), transaction() as session:
        note = notes.create(
            session, 1, client_id, draft=draft, blocks=[Block(text, steps) for text in texts],
            booking_id=None, now=kit_clock.now(),
        )  # fmt: skip
        return note.id


def find(app, typed, **more):
    with app.app_context():
        wanted = reading.NoteSearch(terms=tuple(parse(typed)), **more)
        found = reading.matching_notes(db.session(), 1, wanted, before_id=None, limit=20)
        return [note.note_id for note in found]


CASES = [
    ("", [6, 5, 4, 3, 2, 1]),
    ("answers", [3, 2, 1]),
    ("ANSWERS ", [3, 2, 1]),
    ("answ", [3, 2, 1]),
    ("answ ", []),
    ("zoe", [2]),
    ("over time", [6, 3, 2]),
    ('"over time"', [2]),
    ('"ran over"', [6, 2]),
    ('time "ran over"', [6, 2]),
    ("over-long", [3]),
    ("script", [4]),
    ("100", [4]),
    ("done", [4]),
    ("ملاحظة", [5]),
    ("istanbul", [5]),
    ("nobody", []),
    ("said OR practise", []),
    ('" * NOT ) (', []),
    ('" * ) (', [6, 5, 4, 3, 2, 1]),
]


@pytest.mark.parametrize(
    "road", ["the index", pytest.param("the words themselves", marks=pytest.mark.own)]
)
def test_one_table_of_questions(app, written, road) -> None:
    if road != "the index":
        for name in ("note_fts_i", "note_fts_u", "note_fts_d"):
            with app.app_context():
                if db.engine.dialect.name != "sqlite":
                    pytest.skip("PostgreSQL has its index always")
            change(app, f"DROP TRIGGER {name}")
        change(app, "DROP TABLE note_fts")
    assert {typed: find(app, typed) for typed, _ in CASES} == dict(CASES)


def test_one_clients_notes_are_found_alike(app, written) -> None:
    for typed, ids in CASES:
        assert find(app, typed, client_id=1) == [i for i in ids if i % 2], typed


def test_filters(app, written, clock) -> None:
    assert find(app, "answers", step=1) == [1]
    assert find(app, "", step=3) == [6, 3]
    now = clock.now
    assert find(app, "answers", since=now) == [3, 2, 1]
    assert find(app, "answers", until=now) == []
    assert find(app, "answers", shared="shared") == []
    assert find(app, "answers", shared="private") == [3, 2, 1]
    change(
        app,
        "UPDATE note_block SET shared_text = text, shared_at = :at WHERE note_id = 2",
        at="2027-06-01T08:00:00.000000Z",
    )
    assert find(app, "answers", shared="shared") == [2]
    assert find(app, "answers", shared="private") == [3, 1]


def write_lines(coach_web, client_id, text):
    coach_web.get(f"/coach/clients/{client_id}/notes/new")
    coach_web.submit("form.note", button="Save", fields={"block-0-text": text})


def test_notes_are_found_by_the_theme_that_their_lines_carry(app, people, coach_web) -> None:
    write_lines(coach_web, 1, "They said it again.\n/- too general\n/t No concrete example")
    write_lines(coach_web, 2, "/t No concrete example")
    write_lines(coach_web, 2, "Again.\n/t no concrete example")  # was there already
    write_lines(coach_web, 2, "/- ran over time")
    write_lines(coach_web, 1, "no concrete example, in words alone")
    [(theme,)] = rows(app, "SELECT id FROM theme WHERE name = 'No concrete example'")
    assert find(app, "", theme_id=theme) == [3, 2, 1]
    assert find(app, "again", theme_id=theme) == [3, 1]
    assert find(app, "", theme_id=theme, client_id=1) == [1]
    assert find(app, "", theme_id=theme + 1) == []
    # What is tagged on the record's own pages counts too, and what is taken back no longer does.
    change(app, "INSERT INTO feedback_item_theme (item_id, theme_id) VALUES (2, :t)", t=theme)
    assert find(app, "", theme_id=theme) == [4, 3, 2, 1]
    coach_web.get("/coach/notes/2")
    coach_web.submit("form[data-undo]")
    assert find(app, "", theme_id=theme) == [4, 3, 1]
    page = coach_web.get("/coach/notes")
    assert "No concrete example" in page.one("select[name=theme]").text(deep=True)
    assert "Sector" not in page.one("select[name=theme]").text(deep=True)
    coach_web.submit("form.finder", theme=str(theme), client="1")
    assert f"theme={theme}" in coach_web.page.url
    assert coach_web.page.one("h2").text() == "One note"
    assert coach_web.page.one("select[name=theme] option[selected]").text() == "No concrete example"


def test_a_page_of_a_theme_keeps_its_filter(app, people, coach_web) -> None:
    for number in range(22):
        write(app, 1, f"draft number {number:06}", f"again {number}")
    change(app, "INSERT INTO job_search (client_id, target, family, is_internal, reason, found_by,"
                " opened_on, outcome) VALUES (1, '', '', :no, '', '', :on, '')",
           no=False, on="2027-06-01")  # fmt: skip
    change(app, "INSERT INTO search_theme (search_id, theme_id, goal, is_shared)"
                " VALUES (1, 1, '', :no)", no=False)  # fmt: skip
    change(app, "INSERT INTO note_line (note_id, block_key, mark, text, record, record_id, made_at)"
                " SELECT id, 'k', 't', '/t x', 'named', 1, created_at FROM note")  # fmt: skip
    coach_web.get("/coach/notes?theme=1")
    page = coach_web.click("Older notes →")
    assert "theme=1" in page.url
    assert len(page.all(".who")) == 2


def test_what_is_rewritten_is_found_by_its_new_words_alone(app, people) -> None:
    note_id = write(app, 1, "a draft of sixteen", "alpha", "beta")
    assert find(app, "alpha beta") == [note_id]
    with app.app_context(), transaction() as session:
        note = notes.get(session, 1, note_id)
        notes.save(session, note, version=1, blocks=[Block("gamma")], now=kit_clock.now())
    assert find(app, "alpha") == []
    assert find(app, "gamma") == [note_id]
    change(app, "DELETE FROM note")
    assert find(app, "gamma") == []


def test_the_longest_text_is_kept_and_found(app, people) -> None:
    text = " ".join(f"w{number:05}" for number in range(28_000)) + " the end"
    note_id = write(app, 1, "a draft of sixteen", text)
    assert find(app, "w27999") == [note_id]
    assert find(app, "end") == [note_id]


def test_text_made_to_burst_the_index_is_kept(app, people) -> None:
    texts = [
        "".join(chr(0x10330 + (n // 20) % 20) + chr(0x10330 + n % 20) + " " for n in range(60_000)),
        "".join(f"{chr(0x4E00 + n % 20_000)}{chr(0x4E00 + n // 7)} " for n in range(60_000)),
    ]
    write(app, 1, "a draft of sixteen", *texts)


def test_no_more_than_a_thousand_are_counted(app, people) -> None:
    with app.app_context(), transaction() as session:
        for number in range(1005):
            notes.create(
                session, 1, 1, draft=f"draft number {number:06}", blocks=[Block("again")],
                booking_id=None, now=kit_clock.now(),
            )  # fmt: skip
    with app.app_context():
        wanted = reading.NoteSearch(terms=tuple(parse("again")))
        assert reading.count(db.session(), 1, wanted) == 1001


def test_the_page_shows_hits_inert_and_leads_to_the_note(written, coach_web) -> None:
    page = coach_web.get("/coach/notes?q=alert")
    assert page.one("mark").text() == "alert"
    assert "<script>alert('x')</script> & 100% _done_" in page.text
    assert page.text.count("One note") == 1
    coach_web.get(page.one(".who a").attributes["href"])


def test_older_notes_are_on_the_next_page(app, people, coach_web) -> None:
    for number in range(25):
        write(app, 1, f"draft number {number:06}", f"again {number}")
    page = coach_web.get("/coach/notes?q=again")
    assert len(page.all(".who")) == 20
    page = coach_web.click("Older notes →")
    assert len(page.all(".who")) == 5
    coach_web.get("/coach/notes?q=again&page=forged")
    assert len(coach_web.page.all(".who")) == 20


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%ED%A0%80", "client=99999999999", "step=9", "since=0001-01-01", "until=9999-12-31",
     "shared=x", "theme=9999", "theme=x", "q=" + "a" * 5000, "q=%22%27%29%3B--&client=1"],
)  # fmt: skip
def test_whatever_is_asked_is_answered(written, coach_web, query) -> None:
    coach_web.get(f"/coach/notes?{query}")
