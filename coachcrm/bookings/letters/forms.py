"""What the coach types about his letters."""

from __future__ import annotations

from wtforms import StringField, TextAreaField

from coachcrm.bookings.core.wording import Wording
from coachcrm.bookings.letters.core.catalogue import LetterKind, check_wording
from coachcrm.kit.text.typed import many_lines
from coachcrm.kit.web.forms import (
    Choice,
    Form,
    ManyLines,
    OneLine,
    Required,
    stripped,
    unix_lines,
)


class WordingForm(Form):
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

    def wording(self, kind: LetterKind) -> Wording:
        """Return what was typed."""
        return Wording(
            kind.name,
            self.subject.data or "",
            many_lines(self.body.data or ""),
            is_on=self.sent.data != "no" or not kind.is_optional,
        )

    def is_good(self, kind: LetterKind) -> bool:
        """Say whether the words can be used; if not, the fields say where not."""
        if not self.was_sent_well():
            return False
        troubles = check_wording(self.wording(kind))
        for name, trouble in troubles.items():
            self[name].errors = [trouble.sentence]
        return not troubles

    def show(self, wording: Wording) -> None:
        """Fill the fields in."""
        self.subject.data, self.body.data = wording.subject, wording.body
        self.sent.data = "yes" if wording.is_on else "no"
