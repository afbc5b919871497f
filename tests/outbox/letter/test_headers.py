"""People and subjects in the head of a letter: folded so that every reader sees the same."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import getaddresses

import pytest

from coachcrm.outbox.letter.compose import Mailbox, compose
from tests.outbox.letter.test_compose import LETTER

# Each comes to more than one line, or just fits on the second.
LONG_NAMES = [
    "a" * 120,
    "(" * 10 + "a" * 100,
    '"' * 120,
    "\\" * 75,
    "very " * 24,
    "x" * 58 + ", evil@evil.example",
    "x " * 28 + ", evil@evil.example, y",
    "x " * 20 + "<evil@evil.example>, " + "y " * 20,
    "evil@evil.example," + "a" * 75,
    "Zoë " + "x " * 20 + "<evil@evil.example>, " + "y " * 20,
    "漢" * 120,
    "👩‍👩‍👧‍👦" * 17,
]
SUBJECTS = [
    "Another place: Wednesday 15 September 2027, 10:00 am (Port Moresby time)",
    "You are booked already: Wednesday 15 September 2027, 10:00 am (Dumont d'Urville time)",
    "A reminder: Wednesday 15 September 2027, 9:00 am (UTC\N{MINUS SIGN}5)",
    "A test letter from coachcrm at https://" + "b" * 60 + ".practice.example",
    "Café, 9 o’clock " * 8,
    *("n" * length for length in range(60, 80)),
    *("Booked: " + "n" * length for length in range(55, 75)),
]


def head_of(octets: bytes) -> bytes:
    return octets.split(b"\r\n\r\n", 1)[0]


def unfolded(head: bytes, field: str) -> str:
    return re.sub(r"\r\n(?=[ \t])", "", message_from_bytes(head)[field])


@pytest.mark.parametrize("name", LONG_NAMES, ids=range(len(LONG_NAMES)))
@pytest.mark.parametrize("field", ["From", "To", "Reply-To"])
def test_s33_a_long_name_stays_one_person_and_every_letter_of_it(name, field) -> None:
    who = {"From": "sender", "To": "recipient", "Reply-To": "reply_to"}[field]
    letter = replace(LETTER, **{who: Mailbox(name, "ann@client.example")})
    head = head_of(compose(letter).octets)
    [person] = message_from_bytes(head, policy=default)[field].addresses
    assert person.addr_spec == "ann@client.example"
    [(shown, address)] = getaddresses([unfolded(head, field)])
    assert address == "ann@client.example"
    assert str(make_header(decode_header(shown))) == name.strip()


@pytest.mark.parametrize("subject", SUBJECTS, ids=range(len(SUBJECTS)))
def test_a_subject_is_read_as_it_was_written(subject) -> None:
    head = head_of(compose(replace(LETTER, subject=subject)).octets)
    assert str(make_header(decode_header(unfolded(head, "Subject")))) == subject.strip()


@pytest.mark.parametrize("text", [*LONG_NAMES, *SUBJECTS], ids=range(57))
def test_no_field_begins_with_an_empty_line_and_only_a_long_word_makes_a_long_one(text) -> None:
    person = Mailbox(text, "ann@client.example")
    letter = replace(LETTER, sender=person, recipient=person, reply_to=person, subject=text)
    head = head_of(compose(letter).octets)
    assert not re.search(rb"(?m)^[\w-]+:\s*$", head)
    for line in head.split(b"\r\n"):
        assert len(line) <= 78 or len(line.split()) <= 2, line


def test_a_field_of_a_very_long_domain_begins_on_its_line() -> None:
    sender = Mailbox("Sam Carter", f"bookings@{'.'.join(['a' * 60] * 3)}.example")
    first = compose(replace(LETTER, sender=sender)).message_id
    head = head_of(compose(replace(LETTER, sender=sender, first_message_id=first)).octets)
    assert not re.search(rb"(?m)^[\w-]+:\s*$", head)
    assert message_from_bytes(head)["References"] == first
