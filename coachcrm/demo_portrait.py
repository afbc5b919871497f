"""The face of a coach who does not exist, drawn: the practice to look at shows nobody's photo."""

import io

from PIL import Image, ImageDraw

SIDE = 1200
WALL, LAMP = (227, 203, 176), (239, 220, 196)
SKIN, SHADOW, HAIR = (216, 160, 123), (192, 134, 97), (70, 49, 42)
JACKET, LAPEL, SHIRT = (43, 74, 84), (35, 61, 70), (245, 236, 224)


def portrait() -> bytes:
    """Return the picture as a JPEG."""
    picture = Image.new("RGB", (SIDE, SIDE), WALL)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((450, -150, 1400, 800), fill=LAMP)
    pen.rounded_rectangle((120, 830, 1080, 1600), 330, fill=JACKET)
    pen.polygon([(470, 800), (600, 1070), (730, 800)], fill=SHIRT)
    pen.polygon([(450, 815), (480, 790), (610, 1080), (560, 1180)], fill=LAPEL)
    pen.polygon([(750, 815), (720, 790), (590, 1080), (640, 1180)], fill=LAPEL)
    pen.polygon([(500, 640), (700, 640), (710, 820), (600, 930), (490, 820)], fill=SHADOW)
    pen.ellipse((385, 230, 815, 700), fill=HAIR)
    pen.ellipse((420, 330, 780, 800), fill=SKIN)
    pen.pieslice((388, 226, 812, 540), 180, 352, fill=HAIR)
    pen.ellipse((395, 500, 450, 600), fill=SKIN)
    pen.ellipse((750, 500, 805, 600), fill=SKIN)
    pen.arc((530, 610, 670, 710), 25, 155, fill=SHADOW, width=12)
    for eye in (515, 665):
        pen.ellipse((eye, 530, eye + 24, 554), fill=HAIR)
    out = io.BytesIO()
    picture.resize((SIDE // 2, SIDE // 2), Image.Resampling.LANCZOS).save(out, "JPEG", quality=92)
    return out.getvalue()
