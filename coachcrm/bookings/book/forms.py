"""What a visitor types; as little as will do (rule 17)."""

from collections.abc import Collection
from datetime import date

from wtforms import (
    EmailField,
    Field,
    HiddenField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from coachcrm.bookings.book.core import mail_slips
from coachcrm.bookings.book.operations.book import Answers
from coachcrm.bookings.core.booking_words import TOPICS
from coachcrm.kit.text.typed import parse_date
from coachcrm.kit.time import zones
from coachcrm.kit.web.forms import (
    Choice,
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


class DetailsForm(Form):
    """Who books, how to reach them, and what would help most."""

    name = StringField(
        "Your name",
        [Required("Please tell me your name, so that I know who I'm speaking to."), OneLine(120)],
        [stripped],
    )
    phone = PhoneField("Your phone number", [OneLine(40), Phone(is_asked=True)], [stripped])
    email = EmailField(
        "Your e-mail address",
        [
            Required("Please give your e-mail address, so that I can write to you."),
            OneLine(254),
            MailAddress(),
        ],
        [stripped],
    )
    timezone = HiddenField("Time zone")
    topic = Choice(
        "What would help most?",
        lambda: [("", "I would rather say when we speak"), *TOPICS.items()],
        default="",
    )
    interview_on = StringField("Your next interview, if there is one", [], [stripped])
    # Nobody sees it, so whoever fills it is a machine (S60). The name says nothing to the password
    # managers, which fill what they know: names, addresses, telephones, the web.
    more = StringField("Please leave this empty")
    message = TextAreaField(
        "What happened, in your own words", [ManyLines(500)], [stripped, unix_lines]
    )
    heard = Choice("How did you hear of me?", list, default="")
    # The address that was asked about: sent again it is meant.
    asked = HiddenField()

    def __init__(
        self,
        *,
        needs_phone: bool,
        home: str,
        sources: Collection[str],
        today: date,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        # What the address was probably meant to be, where that is to be asked.
        self.mended: str | None = None
        self.heard.choices = [SelectChoice(way, way) for way in ("", *sources)]
        if self.heard.data not in sources:
            # The list may be another by now, and nobody is kept from booking by what is not needed.
            self.heard.data = ""
        self.needs_phone = needs_phone
        if needs_phone:
            self.phone.is_read_in(self.timezone.data or "", home=home)
        else:
            del self.phone
        self.today = today

    def validate_email(self, field: Field) -> None:
        """Ask about what looks like a slip, once: sent a second time it is meant."""
        if field.errors or field.data == self.asked.data:
            return
        self.mended = mail_slips.mended(field.data or "")
        if self.mended:
            raise ValidationError(f"Did you mean {self.mended}?")

    def validate_phone(self, field: Field) -> None:
        """Ask for a number where the meeting is by phone."""
        if not field.data:
            raise ValidationError("Please give a phone number, so that I can ring you.")

    def validate_interview_on(self, field: Field) -> None:
        """Refuse dates that do not exist or have passed."""
        if not field.data:
            return
        on = parse_date(field.data)
        if on is None:
            raise ValidationError("Please give a date that exists, such as 2027-06-17.")
        if not self.today <= on <= self.today.replace(year=self.today.year + 5, day=1):
            raise ValidationError("Please give a date that is still to come.")

    def answers(self, *, fallback_zone: str, twelve_hour: bool) -> Answers:
        """Return what was typed as plain values; call it on a form that is valid."""
        return Answers(
            name=self.name.data or "",
            email=self.email.data or "",
            phone=self.phone.e164 if self.needs_phone else "",
            timezone=zones.canonical(self.timezone.data) or fallback_zone,
            topic=self.topic.data or "",
            interview_on=parse_date(self.interview_on.data or ""),
            message=self.message.data or "",
            twelve_hour=twelve_hour,
        )
