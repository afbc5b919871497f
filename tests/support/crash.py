"""coachcrm with a flaw of our choosing: at a named point it ends on the spot, once.

`main` is run in the place of coachcrm's own, with the point and a file before the arguments. The
program itself knows nothing of this. The file comes into being with the crash, so that the process
that takes the place of the dead one lives.
"""

from __future__ import annotations

import functools
import os
import smtplib
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from coachcrm.cli import main as coachcrm_main
from coachcrm.outbox.delivery import smtp
from coachcrm.outbox.letter import compose
from coachcrm.outbox.queue import claims, operations

STATUS = 70

# While a booking is made, and while its letters leave.
WEB = ("letters composed", "letters queued", "before the commit", "after the commit")
MAIL = (
    "before the claim",
    "letters claimed",
    "claim committed",
    "letter sent, no answer yet",
    "letter taken",
    "letter marked",
    "mark committed",
)


def program(point: str, marker: Path) -> tuple[str, ...]:
    """Return the program that crashes at `point`, to be followed by coachcrm's own arguments."""
    return (__name__, point, str(marker))


def main() -> None:
    """Arm the point, then be the command."""
    _, point, marker, *arguments = sys.argv
    sys.argv = ["coachcrm", *arguments]
    arm(point, Path(marker))
    coachcrm_main()


def arm(point: str, marker: Path) -> None:
    """Let this process end when it comes to `point`, unless one has before."""

    def crash(*_: object) -> None:
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        os._exit(STATUS)

    def crash_if_any(found: object) -> None:
        if found:
            crash()

    def crash_with_the_letter_gone(host: smtplib.SMTP, octets: object, *_: object) -> None:
        is_letter = isinstance(octets, bytes) and octets.endswith(b"\r\n.\r\n")
        if is_letter and not marker.exists():
            host.sock.sendall(octets)
            crash()

    def at_commit(event_name: str, owner: object, name: str) -> None:
        passed: list[object] = []
        after(owner, name, lambda _: passed.append(name))
        event.listen(Session, event_name, lambda _: crash_if_any(passed))

    arms = {
        "letters composed": lambda: after(compose, "ComposedLetter", crash),
        "letters queued": lambda: after(operations, "queue", crash),
        "before the commit": lambda: at_commit("before_commit", operations, "queue"),
        "after the commit": lambda: at_commit("after_commit", operations, "queue"),
        "before the claim": lambda: before(claims, "claim", crash),
        "letters claimed": lambda: after(claims, "claim", crash_if_any),
        "claim committed": lambda: before(smtp.SmtpCarrier, "deliver", crash),
        "letter sent, no answer yet": lambda: before(
            smtplib.SMTP, "send", crash_with_the_letter_gone
        ),
        "letter taken": lambda: after(smtp.SmtpCarrier, "deliver", crash),
        "letter marked": lambda: after(claims, "settle_sent", crash),
        "mark committed": lambda: at_commit("after_commit", claims, "settle_sent"),
    }
    arms[point]()


def before(owner: object, name: str, act: Callable) -> None:
    """Let `act` see the arguments of a function before it is called."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def through(*arguments, **named):
        act(*arguments)
        return original(*arguments, **named)

    setattr(owner, name, through)


def after(owner: object, name: str, act: Callable) -> None:
    """Let `act` see what a function gives before its caller does."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def through(*arguments, **named):
        found = original(*arguments, **named)
        act(found)
        return found

    setattr(owner, name, through)
