"""Whatever is sent to a form of the record: an answer in words, no error of ours, nothing lost."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, urlencode

import pytest

from coachcrm.clients import operations as clients
from coachcrm.recovery.pieces.registry import PIECES
from tests.recovery.views.test_pages import FILLED, add
from tests.support.cast import dump, rows, value
from tests.support.pages import Page, problems

only_sqlite = pytest.mark.engines("sqlite")
RECORD = "/coach/clients/1/record"

HOSTILE: dict[str, bytes] = {
    "NUL": b"a\0b",
    "lone surrogate": b"\xed\xa0\x80",
    "broken UTF-8": b"\xff\xfe\xc3",
    "200,000 characters": b"x" * 200_000,
    "right to left": "\u202egpj.exe\u2066 \u05d0\u05d1".encode(),
    "emoji": "🙂👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿".encode(),
    "script": b"<script>alert(1)</script>\"'><img src=x onerror=alert(1)></textarea>",
    "template": b"{{ 7*7 }}{% raw %}${7*7}",
    "SQL": b"'; DROP TABLE application; --",
    "huge number": b"9" * 4_000,
    "more than a database holds": b"9223372036854775808",
    "negative": b"-1",
    "digits of no number": "²٣".encode(),
    "year 1": b"0001-01-01",
    "year 9999": b"9999-12-31",
    "no such day": b"2027-02-30",
    "lines": b"one\r\ntwo\rthree\n\x0b\x85",
    "spaces": b"   ",
}
# What SQLite would keep and PostgreSQL would not: the rest is refused alike by both.
UNKEEPABLE = ("NUL", "huge number", "year 1")
ANSWERS = {303, 400, 404, 409, 413, 422}
# What is typed comes back in the form; other tests see that no template shows.
ECHOED = "shows a piece of its template"


@pytest.fixture
def filled(coach_web, ann, act, clock):
    """Fill Ann's record with one piece of every kind, and make Bob, who has a record too."""
    coach_web.get(RECORD)
    coach_web.submit("aside form", role="Analyst", employer="Acme", stage="first")
    for noun, fields in FILLED.items():
        if noun not in {"application", "stage"}:
            is_on = noun in {"item", "question"} or PIECES[noun].on_application
            add(coach_web, noun, "?application=1" if is_on else "", **fields)
    add(coach_web, "own-theme", theme="1")
    coach_web.get(f"{RECORD}/practice/new?of=1")
    coach_web.submit("main form", held_on="2027-06-01")
    new = clients.NewClient("Bob", "bob@x.example", "", "Europe/London")
    act(lambda s: clients.find_or_make(s, 1, new, now=clock.now))
    coach_web.get("/coach/clients/2/record")
    coach_web.submit("aside form", role="Planner", employer="Birch")
    return coach_web


def forms(app) -> dict[str, str]:
    """Return the address of every form of the record, new ones and stored ones."""
    found = {"rejection": RECORD, "review": "/coach/applications/1/review"}
    found["method"] = "/coach/settings/method"
    found["step"] = f"{RECORD}/steps/3"
    found["step of an application"] = f"{RECORD}/steps/1?application=1"
    for noun, piece in PIECES.items():
        query = "?application=1" if piece.on_application else ""
        query = "?of=1" if noun == "practice" else query
        if piece.can_begin:
            found[f"{noun}, new"] = f"{RECORD}/{noun}/new{query}"
        if piece.table is not None:
            [(number,)] = rows(app, f"SELECT min(id) FROM {piece.table.__tablename__}")
            found[noun] = f"/coach/record/{noun}/{number}"
    return found


def send(web, url: str, pairs: list[tuple[str, bytes]]) -> Page:
    """Send octets as they are, and look closely at the answer."""
    body = "&".join(f"{name}={quote_from_bytes(octets)}" for name, octets in pairs)
    response = web.client.post(
        url,
        data=body,
        base_url=web.base_url,
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": "text/html"},
    )
    page = Page(response, web.base_url + url)
    assert page.status in ANSWERS, f"{url} with {body[:200]} answered {page.status}"
    untidy = [one for one in problems(page) if ECHOED not in one]
    assert not untidy, f"{url}: {untidy}"
    return page


def token(web) -> tuple[str, bytes]:
    data = web.get("/coach/clients/2/record").form("aside form").data()[1]
    return "csrf_token", data["csrf_token"].encode()


def fields_of(web, url: str) -> list[tuple[str, bytes]]:
    page = look(web, url)
    selector = "aside form" if url == RECORD else "main form.form"
    pairs = page.form(selector).data()[1].items(multi=True)
    names = page.form(selector).names
    held = {name: text.encode() for name, text in pairs}
    return [(name, held.get(name, b"")) for name in names]


def look(web, url: str) -> Page:
    """Fetch a page that may show what was typed, and look closely at it."""
    response = web.client.get(url, base_url=web.base_url, headers={"Accept": "text/html"})
    page = Page(response, web.base_url + url)
    assert page.status == 200, url
    assert not [one for one in problems(page) if ECHOED not in one], url
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    return page


def each(app, web, octets: bytes) -> None:
    """Send octets to every form, in all fields at once; to the new ones in each by itself too."""
    key = token(web)
    for name_of_form, url in forms(app).items():
        fields = fields_of(web, url)
        mine = [pair for pair in fields if pair[0] != "csrf_token"]
        send(web, url, [key, *((name, octets) for name, _ in mine)])
        for name, _ in mine if name_of_form not in PIECES else ():
            send(web, url, [key, *(p for p in mine if p[0] != name), (name, octets)])


