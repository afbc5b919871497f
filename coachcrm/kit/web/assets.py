"""Our own style and scripts: read once, named by their content, kept by browsers for a year."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request

from coachcrm.kit.resources import PACKAGE
from coachcrm.kit.web.guard import public

bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file: its octets, plain and compressed, and the address, whose mark names them."""

    mark: str
    url: str
    content_type: str
    octets: bytes
    gzipped: bytes


def init_app(app: Flask) -> None:
    """Read every file of the static folder; give templates `asset(name)`."""
    app.register_blueprint(bp)
    addresses = app.url_map.bind("")
    assets: dict[str, Asset] = {}
    for path in sorted((PACKAGE / "static").iterdir()):
        octets = path.read_bytes()
        mark = hashlib.sha256(octets).hexdigest()[:12]
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        kind = "text/javascript" if path.suffix == ".js" else kind
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        assets[path.name] = Asset(
            mark=mark,
            url=addresses.build("assets.static", {"mark": mark, "name": path.name}),
            content_type=kind,
            octets=octets,
            gzipped=gzip.compress(octets, 9, mtime=0),
        )
    app.extensions["coachcrm.assets"] = assets
    app.jinja_env.globals["asset"] = lambda name: assets[name].url


@bp.get("/static/<mark>/<name>")
@public
def static(mark: str, name: str) -> Response:
    """Send a file; an old mark still finds the present file, but is not kept."""
    asset = cast("dict[str, Asset]", current_app.extensions["coachcrm.assets"]).get(name)
    if asset is None:
        abort(404)
    small = request.accept_encodings.quality("gzip") > 0 and len(asset.gzipped) < len(asset.octets)
    response = Response(asset.gzipped if small else asset.octets, content_type=asset.content_type)
    if small:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    is_present = asset.mark == mark
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_present else "no-cache"
    )
    return response
