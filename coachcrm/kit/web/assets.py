"""Our own style and scripts: read once, named by their content, kept by browsers for a year."""

import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app

from coachcrm.kit.resources import PACKAGE
from coachcrm.kit.web.guard import public
from coachcrm.kit.web.packed import Packed

bp = Blueprint("assets", __name__)

PUBLIC = "public.css"
# The one accent colour is the coach's: a style for each degree of the colour circle, for a rule
# within a page is forbidden by our own walls.
USUAL_ACCENT = re.compile(rb"--hue: \d+;")
OF_AN_ACCENT = re.compile(r"(public|shades)-(0|[1-9][0-9]{0,2})\.css", re.ASCII)
SHADES = re.compile(rb":root \{\s*color-scheme: light dark;(.*?)\n  \}", re.DOTALL)
DEGREES = 360
# There is one coach, who tries a few: whoever asks for all of them is not to fill the memory.
MOST_ACCENTS = 8


@dataclass(frozen=True)
class Asset:
    """One file, packed, and the address, whose mark names its octets."""

    mark: str
    url: str
    packed: Packed


def init_app(app: Flask) -> None:
    """Read every file of the static folder; give templates `asset(name)`."""
    app.register_blueprint(bp)
    addresses = app.url_map.bind("")
    assets: dict[str, Asset] = {}
    for path in sorted((PACKAGE / "static").iterdir()):
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        kind = "text/javascript" if path.suffix == ".js" else kind
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        packed = Packed.of(path.read_bytes(), kind, level=9)
        mark = packed.tag[:12]
        url = addresses.build("assets.static", {"mark": mark, "name": path.name})
        assets[path.name] = Asset(mark, url, packed)
    app.extensions["coachcrm.assets"] = assets
    made = partial(_with_accent, assets[PUBLIC])
    app.extensions["coachcrm.accents"] = lru_cache(maxsize=MOST_ACCENTS)(made)
    app.jinja_env.globals["asset"] = lambda name: assets[name].url
    app.jinja_env.globals["public_style"] = _public_style
    app.jinja_env.globals["shades"] = _shades


def _public_style(hue: int | None) -> str:
    """Return the address of the public pages' style with the coach's accent, in degrees."""
    base = _assets()[PUBLIC]
    if hue is None or b"--hue: %d;" % hue in base.packed.octets:
        return base.url
    return base.url.replace(PUBLIC, f"public-{hue % DEGREES}.css")


def _shades(hue: int) -> str:
    """Return the address of the public pages' colours alone, for a part of the class `as-public`.

    So the coach sees a hue before anybody else does, with the very numbers of his page.
    """
    return _assets()[PUBLIC].url.replace(PUBLIC, f"shades-{hue % DEGREES}.css")


def _with_accent(base: Asset, kind: str, hue: int) -> Asset:
    """Return the public pages' style with another accent, or only its colours (`shades`)."""
    octets = USUAL_ACCENT.sub(b"--hue: %d;" % hue, base.packed.octets)
    if kind == "shades":
        found = SHADES.search(octets)
        octets = b".as-public {%b}" % (found[1] if found else b"")
    url = base.url.replace(PUBLIC, f"{kind}-{hue}.css")
    return Asset(base.mark, url, Packed.of(octets, base.packed.content_type, level=9))


def _found(name: str) -> Asset | None:
    accent = OF_AN_ACCENT.fullmatch(name)
    if accent and int(accent[2]) < DEGREES:
        # Made when it is asked for: another process may have written the page that names it.
        return cast("Asset", current_app.extensions["coachcrm.accents"](accent[1], int(accent[2])))
    return _assets().get(name)


def _assets() -> dict[str, Asset]:
    return cast("dict[str, Asset]", current_app.extensions["coachcrm.assets"])


def file_of_ours(name: str) -> bytes:
    """Return the octets of a file of the static folder."""
    return _assets()[name].packed.octets


@bp.get("/static/<mark>/<name>")
@public
def static(mark: str, name: str) -> Response:
    """Send a file; an old mark still finds the present file, but is not kept."""
    asset = _found(name)
    if asset is None:
        abort(404)
    response = asset.packed.response()
    is_present = asset.mark == mark
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_present else "no-cache"
    )
    return response
