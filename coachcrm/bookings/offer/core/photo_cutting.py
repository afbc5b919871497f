"""A photo that somebody sends, made small, square and plain.

Nothing of the file but its picture stays: no place, no time, no profile, no second picture. To be
run in a process of its own, with limits: see `operations/image_process.py`.
"""

import io
import warnings
from collections.abc import Iterator

from PIL import Image, ImageCms, UnidentifiedImageError

from coachcrm.bookings.offer.core.photo import (
    LARGE,
    LEAST_SIDE,
    MIDDLE,
    MOST_OCTETS,
    MOST_PIXELS,
    SMALL,
    NotAPhoto,
    Why,
)

QUALITIES = (84, 78, 72, 66, 60, 52, 44, 36, 28, 20, 12)
# The shorter side before it is cut: enough for any turn and colour, and little to work on.
AT_WORK = 960
PAPER = (243, 238, 231)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_PLAIN = frozenset({"RGB", "RGBA", "L", "LA", "CMYK"})
# What brings a picture upright, by the number that the camera noted.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises for files that are broken on purpose or by accident.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    ArithmeticError,
)


def renderings(octets: bytes, *, at: int = MIDDLE) -> dict[str, bytes]:
    """Return the photo at both sizes, each as WebP and as JPEG, by the names of their files.

    It is cut square; `at`, from 0 to 100, says where along the longer side: 0 keeps its top or
    left, 100 its bottom or right. Raises `NotAPhoto`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = _square(_plain(_opened(octets)), at)
    # What the file said besides its picture would be written into ours.
    picture.info.clear()
    made = {}
    for size in (LARGE, SMALL):
        side = min(size, picture.width)
        small = picture.resize((side, side), Image.Resampling.LANCZOS)
        for kind, name in (("WEBP", f"{size}.webp"), ("JPEG", f"{size}.jpg")):
            made[name] = _within(small, kind, MOST_OCTETS[size])
    return made


def _opened(octets: bytes) -> Image.Image:
    """Return the picture of a file whose head says what it is and how large, not yet read."""
    if octets[4:8] == b"ftyp" and octets[8:12] in _HEIF_BRANDS:
        raise NotAPhoto(Why.HEIC)
    try:
        picture = Image.open(io.BytesIO(octets), formats=("JPEG", "PNG", "WEBP"))
    except Image.DecompressionBombError as error:
        raise NotAPhoto(Why.TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise NotAPhoto(Why.OTHER_KIND) from error
    except _BROKEN as error:
        raise NotAPhoto(Why.BROKEN) from error
    if picture.width * picture.height > MOST_PIXELS:
        raise NotAPhoto(Why.TOO_LARGE)
    if min(picture.size) < LEAST_SIDE:
        raise NotAPhoto(Why.TOO_SMALL)
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """Return the first picture of a file in red, green and blue, the right way up, not too large.

    What is large is made smaller before anything else, so that it is in memory but once.
    """
    try:
        # A JPEG can be read at a half, a quarter or an eighth of its size.
        picture.draft(None, (2 * AT_WORK, 2 * AT_WORK))
        picture.load()
        profile = picture.info.get("icc_profile")
        orientation = picture.getexif().get(0x0112, 1)
        if picture.mode.startswith("I;16"):
            picture = picture.point(lambda value: value / 256).convert("L")
        elif picture.mode not in _PLAIN:
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        shorter = min(picture.size)
        if shorter > AT_WORK:
            size = tuple(max(1, round(side * AT_WORK / shorter)) for side in picture.size)
            picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        return _turned(_in_srgb(picture, profile), orientation)
    except Image.DecompressionBombError as error:
        raise NotAPhoto(Why.TOO_LARGE) from error
    except _BROKEN as error:
        raise NotAPhoto(Why.BROKEN) from error


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in the colours of ordinary screens: no profile goes along with it."""
    if profile and picture.mode in {"RGB", "CMYK"}:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(
                picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (*_BROKEN, ImageCms.PyCMSError):
            # The colours are a little off then, as they would be in a program that knows none.
            changed = None
        if changed is not None:
            return changed
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        if clear.getchannel("A").getbbox() is None:
            raise NotAPhoto(Why.EMPTY)
        paper = Image.new("RGBA", clear.size, PAPER)
        return Image.alpha_composite(paper, clear).convert("RGB")
    return picture.convert("RGB")


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    """Return the picture as the camera saw it upright (EXIF 2.32, tag 274)."""
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _square(picture: Image.Image, at: int) -> Image.Image:
    """Return a square of the picture, cut at so many hundredths of what is too long."""
    side = min(picture.size)
    left, top = ((length - side) * at // 100 for length in picture.size)
    return picture.crop((left, top, left + side, top + side))


def _within(picture: Image.Image, kind: str, most: int) -> bytes:
    """Return the picture as a file of at most so many octets, as good as they allow."""
    return next(found for found in _worse_and_worse(picture, kind) if len(found) <= most)


def _worse_and_worse(picture: Image.Image, kind: str) -> Iterator[bytes]:
    # What is nothing but noise gets smaller yet.
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            picture.save(out, kind, quality=quality, method=6, optimize=True, progressive=True)
            yield out.getvalue()
        picture = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))
