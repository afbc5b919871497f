"""The coach's accent colour: shades of one hue, in numbers that every screen understands.

The public style names its shades as oklch(lightness chroma hue); what is drawn here, and what is
measured, needs them as red, green and blue.
"""

import math

RGB = tuple[int, int, int]


def rgb(lightness: float, chroma: float, hue: float) -> RGB:
    """Return a shade in sRGB, 0 to 255 each; what no screen can show is clipped, as browsers do.

    The matrices are those of Björn Ottosson's Oklab (CSS Color 4, 10.2).
    """
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def contrast(one: RGB, other: RGB) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _encoded(linear: float) -> int:
    linear = min(max(linear, 0), 1)
    part = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055  # noqa: PLR2004
    return round(part * 255)


def _luminance(colour: RGB) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
