"""A real mail server in the test process, which can be told to behave badly."""

from __future__ import annotations

import asyncio
import email
import email.policy
import itertools
import re
import socket
import ssl
import tempfile
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Self

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

WAIT_S = 10


class Letter(EmailMessage):
    """A letter as it arrived: the parsed message, its octets, and the envelope around it."""

    octets: bytes
    envelope_from: str
    envelope_to: tuple[str, ...]

    @property
    def text(self) -> str:
        """The plain words."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The same words as a page."""
        return self._body("html")

    @property
    def calendar(self) -> bytes:
        """The octets of the calendar part that mail programs act on."""
        parts = [part for part in self.walk() if part.get_content_type() == "text/calendar"]
        assert parts, f"no calendar part in the letter {self['Subject']!r}"
        return parts[0].get_payload(decode=True)

    def _body(self, kind: str) -> str:
        part = self.get_body((kind,))
        assert part is not None, f"no {kind} part in the letter {self['Subject']!r}"
        return part.get_content()


def misread_in(letter: Letter) -> list[str]:
    """Return what stands in a letter's calendar part that calendar programs misread.

    A published copy is for the coach who is his own sender, and for nobody else.
    """
    found = []
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            lines = part.get_payload(decode=True).decode().split("\r\n")
            names = {re.split("[:;]", line)[0] for line in lines if not line.startswith(" ")}
            found += sorted(names & {"DURATION", "RRULE", "RDATE"})
            found += [line for line in lines if line in {"BEGIN:VTIMEZONE", "BEGIN:VALARM"}]
            found += [line for line in lines if re.match("DT[A-Z]+[:;]", line) and line[-1] != "Z"]
            sender = letter["From"].addresses[0].addr_spec.lower()
            if "METHOD:PUBLISH" in lines and sender != letter.envelope_to[0].lower():
                found.append("METHOD:PUBLISH")
    return found


@cache
def certificate_file(name: str) -> Path:
    """Return a new key with its certificate and that of its maker, in one file.

    `here` is for 127.0.0.1, `elsewhere` is for another host.
    """
    maker = trustme.CA()
    made = maker.issue_cert("127.0.0.1" if name == "here" else "mail.elsewhere.example")
    path = Path(tempfile.mkdtemp()) / f"{name}.pem"
    made.private_key_and_cert_chain_pem.write_to_path(str(path))
    maker.cert_pem.write_to_path(str(path), append=True)
    return path


async def _drip(server: SMTP, seconds: float) -> None:
    for octet in itertools.chain(b"250-", itertools.repeat(ord("z"))):
        if server.transport.is_closing():
            return
        server.transport.write(bytes([octet]))
        await asyncio.sleep(seconds)


@dataclass
class _Trouble:
    """What goes wrong, at which step, how often (None: until told otherwise), for whom."""

    kind: str
    at: str
    answer: str = ""
    times: int | None = None
    address: str | None = None
    seconds: float = 0.0


