"""Whatever is sent to the call, its wrap-up and its notes: an answer in words and no error."""

from __future__ import annotations

import pytest

from tests.recovery.views.test_hostile import HOSTILE, UNKEEPABLE, look, send
from tests.support.cast import RAVI, TUESDAY_9, TUESDAY_10, book, dump, rows, value

only_sqlite = pytest.mark.engines("sqlite")
WRAP_UP = "/coach/bookings/1/wrap-up"
# Every form of these pages: its address, what is typed there, and what the page itself sends.
FORMS: dict[str, tuple[tuple[str, ...], dict[str, bytes]]] = {
    "/coach/bookings/1/call/rejection": (("employer", "role", "stage", "told_on"), {}),
    f"{WRAP_UP}/outcome": (("came", "sequence"), {}),
    f"{WRAP_UP}/stage": (("stage", "reason"), {"stage": b"deciding"}),
    f"{WRAP_UP}/actions": (("due-1", "shared-1", "new-text", "new-due"), {}),
    "/coach/bookings/1/letter": (("next", "mark"), {}),
    "/coach/clients/1": (("stage", "tags"), {"stage": b"deciding"}),
    "/coach/clients/1/notes/new": (
        ("block-0-text", "block-0-title", "block-0-kind", "block-0-key", "block-0-steps", "about",
         "booking", "draft", "open-block", "open-text", "place"),
        {},
    ),
    "/coach/notes/1": (
        ("version", "block-0-text", "block-0-key", "block-99-text", "block-9999-text", "about"),
        {"version": b"1", "block-0-text": b"/- slow"},
    ),
    "/coach/notes/1/share/1": (("mark",), {}),
    "/coach/notes/1/take-back/1": ((), {}),
    "/coach/notes/1/lines/1/undo": (("place",), {}),
    "/coach/notes/2/additions": (("text", "key"), {"text": b"One thing more."}),
}  # fmt: skip
PAGES = (
    "/coach/bookings/1/call", WRAP_UP, "/coach/bookings/1/letter", "/coach/clients/1",
    "/coach/clients/1/story", "/coach/clients/1/brief", "/coach/clients/1/record",
    "/coach/notes", "/coach/notes/1", "/coach/notes/1/share", "/coach/notes/1/versions", "/coach/",
)  # fmt: skip


@pytest.fixture
def desk(coach_web, web, coach, clock):
    """The coach after Ann's call, with a note on it and one that is locked; Ravi comes later."""
    book(web, TUESDAY_9)
    book(web, TUESDAY_10, RAVI)
    clock.at("2027-06-15T08:31:00Z")
    coach_web.sign_in()
    for text in ("/a Ring the agency\n/- slow", "as it was"):
        coach_web.get("/coach/clients/1/notes/new?booking=1")
        coach_web.submit("form.note", button="Save", fields={"block-0-text": text})
    coach_web.get("/coach/notes/2/lock")
    coach_web.submit()
    return coach_web


def key_of(desk) -> tuple[str, bytes]:
    token = desk.get("/coach/clients/2").all("[name=csrf_token]")[0].attributes["value"]
    return "csrf_token", token.encode()


def each(desk, octets: bytes) -> None:
    key = key_of(desk)
    for url, (names, kept) in FORMS.items():
        send(desk, url, [key, *((name, octets) for name in names)])
        for name in names:
            others = [(n, text) for n, text in kept.items() if n != name]
            send(desk, url, [key, *others, (name, octets)])
    for page in PAGES:
        look(desk, page)


@only_sqlite
@pytest.mark.parametrize("name", HOSTILE)
def test_every_form_of_the_call_answers_in_words(desk, name) -> None:
    each(desk, HOSTILE[name])


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("name", UNKEEPABLE)
def test_what_a_database_cannot_take_is_refused_before_it(desk, name) -> None:
    each(desk, HOSTILE[name])


@only_sqlite
def test_nothing_missing_or_repeated_is_an_error(desk) -> None:
    key = key_of(desk)
    for url, (_, kept) in FORMS.items():
        send(desk, url, [key])
        send(desk, url, [key, *kept.items(), *kept.items()])
    for page in PAGES:
        look(desk, page)


@only_sqlite
def test_what_is_of_another_meeting_or_client_stays_as_it_is(app, desk) -> None:
    desk.get("/coach/clients/2/record")
    desk.submit("aside form", role="Planner")
    desk.get("/coach/clients/2/record/action/new")
    desk.submit("main form", text="Of Ravi alone")
    [(theirs,)] = rows(app, "SELECT id FROM action WHERE text = 'Of Ravi alone'")
    key = key_of(desk)
    before = dump(app)
    shared = [(f"due-{theirs}", b"2027-07-01"), (f"shared-{theirs}", b"1")]
    send(desk, f"{WRAP_UP}/actions", [key, *shared])
    assert dump(app) == before
    booking = [key, ("booking", b"2"), ("block-0-text", b"x")]
    assert send(desk, "/coach/clients/1/notes/new", booking).status == 404
    for path in ("1/lines/99/undo", "2/lines/1/undo", "2/share/1", "2/take-back/1", "99/share/1"):
        assert send(desk, f"/coach/notes/{path}", [key]).status == 404
    for path in ("99/call/rejection", "99/wrap-up/stage", "99/wrap-up/actions", "99/letter"):
        assert send(desk, f"/coach/bookings/{path}", [key]).status == 404
    assert dump(app) == before
    # A line about an application of somebody else's is about none of his.
    [(other,)] = rows(app, "SELECT id FROM application")
    note = [key, ("about", str(other).encode()), ("block-0-text", b"/- too general")]
    send(desk, "/coach/clients/1/notes/new", note)
    assert value(app, "SELECT count(*) FROM feedback_item WHERE application_id IS NOT NULL") == 0
