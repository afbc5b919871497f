"""The ready ask in a real Chromium: copied, opened as it was changed, and whole without scripts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.support.browsing import inspect, sign_in
from tests.support.cast import ask

BO = {"name": "Bo Day", "email": "bo@client.example", "phone": "07400 654321"}
ACME = "/coach/applications/1"


@pytest.fixture
def desk(coach, page, server):
    """Give the coach's browser on the page of a fresh rejection."""
    sign_in(page)
    monday = date.fromisoformat(ask("sqlite://", "SELECT date('now')")[0][0])
    monday += timedelta(days=21 - monday.weekday())
    page.goto(f"/coach/bookings/new?start={monday:%Y%m%d}T100000Z")
    for name, text in BO.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Book the meeting").click()
    page.wait_for_url("**/coach/bookings/1?done=booked")
    page.goto("/coach/clients/1/record")
    page.get_by_label("Role").fill("Zoë & Söhne, 100 %")
    page.locator("[name=stage]").select_option("first")
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url(f"**{ACME}")
    return page


def test_the_message_is_copied_and_mailed_as_it_stands(desk, context) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    said = "Liebe Grüße,\n\u05e9\u05dc\u05d5\u05dd & 100 %"
    desk.get_by_label("Message").fill(said)
    desk.get_by_role("button", name="Copy the message").click()
    expect(desk.locator("ask-draft [role=status]")).to_have_text("Copied.")
    assert desk.evaluate("navigator.clipboard.readText()") == said
    mail = desk.get_by_role("link", name="Open in my mail program").get_attribute("href")
    assert "role%20of%20Zo%C3%AB%20%26%20S%C3%B6hne%2C%20100%20%25&body=" in mail
    assert mail.endswith(
        "&body=Liebe%20Gr%C3%BC%C3%9Fe%2C%0D%0A%D7%A9%D7%9C%D7%95%D7%9D%20%26%20100%20%25"
    )
    desk.get_by_role("button", name="It was sent").click()
    expect(desk.get_by_text("Written down.")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_asking(desk) -> None:
    pages = ("", "/first_agency", "/notes")
    wordings = [f"/coach/settings/method/wordings{page}" for page in pages]
    inspect(desk, [ACME, f"{ACME}/ask?draft=other_agency", "/coach/clients/1/record/steps/1"])
    desk.goto(ACME)
    desk.get_by_role("button", name="It was sent").click()
    inspect(desk, [*wordings, "/coach/clients/1/record", ACME])


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_the_words_can_be_selected_and_no_dead_button_is_shown(desk) -> None:
    assert "one strength that you saw" in desk.get_by_label("Message").input_value()
    expect(desk.locator("[data-copy]")).to_be_hidden()
    expect(desk.get_by_role("link", name="Open in my mail program")).to_be_visible()
