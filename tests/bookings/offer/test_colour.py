"""Every word on the client's pages can be read, whatever hue the coach chooses."""

from __future__ import annotations

import re

import pytest

from coachcrm.bookings.offer.core.colour import contrast, rgb
from coachcrm.kit.resources import PACKAGE

STYLE = (PACKAGE / "static" / "public.css").read_text()
SHADE = re.compile(r"oklch\(([0-9.]+) ([0-9.]+) var\(--hue\)\)")
# What is written on what, wherever the accent has a part in it.
WRITTEN = [
    ("accent", "paper"), ("accent", "card"), ("accent", "sunk"), ("accent", "accent-soft"),
    ("accent-deep", "paper"), ("accent-deep", "card"), ("on-accent", "accent"),
    ("on-accent", "accent-deep"), ("soft", "accent-soft"), ("ink", "accent-soft"),
    ("ink", "accent-mid"),
]  # fmt: skip


def colours(name: str, hue: int):
    """Return a colour of the style by day and by night, at this hue."""
    declared = re.search(rf"--{name}: light-dark\((.+?)\);", STYLE)[1]
    found = []
    for colour in re.findall(r"oklch\([^)]*\)\)|#[0-9a-f]+", declared):
        if shade := SHADE.fullmatch(colour):
            found.append(rgb(float(shade[1]), float(shade[2]), hue))
        else:
            digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
            found.append(tuple(bytes.fromhex(digits)))
    assert len(found) == 2, declared
    return found


@pytest.mark.parametrize(("words", "ground"), WRITTEN)
def test_contrast_is_four_and_a_half_to_one_for_every_hue_on_both_themes(words, ground) -> None:
    for hue in range(360):
        pairs = zip(colours(words, hue), colours(ground, hue), strict=True)
        for theme, (one, other) in zip(("light", "dark"), pairs, strict=True):
            assert contrast(one, other) >= 4.5, (hue, theme, words, ground)


@pytest.mark.parametrize(
    ("shade", "as_browsers_show_it"),
    [((0.0, 0.0, 0), (0, 0, 0)), ((1.0, 0.0, 0), (255, 255, 255)),
     ((0.627955, 0.257683, 29.2339), (255, 0, 0)), ((0.452014, 0.313214, 264.052), (0, 0, 255)),
     ((0.519752, 0.176858, 142.495), (0, 128, 0))],
)  # fmt: skip
def test_a_shade_is_what_css_says_it_is(shade, as_browsers_show_it) -> None:
    assert rgb(*shade) == as_browsers_show_it


def test_contrast_is_what_wcag_says_it_is() -> None:
    assert round(contrast((0, 0, 0), (255, 255, 255)), 1) == 21
    assert round(contrast((118, 118, 118), (255, 255, 255)), 2) == 4.54
