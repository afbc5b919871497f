"""A call in a real browser: lines file themselves, one key takes them back, nothing is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.browsing import book, sign_in
from tests.support.cast import ask

SOON_MS = 6000


@pytest.fixture
def call(coach, page, server):
    """Ann has booked, and the coach has her call before him."""
    book(page)
    sign_in(page)
    page.goto("/coach/bookings/1/call")
    return page


def filed(page):
    return page.locator("[data-filed] li p")


def note(page):
    return page.locator("[name=block-0-text]")


def test_lines_are_filed_as_they_are_left_and_taken_back_with_one_key(call, database_url) -> None:
    note(call).press_sequentially("They said no.\n/- too gen", delay=10)
    expect(call.locator(".saved")).to_contain_text("Saved", timeout=SOON_MS)
    assert ask(database_url, "SELECT count(*) FROM feedback_item") == [(0,)]
    note(call).press_sequentially("eral\n/3 practise with numbers\n/+ warm", delay=10)
    expect(filed(call)).to_have_text(["Negative too general"], timeout=SOON_MS)
    expect(call.locator("[name=block-0-steps][value='3']")).to_be_checked()
    # The last line is filed when the caret leaves it.
    call.locator("[name=block-0-kind]").focus()
    expect(filed(call)).to_have_text(["Positive warm", "Negative too general"], timeout=SOON_MS)
    note(call).focus()
    note(call).press("Escape")
    expect(filed(call)).to_have_text(["Negative too general"], timeout=SOON_MS)
    expect(note(call)).to_have_value(
        "They said no.\n/- too general\n/3 practise with numbers\nwarm"
    )
    expect(call).to_have_url(re.compile("/coach/bookings/1/call$"))
    assert ask(database_url, "SELECT text FROM feedback_item") == [("too general",)]
    call.reload()
    expect(filed(call)).to_have_text(["Negative too general"])
    assert call.evaluate("localStorage.length") == 0


def test_a_rejection_written_in_mid_sentence_loses_nothing_of_it(call, database_url) -> None:
    note(call).press_sequentially("In mid sen", delay=5)
    call.get_by_text("Log a rejection", exact=True).click()
    call.get_by_label("Employer").fill("Northbank")
    call.get_by_role("button", name="Log it", exact=True).click()
    expect(call.locator("legend + p + label")).to_contain_text("Northbank", timeout=SOON_MS)
    expect(note(call)).to_have_value("In mid sen")
    assert ask(database_url, "SELECT count(*) FROM note") == [(1,)]


def test_a_call_works_by_keyboard_alone(call, database_url) -> None:
    note(call).focus()
    call.keyboard.type("/- ran over time\n")
    expect(filed(call)).to_have_count(1, timeout=SOON_MS)
    for _ in range(60):
        call.keyboard.press("Tab")
        if call.evaluate("document.activeElement.textContent") == "End the call":
            break
    call.keyboard.press("Enter")
    expect(call).to_have_url(re.compile("/coach/bookings/1/wrap-up$"))


def test_two_tabs_on_one_call_show_both_texts(call, context, database_url) -> None:
    note(call).fill("first")
    expect(call.locator(".saved")).to_contain_text("Saved", timeout=SOON_MS)
    other = context.new_page()
    other.goto("/coach/bookings/1/call")
    other.locator("[name=block-0-text]").fill("from the other tab")
    expect(other.locator(".saved")).to_contain_text("Saved", timeout=SOON_MS)
    note(call).fill("from this tab")
    expect(call.get_by_role("alert")).to_contain_text("another window", timeout=SOON_MS)
    expect(call.locator("main")).to_contain_text("from the other tab")
    expect(note(call)).to_have_value("from this tab")


def test_a_line_under_a_step_brings_its_questions_forward_and_moves_nothing(call) -> None:
    note(call).press_sequentially("They said no.\n", delay=5)
    before = note(call).bounding_box()
    note(call).press_sequentially("/4 ", delay=5)
    expect(call.locator("[data-step='4']")).to_have_attribute("open", "")
    expect(call.locator("[data-step='1']")).not_to_have_attribute("open", "")
    assert note(call).bounding_box() == before
    expect(note(call)).to_be_focused()


def test_the_next_questions_are_one_tap_away_by_keyboard_too(call) -> None:
    scrolled = call.evaluate("scrollY")
    call.locator("[data-step='1'] a.next").focus()
    call.keyboard.press("Enter")
    expect(call.locator("[data-step='2']")).to_have_attribute("open", "")
    expect(call.locator("[data-step='2'] > summary")).to_be_focused()
    assert call.evaluate("[scrollY, location.hash]") == [scrolled, ""]


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_the_next_questions_are_a_link(call) -> None:
    call.locator("[data-step='1'] a.next").click()
    expect(call.locator("#ask-2 li").first).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_a_call_is_written_with_buttons(call, database_url) -> None:
    note(call).fill("/- too general")
    call.get_by_role("button", name="Save", exact=True).click()
    expect(filed(call)).to_contain_text("too general")
    call.locator("[data-undo] button").click()
    expect(note(call)).to_have_value("too general")
    assert ask(database_url, "SELECT count(*) FROM feedback_item") == [(0,)]
