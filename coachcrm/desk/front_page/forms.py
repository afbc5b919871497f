"""What the coach types and sends for his page."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request
from wtforms import Field, FileField, IntegerField, StringField, TextAreaField, ValidationError

from coachcrm.bookings.offer.core.page import (
    STEPS,
    USUAL_HUE,
    ClientWords,
    OwnWords,
    Page,
    PermittedWords,
    as_text,
    parts,
)
from coachcrm.bookings.offer.core.photo import LEAST_SIDE, MIDDLE, MOST_PIXELS, Why
from coachcrm.kit.text.typed import is_one_line
from coachcrm.kit.web.forms import Form, ManyLines, OneLine, stripped, unix_lines

MOST_PHOTO_BYTES = 10 * 1024**2
HUES = {
    20: "Brick", 55: "Amber", 100: "Olive", 150: "Fern", 185: "Sea", 215: "Petrol", 250: "Blue",
    285: "Violet", 320: "Plum", 355: "Rose",
}  # fmt: skip
OTHER = "other"
# What the tick says: it stood beside these words when they were saved, or it is made now.
KEPT, NOW = "kept", "now"
NUMBERS = (1, 2, 3)
LONGEST_TITLE, LONGEST_SENTENCE = 60, 160
_LINK = re.compile(r"https://(?:[\w-]+\.)+[\w-]{2,}(?::[0-9]{1,5})?(?:[/?#][^\s<>\"\\]*)?")

TOO_HEAVY = "This photo is larger than 10 MB. Please choose a smaller one, or a screenshot of it."
REFUSED = {
    Why.HEIC: (
        "This photo is in the format HEIC, which most browsers cannot show. On an iPhone, open it, "
        "take a screenshot of it and send that; or save it as JPEG first."
    ),
    Why.OTHER_KIND: "This is no JPEG, PNG or WebP. Please save the photo as one of these first.",
    Why.BROKEN: "This file is damaged or only half of one. Please try another copy of the photo.",
    Why.TOO_LARGE: (
        f"This photo has more than {MOST_PIXELS // 1_000_000} megapixels. Please make it smaller "
        "first, or send a screenshot of it."
    ),
    Why.TOO_SMALL: (
        f"This picture is too small to be seen: please choose one of at least {LEAST_SIDE} pixels "
        "on each side."
    ),
    Why.EMPTY: "All of this picture is transparent: there is nothing to be seen in it.",
    Why.TOO_HARD: (
        "This file asks for more than a photo should. Please try a screenshot of it instead."
    ),
    Why.NOT_NOW: (
        "Your photo could not be read just now: the machine has too much to do. There is nothing "
        "wrong with the file. Please send it again in a few minutes."
    ),
}


class PartLines:
    """One part a line, of a title and a sentence after a colon, each of bounded length."""

    def __init__(self, *, most: int, least: int = 0) -> None:
        self.most, self.least = most, least

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse too many lines or too few, and what does not fit."""
        found = parts(field.data or "")
        if len(found) > self.most or 0 < len(found) < self.least:
            wanted = f"exactly {self.most}" if self.least else f"at most {self.most}"
            raise ValidationError(f"Please use {wanted} lines; there are {len(found)} here.")
        for number, part in enumerate(found, 1):
            if not part.title:
                raise ValidationError(f"Line {number} needs a few words before its colon.")
            if len(part.title) > LONGEST_TITLE or len(part.sentence) > LONGEST_SENTENCE:
                raise ValidationError(
                    f"Line {number} is too long: please use at most {LONGEST_TITLE} characters "
                    f"before the colon, and {LONGEST_SENTENCE} after it."
                )
            if not is_one_line(part.title + part.sentence):
                raise ValidationError(f"Please use ordinary letters in line {number}.")


class Link:
    """The address of a page elsewhere."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse what no browser should be led to."""
        if field.data and not _LINK.fullmatch(field.data):
            raise ValidationError(
                "Please give a whole address that begins with https://, "
                "as your browser shows it when you are there."
            )


class Hue(StringField):
    """A degree of the colour circle."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no degree, unless another colour is chosen."""
        if self.degrees is None and form.hue.data == OTHER:
            raise ValidationError("Please choose a colour: a number from 0 to 359.")

    @property
    def degrees(self) -> int | None:
        """The number that was chosen, or None."""
        text = self.data or ""
        is_number = text.isascii() and text.isdecimal() and len(text) <= len("359")
        return int(text) if is_number and int(text) < 360 else None  # noqa: PLR2004


def one_address(value: Any) -> Any:
    """Put https:// before an address that was typed without, as people say it."""
    return f"https://{value}" if isinstance(value, str) and value and ":" not in value else value


def _words() -> TextAreaField:
    return TextAreaField("Their words", [ManyLines(400)], [stripped, unix_lines])


def _said_by() -> StringField:
    return StringField("Their name", [OneLine(80)], [stripped])


def _permitted() -> StringField:
    return StringField("I have their permission in writing")


