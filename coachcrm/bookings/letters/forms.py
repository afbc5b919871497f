"""What the coach types about his letters."""

from wtforms import StringField, TextAreaField

from coachcrm.bookings.letters.core.catalogue import LetterKind
from coachcrm.kit.text.wording import Wording
from coachcrm.kit.web.forms import (
    Choice,
    ManyLines,
    OneLine,
    OwnWordsForm,
    Required,
    stripped,
    unix_lines,
)


class WordingForm(OwnWordsForm):
    """The words of one letter. An unknown placeholder is refused with its place named."""

    subject = StringField(
        "Subject", [Required("Please give the letter a subject."), OneLine(150)], [stripped]
    )
    body = TextAreaField(
        "Letter", [Required("Please write the letter."), ManyLines(5000)], [stripped, unix_lines]
    )
    sent = Choice(
        "Is it sent?", lambda: [("yes", "Yes, by itself"), ("no", "No, never")], default="yes"
    )

    def wording(self, letter: LetterKind) -> Wording:
        """Return what was typed."""
        is_on = self.sent.data != "no" or not letter.is_optional
        return Wording(letter.name, *self.words(), is_on=is_on)
