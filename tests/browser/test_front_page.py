"""The coach sees his colour and the cut of his photo while he chooses them."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.browsing import sign_in

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("coach")]


def halves() -> bytes:
    """A picture whose upper half is red and whose lower half is blue."""
    picture = Image.new("RGB", (400, 900), (200, 30, 30))
    picture.paste((30, 30, 200), (0, 450, 400, 900))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_hue_and_cut_are_shown_while_they_are_being_chosen(page) -> None:
    sign_in(page)
    page.goto("/coach/settings/page")
    button = page.locator(".look.light .go").first
    page.locator("#other_hue").fill("320")
    expect(button).to_have_css("background-color", "oklch(0.42 0.085 320)")
    expect(page.get_by_role("radio", name="Another")).to_be_checked()
    page.get_by_role("radio", name="Brick").check()
    expect(button).to_have_css("background-color", "oklch(0.42 0.085 20)")
    page.get_by_label("Surname").fill("Okafor")
    expect(page.locator(".look.dark")).to_contain_text("Okafor")

    photo = {"name": "me.png", "mimeType": "image/png", "buffer": halves()}
    page.get_by_label("A photo of you").set_input_files(photo)
    cut = page.locator("canvas")
    expect(cut).to_be_visible()
    middle = "c => [...c.getContext('2d').getImageData(120, 120, 1, 1).data.slice(0, 3)]"
    page.get_by_label("What to keep of it").fill("100")
    assert cut.evaluate(middle) == [30, 30, 200]
    page.get_by_label("What to keep of it").fill("0")
    assert cut.evaluate(middle) == [200, 30, 30]
    page.get_by_role("button", name="Use this photo").click()
    expect(page.get_by_role("status")).to_contain_text("Your photo is on your page")
    expect(page.locator("photo-cut img")).to_have_js_property("naturalWidth", 400)
