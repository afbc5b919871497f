"""A service as the coach types it: in hours and days, not in minutes alone."""

from __future__ import annotations

import re
from typing import Any

from wtforms import Field, StringField, TextAreaField, ValidationError

from coachcrm.availability.core.service_rules import (
    ServiceSettings,
    cannot_work,
    in_units,
    is_meeting_link,
    minutes_of,
    pence_of,
    price_words,
)
from coachcrm.availability.models import Service
from coachcrm.kit.web.forms import Choice, Form, ManyLines, OneLine, Required, stripped, unix_lines

UNITS = {"minutes": "minutes", "hours": "hours", "days": "days"}
YEAR_MIN, MONTH_MIN = 365 * 24 * 60, 30 * 24 * 60
MOST_MEETING, MOST_BUFFER = 480, 480
# Which field a setting is typed in.
FIELDS = {
    "notice_min": "notice",
    "cutoff_min": "cutoff",
    "duration_min": "duration",
    "day_cap": "day_cap",
}


class Between:
    """A whole number from `least` to `most`; empty where `sentence` is empty."""

    def __init__(self, least: int, most: int, sentence: str = "") -> None:
        self.least = least
        self.most = most
        self.sentence = sentence

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse what is no number, or too small or too large a one."""
        text = field.data or ""
        if not text:
            if self.sentence:
                raise ValidationError(self.sentence)
            return
        if not re.fullmatch(r"-?[0-9]{1,6}", text):
            raise ValidationError("Please give a whole number, in figures only.")
        if not self.least <= int(text) <= self.most:
            raise ValidationError(f"Please give a number from {self.least} to {self.most}.")


class ServiceForm(Form):
    """Everything that the coach sets of a service."""

    name = StringField(
        "What is it called?",
        [Required("Please give it a name, such as “Interview practice”."), OneLine(120)],
        [stripped],
    )
    words = TextAreaField("In a line or two", [ManyLines(600)], [stripped, unix_lines])
    duration = StringField(
        "How long does it take?",
        [Between(5, MOST_MEETING, "Please say how many minutes it takes.")],
        [stripped],
    )
    price = StringField("What does it cost?", [OneLine(12)], [stripped])
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
    audience = Choice(
        "Who can book it?",
        lambda: [
            ("link", "Only people to whom I give its link"),
            ("public", "Everybody: it is on my front page"),
        ],
        default="",
    )
    is_open = Choice(
        "Can it be booked at present?",
        lambda: [("yes", "Yes"), ("no", "No, it is closed for now")],
        default="",
    )
    notice = StringField(
        "Least notice",
        [Between(0, 999999, "Please say how much notice you need; 0 is none.")],
        [stripped],
    )
    notice_unit = Choice("Notice in", UNITS.items, default="")
    horizon = StringField(
        "How far ahead can people book?",
        [Between(1, 730, "Please say how many days ahead people can book.")],
        [stripped],
    )
    grid = StringField(
        "A time every",
        [Between(5, MOST_MEETING, "Please say every how many minutes a time begins.")],
        [stripped],
    )
    before = StringField(
        "Free before each meeting",
        [Between(0, MOST_BUFFER, "Please give the minutes you need; 0 is none.")],
        [stripped],
    )
    after = StringField(
        "Free after each meeting",
        [Between(0, MOST_BUFFER, "Please give the minutes you need; 0 is none.")],
        [stripped],
    )
    day_cap = StringField("At most on one day", [Between(1, 100)], [stripped])
    week_cap = StringField("At most in one week", [Between(1, 500)], [stripped])
    cutoff = StringField(
        "Clients can move or cancel until",
        [Between(0, 999999, "Please say until when clients may change it; 0 is to the last.")],
        [stripped],
    )
    cutoff_unit = Choice("Cut-off in", UNITS.items, default="")
    most_moves = StringField(
        "How often can a client move a meeting?",
        [Between(0, 50, "Please give a number; 0 is never.")],
        [stripped],
    )
    upcoming = Choice(
        "Meetings of this kind that one person can have to come",
        lambda: [("many", "Several"), ("one", "One at a time")],
        default="",
    )

    def __init__(self, *, is_free_consultation: bool = False, **more: Any) -> None:
        super().__init__(**more)
        self.is_free_consultation = is_free_consultation
        if is_free_consultation:
            del self.audience
            del self.price

    @classmethod
    def blank(cls) -> ServiceForm:
        """Return the form for a new service, filled in with what suits most."""
        return cls(
            formdata=None,
            duration="60",
            place="phone",
            audience="link",
            is_open="yes",
            notice="24",
            notice_unit="hours",
            horizon="60",
            grid="30",
            before="0",
            after="15",
            cutoff="2",
            cutoff_unit="hours",
            most_moves="3",
            upcoming="many",
        )

    @classmethod
    def of(cls, service: Service, *, is_free_consultation: bool) -> ServiceForm:
        """Return the form filled in with a service as it is."""
        notice, notice_unit = in_units(service.notice_min)
        cutoff, cutoff_unit = in_units(service.cutoff_min)
        numbers = {
            "duration": service.duration_min,
            "notice": notice,
            "horizon": service.horizon_days,
            "grid": service.grid_min,
            "before": service.before_min,
            "after": service.after_min,
            "day_cap": service.day_cap,
            "week_cap": service.week_cap,
            "cutoff": cutoff,
            "most_moves": service.most_moves,
        }
        return cls(
            is_free_consultation=is_free_consultation,
            formdata=None,
            name=service.name,
            words=service.words,
            price=price_words(service.price_pence) if service.price_pence else "",
            place=service.place,
            link=service.place_details if service.place == "video" else "",
            address=service.place_details if service.place == "in_person" else "",
            audience="public" if service.is_public else "link",
            is_open="yes" if service.is_active else "no",
            notice_unit=notice_unit,
            cutoff_unit=cutoff_unit,
            upcoming="one" if service.one_upcoming else "many",
            **{name: "" if n is None else str(n) for name, n in numbers.items()},
        )

    def validate_price(self, field: Field) -> None:
        """Refuse what is no sum of money."""
        if pence_of(field.data or "") is None:
            raise ValidationError("Please give the price in pounds, such as 90 or 85.50.")

    def validate_link(self, field: Field) -> None:
        """Ask for a link where the meeting is by video."""
        if self.place.data == "video" and not is_meeting_link(field.data or ""):
            raise ValidationError(
                "Please paste the whole link of the video meeting; it begins with https://."
            )

    def validate_address(self, field: Field) -> None:
        """Ask for an address where the meeting is in person."""
        if self.place.data == "in_person" and not field.data:
            raise ValidationError("Please give the address, so that the client finds you.")

    def validate_notice(self, field: Field) -> None:
        """Refuse a notice of more than a year."""
        _at_most(YEAR_MIN, "a year", field, self.notice_unit)

    def validate_cutoff(self, field: Field) -> None:
        """Refuse a cut-off of more than a month."""
        _at_most(MONTH_MIN, "30 days", field, self.cutoff_unit)

    def can_work(self, *, longest_min: int) -> bool:
        """Say whether every field is as it should be, and all together could offer something.

        `longest_min` is the longest stretch in which the coach is open, 0 while he never is.
        """
        if not self.was_sent_well():
            return False
        for setting, sentence in cannot_work(self.settings(), longest_min=longest_min).items():
            self[FIELDS[setting]].errors = [sentence]
        return not self.errors

    def settings(self) -> ServiceSettings:
        """Return what was typed as plain values; call it on a form that is valid."""
        place = self.place.data or ""
        details = {"video": self.link.data, "in_person": self.address.data}.get(place)
        return ServiceSettings(
            name=self.name.data or "",
            words=self.words.data or "",
            duration_min=int(self.duration.data or 0),
            grid_min=int(self.grid.data or 0),
            before_min=int(self.before.data or 0),
            after_min=int(self.after.data or 0),
            notice_min=_minutes(self.notice, self.notice_unit),
            horizon_days=int(self.horizon.data or 0),
            cutoff_min=_minutes(self.cutoff, self.cutoff_unit),
            most_moves=int(self.most_moves.data or 0),
            day_cap=int(self.day_cap.data) if self.day_cap.data else None,
            week_cap=int(self.week_cap.data) if self.week_cap.data else None,
            one_upcoming=self.upcoming.data == "one",
            place=place,
            place_details=details or "",
            is_public=self.is_free_consultation or self.audience.data == "public",
            is_active=self.is_open.data == "yes",
            price_pence=0 if self.is_free_consultation else pence_of(self.price.data or "") or 0,
        )


def _minutes(number: Field, unit: Field) -> int:
    return minutes_of(int(number.data or 0), unit.data or "minutes")


def _at_most(most: int, words: str, number: Field, unit: Field) -> None:
    if unit.data in UNITS and _minutes(number, unit) > most:
        raise ValidationError(f"That is more than {words}. Please make it shorter.")
