"""The base of every form: forms only parse; they know no database and check no token."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import wtforms
from email_validator import EmailNotValidError, validate_email
from flask import request
from wtforms import Field, PasswordField, SelectField, TelField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.fields.core import UnboundField

from coachcrm.kit.text.phone_numbers import Reading, has_extension, readings, spoken
from coachcrm.kit.text.typed import has_unusable, is_one_line, many_lines
from coachcrm.kit.text.wording import Misspelt, check
from coachcrm.kit.time import countries, zones

_POSTED = object()
# The names of all password fields of all forms of the program, whatever a form calls its own.
_secret_names: set[str] = set()


class Form(wtforms.Form):
    """A form whose token the guard has already checked; repeated fields: the first counts.

    It reads the body of a POST and nothing else, no files and no JSON (S22), unless it is given
    other answers, or None for an empty form.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for name in dir(cls):
            field = getattr(cls, name, None)
            if isinstance(field, UnboundField) and issubclass(field.field_class, PasswordField):
                _secret_names.add(name)

    def __init__(self, formdata: Any = _POSTED, **more: Any) -> None:
        if formdata is _POSTED:
            formdata = request.form if request.method == "POST" else None
        super().__init__(formdata, **more)

    def is_submitted(self) -> bool:
        """Say whether the request brought a form."""
        return request.method == "POST"

    def was_sent_well(self) -> bool:
        """Say whether every field is as it should be."""
        return bool(self.validate())


def is_secret(name: str) -> bool:
    """Say whether any form has a password field of this name: no page may show what came in it."""
    return name in _secret_names


class OwnWordsForm(Form):
    """A message in words of one's own, with places to fill in; each kind labels its two fields."""

    subject: Field
    body: Field

    def show(self, subject: str, body: str) -> None:
        """Fill the fields in."""
        self.subject.data, self.body.data = subject, body

    def words(self) -> tuple[str, str]:
        """Return the subject and the body that were typed."""
        return self.subject.data or "", many_lines(self.body.data or "")

    def can_be_filled(self, *, subject: Collection[str], body: Collection[str]) -> bool:
        """Say whether the words can be used with these placeholders; the fields say where not."""
        is_good = self.was_sent_well()
        # Those are judged that are kept: line breaks are other in what was typed.
        for field, text, allowed in zip(
            (self.subject, self.body), self.words(), (subject, body), strict=True
        ):
            try:
                check(text, allowed)
            except Misspelt as trouble:
                field.errors, is_good = [*field.errors, trouble.sentence], False
        return is_good


class Choice(SelectField):
    """One of a list of (value, words); a field that is not sent counts as its default."""

    def __init__(
        self,
        label: str,
        pairs: Callable[[], Iterable[tuple[str, str]]],
        *,
        default: str,
        **more: Any,
    ) -> None:
        super().__init__(
            label,
            choices=lambda: [SelectChoice(value, words) for value, words in pairs()],
            default=default,
            **more,
        )

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is not in the list."""
        offered: list[Any] = list(self.iter_choices())
        if self.data not in {choice.value for choice in offered}:
            raise ValidationError("Please choose one from the list.")


class ZoneChoice(SelectField):
    """One of the time zones, or what `same` says: an empty text. It must be sent."""

    SAME = "same"

    def __init__(self, label: str, same: str, **more: Any) -> None:
        named = ((name, name.replace("_", " ")) for name in zones.names())
        pairs = [(self.SAME, same), *named]
        choices = [SelectChoice(value, words) for value, words in pairs]
        super().__init__(label, choices=choices, coerce=lambda v: v or self.SAME, **more)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is not in the list."""
        if self.data != self.SAME and self.data not in zones.names():
            raise ValidationError("Please choose one from the list.")

    @property
    def zone(self) -> str:
        """The name of the zone; empty for the same. The field is valid."""
        return "" if self.data == self.SAME else self.data


def stripped(value: Any) -> Any:
    """Take the space off both ends of a text; a missing field is an empty text."""
    return value.strip() if isinstance(value, str) else value


def unix_lines(value: Any) -> Any:
    """Turn the line breaks of a browser (CR LF) into the ones we keep (LF)."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


class Required:
    """The field must hold something; the sentence says what."""

    field_flags = {"required": True}  # noqa: RUF012 - the name and shape are WTForms'

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse emptiness."""
        if not field.data:
            raise ValidationError(self.sentence)


class OneLine:
    """At most so many characters, no line break, control or direction character (S32)."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse what is too long or holds what cannot be used."""
        text = field.data or ""
        if len(text) > self.most:
            raise ValidationError(
                f"Please use at most {self.most} characters; this has {len(text)}."
            )
        if not is_one_line(text):
            raise ValidationError("Please use one line of ordinary letters here.")


class ManyLines:
    """At most so many characters; NUL and lone surrogates are refused (S32)."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse what is too long or cannot be kept."""
        text = field.data or ""
        if len(text) > self.most:
            raise ValidationError(
                f"Please use at most {self.most:,} characters; this has {len(text):,}."
            )
        if has_unusable(text):
            raise ValidationError(
                "There is a character here that cannot be kept. Please take it out."
            )


class MailAddress:
    """An address that ordinary mail servers can deliver to (H7)."""

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse what is no address, kindly."""
        text = field.data or ""
        if text and not is_mail_address(text):
            raise ValidationError(
                "Please check this e-mail address: it should look like ann@example.org."
            )


def is_mail_address(text: str) -> bool:
    """Say whether `text` is an address that ordinary mail can carry: an ASCII local part (H7)."""
    if not is_one_line(text):
        return False
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except (EmailNotValidError, UnicodeError):
        return False
    return True


class PhoneField(TelField):
    """A telephone number; `zone` is where it is typed, and `home` the coach's country."""

    zone = ""
    home = ""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The numbers that can be meant, the likeliest first."""
        return readings(self.data or "", zone=self.zone, home=self.home)

    @property
    def e164(self) -> str:
        """The number; empty where none was typed. The field is valid."""
        return next((reading.e164 for reading in self.readings), "")

    def is_read_in(self, zone: str, *, home: str) -> None:
        """Say where it is typed, and which is the coach's country."""
        self.zone, self.home = zone, home


class Phone:
    """One telephone number that can be rung; `is_asked` where the page offers what it can mean."""

    def __init__(self, *, is_asked: bool = False) -> None:
        self.is_asked = is_asked

    def __call__(self, _form: Form, field: PhoneField) -> None:
        """Refuse what can be no number, and ask about what can be two."""
        if not field.data:
            return
        if has_extension(field.data):
            raise ValidationError(
                "Please give this number without its extension"
                + (", and tell me the extension in your message." if self.is_asked else ".")
            )
        if not field.readings:
            raise ValidationError(
                "Please check this phone number. If it is from another country, begin with + and "
                "the country’s code, such as +44."
            )
        if len(field.readings) > 1:
            raise ValidationError(
                "Please choose the country of this phone number."
                if self.is_asked
                else f"This can be {' or '.join(map(_said, field.readings))}. Please begin with +."
            )


def _said(reading: Reading) -> str:
    return f"{spoken(reading.e164)} ({countries.name(reading.country)})"
