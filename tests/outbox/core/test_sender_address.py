"""What `check` says of the address that letters come from: a table, no fixtures."""

from __future__ import annotations

import pytest

from coachcrm.outbox.core.sender_address import advice

OWN, SAM = "bookings@practice.example", "sam@practice.example"
ASK, FORGED, POINTS, FORWARD = (
    "Ask the provider of practice.example for SPF, DKIM and DMARC",
    "are taken for forged",
    "costs points with spam filters",
    "Answers and returned letters arrive at",
)


@pytest.mark.parametrize(
    ("sender", "server", "coach", "says"),
    [
        pytest.param(OWN, "smtp.host.example", SAM, [ASK, FORWARD], id="agent"),
        pytest.param(SAM, "smtp.host.example", SAM, [ASK], id="personal"),
        pytest.param("Sam@Practice.Example", "x", SAM, [ASK], id="personal, in capitals"),
        pytest.param(OWN, "smtp.host.example", "", [ASK], id="no coach yet"),
        pytest.param(
            OWN, "smtp.host.example", "sam@gmail.com", [ASK, POINTS, FORWARD], id="free Reply-To"
        ),
        pytest.param(
            "sam@gmail.com", "smtp.host.example", "sam@gmail.com", [FORGED], id="foreign server"
        ),
        pytest.param("sam@gmail.com", "smtp.gmail.com", "sam@gmail.com", [], id="its own server"),
        pytest.param(
            "book@gmail.com", "SMTP.Gmail.com", "sam@gmail.com", [FORWARD], id="two of one provider"
        ),
        pytest.param(
            "book@gmail.com", "127.0.0.1", "sam@yahoo.co.uk", [FORGED, POINTS, FORWARD], id="all"
        ),
        pytest.param("s@hotmail.co.uk", "smtp.office365.com", "s@hotmail.co.uk", [], id="UK"),
        pytest.param("s@proton.me", "127.0.0.1", "s@proton.me", [], id="a bridge on the machine"),
        pytest.param("s@gmail.com", "smtp.notgmail.com", "s@gmail.com", [FORGED], id="alike"),
        pytest.param("s@mygmail.com", "smtp.gmail.com", "s@mygmail.com", ["mygmail"], id="own"),
    ],
)
def test_what_is_said_of_a_sender(sender, server, coach, says) -> None:
    told = advice(sender=sender, server=server, coach=coach)
    assert len(told) == len(says)
    for sentence, part in zip(told, says, strict=True):
        assert part in sentence
