"""The coach makes his page: nothing is required, nothing is lost, nobody is quoted unasked."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from coachcrm.bookings.offer.core.page import STEPS, as_text
from coachcrm.bookings.offer.operations import pictures
from coachcrm.desk.front_page.forms import MOST_PHOTO_BYTES
from coachcrm.kit.web import guard
from tests.support.cast import dump, rows, value

URL, PHOTO = "/coach/settings/page", "/coach/settings/page/photo"
SAVE = "Save your page"
only_sqlite = pytest.mark.engines("sqlite")


def data(desk) -> dict[str, str]:
    return desk.page.form("form.front-page").data()[1]


def save(desk, *, status: int = 303, button: str = SAVE, **typed: str):
    return desk.submit("form.front-page", button=button, status=status, **typed)


@pytest.fixture
def page(coach_web):
    """The coach's browser, with his page open."""
    coach_web.get(URL)
    return coach_web


def jpeg(size=(400, 300), colour=(200, 30, 30), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def transparent() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (400, 300), (200, 30, 30, 0)).save(out, "PNG")
    return out.getvalue()


def with_photo(octets: bytes, **fields: str) -> tuple[bytes, dict[str, str]]:
    """Return a form with a file as its octets and its head: without a temporary file of its own."""
    file = FileStorage(io.BytesIO(octets), filename="me.jpg")
    boundary, body = encode_multipart({**fields, "photo": file})
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def send(desk, octets: bytes, *, path: str = PHOTO, status: int = 303, at: str = "50"):
    token = desk.get(URL).form("[enctype]").data()[1]["csrf_token"]
    body, headers = with_photo(octets, csrf_token=token, at=at)
    return desk.post(path, body, status=status, headers=headers)


def test_what_he_types_is_on_his_page_at_once(app, page, web) -> None:
    save(
        page,
        surname="Reed",
        line="Interview coach",
        half_hour="What they told you: And what they did not.\r\n\r\nOne thing to do",
        site_url="reed.example",
        profile_url="https://www.linkedin.com/in/reed",
        hue="320",
    )
    assert "Saved" in page.follow().text
    kept = "SELECT surname, line, half_hour, site_url, profile_url, hue, steps FROM coach_page"
    assert rows(app, kept) == [
        ("Reed", "Interview coach", "What they told you: And what they did not.\nOne thing to do",
         "https://reed.example", "https://www.linkedin.com/in/reed", 320, "")
    ]  # fmt: skip
    html = web.get("/book/free-consultation").html
    assert "public-320.css" in html
    assert "Interview coach" in html
    assert data(page)["half_hour"].splitlines()[1] == "One thing to do"


@only_sqlite
def test_nothing_is_required(app, page, web) -> None:
    save(page)
    assert rows(app, "SELECT surname, line, half_hour, steps, hue FROM coach_page") == [
        ("", "", "", "", 215)
    ]
    web.get("/")


