"""The coach writes a note in a real browser; whatever breaks, at most two seconds are lost."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from tests.support.browsing import book, sign_in, sign_in_by_hand

SOON_MS = 4000


@pytest.fixture
def client(coach, page, server):
    """Ann has booked the first free time."""
    book(page)


def open_new_note(page):
    sign_in(page)
    page.goto("/coach/clients/1/notes/new")


def box(page, number):
    return page.locator(f"[name=block-{number}-text]")


def chip(page, number, step):
    return page.locator(f"[name=block-{number}-steps][value='{step}']")


def expect_saved(page):
    expect(page.locator(".saved")).to_contain_text("Saved", timeout=SOON_MS)


def in_database(database_url):
    """Return what is stored, passage by passage."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT text FROM note_block ORDER BY note_id, position"))
        found = [row[0] for row in rows]
    engine.dispose()
    return found


def test_three_passages_are_saved_while_they_are_typed(page, client, database_url):
    open_new_note(page)
    box(page, 0).press_sequentially("They said the answers were general.", delay=5)
    chip(page, 0, 1).check()
    box(page, 0).press("Control+Enter")
    box(page, 1).press_sequentially("Practise with numbers.", delay=5)
    box(page, 1).press("Alt+3")
    expect(chip(page, 1, 3)).to_be_checked()
    page.get_by_role("button", name="Add a passage").click()
    expect(box(page, 2)).to_be_focused()
    box(page, 2).press_sequentially("Walks every morning.", delay=5)
    chip(page, 2, 6).check()
    expect_saved(page)
    expect(page).to_have_url(re.compile("/coach/notes/1$"))
    page.reload()
    expect(box(page, 1)).to_have_value("Practise with numbers.")
    expect(chip(page, 2, 6)).to_be_checked()
    assert len(in_database(database_url)) == 3
    assert page.evaluate("localStorage.length") == 0


def test_a_browser_closed_in_mid_sentence_loses_two_seconds_at_most(
    page, client, context, database_url
):
    open_new_note(page)
    words = [f"word{n}" for n in range(60)]
    for word in words:
        box(page, 0).press_sequentially(word + " ", delay=8)
    typed = " ".join(words)
    page.close(run_before_unload=False)
    kept = in_database(database_url)[0]
    assert typed.startswith(kept.strip())
    again = context.new_page()
    again.goto("/coach/clients/1/notes/new")
    restored = again.locator("[name=block-0-text]").input_value() or kept
    lost = len(typed) - len(restored.strip())
    # A letter every 8 milliseconds or more: two seconds are 250 letters at the most.
    assert lost <= 250


def test_text_typed_without_a_connection_is_saved_when_it_is_back(
    page, client, context, database_url
):
    open_new_note(page)
    box(page, 0).fill("Before.")
    expect_saved(page)
    context.set_offline(True)
    box(page, 0).press_sequentially(" Typed in a tunnel.", delay=5)
    expect(page.locator(".saved")).to_contain_text("no connection", timeout=SOON_MS)
    assert in_database(database_url) == ["Before."]
    context.set_offline(False)
    expect_saved(page)
    assert "Typed in a tunnel" in in_database(database_url)[0]


def test_text_that_never_reached_the_server_is_there_when_the_note_is_opened_again(
    page, client, context, database_url
):
    open_new_note(page)
    context.set_offline(True)
    box(page, 0).press_sequentially("Only on this device.", delay=5)
    expect(page.locator(".saved")).to_contain_text("kept on this device", timeout=SOON_MS)
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    again.goto("/coach/clients/1/notes/new")
    expect(again.locator("[name=block-0-text]")).to_have_value("Only on this device.")
    expect(again.locator(".saved")).to_contain_text("Saved", timeout=SOON_MS)
    assert in_database(database_url) == ["Only on this device."]


def test_a_login_that_ended_in_mid_sentence_loses_nothing(page, client, context, database_url):
    open_new_note(page)
    box(page, 0).fill("Before.")
    expect_saved(page)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM login"))
    engine.dispose()
    box(page, 0).press_sequentially(" And after.", delay=5)
    expect(page.locator(".saved")).to_contain_text("You are signed out", timeout=SOON_MS)
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    sign_in_by_hand(opened.value)
    expect_saved(page)
    assert in_database(database_url) == ["Before. And after."]


def test_two_windows_on_one_note_show_both_texts(page, client, context, database_url):
    open_new_note(page)
    box(page, 0).fill("first")
    expect_saved(page)
    other = context.new_page()
    other.goto(page.url)
    other.locator("[name=block-0-text]").fill("from the other window")
    expect(other.locator(".saved")).to_contain_text("Saved", timeout=SOON_MS)
    box(page, 0).fill("from this window")
    expect(page.get_by_role("alert")).to_contain_text("another window", timeout=SOON_MS)
    expect(page.locator("main")).to_contain_text("from the other window")
    expect(box(page, 0)).to_have_value("from this window")
    assert in_database(database_url) == ["from the other window"]


def test_a_conflict_whose_page_never_arrives_loses_nothing(page, client, context, database_url):
    open_new_note(page)
    box(page, 0).fill("first")
    expect_saved(page)
    other = context.new_page()
    other.goto(page.url)
    other.locator("[name=block-0-text]").fill("from the other window")
    expect(other.locator(".saved")).to_contain_text("Saved", timeout=SOON_MS)
    # The script hears of the conflict, and then the network is gone.
    page.route(
        "**/coach/notes/*",
        lambda route: route.abort() if route.request.is_navigation_request() else route.continue_(),
    )
    with page.expect_event("requestfailed"):
        box(page, 0).fill("from this window")
    again = context.new_page()
    again.goto("/coach/notes/1")
    expect(again.get_by_role("alert")).to_contain_text("another window", timeout=SOON_MS)
    expect(again.locator("[name=block-0-text]")).to_have_value("from this window")
    assert in_database(database_url) == ["from the other window"]


def test_a_server_that_restarts_in_mid_sentence_loses_nothing(
    page, client, server, serve, database_url
):
    open_new_note(page)
    box(page, 0).fill("Before.")
    expect_saved(page)
    server.kill()
    box(page, 0).press_sequentially(" During.", delay=5)
    expect(page.locator(".saved")).to_contain_text("kept on this device", timeout=SOON_MS)
    serve("--port", str(urlsplit(server.url).port))
    expect(page.locator(".saved")).to_contain_text("Saved", timeout=15000)
    assert in_database(database_url) == ["Before. During."]


def test_signing_out_wipes_what_was_kept_on_the_device(page, client, context):
    open_new_note(page)
    page.evaluate("localStorage.setItem('note /coach/notes/1 ', '{}')")
    page.goto("/coach/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/coach/sign-in")
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_a_note_is_written_with_a_button(page, client, database_url):
    open_new_note(page)
    box(page, 0).fill("They said no.")
    chip(page, 0, 1).check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/coach/notes/1$"))
    assert in_database(database_url) == ["They said no."]
