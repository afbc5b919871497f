"""Our own style and scripts: read once, named by their content, kept by browsers for a year."""

import mimetypes
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app

from coachcrm.kit.resources import PACKAGE
from coachcrm.kit.web.guard import public
from coachcrm.kit.web.packed import Packed

bp = Blueprint("assets", __name__)


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


@bp.get("/static/<mark>/<name>")
@public
def static(mark: str, name: str) -> Response:
    """Send a file; an old mark still finds the present file, but is not kept."""
    asset = cast("dict[str, Asset]", current_app.extensions["coachcrm.assets"]).get(name)
    if asset is None:
        abort(404)
    response = asset.packed.response()
    is_present = asset.mark == mark
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_present else "no-cache"
    )
    return response