class Mailbox:
    """A mail server on a free port of this machine. `letters` holds what it accepted, in order."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.conversations = 0
        self._news = threading.Condition()
        self._trouble: list[_Trouble] = []
        with socket.create_server((self.host, 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self._controller: Controller | None = None
        self._certificate: str | None = None
        self.open()

    # ------------------------------------------------------------------ what a test may do

    def refuse(
        self,
        code: int,
        words: str = "5.0.0 refused by the test",
        *,
        at: str = "RCPT",
        times: int | None = None,
        address: str | None = None,
    ) -> None:
        """Answer `code` at MAIL, RCPT or DATA; only for `address` if it is given (RCPT)."""
        self._trouble.append(_Trouble("refuse", at, f"{code} {words}", times, address))

    def hang(self, *, at: str = "DATA", times: int | None = None) -> None:
        """Say nothing at MAIL, RCPT or DATA, for ever."""
        self._trouble.append(_Trouble("hang", at, times=times))

    def drop_after_data(
        self, *, keep: bool = True, times: int | None = None, address: str | None = None
    ) -> None:
        """Keep the letter, or lose it, then cut the line before saying so."""
        kind = "drop" if keep else "lose"
        self._trouble.append(_Trouble(kind, "DATA", times=times, address=address))

    def slow(self, seconds: float, *, times: int | None = None) -> None:
        """Think so long before each answer at RCPT, and then take the letter."""
        self._trouble.append(_Trouble("slow", "RCPT", seconds=seconds, times=times))

    def drip(self, seconds: float, *, times: int | None = None) -> None:
        """Answer at DATA, an octet at a time with such pauses, and never come to the end."""
        self._trouble.append(_Trouble("drip", "DATA", seconds=seconds, times=times))

    def secure(self, certificate: str) -> None:
        """Offer STARTTLS from now on, with a certificate for `here` or for `elsewhere`."""
        self._certificate = certificate
        self.close()
        self.open()

    def recover(self) -> None:
        """Behave again."""
        self._trouble.clear()

    def close(self) -> None:
        """Go away: connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def open(self) -> None:
        """Listen, on the same port as ever."""
        if self._controller is None:
            context = None
            if self._certificate is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate_file(self._certificate))
            self._controller = Controller(
                self,
                hostname=self.host,
                port=self.port,
                ready_timeout=WAIT_S,
                tls_context=context,
                require_starttls=context is not None,
            )
            self._controller.start()

    def to(self, address: str) -> list[Letter]:
        """Return the letters whose envelope names `address`."""
        with self._news:
            return [letter for letter in self.letters if address in letter.envelope_to]

    def wait_for(self, number: int, *, seconds: float = WAIT_S) -> list[Letter]:
        """Wait until `number` letters are here; AssertionError if they do not come."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.letters) >= number, timeout=seconds)
            subjects = [letter["Subject"] for letter in self.letters]
            assert came, f"waited for {number} letters, but there are {subjects}"
            return list(self.letters)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------ what aiosmtpd calls, on its thread

    async def handle_EHLO(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: list
    ) -> list:
        """Begin a conversation."""
        self.conversations += 1
        session.host_name = hostname
        return answers

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        """Take the sender."""
        answer = await self._meet_trouble("MAIL", server, address)
        if answer is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        """Take one receiver."""
        answer = await self._meet_trouble("RCPT", server, address)
        if answer is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter."""
        answer = await self._meet_trouble("DATA", server, envelope.rcpt_tos[0], envelope)
        if answer is None:
            self._keep(envelope)
        return answer or "250 OK"

    async def _meet_trouble(
        self, step: str, server: SMTP, address: str | None, envelope: Envelope | None = None
    ) -> str | None:
        for trouble in list(self._trouble):
            if trouble.at != step or trouble.address not in {None, address} or trouble.times == 0:
                continue
            if trouble.times is not None:
                trouble.times -= 1
            if trouble.kind == "hang":
                await asyncio.Event().wait()
            if trouble.kind == "slow":
                await asyncio.sleep(trouble.seconds)
                continue
            if trouble.kind == "drip":
                await _drip(server, trouble.seconds)
            if trouble.kind in {"drop", "lose"} and envelope is not None:
                if trouble.kind == "drop":
                    self._keep(envelope)
                server.transport.abort()
                return "421 4.3.0 never arrives"
            return trouble.answer
        return None

    def _keep(self, envelope: Envelope) -> None:
        octets = envelope.original_content
        assert octets is not None
        # The class is a Letter, whatever the types of the email package say.
        letter = email.message_from_bytes(octets, Letter, policy=email.policy.default)
        letter.octets = octets
        letter.envelope_from = envelope.mail_from or ""
        letter.envelope_to = tuple(envelope.rcpt_tos)
        with self._news:
            self.letters.append(letter)
            self._news.notify_all()
