"""What the record's forms are made of: a maker for each kind of field, and the form itself."""

from collections.abc import Mapping
from typing import Any

from wtforms import (
    DateField,
    Field,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from coachcrm.kit.web.forms import Choice, Form, ManyLines, OneLine, stripped, unix_lines
from coachcrm.recovery.core.ladder import Ladder
from coachcrm.recovery.operations.rows import Misfit

MOST_TEXT = 10_000
YEARS = range(1950, 2150)
NOT_OFFERED = "Please choose from the list."
Pairs = list[tuple[str, str]]


class Chosen(Choice):
    """A whole number out of a list, or none."""

    @property
    def chosen(self) -> int | None:
        """What was chosen."""
        return int(self.data) if self.data else None


class Rating(Chosen):
    """A number of a scale, or none."""

    def __init__(self, label: str, least: int = 1, most: int = 5, **more: Any) -> None:
        pairs = [("", "Not said"), *((str(n), str(n)) for n in range(least, most + 1))]
        super().__init__(label, lambda: pairs, default="", **more)


class Ref(Chosen):
    """A row of the record, by its id, or none; from those that the page offers."""

    def __init__(self, label: str, *, none: str = "None", **more: Any) -> None:
        self.offered: Pairs = []
        super().__init__(label, lambda: [("", none), *self.offered], default="", **more)


class Refs(SelectMultipleField):
    """Any number of rows, as boxes to tick in named groups; its data is a list of their ids."""

    def __init__(self, label: str, **more: Any) -> None:
        self.groups: dict[str, Pairs] = {}
        self.accepted: frozenset[int] = frozenset()
        super().__init__(label, coerce=int, choices=[], default=[], **more)

    def is_ticked(self, value: str) -> bool:
        """Say whether a box is ticked."""
        return int(value) in (self.data or ())

    def has_ticked(self, group: str) -> bool:
        """Say whether a box of a group is ticked."""
        return any(self.is_ticked(value) for value, _ in self.groups[group])

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the ids; say in our own words what is wrong with them."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            self.data = []
            raise ValueError(NOT_OFFERED) from error

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is not accepted."""
        if not self.accepted.issuperset(self.data or ()):
            raise ValidationError(NOT_OFFERED)


class Suggested(StringField):
    """A line of one's own words, with some offered to pick from."""

    suggestions: tuple[str, ...] = ()


def a_line(label: str, *checks: Any, most: int = 200) -> StringField:
    """Return a field of one line."""
    return StringField(label, [*checks, OneLine(most)], [stripped])


def a_text(label: str, *checks: Any) -> TextAreaField:
    """Return a field of many lines."""
    return TextAreaField(label, [*checks, ManyLines(MOST_TEXT)], [stripped, unix_lines])


class DayField(DateField):
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


def a_day(label: str, *checks: Any) -> DayField:
    """Return a field for a date."""
    return DayField(label, list(checks) or [Optional()])


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
    """A form whose fields are called as the columns that they fill.

    The fields named in `rare` stand behind the rest, folded up.
    """

    rare: frozenset[str] = frozenset()

    @property
    def usual(self) -> list[Field]:
        """The fields that come first."""
        return [field for field in self if field.name not in self.rare]

    @property
    def further(self) -> list[Field]:
        """The fields that are rarely wanted."""
        return [field for field in self if field.name in self.rare]

    @property
    def further_filled(self) -> int:
        """How many of those hold something."""
        return sum(bool(field.data) for field in self.further)

    @property
    def shows_further(self) -> bool:
        """Whether one of those is wrong, so that they must be seen."""
        return any(field.errors for field in self.further)

    def values(self) -> dict[str, Any]:
        """Return what was typed; call it on a form that is valid."""
        return {field.name: _value(field) for field in self}

    def put_beside_field(self, refusal: Misfit) -> bool:
        """Show a refusal at the field that it is about; say whether this form has it."""
        if refusal.field not in self:
            return False
        field = self[refusal.field]
        field.errors = [*field.errors, f"{refusal.sentence} {refusal.what_next}"]
        return True

    def show(self, row: Any) -> None:
        """Fill in what is stored, before anything was sent."""
        for field in self:
            value = getattr(row, field.name, None)
            if isinstance(field, Refs):
                continue
            as_text = isinstance(field, Choice) and value is not None
            field.data = (
                str(value)
                if as_text
                else ("" if value is None and isinstance(field, Choice) else value)
            )


def _value(field: Field) -> Any:
    if isinstance(field, Chosen):
        return field.chosen
    return field.data if not isinstance(field, (StringField, TextAreaField)) else field.data or ""
