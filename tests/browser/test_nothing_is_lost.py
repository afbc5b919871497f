"""On a note, in a call and below a locked note: whatever dies in mid-sentence, nothing is lost."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from tests.support.browsing import book, sign_in, sign_in_by_hand
from tests.support.cast import ask

SOON_MS = 8000
UNAUTHORIZED = 401
PLACES = {
    "note": "/coach/clients/1/notes/new",
    "call": "/coach/bookings/1/call",
    "addition": "/coach/notes/1",
}
everywhere = pytest.mark.parametrize("place", PLACES)


def lock_a_note(page) -> None:
    page.goto(PLACES["note"])
    area(page).fill("as it was")
    expect(saved(page)).to_contain_text("Saved", timeout=SOON_MS)
    page.goto("/coach/notes/1/lock")
    page.get_by_role("button", name="Lock the note").click()


@pytest.fixture
def at(coach, page, server):
    """Ann has booked, Ravi too; opens a place to write about Ann, the coach being signed in."""
    book(page)
    book(page, "Ravi Rao", 3)
    sign_in(page)

    def opened(place):
        if place == "addition":
            lock_a_note(page)
        page.goto(PLACES[place])
        return page

    return opened


def area(page):
    return page.locator("textarea[name=block-0-text], textarea[name=text]").first


def saved(page):
    return page.locator(".saved")


def stored(database_url, place) -> list[str]:
    table = "note_addition" if place == "addition" else "note_block"
    return [row[0] for row in ask(database_url, f"SELECT text FROM {table}")]


def is_saved(page, place) -> None:
    words = "not added yet" if place == "addition" else "Saved"
    expect(saved(page)).to_contain_text(words, timeout=2 * SOON_MS)


@everywhere
def test_a_server_killed_in_mid_sentence(at, place, server, serve, database_url) -> None:
    page = at(place)
    area(page).press_sequentially("Before", delay=5)
    is_saved(page, place)
    server.kill()
    area(page).press_sequentially(" and during", delay=5)
    expect(saved(page)).to_contain_text("kept on this device", timeout=SOON_MS)
    time.sleep(5)
    serve("--port", str(urlsplit(server.url).port))
    is_saved(page, place)
    assert stored(database_url, place) == ["Before and during"]
    assert page.evaluate("localStorage.length") == 0


@everywhere
def test_a_login_that_ends_in_mid_sentence(at, place, context, database_url) -> None:
    page = at(place)
    area(page).press_sequentially("Before", delay=5)
    is_saved(page, place)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM login"))
    engine.dispose()
    area(page).press_sequentially(" and after", delay=5)
    expect(saved(page)).to_contain_text("You are signed out", timeout=SOON_MS)
    # Whatever is tried meanwhile, the link stays the one that the finger is on.
    link = page.get_by_role("link", name="Sign in again")
    link.evaluate("link => { link.dataset.same = 'yes' }")
    with page.expect_response(lambda answer: answer.status == UNAUTHORIZED):
        area(page).press_sequentially(", and later", delay=5)
    expect(link).to_have_attribute("data-same", "yes")
    with context.expect_page() as opened:
        link.click()
    sign_in_by_hand(opened.value)
    is_saved(page, place)
    assert stored(database_url, place) == ["Before and after, and later"]


@everywhere
def test_a_browser_killed_in_mid_sentence(
    at, place, server, browser_type, browser_type_launch_args, database_url, tmp_path
) -> None:
    at(place)
    profile = tmp_path / "profile"
    context = browser_type.launch_persistent_context(
        profile, base_url=server.url, locale="en-GB", **browser_type_launch_args
    )
    page = context.new_page()
    sign_in(page)
    page.goto(PLACES[place])
    typed, when = "", []
    end = time.monotonic() + 6
    while time.monotonic() < end:
        page.keyboard.insert_text("word ") if typed else area(page).fill("word ")
        typed += "word "
        when.append((time.monotonic(), typed))
        page.wait_for_timeout(40)
    killed = time.monotonic()
    kill(profile)
    with contextlib.suppress(Exception):
        context.close()
    safe = next(words for at_, words in reversed(when) if at_ < killed - 2.5)
    assert stored(database_url, place)[0].startswith(safe.strip())
    # Opened again, the page goes on where the server was, or where the device was.
    context = browser_type.launch_persistent_context(
        profile, base_url=server.url, locale="en-GB", **browser_type_launch_args
    )
    page = context.new_page()
    sign_in(page)
    page.goto("/coach/notes/1" if place == "note" else PLACES[place])
    expect(area(page)).to_have_value(re.compile(f"^{re.escape(safe.strip())}"))
    context.close()


@everywhere
def test_what_is_typed_before_the_script_arrives(at, place, context, database_url) -> None:
    at(place).close()
    page = context.new_page()
    held = []

    def hold(route) -> None:
        held.append(route)

    page.route("**/autosave.js", hold)
    page.goto(PLACES[place], wait_until="commit")
    area(page).fill("typed at once")
    while not held:
        page.wait_for_timeout(50)
    held.pop().continue_()
    is_saved(page, place)
    assert stored(database_url, place) == ["typed at once"]


def kill(profile: Path) -> None:
    """End every process of the browser that runs on a profile of this test's own (kill -9)."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(profile).encode() in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)


