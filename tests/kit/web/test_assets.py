"""Style and scripts: named by their content, kept for a year, small on the way."""

from __future__ import annotations

import gzip

import pytest

from coachcrm.kit.resources import PACKAGE
from coachcrm.kit.web.assets import MOST_ACCENTS

pytestmark = pytest.mark.engines("sqlite")
NAMES = ["style.css", "desk.css", "note.js", "zone.js", "icon.svg"]


@pytest.fixture
def fetch(app):
    return lambda path, **headers: app.test_client().get(
        path, headers=headers, base_url="http://127.0.0.1"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_kept_for_a_year_under_the_name_of_its_content(app, fetch, name: str) -> None:
    url = app.jinja_env.globals["asset"](name)
    answer = fetch(url)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    packed = fetch(url, **{"Accept-Encoding": "br, gzip"})
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) <= len(answer.data)
    if packed.headers.get("Content-Encoding") == "gzip":
        assert gzip.decompress(packed.data) == answer.data
    assert "Content-Encoding" not in fetch(url, **{"Accept-Encoding": "gzip;q=0"}).headers


def test_an_old_name_finds_the_present_file_but_is_not_kept(fetch) -> None:
    assert fetch("/static/0123456789ab/style.css").headers["Cache-Control"] == "no-cache"


def test_kinds_are_named_with_their_charset_s27(fetch) -> None:
    kinds = {name: fetch(f"/static/x/{name}").headers["Content-Type"] for name in NAMES}
    assert kinds["style.css"] == "text/css; charset=utf-8"
    assert kinds["note.js"] == "text/javascript; charset=utf-8"
    assert kinds["icon.svg"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/x", "/static/x/", "/static/x/nothing.css", "/static/x/../cli.py",
     "/static/x/..%2fcli.py", "/static/x/%2e%2e/cli.py", "/static/x/style.css/", "/static/x/%00",
     "/static/x/%ed%a0%80", "/static/x/.", "/static//etc/passwd", "/coachcrm/cli.py",
     "/templates/base.html", "/favicon.ico.map", "/.env"],
)  # fmt: skip
def test_there_is_no_listing_and_no_stray_file_s70(fetch, coach, path: str) -> None:
    assert fetch(path).status_code in {404, 308}


def test_each_accent_of_the_public_pages_is_a_style_of_its_own(app) -> None:
    client = app.test_client()
    usual = client.get(app.jinja_env.globals["asset"]("public.css"))
    with app.test_request_context():
        address = app.jinja_env.globals["public_style"](30)
    styled = client.get(address)
    assert b"--hue: 30;" in styled.data
    assert styled.data.replace(b"--hue: 30;", b"--hue: 215;") == usual.data
    assert "immutable" in styled.headers["Cache-Control"]
    for nothing in ("public-360.css", "public-030.css", "public-x.css", "public-99999999999.css"):
        assert client.get(address.replace("public-30.css", nothing)).status_code == 404


def test_whoever_asks_for_every_accent_fills_no_memory(app, fetch) -> None:
    for hue in range(12):
        for kind in ("public", "shades"):
            assert fetch(f"/static/x/{kind}-{hue}.css").status_code == 200
    assert len(app.extensions["coachcrm.assets"]) == len(list((PACKAGE / "static").iterdir()))
    assert app.extensions["coachcrm.accents"].cache_info().currsize == MOST_ACCENTS
