"""A letter as finished octets: composed once, stored, and sent as they are (H3).

Built with the standard library's `email` under its SMTP policy, which refuses CR and LF in headers
and writes CRLF throughout; never by joining strings (S33).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

import idna

from coachcrm.kit.text import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from coachcrm.invites.itip import CalendarPart

MOST_NAME = 120
POLICY = SMTP.clone(max_line_length=78)


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
    """The octets of a letter, and what the outbox must know of them."""

    message_id: str
    sender: str
    recipient: str
    octets: bytes


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
    message["From"] = _person(letter.sender)
    message["To"] = _person(letter.recipient)
    message["Reply-To"] = _person(letter.reply_to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(letter.made_at)
    message["Message-ID"] = message_id
    if letter.first_message_id:
        message["In-Reply-To"] = letter.first_message_id
        message["References"] = letter.first_message_id
    # No out-of-office answers, and no loops (RFC 3834 5; H2).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar is not None:
        _add_calendar(message, letter.calendar)
    for part in message.walk():
        if part is not message:
            del part["MIME-Version"]
    return ComposedLetter(message_id, sender, recipient, message.as_bytes())


def calendar_part(octets: bytes) -> bytes | None:
    """Return the calendar part of a composed letter, unchanged, or None."""
    for part in message_from_bytes(octets, policy=POLICY).walk():
        if part.get_content_type() == "text/calendar":
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else None
    return None


def _add_calendar(message: EmailMessage, calendar: CalendarPart) -> None:
    part = EmailMessage(policy=POLICY)
    part.set_content(calendar.octets, "text", "calendar", cte="base64")
    part.replace_header("Content-Type", "text/calendar")
    part.set_param("method", calendar.method.value)
    part.set_param("charset", "UTF-8")
    message.attach(part)
    message.add_attachment(
        calendar.octets, maintype="application", subtype="ics", cte="base64", filename="invite.ics"
    )


def _person(mailbox: Mailbox) -> Address:
    return Address(one_line(mailbox.name)[:MOST_NAME], addr_spec=ascii_address(mailbox.address))
