"""A letter as finished octets: composed once, stored, and sent as they are (H3).

Built with the standard library's `email` under its SMTP policy, which refuses CR and LF in headers
and writes CRLF throughout; never by joining strings (S33).
"""

import re
import secrets
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

import idna

from coachcrm.invites.core.itip import CalendarPart
from coachcrm.outbox.letter import headers

MOST_NAME = 120


class _Policy(EmailPolicy):
    """The SMTP policy for headers that are finished: encoded and folded when they come.

    Each is ASCII without control characters in lines that continue with a space, or is refused.
    """

    def header_max_count(self, name: str) -> int | None:  # noqa: ARG002 - the library gives it
        """Allow each header once; the attached parts have no more."""
        return 1

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Keep a header as it is."""
        if not (isinstance(value, str) and _FINISHED.fullmatch(value)):
            raise ValueError(f"not fit for the header {name}: {value!r}")
        return name, value

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        """Read one of our own headers, of which there are few different ones, from those read."""
        if isinstance(value, str) and not hasattr(value, "name") and name.lower() in _REPEATED:
            return _read(name, value)
        return super().header_fetch_parse(name, value)


@lru_cache(maxsize=64)
def _read(name: str, value: str) -> Any:
    return EmailPolicy.header_factory(name, value)


_REPEATED = frozenset({"content-disposition", "content-transfer-encoding", "content-type"})
_FINISHED = re.compile(r"(?:[\x21-\x7e][\x20-\x7e]*(?:\r\n [\x21-\x7e][\x20-\x7e]*)*)?")
POLICY = _Policy(linesep="\r\n", max_line_length=headers.LINE, refold_source="none")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A person's name and address, as typed."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one recipient (M6).

    `first_message_id` is the first letter of its thread to this recipient, which later ones name
    (H4); `made_at` becomes its Date.
    """

    sender: Mailbox
    recipient: Mailbox
    reply_to: Mailbox
    subject: str
    text: str
    html: str
    made_at: datetime
    calendar: CalendarPart | None = None
    first_message_id: str | None = None


@dataclass(frozen=True, slots=True)
class ComposedLetter:
    """The octets of a letter, and what the outbox must know of them.

    `method` and `sequence` are those of its calendar part, None for a letter without one.
    """

    message_id: str
    sender: str
    recipient: str
    octets: bytes
    method: str | None = None
    sequence: int | None = None


def ascii_address(address: str) -> str:
    """Return an address whose domain is in IDNA form (H7); the local part must be ASCII.

    Raises ValueError for an address that ordinary mail cannot carry.
    """
    local, at, domain = address.strip().rpartition("@")
    if not (at and local and domain and local.isascii() and local.isprintable()):
        raise ValueError(f"not an address that ordinary mail can carry: {address!r}")
    if domain.isascii():
        return f"{local}@{domain}"
    return f"{local}@{idna.encode(domain, uts46=True).decode()}"


def compose(letter: Letter) -> ComposedLetter:
    """Return the letter as octets: mixed > [alternative > (text, html, calendar), invite.ics] (M1).

    The calendar part comes last of the alternatives, in base64, with its method as a parameter;
    the attachment holds the same octets under a name that Proton and Outlook look for (M2 to M5).
    """
    sender = ascii_address(letter.sender.address)
    recipient = ascii_address(letter.recipient.address)
    message_id = f"<{secrets.token_hex(16)}@{sender.rpartition('@')[2]}>"
    message = EmailMessage(policy=POLICY)
    for field, mailbox in (
        ("From", letter.sender), ("To", letter.recipient), ("Reply-To", letter.reply_to),
    ):  # fmt: skip
        name = mailbox.name[:MOST_NAME]
        message[field] = headers.person(field, name, ascii_address(mailbox.address))
    message["Subject"] = headers.subject(letter.subject)
    message["Date"] = format_datetime(letter.made_at)
    message["Message-ID"] = message_id
    if letter.first_message_id:
        message["In-Reply-To"] = letter.first_message_id
        message["References"] = letter.first_message_id
    # No out-of-office answers, and no loops (RFC 3834 5; H2).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["MIME-Version"] = "1.0"
    alternatives = [_text("plain", letter.text), _text("html", letter.html)]
    if letter.calendar is None:
        _fill(message, "alternative", alternatives)
    else:
        alternatives.append(_calendar(letter.calendar))
        body = _fill(EmailMessage(policy=POLICY), "alternative", alternatives)
        _fill(message, "mixed", [body, _attachment(letter.calendar)])
    part = letter.calendar
    told = (part.method.value, part.sequence) if part else (None, None)
    return ComposedLetter(message_id, sender, recipient, message.as_bytes(), *told)


def calendar_part(octets: bytes) -> bytes | None:
    """Return the calendar part of a composed letter, unchanged, or None."""
    for part in message_from_bytes(octets, policy=POLICY).walk():
        if part.get_content_type() == "text/calendar":
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else None
    return None


def _fill(whole: EmailMessage, kind: str, parts: list[EmailMessage]) -> EmailMessage:
    # "=_" can stand in no quoted-printable or base64 text (RFC 2045 6.7), so it needs no search.
    whole["Content-Type"] = f'multipart/{kind}; boundary="=_{kind}"'
    for part in parts:
        whole.attach(part)
    return whole


def _text(subtype: str, text: str) -> EmailMessage:
    octets = b2a_qp(text.encode().replace(b"\r\n", b"\n"), istext=True)
    return _part(f"text/{subtype}; charset=UTF-8", "quoted-printable", octets)


def _calendar(calendar: CalendarPart) -> EmailMessage:
    kind = f"text/calendar; method={calendar.method}; charset=UTF-8"
    return _part(kind, "base64", encodebytes(calendar.octets))


def _attachment(calendar: CalendarPart) -> EmailMessage:
    kind = "application/ics; name=invite.ics"
    part = _part(kind, "base64", encodebytes(calendar.octets))
    part["Content-Disposition"] = "attachment; filename=invite.ics"
    return part


def _part(content_type: str, encoding: str, octets: bytes) -> EmailMessage:
    part = EmailMessage(policy=POLICY)
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(octets.decode("ascii"))
    return part
