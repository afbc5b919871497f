"""What the record's forms are made of: a maker for each kind of field, and the form itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import DateField, Field, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from coachcrm.kit.forms import Choice, Form, ManyLines, OneLine, stripped, unix_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coachcrm.recovery.ladder import Ladder

MOST_TEXT = 10_000
YEARS = range(1950, 2150)


class Rating(Choice):
    """A number of a scale, or none; its data is an int or None."""

    def __init__(self, label: str, least: int = 1, most: int = 5, **more: Any) -> None:
        pairs = [("", "Not said"), *((str(n), str(n)) for n in range(least, most + 1))]
        super().__init__(label, lambda: pairs, default="", **more)

    @property
    def chosen(self) -> int | None:
        """What was chosen."""
        return int(self.data) if self.data else None


def a_line(label: str, *checks: Any, most: int = 200) -> StringField:
    """Return a field of one line."""
    return StringField(label, [*checks, OneLine(most)], [stripped])


def a_text(label: str, *checks: Any) -> TextAreaField:
    """Return a field of many lines."""
    return TextAreaField(label, [*checks, ManyLines(MOST_TEXT)], [stripped, unix_lines])


class Day(DateField):
    """A date; one of another age is a slip of the hand, and no arithmetic is tried on it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date that a browser sends: 2027-06-15."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Please check this date; it should look like 2027-06-15.") from None

    def pre_validate(self, _form: Any) -> None:
        """Refuse a year that nobody can mean."""
        if self.data is not None and self.data.year not in YEARS:
            raise ValidationError("Please check the year of this date.")


class Number(IntegerField):
    """A whole number from 0 to `most`."""

    def __init__(self, label: str, most: int, **more: Any) -> None:
        super().__init__(label, [Optional()], **more)
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read digits; a number too long for any database is refused as any other too large."""
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        if not (text.isascii() and text.isdecimal()) or int(text[:10]) > self.most:
            raise ValueError(f"Please write a whole number from 0 to {self.most:,} here.")
        self.data = int(text)


def a_day(label: str, *checks: Any) -> Day:
    """Return a field for a date."""
    return Day(label, list(checks) or [Optional()])


def a_pick(label: str, values: Mapping[Any, str], default: str = "") -> Choice:
    """Return a list to choose one from; the first is chosen where there is no empty one."""
    pairs = [(str(value), words) for value, words in values.items()]
    if default == "" and "" not in values:
        default = pairs[0][0]
    return Choice(label, lambda: pairs, default=default)


def a_number(label: str, most: int) -> Number:
    """Return a field for a whole number from 0 on."""
    return Number(label, most)


def offer_rungs(field: Choice, ladder: Ladder) -> None:
    """Let a rung of the coach's ladder be chosen, and begin with one that is offered."""
    field.choices = [SelectChoice(*pair) for pair in ladder.offered.items()]
    if not field.raw_data and field.data not in ladder.offered:
        field.data = ladder.usual


class PieceForm(Form):
    """A form whose fields are called as the columns that they fill."""

    def values(self) -> dict[str, Any]:
        """Return what was typed; call it on a form that is valid."""
        return {field.name: _value(field) for field in self}

    def show(self, row: Any) -> None:
        """Fill in what is stored, before anything was sent."""
        for field in self:
            value = getattr(row, field.name, None)
            as_text = isinstance(field, Choice) and value is not None
            field.data = (
                str(value)
                if as_text
                else ("" if value is None and isinstance(field, Choice) else value)
            )


def _value(field: Field) -> Any:
    if isinstance(field, Rating):
        return field.chosen
    return field.data if not isinstance(field, (StringField, TextAreaField)) else field.data or ""
