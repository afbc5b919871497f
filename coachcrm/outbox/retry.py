"""When to try a letter again, and when to stop (R4). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

# The first tries come soon, for a server that greylists or restarts; then once an hour.
DELAYS = tuple(timedelta(seconds=s) for s in (30, 60, 300, 900, 1800, 3600))
GIVE_UP_AFTER = timedelta(days=3)
SPREAD = 0.2


class Outcome(StrEnum):
    """What a failed attempt means."""

    AGAIN = "again"
    REFUSED = "refused"


def due_again(
    *, attempts: int, created_at: datetime, now: datetime, chance: float
) -> datetime | None:
    """Return when to try again after `attempts` tries, or None to give up after three days.

    `chance` from 0 to 1 spreads the retries by a fifth either way, so that a server that comes
    back is not met by all letters at once.
    """
    if now - created_at >= GIVE_UP_AFTER:
        return None
    delay = DELAYS[min(max(attempts, 1), len(DELAYS)) - 1]
    return now + delay * (1 + SPREAD * (2 * chance - 1))


def outcome(code: int | None, *, about_recipient: bool) -> Outcome:
    """Return what an SMTP answer means (RFC 5321 4.2.1): 5yz is for good, all else for now.

    Only an answer about the recipient or the letter itself is taken as final; trouble with the
    connection, the login or the sender is ours to mend, and the letter waits.
    """
    if about_recipient and code is not None and 500 <= code < 600:  # noqa: PLR2004
        return Outcome.REFUSED
    return Outcome.AGAIN
