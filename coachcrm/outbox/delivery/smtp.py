"""How letters leave: by SMTP through Flask-Mail, or as files where no mail server is set.

Flask-Mail's own connection has no time-out and checks no certificate, and its exit hides the first
error; the subclass here mends all three. Its Message is not used: our letters are octets already.
"""

import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from flask import Flask
from flask_mail import Connection, Mail

from coachcrm.outbox.core.retry import outcome
from coachcrm.outbox.delivery.carrier import Blame, Carrier, FolderCarrier, Sendable, Undelivered
from coachcrm.outbox.delivery.troubles import answer_in_words, in_words

WELCOME, HANGING_UP = 220, 421  # RFC 5321 4.3.2 and 3.8
# An answer may take one time-out. So that a server that drips its answers octet by octet cannot
# hold us for hours, opening a conversation and handing over a letter may each take this many.
PATIENCE = 3
_PLAIN_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?A-~]+")  # printable, without < > and blanks
_TROUBLE = (smtplib.SMTPException, OSError, ValueError)


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


class _Watch:
    """A thread that cuts a line on which one act takes longer than `seconds`.

    A limit for a whole conversation with a mail server, however it spreads its octets.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._host: smtplib.SMTP | None = None
        self._until = 0.0
        self._is_over: threading.Event | None = None
        self.has_cut = False

    def begin(self, host: smtplib.SMTP) -> None:
        """Watch from now on; the thread lives as long as the conversation."""
        self.has_cut, self._until, self._host = False, time.monotonic() + self._seconds, host
        if self._is_over is None:
            self._is_over = threading.Event()
            threading.Thread(target=self._look, args=(self._is_over,), daemon=True).start()

    def rest(self) -> None:
        """Watch nothing until told to begin again."""
        self._host = None

    def end(self) -> None:
        """Let the thread go."""
        if self._is_over is not None:
            self._is_over.set()
            self._is_over = None

    def _look(self, is_over: threading.Event) -> None:
        while not is_over.wait(min(1.0, self._seconds / 10)):
            host = self._host
            if host is not None and time.monotonic() >= self._until:
                self.has_cut = True
                if host.sock is not None:
                    with suppress(OSError):
                        host.sock.shutdown(socket.SHUT_RDWR)


class _Connection(Connection):
    """Flask-Mail's connection with time-outs, checked certificates and honest errors."""

    def __init__(self, mail: Mail, timeout: float) -> None:
        super().__init__(mail)
        self._timeout = timeout
        self._watch = _Watch(PATIENCE * timeout)
        self.host: smtplib.SMTP | smtplib.SMTP_SSL | None = None

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        # Made unconnected, so that the limit can reach the socket while the server greets.
        host: smtplib.SMTP
        if self.mail.use_ssl:
            context = ssl.create_default_context()
            host = smtplib.SMTP_SSL(timeout=self._timeout, context=context)
        else:
            host = smtplib.SMTP(timeout=self._timeout)
        # What `connect` leaves unset, and the check of the certificate needs.
        host._host = self.mail.server  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            with self.limit(host):
                _greet(host, self.mail.server, self.mail.port)
                if self.mail.use_tls:
                    host.starttls(context=ssl.create_default_context())
                if self.mail.username and self.mail.password:
                    host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            self._watch.end()
            raise
        return host

    def send_finished(self, letter: Sendable) -> None:
        """Send octets as they are; the addresses are finished too, or are refused (ValueError)."""
        assert self.host is not None  # noqa: S101 - it is open
        for address in (letter.sender, letter.recipient):
            # smtplib would make another address out of it (S33).
            if not _PLAIN_ADDRESS.fullmatch(address):
                raise ValueError(f"not an address that ordinary mail can carry: {address!r}")
        with self.limit(self.host):
            self.host.sendmail(letter.sender, [letter.recipient], letter.octets)

    @contextmanager
    def limit(self, host: smtplib.SMTP) -> Iterator[None]:
        """Cut the line when this takes too long; raises TimeoutError."""
        self._watch.begin(host)
        try:
            yield
        except _TROUBLE as error:
            if self._watch.has_cut:
                raise TimeoutError from error
            raise
        finally:
            self._watch.rest()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self.host is None:
            return
        try:
            with self.limit(self.host):
                self.host.quit()
        except _TROUBLE:
            self.host.close()
        finally:
            self._watch.end()


def _greet(host: smtplib.SMTP, server: str, port: int) -> None:
    code, words = host.connect(server, port)
    if code != WELCOME:
        raise smtplib.SMTPConnectError(code, words)


class SmtpCarrier:
    """Delivers over one SMTP connection, opened at the first letter."""

    def __init__(self, mail: Mail, timeout: float) -> None:
        self._connection = _Connection(mail, timeout)
        self._is_open = False

    def deliver(self, letter: Sendable) -> None:
        """Hand one letter to the server; raises `Undelivered`."""
        self._open()
        try:
            self._connection.send_finished(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise self._refused(code, words) from error
        except smtplib.SMTPDataError as error:
            raise self._refused(error.smtp_code, error.smtp_error) from error
        except ValueError as error:
            # An address or a header that no server was even asked about.
            raise Undelivered(in_words(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            # Also a no to the sender: it is as a rule the same for all letters, but not always.
            self.close()
            raise Undelivered(in_words(error), blame=Blame.UNCLEAR) from error

    def _open(self) -> None:
        if not self._is_open:
            try:
                self._connection.__enter__()
            except _TROUBLE as error:
                raise Undelivered(in_words(error), blame=Blame.SERVER) from error
            self._is_open = True

    def _refused(self, code: int, words: bytes | str) -> Undelivered:
        if code == HANGING_UP:
            # This answer ended the conversation; the next letter begins another.
            self.close()
        return Undelivered(
            answer_in_words(code, words), outcome=outcome(code, about_recipient=True)
        )

    def close(self) -> None:
        """End the conversation, if there is one; another letter begins a new one."""
        if self._is_open:
            self._is_open = False
            self._connection.__exit__(None, None, None)


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

    @contextmanager
    def carrier(self) -> Iterator[Carrier]:
        """Give something that letters can be handed to until the context ends."""
        if self.account.server is None:
            yield FolderCarrier(self.account.folder)
            return
        with closing(SmtpCarrier(self._mail, self.account.timeout)) as carrier:
            yield carrier

    def trouble(self) -> str | None:
        """Open and close a connection; return what is wrong with it, or None."""
        connection = _Connection(self._mail, self.account.timeout)
        try:
            with connection:
                return None
        except _TROUBLE as error:
            return in_words(error)
