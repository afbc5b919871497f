"""What the coach says of himself and his practice."""

from dataclasses import asdict
from typing import Any

from wtforms import (
    EmailField,
    Field,
    PasswordField,
    StringField,
    TextAreaField,
    ValidationError,
)

from coachcrm.auth.operations.set_up import NewCoach, Profile
from coachcrm.bookings.offer.core.page import LONGEST_SOURCE, lines
from coachcrm.desk.settings.core import zone_of_place
from coachcrm.kit.time import clock, zones
from coachcrm.kit.web.forms import (
    Form,
    MailAddress,
    ManyLines,
    OneLine,
    Phone,
    PhoneField,
    Required,
    stripped,
    unix_lines,
)

MOST_SOURCES = 12


class ZoneOfPlace(StringField):
    """A time zone, by the name of a place or by its own; its data are the zone's name.

    `choices` are the zones, each with its place, when what was typed can mean several. The box and
    a choice have one name: the first that is sent counts.
    """

    choices: list[tuple[str, str]] = []  # noqa: RUF012 - never changed, only set anew

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the zone that a place means, or keep what was typed."""
        super().process_formdata(valuelist[:1])
        if not valuelist:
            return
        found = zone_of_place.zones_of(self.data or "", now=clock.now())
        if len(found) == 1:
            [self.data] = found
        self.choices = list(found.items()) if len(found) > 1 else []

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is no place, and ask which of several."""
        if self.choices:
            raise ValidationError("There are several places of this name. Which one is yours?")
        if zones.canonical(self.data) != self.data:
            raise ValidationError(
                "There is no such place in the list. Please try a larger city, such as “London”."
            )

    def _value(self) -> str:
        """Return what stands in the box: as it was typed, else the city of the zone."""
        if self.raw_data:
            return str(self.raw_data[0])[: zone_of_place.LONGEST]
        return zone_of_place.place(self.data or "", now=clock.now())


class IntroductionForm(Form):
    """Who the coach is to his clients, and what he signs in with."""

    name = StringField(
        "Your name",
        [Required("Please give the name your clients know you by."), OneLine(120)],
        [stripped],
    )
    email = EmailField(
        "Your e-mail address",
        [Required("Please give your e-mail address."), OneLine(254), MailAddress()],
        [stripped],
    )
    # In the order of the page, in which what is to be looked at again is listed.
    password = PasswordField("Choose a password", [Required("Please choose a password.")])
    timezone = ZoneOfPlace("Where you are", default="Europe/London")
    practice = StringField("Name of your practice", [OneLine(120)], [stripped])
    phone = PhoneField("Your phone number", [OneLine(40), Phone()], [stripped])
    about = TextAreaField("A line about yourself", [ManyLines(600)], [stripped, unix_lines])

    def __init__(self, *, home: str = "GB", **more: Any) -> None:
        super().__init__(**more)
        self.phone.is_read_in(self.timezone.data or "", home=home)

    @property
    def only_asks(self) -> bool:
        """Whether nothing is wrong, and only one of several places is to be chosen."""
        return bool(self.timezone.choices) and [*self.errors] == ["timezone"]

    def profile(self) -> Profile:
        """Return who he is as plain values; call it on a form that is valid."""
        return Profile(
            name=self.name.data or "",
            timezone=self.timezone.data or "",
            practice=self.practice.data or "",
            phone=self.phone.e164,
            about=self.about.data or "",
        )


class ProfileForm(IntroductionForm):
    """Who the coach is to his clients; what he signs in with has pages of its own."""

    sources = TextAreaField("How clients may have heard of you", [ManyLines(2000)], [unix_lines])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        del self.email, self.password

    def validate_sources(self, field: Field) -> None:
        """Refuse more than can be chosen from, and lines that are too long."""
        found = lines(field.data or "")
        if len(found) > MOST_SOURCES:
            raise ValidationError(
                f"Please use at most {MOST_SOURCES} lines; here are {len(found)}."
            )
        if too_long := [line for line in found if len(line) > LONGEST_SOURCE]:
            raise ValidationError(
                f"Please use at most {LONGEST_SOURCE} characters a line: “{too_long[0][:30]}…”."
            )


class SetUpForm(IntroductionForm):
    """The coach's own words, and the password that guards them."""

    def new_coach(self) -> NewCoach:
        """Return what was typed as plain values; call it on a form that is valid."""
        return NewCoach(
            **asdict(self.profile()),
            email=self.email.data or "",
            password=self.password.data or "",
        )


class AddressForm(Form):
    """The address to sign in with from now on, and the password, for a login is not enough."""

    email = EmailField(
        "Your new e-mail address",
        [Required("Please give the new address."), OneLine(254), MailAddress()],
        [stripped],
    )
    present_password = PasswordField("Your password", [Required("Please give your password.")])

    def __init__(self, *, present_email: str, **more: Any) -> None:
        super().__init__(**more)
        self.present_email = present_email

    def validate_email(self, field: Field) -> None:
        """Refuse the address of now: nothing would be changed."""
        if field.data == self.present_email:
            raise ValidationError("You sign in with this address already.")
