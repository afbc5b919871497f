"""The coach sets when he works, in a real browser: by keyboard alone, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browsing import look_at_all_sizes, sign_in
from tests.support.cast import ask
from tests.support.remote import book, free_times

WEEK = "/coach/availability"


def tab_to(page, target) -> None:
    """Go on with the Tab key until the target has the focus."""
    for _ in range(150):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the Tab key does not lead there")


def test_by_keyboard_he_takes_a_leave_over_a_meeting_and_looks_at_the_month(
    coach, page, server, database_url
) -> None:
    start = free_times(server.url)[0]
    book(server.url, start, 1)
    on = f"{start[:4]}-{start[4:6]}-{start[6:8]}"
    sign_in(page)
    page.goto(f"{WEEK}/time-off")
    tab_to(page, page.locator("#begins_on"))
    # How a date is typed depends on the machine; what counts here is where the keys lead.
    page.locator("#begins_on").fill(on)
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_be_focused()
    expect(page.get_by_text("This meeting stays in your diary")).to_be_visible()
    assert look_at_all_sizes(page) == []
    assert ask(database_url, "SELECT count(*) FROM time_off") == [(0,)]
    tab_to(page, page.get_by_role("button", name="Save, and keep this meeting"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. Nobody can book you then.")).to_be_visible()
    assert ask(database_url, "SELECT count(*) FROM time_off") == [(1,)]
    page.goto(f"{WEEK}/month?month={on[:7]}")
    cell = page.locator(f'.calendar a[href="#d{on}"]')
    tab_to(page, cell)
    expect(cell).to_have_accessible_name(name_of(page, on))
    page.keyboard.press("Enter")
    expect(page.locator(f"#d{on}")).to_be_in_viewport()
    expect(page.locator(f"#d{on}")).to_contain_text("Booked: Client 1")
    assert look_at_all_sizes(page) == []


def name_of(page, on: str):
    """Return what the month calls a date: its day, then what is free or why nothing is."""
    return page.locator(f'.calendar a[href="#d{on}"] .visually-hidden').inner_text()


def test_without_javascript_he_copies_a_day_looks_and_saves(
    coach, new_context, server, database_url
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page)
    page.goto(WEEK)
    page.get_by_label("Monday from, 1").fill("10:00")
    page.get_by_text("Copy Monday to other days").click()
    page.locator("[name=copy-0-to][value='5']").check(force=True)
    page.get_by_role("button", name="Copy Monday").click()
    expect(page.get_by_text("Monday is copied to Saturday")).to_be_visible()
    page.get_by_role("button", name="Only show what visitors would see").click()
    expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
    assert ask(database_url, "SELECT count(*) FROM weekly_hours") == [(10,)]
    page.get_by_label("Saturday from, 1").press("Enter")
    expect(page.get_by_text("Saved. Visitors see these hours now.")).to_be_visible()
    assert ask(
        database_url, "SELECT opens, closes FROM weekly_hours WHERE weekday = 5 ORDER BY opens"
    ) == [(600, 720), (840, 1020)]


def test_with_javascript_each_change_shows_at_once_what_it_does(coach, page, server) -> None:
    sign_in(page)
    page.goto(WEEK)
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        for number in (1, 2):
            page.get_by_label(f"{day} from, {number}").fill("")
            page.get_by_label(f"{day} to, {number}").fill("")
    page.get_by_label("Friday to, 2").blur()
    expect(page.get_by_text("With these hours nobody can book anything")).to_be_visible()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert look_at_all_sizes(page) == []
