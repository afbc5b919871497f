"""What is drawn of the coach: the picture that a link to his page shows, and small icons.

To be run in a process of its own: see `operations/image_process.py`.
"""

import io
import unicodedata
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFont

from coachcrm.bookings.offer.core.colour import RGB, rgb
from coachcrm.bookings.offer.core.photo import FAVICON, PREVIEW, TOUCH_ICON

WIDE, HIGH = 1200, 630
# Some programs show no picture beyond 300 kB.
MOST_OCTETS = 290_000
PAPER, INK, SOFT = (252, 250, 247), (38, 33, 28), (98, 88, 77)
MARGIN, BAR = 80, 18
ARCH_WIDE, ARCH_HIGH = 430, 500
# Everything is drawn so many times too large, and made small again: Pillow draws no soft edges.
FINE = 2
_NO_LETTER = "\U0010ffff"
# Signs that the font lacks, and that a plainer one stands for as well.
_AS_WRITTEN = str.maketrans({"–": "-", "—": "-", "\xa0": " "})
Point = tuple[float, float]


def drawn(*, name: str, line: str, hue: int, photo: bytes | None) -> dict[str, bytes]:
    """Return the files that are drawn of the coach, by their names.

    `photo` is the larger of his photo's renderings. Where the font that Pillow brings lacks a
    letter of the name, photo and colour stand alone.
    """
    face = _photo(photo) if photo else None
    touch = face or _hills(180 * 4, hue)
    return {
        PREVIEW: _png(_preview(_writable(name), _writable(line), hue, face)),
        TOUCH_ICON: _png(touch.resize((180, 180), Image.Resampling.LANCZOS)),
        FAVICON: _ico(_arched(_hills(48 * 8, hue, is_bold=True), 48 * 8)),
    }


def _photo(octets: bytes) -> Image.Image:
    with Image.open(io.BytesIO(octets), formats=("JPEG", "WEBP")) as picture:
        return picture.convert("RGB")


def _preview(name: str, line: str, hue: int, face: Image.Image | None) -> Image.Image:
    page = Image.new("RGB", (WIDE, HIGH), PAPER)
    pen = ImageDraw.Draw(page)
    accent = rgb(0.42, 0.085, hue)
    left = WIDE - MARGIN - ARCH_WIDE if name else (WIDE - ARCH_WIDE) // 2
    arch = _arch(face or _hills(ARCH_HIGH * FINE, hue))
    page.paste(arch, (left, HIGH - BAR - ARCH_HIGH), arch)
    pen.rectangle((0, HIGH - BAR, WIDE, HIGH), fill=accent)
    if name:
        _write(pen, name, line, accent)
    return page


def _write(pen: ImageDraw.ImageDraw, name: str, line: str, accent: RGB) -> None:
    """Write the name as large as it fits, the line under it, and a stroke in the colour."""
    room = WIDE - 3 * MARGIN - ARCH_WIDE
    title, font = _fitted(pen, name, room, sizes=range(84, 35, -4), most=3)
    words, small = _fitted(pen, line, room, sizes=range(36, 23, -2), most=4)
    high = _height(pen, title, font) + (28 + _height(pen, words, small) if words else 0) + 52
    top = (HIGH - BAR - high) / 2
    pen.multiline_text(
        (MARGIN, top), title, INK, font, spacing=12, stroke_width=font.size / 60, stroke_fill=INK
    )
    top += _height(pen, title, font) + 28
    if words:
        pen.multiline_text((MARGIN, top), words, SOFT, small, spacing=12)
        top += _height(pen, words, small) + 28
    pen.rounded_rectangle((MARGIN, top + 12, MARGIN + 120, top + 20), 4, fill=accent)


def _fitted(
    pen: ImageDraw.ImageDraw, text: str, room: int, *, sizes: Iterable[int], most: int
) -> tuple[str, ImageFont.FreeTypeFont]:
    """Return a text in at most so many lines, in the largest of the sizes that leaves it whole."""
    lines, font = [text], _font(24)
    for size in sizes:
        font = _font(size)
        lines = _lines(pen, text, font, room)
        if len(lines) <= most and all(pen.textlength(line, font) <= room for line in lines):
            return "\n".join(lines), font
    return "\n".join(_cut(pen, line, font, room) for line in lines[:most]), font


