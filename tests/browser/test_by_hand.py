"""The coach's own hand in a real Chromium: by keyboard alone, and without scripts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.support.browsing import look, sign_in
from tests.support.cast import ask
from tests.support.remote import book, free_times

BO = {"name": "Bo Day", "email": "bo@client.example", "phone": "07400 654321"}


def a_monday() -> date:
    """Return a Monday two weeks and more ahead, in the programs' own time."""
    today = date.fromisoformat(ask_today())
    return today + timedelta(days=21 - today.weekday())


def ask_today() -> str:
    return ask("sqlite://", "SELECT date('now')")[0][0]


def press_until(page, name: str) -> None:
    """Go on with the Tab key until the link or button with this name has the focus."""
    for _ in range(250):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
            " || document.activeElement.name || '').trim()"
        )
        if said.startswith(name):
            return
    pytest.fail(f"no key leads to {name!r}")


def test_a_client_is_booked_moved_and_cancelled_by_keyboard(
    coach, page, server, database_url
) -> None:
    sign_in(page)
    monday = a_monday()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/coach/bookings?from={monday}")
    day = f"{monday:%A} {monday.day} {monday:%B %Y}"
    press_until(page, f"{day}, 9:00 am, UK time: free")
    width = "getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth"
    assert page.evaluate(width) == "3px", "the focus is seen"
    page.keyboard.press("Enter")
    page.wait_for_url("**/coach/bookings/new?start=*")
    expect(page.get_by_label("Time", exact=True)).to_have_value("09:00")
    page.locator("[name=name]").focus()
    for text in BO.values():
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    press_until(page, "Book the meeting")
    page.keyboard.press("Enter")
    page.wait_for_url("**/coach/bookings/1?done=booked")
    assert look(page) == []

    press_until(page, "Move it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/coach/bookings/1/move")
    page.get_by_label("Time", exact=True).fill("20:00")
    press_until(page, "Move the meeting")
    page.keyboard.press("Enter")
    expect(page.locator("#broken")).to_be_focused()
    expect(page.get_by_text("This is outside your hours.")).to_be_visible()
    assert look(page) == []
    press_until(page, "Move it all the same")
    page.keyboard.press("Enter")
    page.wait_for_url("**/coach/bookings/1?done=moved")

    page.goto(f"/coach/bookings?from={monday}")
    press_until(page, f"{day}, 8:00 pm to 8:30 pm, UK time: Bo Day")
    page.keyboard.press("Enter")
    page.wait_for_url("**/coach/bookings/1")
    press_until(page, "Cancel it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/coach/bookings/1/cancel")
    press_until(page, "Cancel the meeting")
    page.keyboard.press("Enter")
    page.wait_for_url("**/coach/bookings/1?done=cancelled")
    assert ask(database_url, "SELECT status, sequence, made_by FROM booking") == [
        ("cancelled", 2, "coach")
    ]


def test_all_of_it_works_without_scripts_on_a_phone(
    coach, server, new_context, database_url
) -> None:
    book(server.url, free_times(server.url)[0], 1)
    context = new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/coach/sign-in")
    for name, value in (("email", coach.email), ("password", coach.password)):
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"/coach/bookings?from={a_monday()}")
    expect(page.locator("svg.calendar")).to_be_hidden()
    page.locator("ol.agenda a.slot").first.click()
    for name, value in BO.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Book the meeting").click()
    expect(page.get_by_text("It is booked.")).to_be_visible()
    page.goto("/coach/bookings/block")
    page.get_by_label("From", exact=True).fill("18:00")
    page.get_by_label("To", exact=True).fill("19:00")
    page.get_by_role("button", name="Block this time").click()
    expect(page.get_by_text("Blocked. Nobody can book then.")).to_be_visible()
    assert ask(database_url, "SELECT count(*) FROM booking") == [(2,)]
    assert ask(database_url, "SELECT begins_min, ends_min FROM time_off") == [(1080, 1140)]
