"""What is typed about a rung of the coach's ladder."""

from typing import Any

from wtforms import Field, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from coachcrm.kit.web.forms import Choice, Required
from coachcrm.recovery.core.ladder import KINDS, Ladder
from coachcrm.recovery.forms.fields import PieceForm, a_line

MOST_NAME = 60
FIRST = ""


class Readable:
    """A name that people can read in a list; nothing that looks like the code of a page."""

    def __call__(self, _form: Any, field: Field) -> None:
        """Refuse what has no letter or digit, and angle brackets."""
        text = field.data or ""
        if text and not any(c.isalnum() for c in text):
            raise ValidationError("Please use at least one letter or digit.")
        if "<" in text or ">" in text:
            raise ValidationError("Please leave out < and >.")


class StartRungForm(PieceForm):
    """The name of a rung of the start; without one it has its first name again."""

    name = a_line("Your words for it", Readable(), most=MOST_NAME)


class RungForm(PieceForm):
    """A rung of the coach's own."""

    name = a_line("Name", Required("Please give it a name."), Readable(), most=MOST_NAME)
    kind = Choice("If it ends there, the loss is", KINDS.items, default="early")


class NewRungForm(RungForm):
    """A rung of the coach's own, and where it goes."""

    after = Choice("It comes after", list, default=FIRST)

    def offer_places(self, ladder: Ladder) -> None:
        """Let it come after any rung; until something was sent it follows the usual one."""
        first = SelectChoice(FIRST, "Nothing: it is the first")
        self.after.choices = [first, *(SelectChoice(rung.key, rung.name) for rung in ladder)]
        if not self.after.raw_data and not self.is_submitted():
            self.after.data = ladder.usual