class PageForm(Form):
    """What stands on the coach's page; nothing is required.

    `saved` is what clients say there by now: words that are changed need another tick (L21).
    """

    surname = StringField("Surname", [OneLine(80)], [stripped])
    line = StringField("A line under your name", [OneLine(120)], [stripped])
    hue = StringField("Colour", default=str(USUAL_HUE))
    other_hue = Hue("Any hue between", default=str(USUAL_HUE))
    half_hour = TextAreaField(
        "What happens in the half hour",
        [ManyLines(2000), PartLines(most=5)],
        [stripped, unix_lines],
    )
    steps = TextAreaField(
        "The six steps", [ManyLines(2000), PartLines(most=6, least=6)], [stripped, unix_lines]
    )
    words_1, words_2, words_3 = _words(), _words(), _words()
    said_by_1, said_by_2, said_by_3 = _said_by(), _said_by(), _said_by()
    permitted_1, permitted_2, permitted_3 = _permitted(), _permitted(), _permitted()
    site_url = StringField("Your own site", [OneLine(300), Link()], [stripped, one_address])
    profile_url = StringField(
        "A profile, as on LinkedIn", [OneLine(300), Link()], [stripped, one_address]
    )

    def __init__(self, *, saved: Sequence[PermittedWords] = (), **more: Any) -> None:
        super().__init__(**more)
        self.saved: Mapping[ClientWords, datetime] = {one.said: one.permitted_at for one in saved}

    def validate_hue(self, field: Field) -> None:
        """Refuse what is not in the row of colours."""
        if field.data != OTHER and field.data not in map(str, HUES):
            raise ValidationError("Please choose one of these colours.")

    def show(self, page: Page) -> None:
        """Fill the fields in with what stands on the page."""
        for name in ("surname", "line", "site_url", "profile_url"):
            self[name].data = getattr(page, name)
        self.hue.data = str(page.hue) if page.hue in HUES else OTHER
        self.other_hue.data = str(page.hue)
        self.half_hour.data, self.steps.data = as_text(page.half_hour), as_text(page.steps)
        for number, said in zip(NUMBERS, page.words, strict=False):
            self[f"words_{number}"].data = said.words
            self[f"said_by_{number}"].data = said.said_by
            self[f"permitted_{number}"].data = KEPT

    def put_steps_back(self) -> None:
        """Show the article's words for the six steps."""
        self.steps.data = as_text(STEPS)

    @property
    def degrees(self) -> int:
        """The hue that is chosen; the usual one where that is none."""
        chosen = self.hue.data or ""
        if chosen in map(str, HUES):
            return int(chosen)
        found = self.other_hue.degrees
        return USUAL_HUE if found is None else found

    def was_sent_well(self) -> bool:
        """Say whether every field is as it should be, and each client's permission is there."""
        is_good = super().was_sent_well()
        permitted = [self._is_permitted(number) for number in NUMBERS]
        return is_good and all(permitted)

    def _said(self, number: int) -> ClientWords:
        return ClientWords(self[f"words_{number}"].data or "", self[f"said_by_{number}"].data or "")

    def _is_permitted(self, number: int) -> bool:
        said, tick = self._said(number), self[f"permitted_{number}"]
        if not said.words and said.said_by:
            self[f"words_{number}"].errors = ["Please give their words, or take the name away."]
            return False
        if not said.words or (tick.data and (said in self.saved or tick.data == NOW)):
            return True
        tick.errors = [
            "You have changed these words. Please tick once more, if they agree to them as they "
            "stand now."
            if tick.data == KEPT
            else "Please tick that you have their permission in writing, or take the words away."
        ]
        tick.data = ""
        return False

    def own_words(self, *, now: datetime) -> OwnWords:
        """Return what was typed as plain values; call it on a form that is valid."""
        said = [each for number in NUMBERS if (each := self._said(number)).words]
        return OwnWords(
            surname=self.surname.data or "",
            line=self.line.data or "",
            half_hour=self.half_hour.data or "",
            steps=self.steps.data or "",
            site_url=self.site_url.data or "",
            profile_url=self.profile_url.data or "",
            hue=self.degrees,
            words=tuple(PermittedWords(each, self.saved.get(each, now)) for each in said),
        )


class PhotoForm(Form):
    """A photo, and where along its longer side it is cut square, from 0 to 100."""

    photo = FileField("Photo")
    at = IntegerField("What to keep of it", default=MIDDLE)

    def octets(self) -> bytes:
        """Return what was sent, after `photo.errors` is set if that cannot be a photo."""
        sent = request.files.get("photo")
        octets = sent.stream.read(MOST_PHOTO_BYTES + 1) if sent else b""
        if not octets:
            self.photo.errors = ["Please choose a photo first."]
        elif len(octets) > MOST_PHOTO_BYTES:
            self.photo.errors = [TOO_HEAVY]
        return octets

    @property
    def position(self) -> int:
        """Where it is cut: in the middle unless he says otherwise."""
        at = self.at.data
        return at if isinstance(at, int) and 0 <= at <= 100 else MIDDLE  # noqa: PLR2004