@only_sqlite
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"surname": "x" * 10_000}, "at most 80 characters"),
        ({"line": "a\u202eb"}, "one line of ordinary letters"),
        ({"half_hour": "x" * 10_000}, "at most 2,000 characters"),
        ({"half_hour": "a\n" * 6}, "at most 5 lines; there are 6"),
        ({"half_hour": "a\n: b"}, "Line 2 needs a few words"),
        ({"half_hour": f"a: {'b' * 161}"}, "Line 1 is too long"),
        ({"half_hour": "a\n\u202eb"}, "ordinary letters in line 2"),
        ({"steps": "a\nb"}, "exactly 6 lines; there are 2"),
        ({"site_url": "http://reed.example"}, "begins with https://"),
        ({"site_url": "ftp://reed.example"}, "begins with https://"),
        ({"site_url": "https://user:secret@reed.example"}, "begins with https://"),
        ({"profile_url": 'https://reed.example/"><script>'}, "begins with https://"),
        ({"hue": "pink"}, "choose one of these colours"),
        ({"hue": "other", "other_hue": "pink"}, "a number from 0 to 359"),
        ({"hue": "other", "other_hue": "360"}, "a number from 0 to 359"),
        ({"hue": "other", "other_hue": "²"}, "a number from 0 to 359"),
        ({"hue": "other", "other_hue": "9" * 5000}, "a number from 0 to 359"),
        ({"words_1": "Kind."}, "tick that you have their permission"),
        ({"words_1": "x" * 10_000, "permitted_1": "now"}, "at most 400 characters"),
        ({"said_by_2": "A. M."}, "give their words"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_all_that_was_typed_stays(
    app, page, typed, sentence: str
) -> None:
    before = dump(app)
    token = data(page)["csrf_token"]
    sent = {**data(page), "line": "A line", "hue": "20", **typed, "csrf_token": token}
    shown = page.post(URL, sent, status=422)
    assert sentence in shown.text
    assert dump(app) == before
    for name, text in typed.items():
        if not name.startswith(("hue", "permitted")):
            assert data(page)[name].replace("\r\n", "\n").strip() == text.strip()
    if "line" not in typed:
        assert data(page)["line"] == "A line"


@only_sqlite
def test_a_page_left_open_over_night_loses_nothing(app, page, clock) -> None:
    sent = {**data(page), "line": "Typed last night"}
    clock.move(hours=25)
    page.sign_in()
    assert "press the button" in page.post(URL, sent, status=400).text
    assert data(page)["line"] == "Typed last night"
    save(page)
    assert value(app, "SELECT line FROM coach_page") == "Typed last night"


@only_sqlite
def test_what_he_sends_after_he_was_signed_out_waits_for_him(app, page, clock) -> None:
    sent = {**data(page), "line": "Typed at length"}
    clock.move(days=20)
    page.post(URL, sent, status=303)
    page.sign_in()
    assert "signed out before this was saved" in page.get(URL).text
    assert data(page)["line"] == "Typed at length"
    save(page)
    page.get(URL)
    assert "signed out" not in page.page.text
    assert value(app, "SELECT line FROM coach_page") == "Typed at length"


@only_sqlite
def test_html_in_a_line_is_text(page, web) -> None:
    save(page, line="<script>alert(1)</script>", half_hour="<b>a</b>: <i>b</i>")
    for html in (web.get("/").html, page.follow().html):
        assert "<script>alert" not in html
        assert "<b>a</b>" not in html


@only_sqlite
def test_the_colour_is_shown_before_anything_is_saved(app, page) -> None:
    before = dump(app)
    shown = save(page, button="Show it", status=200, hue="other", other_hue="33", surname="Reed")
    assert "shades-33.css" in shown.html
    assert data(page)["surname"] == "Reed"
    assert dump(app) == before
    style = page.client.get("/static/x/shades-33.css", base_url="http://127.0.0.1").text
    assert style.startswith(".as-public {")
    assert "--hue: 33;" in style
    assert ":root" not in style


@only_sqlite
def test_the_six_steps_are_the_articles_until_he_words_them_himself(app, page) -> None:
    assert data(page)["steps"].replace("\r\n", "\n") == as_text(STEPS)
    own = "\n".join(f"Step {number}: Do it." for number in range(6))
    save(page, steps=own)
    assert value(app, "SELECT steps FROM coach_page") == own
    page.follow()
    save(page, button="Put the usual words back", status=200, line="Typed")
    assert data(page)["steps"].replace("\r\n", "\n") == as_text(STEPS)
    assert data(page)["line"] == "Typed"
    save(page)
    assert value(app, "SELECT steps FROM coach_page") == ""


# ------------------------------------------------------------------------- what clients say (L21)


def said(app) -> list:
    return rows(app, "SELECT position, words, said_by FROM said_by_client ORDER BY position")


def test_clients_words_need_a_tick_which_is_dated_and_stays(app, page, clock) -> None:
    save(page, words_2="Kind.", said_by_2="A. M., nurse", permitted_2="now")
    assert said(app) == [(1, "Kind.", "A. M., nurse")]
    when = value(app, "SELECT permitted_at FROM said_by_client")
    clock.move(days=2)
    page.sign_in()
    page.get(URL)
    assert "ticked" in page.page.text
    save(page, line="Something else")
    assert value(app, "SELECT permitted_at FROM said_by_client") == when


@only_sqlite
def test_words_that_are_changed_need_the_permission_anew(app, page) -> None:
    save(page, words_1="Kind.", permitted_1="now")
    page.follow()
    shown = save(page, words_1="Kind, and quick.", status=422)
    assert "You have changed these words" in shown.text
    assert said(app) == [(1, "Kind.", "")]
    assert "permitted_1" not in data(page)
    save(page, permitted_1="now")
    assert said(app) == [(1, "Kind, and quick.", "")]


@only_sqlite
def test_words_taken_back_are_gone_at_once(app, page) -> None:
    save(page, words_1="Kind.", permitted_1="now", words_2="Quick.", permitted_2="now")
    page.follow()
    save(page, words_1="")
    assert said(app) == [(1, "Quick.", "")]


@pytest.mark.parametrize(
    ("row", "law"),
    [("4, 'Kind.', 'x'", "said_by_client_position"), ("1, '', 'x'", "said_by_client_words")],
)
def test_the_database_keeps_the_law_of_clients_words(app, coach, row: str, law: str) -> None:
    statement = (
        "INSERT INTO said_by_client (coach_id, position, words, said_by, permitted_at) "
        f"VALUES (1, {row}, '2027-06-01T08:00:00.000000Z')"
    )
    with pytest.raises(Exception, match=law):
        rows(app, statement)


# ------------------------------------------------------------------------------------- the photo


def test_a_photo_is_taken_shown_and_taken_away(app, page, web) -> None:
    send(page, jpeg(), at="junk")
    assert "Your photo is on your page" in page.follow().text
    mark = value(app, "SELECT photo_mark FROM coach_page")
    assert mark in page.page.html
    assert mark in web.get("/book/free-consultation").html
    assert rows(app, "SELECT count(*) FROM coach_picture") == [(7,)]
    page.submit("form[action$=remove]", status=303)
    assert "taken away" in page.follow().text
    assert value(app, "SELECT photo_mark FROM coach_page") == ""
    assert mark not in web.get("/book/free-consultation").html
    # What is drawn without it stays.
    assert rows(app, "SELECT count(*) FROM coach_picture") == [(3,)]


@only_sqlite
@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"", "choose a photo first"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"<svg/>", "no JPEG, PNG or WebP"),
        (jpeg(kind="GIF"), "no JPEG, PNG or WebP"),
        (jpeg((2000, 2000), kind="PNG")[:-60], "damaged"),
        (jpeg((100, 100)), "too small"),
        (transparent(), "nothing to be seen"),
        (b"\xff" * (MOST_PHOTO_BYTES + 1), "larger than 10 MB"),
    ],
    ids=["none", "HEIC", "SVG", "GIF", "half", "small", "transparent", "heavy"],
)
def test_what_is_no_photo_is_refused_in_words_and_the_old_one_stays(
    app, page, octets: bytes, sentence: str
) -> None:
    send(page, jpeg())
    before = dump(app)
    assert sentence in send(page, octets, status=422).text
    assert dump(app) == before