def look_at(web) -> None:
    """Look at every page that shows the record: all there, and nothing of it alive."""
    story = ("story", "brief", "insights", "record", "")
    for path in [f"/coach/clients/1/{name}".rstrip("/") for name in story] + ["/coach/"]:
        look(web, path)


@only_sqlite
@pytest.mark.parametrize("name", HOSTILE)
def test_every_form_answers_in_words_and_every_page_stays_whole(app, filled, name) -> None:
    each(app, filled, HOSTILE[name])
    look_at(filled)


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("name", UNKEEPABLE)
def test_what_a_database_cannot_take_is_refused_before_it(app, filled, name) -> None:
    each(app, filled, HOSTILE[name])
    look_at(filled)


@only_sqlite
def test_text_that_is_refused_stands_in_its_field_again(app, filled) -> None:
    for name, url in forms(app).items():
        page = filled.get(url)
        selector = "aside form" if url == RECORD else "main form.form"
        areas = [f"#{a.attributes['id']}" for a in page.all(f"{selector} textarea")]
        typed = {page.one(area).attributes["name"]: "x" * 10_001 for area in areas}
        if typed:
            shown = filled.submit(selector, fields=typed, status=422)
            for area in areas:
                assert len(shown.one(area).text(deep=True).strip()) == 10_001, name


@only_sqlite
def test_missing_and_repeated_fields_are_no_error(app, filled) -> None:
    key = token(filled)
    for url in forms(app).values():
        fields = fields_of(filled, url)
        send(filled, url, [key])
        send(filled, url, [*fields, *((n, b"again") for n, _ in fields), ("id", b"7")])
    look_at(filled)
    found = value(app, "SELECT count(*) FROM application WHERE search_id <> 1")
    assert found == 1


@only_sqlite
def test_rows_of_another_client_are_out_of_reach_by_any_number(app, filled) -> None:
    [(theirs,)] = rows(app, "SELECT max(id) FROM application")
    [(mine,)] = rows(app, "SELECT min(id) FROM application")
    key = token(filled)
    before = dump(app)
    on = [noun for noun, piece in PIECES.items() if piece.can_begin]
    for noun in on:
        fields = [(n, v.encode()) for n, v in FILLED.get(noun, {}).items()]
        for number in (str(theirs), "999", "9" * 30, "-1", "0"):
            # Of Ann's record, on Bob's application: what must stand on one stands on none.
            if PIECES[noun].on_application or (noun != "practice" and number == str(theirs)):
                query = urlencode({"application": number})
                assert send(filled, f"{RECORD}/{noun}/new?{query}", [key, *fields]).status == 404
        assert send(filled, f"/coach/clients/99/record/{noun}/new", [key]).status == 404
    for noun in (*PIECES, "nonsense"):
        assert send(filled, f"/coach/record/{noun}/999999999", [key]).status == 404
    for path in ("item/999/strength", "action/999/done", "coach/1/remove", "item/999/remove"):
        assert send(filled, f"/coach/record/{path}", [key]).status == 404
    wish = [key, ("held_on", b"2027-06-01"), ("application", str(theirs).encode())]
    assert send(filled, f"{RECORD}/practice/new?of=1", wish).status == 422
    assert send(filled, "/coach/clients/2/record/practice/new?of=1", wish[:2]).status == 404
    step = [key, ("state", b"agreed"), ("reason", b"x")]
    assert send(filled, f"{RECORD}/steps/2?application={theirs}", step).status == 404
    assert send(filled, f"{RECORD}/steps/7", step).status == 404
    assert mine != theirs
    assert dump(app) == before


@only_sqlite
def test_after_the_login_has_ended_every_form_is_there_as_it_was_typed(
    app, filled, clock, coach
) -> None:
    for name, url in forms(app).items():
        page = filled.get(url)
        selector = "aside form" if url == RECORD else "main form.form"
        areas = [
            control.attributes["name"]
            for control in page.all(f"{selector} textarea, {selector} input[type=text]")
            if control.attributes.get("inputmode") != "numeric"
        ]
        if not areas:
            continue
        form = page.form(selector).data({field: f"what I typed {field}" for field in areas})
        clock.move(hours=13)
        filled.post(*form)
        filled.follow()
        filled.submit(email=coach.email, password=coach.password)
        page = filled.follow()
        assert page.url.endswith(url), name
        assert "signed out before this was saved" in page.text, name
        shown = page.form(selector).data()[1]
        assert [shown[field].strip() for field in areas] == [f"what I typed {f}" for f in areas]
        token_now = page.form(selector).data()
        filled.client.post(
            token_now[0].removeprefix(filled.base_url), data=token_now[1], base_url=filled.base_url
        )


@only_sqlite
def test_a_page_that_was_open_for_days_keeps_what_was_typed(filled, clock, coach) -> None:
    page = filled.get(f"{RECORD}/item/new?application=1")
    form = page.form("main form").data({"text": "Too general, they said."})
    clock.move(hours=25)
    filled.get("/coach/sign-in")
    filled.submit(email=coach.email, password=coach.password)
    page = filled.post(*form, status=400)
    assert "What you typed is still here" in page.text
    assert page.one("#text").text(deep=True).strip() == "Too general, they said."
    filled.submit("main form")
    assert "Too general, they said." in filled.follow().text
