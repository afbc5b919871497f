"""A service as the coach types it: in hours and days, not in minutes alone.

A field is called as the column that it sets, and once the form is valid its `data` is the value of
that column. The page knows it by the shorter name that it is given.
"""

from __future__ import annotations

import re
from typing import Any

from wtforms import Field, StringField, TextAreaField, ValidationError

from coachcrm.availability.core.service_rules import (
    cannot_work,
    in_units,
    lacking,
    minutes_of,
    pence_of,
    price_words,
)
from coachcrm.availability.models import Service
from coachcrm.availability.operations.services import is_free_consultation
from coachcrm.kit.web.forms import (
    Choice,
    Form,
    ManyLines,
    OneLine,
    Required,
    ZoneChoice,
    stripped,
    unix_lines,
)

UNITS = {"minutes": "minutes", "hours": "hours", "days": "days"}
YEAR, MONTH = (365 * 24 * 60, "a year"), (30 * 24 * 60, "30 days")
MEETING, BUFFER = (5, 480), (0, 480)
# What suits most: a new service begins with it.
SUGGESTED = {
    "duration_min": 60,
    "place": "phone",
    "place_zone": "",
    "is_public": False,
    "is_active": True,
    "notice_min": 24 * 60,
    "horizon_days": 60,
    "grid_min": 30,
    "before_min": 0,
    "after_min": 15,
    "cutoff_min": 2 * 60,
    "most_moves": 3,
    "one_upcoming": False,
}


class Typed(StringField):
    """What is typed as text and means something else; what was typed is shown again as it was."""

    _form: Form

    def shown(self, value: Any) -> str:
        """Return a value as it stands in the page."""
        return "" if value is None else str(value)

    def meant(self, text: str) -> Any:
        """Return what a text means. Raises `ValidationError` where it means nothing."""
        raise NotImplementedError

    def post_validate(self, _form: Any, _stopped: bool) -> None:  # noqa: FBT001 - WTForms calls it
        """Put what was meant in the place of what was typed."""
        self.data = self.meant(self._value())

    def _value(self) -> str:
        return self.raw_data[0].strip() if self.raw_data else self.shown(self.data)


class WholeNumber(Typed):
    """A whole number within `bounds`; without a `sentence` that asks for it, it may be None."""

    def __init__(
        self, label: str, bounds: tuple[int, int], sentence: str = "", **more: Any
    ) -> None:
        super().__init__(label, **more)
        self.bounds = bounds
        self.sentence = sentence

    def meant(self, text: str) -> int | None:
        """Return the number. Refuses what is no number, or too small or too large a one."""
        least, most = self.bounds
        if not text and self.sentence:
            raise ValidationError(self.sentence)
        if text and not re.fullmatch(r"-?[0-9]{1,6}", text):
            raise ValidationError("Please give a whole number, in figures only.")
        if text and not least <= int(text) <= most:
            raise ValidationError(f"Please give a number from {least} to {most}.")
        return int(text) if text else None


class Amount(WholeNumber):
    """A time in minutes, typed as a number of what the field `unit` says.

    `limit` is how many minutes it has at most, and how that is said.
    """

    def __init__(self, label: str, unit: str, limit: tuple[int, str], **more: Any) -> None:
        super().__init__(label, (0, 999999), **more)
        self.unit = unit
        self.limit = limit

    def shown(self, value: int | None) -> str:
        """Return the number in the largest unit that says it whole."""
        return "" if value is None else str(in_units(value)[0])

    def meant(self, text: str) -> int | None:
        """Return the minutes; None where the unit is none, which is that field's own error."""
        number, unit = super().meant(text), self._form[self.unit].data
        if number is None or unit not in UNITS:
            return None
        most, words = self.limit
        if minutes_of(number, unit) > most:
            raise ValidationError(f"That is more than {words}. Please make it shorter.")
        return minutes_of(number, unit)


class Price(Typed):
    """A price in pounds, kept in pence; empty is what is free."""

    def shown(self, value: int | None) -> str:
        """Return the price as it is written; what is free has none."""
        return price_words(value) if value else ""

    def meant(self, text: str) -> int:
        """Return the pence. Refuses what is no sum of money."""
        if (pence := pence_of(text)) is None:
            raise ValidationError("Please give the price in pounds, such as 90 or 85.50.")
        return pence


