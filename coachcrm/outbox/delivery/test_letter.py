"""A test letter that shows whether letters reach a mailbox, sent at once and past the outbox."""

from datetime import datetime

from coachcrm.outbox.delivery.carrier import Undelivered
from coachcrm.outbox.delivery.smtp import Transport
from coachcrm.outbox.letter.compose import Letter, Mailbox, compose
from coachcrm.outbox.letter.render import render


def send_test_letter(transport: Transport, *, to: str, base_url: str, now: datetime) -> str | None:
    """Send a test letter to an address; return in a sentence why it did not leave, or None."""
    text = render("outbox/test_letter", base_url=base_url)
    sender = Mailbox("coachcrm", transport.account.sender)
    letter = Letter(
        sender=sender,
        recipient=Mailbox("", to),
        reply_to=sender,
        subject=text.subject,
        text=text.text,
        html=text.html,
        made_at=now,
    )
    try:
        with transport.carrier() as carrier:
            carrier.deliver(compose(letter))
    except Undelivered as trouble:
        return trouble.trouble
    return None
