"""What is typed when a booking is cancelled, or sent elsewhere."""

from wtforms import EmailField, TextAreaField

from coachcrm.kit.web.forms import (
    Form,
    MailAddress,
    ManyLines,
    OneLine,
    Required,
    stripped,
    unix_lines,
)


class CancelForm(Form):
    """Why, if the client likes to say."""

    reason = TextAreaField(
        "Would you like to say why? You need not.", [ManyLines(500)], [stripped, unix_lines]
    )


class AddressForm(Form):
    """Another address for the client of one booking."""

    email = EmailField(
        "New e-mail address",
        [Required("Please give the new address."), OneLine(254), MailAddress()],
        [stripped],
    )