@only_sqlite
@pytest.mark.parametrize("trouble", [MemoryError, OSError])
def test_what_is_saved_is_said_to_be_though_nothing_can_be_drawn_just_then(
    app, page, monkeypatch, trouble
) -> None:
    def no_more_processes(*_command, **_more) -> None:
        raise trouble

    monkeypatch.setattr(subprocess, "run", no_more_processes)
    save(page, surname="Reed-Gray")
    assert "Your page shows it from now on" in page.follow().text
    assert value(app, "SELECT surname FROM coach_page") == "Reed-Gray"


@only_sqlite
def test_a_photo_that_cannot_be_read_just_now_is_to_be_sent_again_later(
    app, page, monkeypatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    answer = send(page, jpeg(), status=422)
    assert "again in a few minutes" in answer.errors["photo"]
    with app.app_context():
        # The worker does without as well, until its next look.
        pictures.draw_what_changed()


@only_sqlite
@pytest.mark.parametrize("more", [1, 1024**2])
def test_a_photo_that_is_too_heavy_is_told_at_its_field(app, page, more: int) -> None:
    before = dump(app)
    # Beyond what the form may take altogether nothing of it is read, not even its token.
    found = send(page, b"\xff" * (MOST_PHOTO_BYTES + more), status=422 if more == 1 else 413)
    assert found.h1 == "Your page"
    assert "This photo is larger than 10 MB" in found.errors["photo"]
    assert dump(app) == before


@only_sqlite
def test_ten_megabytes_are_taken_there_alone_and_from_nobody_else_s41(app, coach, page) -> None:
    heavy = jpeg() + b"\0" * (9 * 1024**2)
    send(page, heavy)
    for path in (URL, "/coach/settings", f"{PHOTO}/remove"):
        send(page, heavy, path=path, status=413)
    body, headers = with_photo(heavy)
    stranger = app.test_client().post(
        PHOTO, data=body, headers=headers, base_url="http://127.0.0.1"
    )
    assert stranger.status_code == 303
    assert guard.larger_bodies(app) == {PHOTO: MOST_PHOTO_BYTES + 64 * 1024}
