"""Our own style and scripts: read once, named by their content, kept by browsers for a year."""

import mimetypes
import re
from dataclasses import dataclass
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
    app.jinja_env.globals["asset"] = lambda name: assets[name].url
    app.jinja_env.globals["public_style"] = _public_style
    app.jinja_env.globals["shades"] = _shades


def _public_style(hue: int | None) -> str:
    """Return the address of the public pages' style with the coach's accent, in degrees."""
    assets = _assets()
    if hue is None or b"--hue: %d;" % hue in assets[PUBLIC].packed.octets:
        return assets[PUBLIC].url
    name = f"public-{hue % DEGREES}.css"
    if name not in assets:
        base = assets[PUBLIC]
        octets = USUAL_ACCENT.sub(b"--hue: %d;" % (hue % DEGREES), base.packed.octets)
        url = base.url.replace(PUBLIC, name)
        assets[name] = Asset(base.mark, url, Packed.of(octets, base.packed.content_type, level=9))
    return assets[name].url


def _assets() -> dict[str, Asset]:
    return cast("dict[str, Asset]", current_app.extensions["coachcrm.assets"])


def _shades(hue: int) -> str:
    """Return the address of the public pages' colours alone, for a part of the class `as-public`.

    So the coach sees a hue before anybody else does, with the very numbers of his page.
    """
    assets = _assets()
    hue %= DEGREES
    name = f"shades-{hue}.css"
    if name not in assets:
        base = assets[PUBLIC]
        found = SHADES.search(USUAL_ACCENT.sub(b"--hue: %d;" % hue, base.packed.octets))
        octets = b".as-public {%b}" % (found[1] if found else b"")
        url = base.url.replace(PUBLIC, name)
        assets[name] = Asset(base.mark, url, Packed.of(octets, base.packed.content_type, level=9))
    return assets[name].url


def file_of_ours(name: str) -> bytes:
    """Return the octets of a file of the static folder."""
    return _assets()[name].packed.octets


@bp.get("/static/<mark>/<name>")
@public
def static(mark: str, name: str) -> Response:
    """Send a file; an old mark still finds the present file, but is not kept."""
    accent = OF_AN_ACCENT.fullmatch(name)
    if accent and int(accent[2]) < DEGREES:
        # Another process may have written the page that names it.
        (_shades if accent[1] == "shades" else _public_style)(int(accent[2]))
    asset = _assets().get(name)
    if asset is None:
        abort(404)
    response = asset.packed.response()
    is_present = asset.mark == mark
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_present else "no-cache"
    )
    return response