def test_two_windows_on_an_addition_show_both_texts(at, context, database_url) -> None:
    page = at("addition")
    other = context.new_page()
    other.goto(PLACES["addition"])
    area(page).fill("from this window")
    is_saved(page, "addition")
    area(other).fill("from the other window")
    expect(other.get_by_role("alert")).to_contain_text("another window", timeout=SOON_MS)
    expect(other.locator("blockquote")).to_have_text("from this window")
    expect(area(other)).to_have_value("from the other window")
    assert stored(database_url, "addition") == ["from this window"]
    area(other).fill("both")
    other.get_by_role("button", name="Add, with").click()
    expect(other.locator(".prose")).to_contain_text("both")
    assert ask(database_url, "SELECT text FROM note_block ORDER BY position")[-1] == ("both",)
    expect(area(other)).to_have_value("")
    other.wait_for_timeout(1500)
    assert other.get_by_role("alert").count() == 0
    assert other.evaluate("localStorage.length") == 0


def test_an_addition_is_added_whole_by_keyboard(at, database_url) -> None:
    page = at("addition")
    area(page).focus()
    page.keyboard.type("One thing more.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".prose")).to_contain_text("One thing more.", timeout=SOON_MS)
    expect(area(page)).to_have_value("")
    assert ask(database_url, "SELECT count(*) FROM note_addition") == [(0,)]
    assert page.evaluate("localStorage.length") == 0


def test_two_calls_at_once_write_into_their_own_notes(at, context, database_url) -> None:
    page = at("call")
    other = context.new_page()
    other.goto("/coach/bookings/2/call")
    context.set_offline(True)
    area(page).fill("about Ann")
    area(other).fill("about Ravi")
    expect(saved(page)).to_contain_text("kept on this device", timeout=SOON_MS)
    expect(saved(other)).to_contain_text("kept on this device", timeout=SOON_MS)
    # Both windows die without a connection; each call finds its own words again.
    page.close(run_before_unload=False)
    other.close(run_before_unload=False)
    context.set_offline(False)
    for number, words in ((2, "about Ravi"), (1, "about Ann")):
        again = context.new_page()
        again.goto(f"/coach/bookings/{number}/call")
        expect(area(again)).to_have_value(words)
        is_saved(again, "call")
    rows = ask(
        database_url,
        "SELECT n.client_id, n.booking_id, b.text FROM note n "
        "JOIN note_block b ON b.note_id = n.id ORDER BY n.client_id",
    )
    assert rows == [(1, 1, "about Ann"), (2, 2, "about Ravi")]


def test_two_empty_windows_on_one_client_are_two_notes(at, context, database_url) -> None:
    page = at("note")
    context.set_offline(True)
    area(page).fill("one")
    expect(saved(page)).to_contain_text("kept on this device", timeout=SOON_MS)
    context.set_offline(False)
    # The first window lives: a second one leaves its words to it.
    other = context.new_page()
    other.goto(PLACES["note"])
    expect(area(other)).to_have_value("")
    area(other).fill("two")
    is_saved(other, "note")
    is_saved(page, "note")
    assert sorted(stored(database_url, "note")) == ["one", "two"]
    assert page.evaluate("localStorage.length") == 0


def test_a_page_that_comes_back_as_it_was_left_is_read_anew(at, context, database_url) -> None:
    page = at("note")
    area(page).fill("first")
    is_saved(page, "note")
    other = context.new_page()
    other.goto("/coach/notes/1")
    area(other).fill("second")
    is_saved(other, "note")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(area(page)).to_have_value("second")
    # And by the Back button, where browsers fill forms in by themselves.
    page.goto("/coach/clients")
    area(other).fill("third")
    expect(saved(other)).to_contain_text("Saved", timeout=SOON_MS)
    other.wait_for_timeout(2500)
    page.go_back()
    expect(area(page)).to_have_value("third")
