"""The coach's photo is made small and plain, whatever comes; what is drawn of him follows him."""

from __future__ import annotations

import io
import struct
import sys
import zlib

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from coachcrm.app import make_worker
from coachcrm.bookings.offer.core.photo import MOST_OCTETS, NotAPhoto, Why
from coachcrm.bookings.offer.operations import image_process, pictures
from coachcrm.kit.data.db import transaction
from tests.support.cast import change, rows, value

only_sqlite = pytest.mark.engines("sqlite")
RED, BLUE = (200, 30, 30), (30, 30, 200)


def saved(picture: Image.Image, kind: str = "JPEG", **how) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def halves(size=(800, 400), mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, RED)
    ImageDraw.Draw(picture).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return picture.convert(mode)


def noise(side: int) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((side, side), 120) for _ in "rgb"])


def read(octets: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(octets))
    picture.load()
    return picture


def is_near(colour, other) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(colour, other, strict=True))


def endless() -> PngInfo:
    """Words that are a thousand times as long as they look."""
    words = PngInfo()
    words.add_text("Comment", "a" * 8_000_000, zip=True)
    return words


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(width * 3 + 1), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@only_sqlite
@pytest.mark.parametrize(
    "octets",
    [
        saved(halves()),
        saved(halves(), "PNG"),
        saved(halves(), "WEBP"),
        saved(halves(mode="CMYK")),
        saved(halves(mode="L")),
        saved(halves(mode="P"), "PNG"),
        saved(halves(mode="1"), "PNG"),
        saved(halves(mode="RGBA"), "PNG"),
        saved(Image.new("I;16", (300, 300), 40_000), "PNG"),
        saved(halves(), "PNG", save_all=True, append_images=[halves((800, 400), "RGB")]),
        saved(halves(), "WEBP", save_all=True, append_images=[noise(400).resize((800, 400))]),
        saved(halves(), "MPO", save_all=True, append_images=[halves()]),
        saved(halves()) + b"PK\x03\x04<script>alert(1)</script>" + b"%PDF-1.7",
        saved(halves(), comment=b"<script>alert(1)</script>"),
        saved(noise(1200), quality=95),
    ],
    ids=[
        "JPEG", "PNG", "WebP", "CMYK", "grey", "palette", "black and white", "see-through",
        "16 bits", "moving PNG", "moving WebP", "two in one", "two kinds at once", "words in it",
        "noise",
    ],
)  # fmt: skip
def test_any_picture_becomes_a_plain_square_of_little_weight(octets: bytes) -> None:
    made = image_process.photo(octets)
    assert sorted(made) == ["480.jpg", "480.webp", "96.jpg", "96.webp"]
    for name, file in made.items():
        picture, size = read(file), int(name.partition(".")[0])
        assert picture.format == ("JPEG" if name.endswith("jpg") else "WEBP")
        assert picture.width == picture.height <= size
        assert getattr(picture, "n_frames", 1) == 1
        assert picture.mode == "RGB"
        assert len(file) <= MOST_OCTETS[size]
        assert b"script" not in file
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(picture.info)


@only_sqlite
def test_sixteen_bits_of_grey_are_the_grey_that_they_were() -> None:
    # Large enough to be made smaller in two goes.
    sent = saved(Image.new("I;16", (4000, 4000), 40_000), "PNG")
    assert is_near(read(image_process.photo(sent)["480.webp"]).getpixel((9, 9)), (156, 156, 156))


