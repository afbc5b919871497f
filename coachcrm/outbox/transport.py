"""How letters leave: by SMTP through Flask-Mail, or as files where no mail server is set.

Flask-Mail's own connection has no time-out and checks no certificate, and its exit hides the first
error; the subclass here mends all three. Its Message is used only to carry finished octets.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flask_mail import Connection, Mail, Message

from coachcrm.outbox.retry import Outcome, outcome

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from flask import Flask


HANGING_UP = 421  # RFC 5321 3.8


class Parcel(Protocol):
    """What a transport must know of a letter."""

    sender: str
    recipient: str
    message_id: str
    octets: bytes


@dataclass(frozen=True)
class MailAccount:
    """The mail server's particulars; `server` None means files in `folder`."""

    server: str | None
    port: int
    username: str | None
    password: str | None
    use_tls: bool
    use_ssl: bool
    sender: str
    timeout: float
    folder: Path


class Undelivered(Exception):  # noqa: N818 - an outcome, told to the retry rule
    """A letter did not leave. `server_is_away` means that no other letter would leave either."""

    def __init__(self, trouble: str, *, outcome: Outcome, server_is_away: bool) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.outcome = outcome
        self.server_is_away = server_is_away


class Carrier(Protocol):
    """Something that letters can be given to while it is open."""

    def __enter__(self) -> Self:
        """Open it."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        ...

    def deliver(self, parcel: Parcel) -> None:
        """Take one letter; raises `Undelivered`."""
        ...


class _Finished(Message):
    """Octets that are ready; Flask-Mail asks for the people and for the bytes, nothing more."""

    def __init__(self, parcel: Parcel) -> None:
        super().__init__(sender=parcel.sender, recipients=[parcel.recipient])
        self._octets = parcel.octets

    def as_bytes(self) -> bytes:
        """Return the stored octets, not a new rendering."""
        return self._octets


class _Connection(Connection):
    """Flask-Mail's connection with a time-out, checked certificates and honest errors."""

    def __init__(self, mail: Mail, timeout: float) -> None:
        super().__init__(mail)
        self._timeout = timeout

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        host: smtplib.SMTP
        if self.mail.use_ssl:
            host = smtplib.SMTP_SSL(
                self.mail.server,
                self.mail.port,
                timeout=self._timeout,
                context=ssl.create_default_context(),
            )
        else:
            host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=self._timeout)
        try:
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self.host is None:
            return
        try:
            self.host.quit()
        except (smtplib.SMTPException, OSError):
            self.host.close()


class SmtpCarrier:
    """Delivers over one SMTP connection, opened at the first letter."""

    def __init__(self, mail: Mail, timeout: float) -> None:
        self._connection = _Connection(mail, timeout)
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def deliver(self, parcel: Parcel) -> None:
        """Hand one letter to the server; raises `Undelivered`."""
        if not self._is_open:
            try:
                self._connection.__enter__()
            except (smtplib.SMTPException, OSError, ValueError) as error:
                raise Undelivered(
                    _words(error), outcome=Outcome.AGAIN, server_is_away=True
                ) from error
            self._is_open = True
        try:
            self._connection.send(_Finished(parcel))
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            self._close_after(code)
            raise Undelivered(
                _sentence(code, words),
                outcome=outcome(code, about_recipient=True),
                server_is_away=False,
            ) from error
        except smtplib.SMTPDataError as error:
            self._close_after(error.smtp_code)
            raise Undelivered(
                _words(error),
                outcome=outcome(error.smtp_code, about_recipient=True),
                server_is_away=False,
            ) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._close()
            away = not isinstance(error, smtplib.SMTPSenderRefused)
            raise Undelivered(_words(error), outcome=Outcome.AGAIN, server_is_away=away) from error

    def _close_after(self, code: int) -> None:
        """Open a new connection for the next letter where this answer ended the one we had."""
        if code == HANGING_UP:
            self._close()

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._connection.__exit__(None, None, None)


class FolderCarrier:
    """Keeps each letter as an `.eml` file, which any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def deliver(self, parcel: Parcel) -> None:
        """Write the file whole or not at all; the same letter again is the same file."""
        name = parcel.message_id.strip("<>").partition("@")[0]
        target = self._folder / f"{name}.eml"
        draft = target.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(parcel.octets)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except OSError as error:
            raise Undelivered(_words(error), outcome=Outcome.AGAIN, server_is_away=True) from error


class Transport:
    """Makes carriers for the account that the settings name."""

    def __init__(self, app: Flask, account: MailAccount) -> None:
        self.account = account
        app.config.update(
            MAIL_SERVER=account.server or "",
            MAIL_PORT=account.port,
            MAIL_USERNAME=account.username,
            MAIL_PASSWORD=account.password,
            MAIL_USE_TLS=account.use_tls,
            MAIL_USE_SSL=account.use_ssl,
            MAIL_DEFAULT_SENDER=account.sender,
            MAIL_SUPPRESS_SEND=False,
        )
        self._mail = Mail(app)

    def carrier(self) -> Carrier:
        """Return something that letters can be given to."""
        if self.account.server is None:
            return FolderCarrier(self.account.folder)
        return SmtpCarrier(self._mail, self.account.timeout)

    def trouble(self) -> str | None:
        """Open and close a connection; return what is wrong with it, or None."""
        connection = _Connection(self._mail, self.account.timeout)
        try:
            with connection:
                return None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return _words(error)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The mail server did not accept the user name and password ({error.smtp_code})."
    if isinstance(error, smtplib.SMTPResponseException):
        return _sentence(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The mail server's certificate is not good: {error.verify_message}."
    # smtplib tells a silence in mid-conversation as a lost connection.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "The mail server did not answer in time."
    if isinstance(error, (ConnectionError, smtplib.SMTPServerDisconnected)):
        return "The mail server could not be reached, or hung up."
    return f"{type(error).__name__}: {error}"[:300]


def _sentence(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"The mail server said {code}: {' '.join(text.split())[:200]}"
