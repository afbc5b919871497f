"""What is asked at the door, and when a password is to be another."""

from typing import Any

from wtforms import EmailField, Field, PasswordField, ValidationError

from coachcrm.auth.core.passwords import weakness
from coachcrm.kit.web.forms import Form, MailAddress, OneLine, Required, stripped


class SignInForm(Form):
    """Address and password."""

    email = EmailField("E-mail address", filters=[stripped])
    password = PasswordField("Password")


class ForgottenForm(Form):
    """The address of whoever has forgotten his password."""

    email = EmailField(
        "E-mail address",
        [Required("Please give the address you sign in with."), OneLine(254), MailAddress()],
        [stripped],
    )


class PresentPasswordForm(Form):
    """The password of now, said again."""

    present_password = PasswordField(
        "Your present password", [Required("Please give your password.")]
    )


class NewPasswordForm(Form):
    """A new password; `about` is what it may not be made of."""

    password = PasswordField("Your new password", [Required("Please choose a password.")])

    def __init__(self, *, about: tuple[str, ...], **more: Any) -> None:
        super().__init__(**more)
        self.about = about

    def validate_password(self, field: Field) -> None:
        """Refuse what is too weak, with the reason (S2)."""
        reason = weakness(field.data or "", about=self.about)
        if reason:
            raise ValidationError(reason)


class ChangePasswordForm(NewPasswordForm, PresentPasswordForm):
    """The password of now, and the one to come."""