class Either(Choice):
    """One of two: what is true and what is false, each as (value, words), in the page's order."""

    def __init__(self, label: str, pairs: dict[bool, tuple[str, str]], **more: Any) -> None:
        known: dict[Any, bool] = {value: truth for truth, (value, _) in pairs.items()}
        known |= {True: True, False: False}
        super().__init__(label, pairs.values, default="", coerce=known.get, **more)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is neither."""
        if self.data is None:
            raise ValidationError("Please choose one from the list.")


class ServiceForm(Form):
    """Everything that the coach sets of a service; of the free consultation, what is his to set."""

    name = StringField(
        "What is it called?",
        [Required("Please give it a name, such as “Interview practice”."), OneLine(120)],
        [stripped],
    )
    words = TextAreaField("In a line or two", [ManyLines(600)], [stripped, unix_lines], default="")
    duration_min = WholeNumber(
        "How long does it take?", MEETING, "Please say how many minutes it takes.", name="duration"
    )
    price_pence = Price("What does it cost?", [OneLine(12)], [stripped], name="price")
    payment = StringField("How is it paid?", [OneLine(300)], [stripped], default="")
    place = Choice(
        "Where do you meet?",
        lambda: [
            ("phone", "By phone: I ring the client"),
            ("video", "By video"),
            ("in_person", "In person"),
        ],
        default="",
    )
    link = StringField("Link of the video meeting", [OneLine(500)], [stripped])
    address = StringField("Address", [OneLine(300)], [stripped])
    place_zone = ZoneChoice("Time zone there", "The same as yours")
    is_public = Either(
        "Who can book it?",
        {
            False: ("link", "Only people to whom I give its link"),
            True: ("public", "Everybody: it is on my front page"),
        },
        name="audience",
    )
    is_active = Either(
        "Can it be booked at present?",
        {True: ("yes", "Yes"), False: ("no", "No, it is closed for now")},
        name="is_open",
    )
    notice_min = Amount(
        "Least notice",
        "notice_unit",
        YEAR,
        sentence="Please say how much notice you need; 0 is none.",
        name="notice",
    )
    notice_unit = Choice("Notice in", UNITS.items, default="")
    horizon_days = WholeNumber(
        "How far ahead can people book?",
        (1, 730),
        "Please say how many days ahead people can book.",
        name="horizon",
    )
    grid_min = WholeNumber(
        "A time every", MEETING, "Please say every how many minutes a time begins.", name="grid"
    )
    before_min = WholeNumber(
        "Free before each meeting",
        BUFFER,
        "Please give the minutes you need; 0 is none.",
        name="before",
    )
    after_min = WholeNumber(
        "Free after each meeting",
        BUFFER,
        "Please give the minutes you need; 0 is none.",
        name="after",
    )
    day_cap = WholeNumber("At most on one day", (1, 100))
    week_cap = WholeNumber("At most in one week", (1, 500))
    cutoff_min = Amount(
        "Clients can move or cancel until",
        "cutoff_unit",
        MONTH,
        sentence="Please say until when clients may change it; 0 is to the last.",
        name="cutoff",
    )
    cutoff_unit = Choice("Cut-off in", UNITS.items, default="")
    most_moves = WholeNumber(
        "How often can a client move a meeting?", (0, 50), "Please give a number; 0 is never."
    )
    one_upcoming = Either(
        "Meetings of this kind that one person can have to come",
        {False: ("many", "Several"), True: ("one", "One at a time")},
        name="upcoming",
    )

    def __init__(self, service: Service | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.is_free_consultation = service is not None and is_free_consultation(service)
        if self.is_free_consultation:
            del self.is_public
            del self.price_pence
            del self.payment

    @classmethod
    def showing(cls, service: Service | None = None) -> ServiceForm:
        """Return the form filled in with a service as it is, or for a new one."""
        shown = service or Service(**SUGGESTED)
        return cls(
            service,
            formdata=None,
            obj=shown,
            link=shown.place_details if shown.place == "video" else "",
            address=shown.place_details if shown.place == "in_person" else "",
            notice_unit=in_units(shown.notice_min)[1],
            cutoff_unit=in_units(shown.cutoff_min)[1],
        )

    def validate_link(self, field: Field) -> None:
        """Ask for a link where the meeting is by video."""
        self._ask_for(field)

    def validate_address(self, field: Field) -> None:
        """Ask for an address where the meeting is in person."""
        self._ask_for(field)

    def _ask_for(self, field: Field) -> None:
        link, address = self.link.data or "", self.address.data or ""
        sentence = lacking(self.place.data or "", link=link, address=address).get(field.name)
        if sentence:
            raise ValidationError(sentence)

    def can_work(self, *, longest_min: int) -> bool:
        """Say whether every field is as it should be, and all together could offer something.

        `longest_min` is the longest stretch in which the coach is open, 0 while he never is.
        """
        if not self.was_sent_well():
            return False
        for setting, sentence in cannot_work(**self.settings(), longest_min=longest_min).items():
            self[setting].errors = [sentence]
        return not self.errors

    def settings(self) -> dict[str, Any]:
        """Return the values of the columns by their names; call it on a form that is valid."""
        columns = Service.__table__.columns.keys()
        settings = {name: self[name].data for name in columns if name in self}
        details = {"video": self.link.data, "in_person": self.address.data}
        settings["place_details"] = details.get(settings["place"]) or ""
        is_address = settings["place"] == "in_person"
        settings["place_zone"] = self.place_zone.zone if is_address else ""
        if self.is_free_consultation:
            settings |= {"is_public": True, "price_pence": 0, "payment": ""}
        return settings
