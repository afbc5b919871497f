"""What the coach says of himself and his practice."""

from wtforms import EmailField, PasswordField, StringField, TelField, TextAreaField

from coachcrm.auth.operations.set_up import NewCoach
from coachcrm.kit.time import zones
from coachcrm.kit.web.forms import (
    Choice,
    Form,
    MailAddress,
    ManyLines,
    OneLine,
    Phone,
    Required,
    as_e164,
    stripped,
    unix_lines,
)


class ProfileForm(Form):
    """Who the coach is to his clients."""

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
    practice = StringField("Name of your practice", [OneLine(120)], [stripped])
    phone = TelField("Your phone number", [OneLine(40), Phone()], [stripped])
    about = TextAreaField("A line about yourself", [ManyLines(600)], [stripped, unix_lines])
    timezone = Choice(
        "Your time zone",
        lambda: [(name, name.replace("_", " ")) for name in zones.names()],
        default="Europe/London",
    )

    def profile(self, *, password: str = "") -> NewCoach:
        """Return what was typed as plain values; call it on a form that is valid."""
        return NewCoach(
            email=self.email.data or "",
            name=self.name.data or "",
            password=password,
            timezone=self.timezone.data or "",
            practice=self.practice.data or "",
            phone=as_e164(self.phone.data or "") or "",
            about=self.about.data or "",
        )


class SetUpForm(ProfileForm):
    """The profile, and the password that guards it."""

    password = PasswordField("Choose a password", [Required("Please choose a password.")])