def _lines(
    pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, room: int
) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.textlength(longer, font) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(pen: ImageDraw.ImageDraw, line: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    while line and pen.textlength(line, font) > room:
        line = line[:-2] + "…" if len(line) > 1 else ""
    return line


def _height(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont) -> float:
    if not text:
        return 0
    box = pen.multiline_textbbox((0, 0), text, font, spacing=12)
    return float(box[3])


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow came without FreeType")
    return font


def _writable(text: str) -> str:
    """Return a text if the font has every letter of it, else nothing."""
    text = unicodedata.normalize("NFC", text).translate(_AS_WRITTEN)
    font = _font(40)
    missing = bytes(font.getmask(_NO_LETTER))
    letters = {letter for letter in text if not letter.isspace()}
    return text if all(bytes(font.getmask(letter)) != missing for letter in letters) else ""


# ------------------------------------------------------------------------------------- the shapes


def _arch(picture: Image.Image) -> Image.Image:
    """Return a picture under a round head, as wide and as high as it stands on the preview."""
    side = max(ARCH_WIDE, ARCH_HIGH)
    picture = picture.resize((side, side), Image.Resampling.LANCZOS)
    left = (side - ARCH_WIDE) // 2
    return _arched(picture.crop((left, 0, left + ARCH_WIDE, ARCH_HIGH)), ARCH_WIDE)


def _arched(picture: Image.Image, wide: int) -> Image.Image:
    mask = Image.new("L", (picture.width * FINE, picture.height * FINE))
    pen = ImageDraw.Draw(mask)
    pen.ellipse((0, 0, wide * FINE - 1, wide * FINE - 1), fill=255)
    pen.rectangle((0, wide * FINE // 2, mask.width, mask.height), fill=255)
    found = picture.convert("RGBA")
    found.putalpha(mask.resize(picture.size, Image.Resampling.LANCZOS))
    return found


def _hills(side: int, hue: int, *, is_bold: bool = False) -> Image.Image:
    """Return hills with the sun over them, which stand for whoever gives no photo.

    The shapes are those of the macro `arch`, on a square of 120; bold ones are seen when tiny.
    """
    accent, sky = rgb(0.42, 0.085, hue), rgb(0.95, 0.016, hue)
    mid, soft = rgb(0.84, 0.055, hue), rgb(0.89, 0.038, hue)
    if is_bold:
        accent, sky, mid, soft = sky, accent, sky, rgb(0.65, 0.085, hue)
    picture = Image.new("RGB", (side, side), sky)
    pen = ImageDraw.Draw(picture)
    scale = side / 120
    pen.ellipse([part * scale for part in (65, 23, 99, 57)], fill=mid)
    far = [((0, 84), (26, 66), (44, 90), (66, 78)), ((66, 78), (86, 67), (100, 56), (120, 58))]
    near = [((0, 104), (22, 90), (42, 106), (62, 100)), ((62, 100), (82, 94), (98, 82), (120, 80))]
    for curves, colour in ((far, soft), (near, accent)):
        way = [point for curve in curves for point in _bezier(*curve)]
        ground = [*way, (120.0, 120.0), (0.0, 120.0)]
        pen.polygon([(x * scale, y * scale) for x, y in ground], fill=colour)
    return picture


def _bezier(start: Point, first: Point, second: Point, end: Point) -> Iterable[Point]:
    for step in range(33):
        t = step / 32
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        x, y = (
            sum(
                weight * point[axis]
                for weight, point in zip(weights, (start, first, second, end), strict=True)
            )
            for axis in (0, 1)
        )
        yield x, y


def _png(picture: Image.Image) -> bytes:
    octets = _saved(picture, "PNG", optimize=True)
    if len(octets) <= MOST_OCTETS:
        return octets
    return _saved(picture.quantize(256), "PNG", optimize=True)


def _ico(picture: Image.Image) -> bytes:
    return _saved(picture, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])


def _saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()
