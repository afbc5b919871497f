"""The coach ties things together in a real browser, on a phone and at a desk, by light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from coachcrm import demo
from coachcrm.app import create_app
from coachcrm.kit.data.db import db
from coachcrm.kit.data.migrate import upgrade
from coachcrm.kit.resources import load_config
from tests.support.browsing import inspect, sign_in
from tests.support.cast import ask

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def record(environment, database_url, page) -> str:
    """Fill the demo, sign the coach in, and give the address of the first client's record."""
    settings = load_config().load({"COACHCRM_BASE_URL": "http://127.0.0.1", **environment})
    app = create_app(settings)
    upgrade(app)
    demo.fill(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    sign_in(page, demo.EMAIL, demo.PASSWORD)
    [(client_id,)] = ask(database_url, "SELECT client_id FROM job_search WHERE id = 1")
    return f"/coach/clients/{client_id}/record"


def test_things_are_tied_together_and_axe_finds_nothing(record, page, server) -> None:
    def add(noun: str, on: str = "", choose: dict | None = None, **fields: str) -> None:
        page.goto(f"{record}/{noun}/new{on}")
        for label, words in fields.items():
            page.locator(f"[name={label}]").fill(words)
        for label, words in (choose or {}).items():
            page.locator(f"select[name={label}]").select_option(label=words)
        page.get_by_role("button", name="Save", exact=True).click()

    add("story", title="The audit", result="Two weeks saved", choose={"strength": "4"})
    add("strength", statement="Calm under pressure", choose={"story_id": "The audit"})
    add("round", "?application=1", held_on="2026-01-12", mood="flat")
    page.goto(f"{record}/question/new?application=1")
    page.locator("[name=text]").fill("Tell me of a time when it went wrong")
    page.locator("[name=story_used]").fill("The audit")
    page.locator("select[name=round_id]").select_option(index=1)
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/coach/record/item/2")
    page.locator("select[name=question_id]").select_option(index=1)
    page.get_by_text("Delivery", exact=True).click()
    page.get_by_label("Nerves").check()
    page.get_by_text("Answers", exact=True).click()
    page.get_by_label("Rambling").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("# No concrete example # Rambling # Nerves")).to_be_visible()
    add("fit", "?application=1", essentials="3 Led a team\n1 Knows SQL", desirables="2 German")
    page.get_by_role("link", name="Link lines with stories").click()
    page.get_by_label("Led a team").select_option(label="The audit")
    page.get_by_role("button", name="Save the links").click()
    page.get_by_text("Line by line").click()
    expect(page.locator("#fit ~ details").get_by_role("link", name="The audit")).to_be_visible()
    inspect(
        page,
        [
            record, "/coach/applications/1", "/coach/record/item/2", "/coach/record/story/1",
            "/coach/record/round/1", "/coach/record/question/1", "/coach/record/fit/1",
            "/coach/record/fit/1/stories", "/coach/record/strength/1", "/coach/record/verdict/2",
            "/coach/record/application/1", "/coach/record/theme/1", "/coach/record/search/1",
            "/coach/settings/method/themes", "/coach/settings/method/themes/1",
            f"{record}/item/new?application=1", f"{record}/round/new?application=1",
            f"{record}/stage/new?application=1", f"{record}/practice/new?of=1",
        ],
    )  # fmt: skip


def test_what_is_folded_up_unfolds_where_it_is_wrong(record, page, server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{record}/round/new?application=1")
    expect(page.get_by_label("Minutes")).to_be_hidden()
    page.locator("main").get_by_text("More", exact=True).click()
    page.get_by_label("Minutes").fill("9999")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Minutes")).to_be_visible()
    expect(page.locator(".error-summary")).to_be_focused()
