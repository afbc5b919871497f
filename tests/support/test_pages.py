"""The visitor's eye must be sharp: each untidiness is found, and a tidy page is left alone."""

from __future__ import annotations

import flask
import pytest

from tests.support.pages import Page, Visitor, problems, words

TIDY = """<!doctype html>
<html lang="en-GB">
<head>
<title>Choose a time</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/1/style.css">
</head>
<body>
<a href="#main">Skip</a>
<main id="main">
<h1>Choose a time</h1>
<form method="post" action="/there">
<input type="hidden" name="csrf_token" value="a-token">
<label for="name">Name</label> <input id="name" name="name" aria-describedby="hint" value="Ada">
<p id="hint">As you sign</p>
<label>Words <textarea name="message">
one
two</textarea></label>
<label for="topic">Topic</label>
<select id="topic" name="topic"><option value="">None</option><option>other</option></select>
<label><input type="radio" name="start" value="9"> 9:00</label>
<label><input type="radio" name="start" value="10" checked> 10:00</label>
<label><input type="checkbox" name="steps" value="1"> Step 1</label>
<label><input type="checkbox" name="steps" value="2"> Step 2</label>
<input name="off" disabled aria-label="Off">
<button>Send</button> <button name="keep" value="1" formaction="/elsewhere">Keep</button>
</form>
<img src="/static/1/a.png" alt="A">
</main>
</body>
</html>
"""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def page_of(html: str, headers: dict[str, str] | None = None, status: int = 200) -> Page:
    app = flask.Flask(__name__)
    app.add_url_rule("/here", view_func=lambda: (html, status, headers or HEADERS), endpoint="here")
    return Page(app.test_client().get("/here"), "http://127.0.0.1/here")


def test_a_tidy_page_is_left_alone() -> None:
    assert problems(page_of(TIDY)) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("<!doctype html>", "", "doctype"),
        (' lang="en-GB"', "", "language"),
        ("<title>Choose a time</title>", "<title> </title>", "empty <title>"),
        ("<h1>Choose a time</h1>", "", "0 <h1>"),
        ("<h1>Choose", "<h1>Two</h1><h1>Choose", "2 <h1>"),
        ('<label for="name">Name</label>', "", "has no label"),
        ('<label for="name">Name</label>', '<label for="name"></label>', "has no label"),
        ('for="name"', 'for="nam"', "points at nothing"),
        ('id="hint"', 'id="hunt"', "points at nothing"),
        ('id="hint"', 'id="name"', "2 times"),
        ('href="#main"', 'href="#mein"', "leads to #mein"),
        ('name="csrf_token"', 'name="other"', "csrf_token"),
        ('value="a-token"', "", "csrf_token"),
        ('method="post"', 'method="get"', "in the address"),
        ("<h1>", "<script>go()</script><h1>", "inline <script>"),
        ("<h1>", "<style>h1 {}</style><h1>", "inline <style>"),
        ("<h1>", '<h1 style="color: red">', "inline"),
        ("<h1>", '<h1 onclick="go()">', "inline"),
        ('href="#main"', 'href="javascript:go()"', "holds a script"),
        (' alt="A"', "", "says nothing"),
        ("/static/1/a.png", "https://cdn.example/a.png", "from elsewhere"),
        ("/static/1/style.css", "//cdn.example/style.css", "from elsewhere"),
        ("<button>Send</button>", "<button></button>", "has no words"),
        ("</form>", "", "closes nothing"),
        ("As you sign</p>", "As you sign", "<p> of line 15 is open"),
        ("<h1>", "<h1>{{ title }}", "template"),
    ],
)
def test_an_untidy_page_is_found_out(old: str, new: str, complaint: str) -> None:
    assert old in TIDY
    assert any(complaint in said for said in problems(page_of(TIDY.replace(old, new, 1))))


def test_a_page_that_came_before_is_told_of_again_and_another_beside_it_is_inspected() -> None:
    untidy = TIDY.replace("<h1>Choose a time</h1>", "")
    first = problems(page_of(untidy))
    assert len(first) == 1
    assert problems(page_of(untidy.replace("a-token", "another"))) == first
    assert problems(page_of(untidy.replace("a-token", ""))) != first
    assert problems(page_of(untidy, {"Referrer-Policy": "same-origin"})) != first
    assert problems(page_of(TIDY)) == []


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_missing_header_is_found_out(name: str) -> None:
    headers = {key: value for key, value in HEADERS.items() if key != name}
    assert problems(page_of(TIDY, headers)) == [f"header {name} is None"]


def test_an_error_page_may_not_be_kept() -> None:
    assert problems(page_of(TIDY, status=404)) == ["an error page may be kept in a cache"]


def test_an_untouched_form_sends_what_a_browser_would() -> None:
    url, pairs = page_of(TIDY).form().data()
    assert url == "http://127.0.0.1/there"
    assert list(pairs.items(multi=True)) == [
        ("csrf_token", "a-token"),
        ("name", "Ada"),
        ("message", "one\r\ntwo"),
        ("topic", ""),
        ("start", "10"),
    ]


def test_a_form_is_filled_in_and_another_button_pressed() -> None:
    fields = {"name": "Grace", "topic": "other", "start": 9, "steps": ["1", "2"], "message": ""}
    url, pairs = page_of(TIDY).form().data(fields, button="Keep")
    assert url == "http://127.0.0.1/elsewhere"
    assert pairs.getlist("steps") == ["1", "2"]
    assert (pairs["name"], pairs["topic"], pairs["start"], pairs["keep"]) == (
        "Grace", "other", "9", "1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "fields", [{"nome": "Grace"}, {"off": "on"}, {"start": "11"}, {"topic": "weather"}]
)
def test_what_a_form_does_not_offer_cannot_be_sent(fields: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        page_of(TIDY).form().data(fields)


def test_words_are_read_as_they_are_seen() -> None:
    html = "<main><p>UK <b>time</b>.</p><p>9:00\n am</p></main>"
    assert words(page_of(html).one("main")) == "UK time. 9:00 am"


def test_a_visitor_refuses_an_untidy_page_and_another_status() -> None:
    app = flask.Flask(__name__)
    app.add_url_rule("/untidy", "untidy", lambda: ("<p>no", 200, HEADERS))
    app.add_url_rule("/moved", "moved", lambda: ("", 303, {**HEADERS, "Location": "/untidy"}))
    visitor = Visitor(app.test_client(), "http://127.0.0.1")
    assert visitor.get("/moved", status=303).location == "/untidy"
    with pytest.raises(AssertionError, match="untidy"):
        visitor.follow()
    with pytest.raises(AssertionError, match="answered 404"):
        visitor.get("/missing")
