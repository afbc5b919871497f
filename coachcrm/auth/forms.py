"""What is asked at the door."""

from wtforms import EmailField, PasswordField

from coachcrm.kit.web.forms import Form, stripped


class SignInForm(Form):
    """Address and password."""

    email = EmailField("E-mail address", filters=[stripped])
    password = PasswordField("Password")
