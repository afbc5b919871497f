"""The coach's photo as it is kept, and what keeps a file from becoming it."""

from enum import StrEnum

LARGE, SMALL = 480, 96
# What a page may weigh: the photo on the landing page, and the one beside the name on each other.
MOST_OCTETS = {LARGE: 24_000, SMALL: 6_000}
MOST_PIXELS = 50_000_000
LEAST_SIDE = 160
MIDDLE = 50
PHOTO_FILES = tuple(f"{size}.{kind}" for size in (LARGE, SMALL) for kind in ("webp", "jpg"))
PREVIEW, TOUCH_ICON, FAVICON = "preview.png", "touch.png", "favicon.ico"
DRAWN_FILES = (PREVIEW, TOUCH_ICON, FAVICON)
TYPES = {
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "png": "image/png",
    "ico": "image/vnd.microsoft.icon",
}


class Why(StrEnum):
    """Why a file cannot become the photo."""

    HEIC = "heic"
    OTHER_KIND = "other kind"
    BROKEN = "broken"
    TOO_LARGE = "too large"
    TOO_SMALL = "too small"
    EMPTY = "empty"
    TOO_HARD = "too hard"
    NOT_NOW = "not now"


class NotAPhoto(Exception):  # noqa: N818 - shown as a sentence
    """The file cannot become the photo; `why` says why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why
