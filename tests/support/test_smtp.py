"""The mail server of the tests does what it is told, and tells the truth about what it got."""

from __future__ import annotations

import smtplib

import pytest

from tests.support.smtp import Mailbox

OCTETS = b"From: a@practice.example\r\nTo: b@client.example\r\nSubject: Hello\r\n\r\n.one\r\n"


def send(mailbox: Mailbox, to: str = "b@client.example", timeout: float = 5) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=timeout) as client:
        client.sendmail("a@practice.example", [to], OCTETS)


def test_a_letter_arrives_octet_for_octet(mailbox: Mailbox) -> None:
    send(mailbox)
    [letter] = mailbox.wait_for(1)
    assert letter.octets == OCTETS
    assert letter["Subject"] == "Hello"
    assert (letter.envelope_from, letter.envelope_to) == (
        "a@practice.example",
        ("b@client.example",),
    )
    assert letter.text.strip() == ".one"
    assert mailbox.to("b@client.example") == [letter]
    assert mailbox.to("c@client.example") == []


def test_it_refuses_as_often_as_it_is_told(mailbox: Mailbox) -> None:
    mailbox.refuse(451, times=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mailbox)
    send(mailbox)
    mailbox.refuse(554, at="DATA")
    with pytest.raises(smtplib.SMTPDataError):
        send(mailbox)
    mailbox.recover()
    send(mailbox)
    assert len(mailbox.letters) == 2


def test_it_refuses_one_address_only(mailbox: Mailbox) -> None:
    mailbox.refuse(550, address="gone@client.example")
    send(mailbox)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mailbox, to="gone@client.example")


def test_it_hangs(mailbox: Mailbox) -> None:
    mailbox.hang(times=1)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(mailbox, timeout=0.2)
    assert mailbox.letters == []


def test_it_drops_the_line_and_keeps_the_letter(mailbox: Mailbox) -> None:
    mailbox.drop_after_data(times=1)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mailbox)
    assert len(mailbox.letters) == 1


def test_it_goes_away_and_comes_back(mailbox: Mailbox) -> None:
    mailbox.close()
    with pytest.raises(ConnectionRefusedError):
        send(mailbox)
    mailbox.open()
    send(mailbox)
    assert len(mailbox.letters) == 1
