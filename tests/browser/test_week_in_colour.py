"""The picture of the week can be read: axe does not look at what is drawn in SVG."""

from __future__ import annotations

import pytest

from tests.support.browsing import book, sign_in

# How every text of the picture stands out from what is painted under its middle (WCAG 1.4.3).
CONTRASTS = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const part = (value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const brightness = () => {
    const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const sheer = (node) => {
    const own = Number(getComputedStyle(node).opacity);
    return node.parentElement ? own * sheer(node.parentElement) : own;
  };
  const paint = (colour, opacity) => {
    pen.globalAlpha = opacity;
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
  };
  const picture = document.querySelector("svg.calendar");
  const hatch = getComputedStyle(picture.querySelector(".hatch-line")).fill;
  return [...picture.querySelectorAll("text, .words > *")].flatMap((text) => {
    const opacity = sheer(text);
    if (opacity === 0) return [];
    const box = text.getBoundingClientRect();
    const under = document
      .elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2)
      .filter((node) => node.tagName === "rect" && picture.contains(node))
      .reverse();
    paint(getComputedStyle(document.documentElement).backgroundColor, 1);
    for (const node of under) {
      const style = getComputedStyle(node);
      if (style.fill !== "none") {
        paint(style.fill.startsWith("url") ? hatch : style.fill, sheer(node) * style.fillOpacity);
      }
    }
    const ground = brightness();
    paint(getComputedStyle(text)[text.tagName === "text" ? "fill" : "color"], opacity);
    const [dark, light] = [ground, brightness()].sort((a, b) => a - b);
    return [[text.textContent, (light + 0.05) / (dark + 0.05)]];
  });
}"""


@pytest.fixture
def week(coach, page, server):
    """Somebody with a long name has booked, and the coach looks at the week of it."""
    book(page, "Wilhelmina Featherstonehaugh-Cholmondeley")
    sign_in(page)
    day = page.request.get("/coach/bookings/1").text()
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.goto("/coach/bookings")
    if not page.locator("svg.calendar .booking").count():
        page.get_by_role("link", name="Later week").click()
    assert "Wilhelmina" in day
    return page


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_in_the_picture_of_the_week_stands_out(week, scheme: str) -> None:
    week.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = week.evaluate(CONTRASTS)
    assert any("Wilhelmina" in text for text, _ in found)
    assert [(text, ratio) for text, ratio in found if ratio < 4.5] == []


@pytest.mark.engines("sqlite")
def test_a_long_name_stays_in_its_block(week) -> None:
    block, name = week.locator("svg.calendar .booking rect"), week.locator(".booking .words span")
    assert name.evaluate("node => getComputedStyle(node).textOverflow") == "ellipsis"
    outer, inner = block.bounding_box(), name.bounding_box()
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