@only_sqlite
@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (bomb(50_000, 50_000), Why.TOO_LARGE),
        (bomb(7_000, 7_200), Why.TOO_LARGE),
        (saved(halves(), "PNG", pnginfo=endless()), Why.BROKEN),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', Why.OTHER_KIND),
        (saved(halves(), "GIF"), Why.OTHER_KIND),
        (saved(halves(), "TIFF"), Why.OTHER_KIND),
        (b"", Why.OTHER_KIND),
        (b"\xff\xd8\xff\xe0", Why.OTHER_KIND),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Why.HEIC),
        (saved(noise(600))[:20_000], Why.BROKEN),
        (saved(halves(), "PNG")[:-400], Why.BROKEN),
        (saved(Image.new("RGB", (1, 1)), "PNG"), Why.TOO_SMALL),
        (saved(Image.new("L", (159, 9000)), "PNG"), Why.TOO_SMALL),
    ],
    ids=["2.5 gigapixels", "a little much", "words without end", "SVG", "GIF", "TIFF", "nothing",
         "no more than a head", "HEIC", "half a JPEG", "half a PNG", "a point", "a line"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_for_its_reason(octets: bytes, why: Why) -> None:
    with pytest.raises(NotAPhoto) as refused:
        image_process.photo(octets)
    assert refused.value.why == why


@only_sqlite
def test_a_machine_that_can_start_nothing_more_is_not_the_photos_fault(monkeypatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(NotAPhoto) as refused:
        image_process.photo(saved(halves()))
    assert refused.value.why == Why.NOT_NOW


@only_sqlite
def test_a_picture_that_takes_too_long_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(image_process, "MOST_S", 0.01)
    with pytest.raises(NotAPhoto) as refused:
        image_process.photo(saved(halves()))
    assert refused.value.why == Why.TOO_HARD


@only_sqlite
def test_it_is_turned_as_the_camera_was_held_and_its_place_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    sent = saved(halves(), exif=exif)
    assert b"Exif" in sent
    made = image_process.photo(sent, at=0)
    assert b"Exif" not in made["480.jpg"]
    # Held upright, what was on the left is at the top.
    picture = read(made["480.webp"])
    assert is_near(picture.getpixel((200, 80)), RED)
    assert is_near(read(image_process.photo(sent, at=100)["480.jpg"]).getpixel((200, 80)), BLUE)


@only_sqlite
@pytest.mark.parametrize(
    ("at", "left", "right"), [(0, RED, RED), (50, RED, BLUE), (100, BLUE, BLUE)]
)
def test_the_coach_says_where_it_is_cut(at: int, left, right) -> None:
    picture = read(image_process.photo(saved(halves()), at=at)["480.jpg"])
    assert is_near(picture.getpixel((40, 200)), left)
    assert is_near(picture.getpixel((360, 200)), right)


@only_sqlite
def test_what_a_link_shows_is_a_png_of_the_size_that_readers_ask_for() -> None:
    photo = image_process.photo(saved(noise(700)))["480.jpg"]
    made = image_process.drawn(name="Sam Reed", line="Interview coach", hue=215, photo=photo)
    assert {name: read(file).size for name, file in made.items()} == {
        "preview.png": (1200, 630),
        "touch.png": (180, 180),
        "favicon.ico": (48, 48),
    }
    assert read(made["preview.png"]).format == "PNG"
    assert len(made["preview.png"]) < 300_000


@only_sqlite
def test_a_name_that_the_font_cannot_write_is_left_to_photo_and_colour() -> None:
    def preview(name: str) -> bytes:
        return image_process.drawn(name=name, line="", hue=20, photo=None)["preview.png"]

    assert preview("李小龍") == preview("") != preview("Sam")
    assert len({preview("Wolfeschlegelsteinhausenbergerdorff " * 3), preview("W " * 60)}) == 2


# ------------------------------------------------------------------------------------ kept, drawn


@pytest.fixture(scope="module")
def files():
    return image_process.photo(saved(halves()))


def keep(app, files) -> str:
    with app.app_context(), transaction() as session:
        pictures.keep_photo(session, 1, files)
    return value(app, "SELECT photo_mark FROM coach_page")


def draw(app) -> str:
    with app.app_context():
        pictures.draw_what_changed()
    return value(app, "SELECT preview_mark FROM coach_page")


def test_the_photo_is_on_every_page_and_may_be_kept_for_a_year(app, coach, web, files) -> None:
    mark = keep(app, files)
    assert f"/photo/{mark}/96.webp" in web.get("/book/free-consultation").html
    for name, file in files.items():
        answer = web.client.get(f"/photo/{mark}/{name}", base_url="http://127.0.0.1")
        assert answer.data == file
        assert answer.content_type == ("image/jpeg" if name.endswith("jpg") else "image/webp")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/photo/0123456789abcdef/96.jpg", "/photo/%00/96.jpg",
                                  "/photo/0123456789abcde%ED%A0%80/96.jpg", "/photo/{mark}/1.jpg",
                                  "/photo/{mark}/preview.png"])  # fmt: skip
def test_any_other_address_is_not_found(app, coach, web, files, path: str) -> None:
    web.get(path.format(mark=keep(app, files)), status=404)


def test_another_photo_takes_the_place_of_the_old_one(app, coach, web, files) -> None:
    old = keep(app, files)
    new = keep(app, image_process.photo(saved(halves((400, 900)))))
    assert old != new == keep(app, image_process.photo(saved(halves((400, 900)))))
    web.get(f"/photo/{old}/480.jpg", status=404)
    assert rows(app, "SELECT count(*) FROM coach_picture") == [(4,)]


def test_the_worker_draws_anew_what_has_changed_and_nothing_twice(app, coach, web, files) -> None:
    plain = web.client.get("/favicon.ico", base_url="http://127.0.0.1").data
    worker = make_worker(app)
    with app.app_context():
        worker._do_chores()
        assert rows(app, "SELECT 1 FROM coach_picture") == [], "there is enough to do at the start"
        worker._next_act.clear()
        worker._do_chores()
    first = value(app, "SELECT preview_mark FROM coach_page")
    assert web.client.get(f"/photo/{first}/preview.png", base_url="http://127.0.0.1").data
    assert draw(app) == first
    change(app, "UPDATE coach SET name = 'Samira'")
    second = draw(app)
    keep(app, files)
    third = draw(app)
    change(app, "UPDATE coach_page SET hue = 20")
    assert len({first, second, third, draw(app)}) == 4
    assert rows(app, "SELECT count(*) FROM coach_picture") == [(7,)]
    web.get(f"/photo/{first}/preview.png", status=404)
    assert web.client.get("/favicon.ico", base_url="http://127.0.0.1").data != plain


def test_a_photo_taken_away_is_gone_from_all_that_was_drawn_with_it(app, coach, files) -> None:
    keep(app, files)
    draw(app)
    with app.app_context(), transaction() as session:
        pictures.remove_photo(session, 1)
    assert rows(app, "SELECT count(*) FROM coach_picture") == [(0,)]
    assert rows(app, "SELECT photo_mark, preview_mark FROM coach_page") == [("", "")]


@pytest.mark.usefixtures("app")
def test_before_there_is_a_coach_the_icons_are_plain_ones(web) -> None:
    for path, kind in {"/favicon.ico": "icon", "/apple-touch-icon.png": "png"}.items():
        answer = web.client.get(path, base_url="http://127.0.0.1")
        assert (answer.status_code, kind in answer.content_type) == (200, True)
