"""When to try a letter again, and when to stop (R4, R5). Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

# The first tries come soon, for a server that greylists or restarts; then once an hour.
DELAYS = tuple(timedelta(seconds=s) for s in (30, 60, 300, 900, 1800, 3600))
GIVE_UP_AFTER = timedelta(days=3)
SPREAD = 0.2

# How long the whole line rests while the server is away. Short beside a letter's own delays: to
# knock costs nothing, and what waits should not wait much longer than the server.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 15, 60, 120, 300))

# A letter may see its process die this often before it is suspected of being the reason.
FORGIVEN_DEATHS = 2

# Letters later than this are a backlog, and a backlog leaves slowly: mail providers take a burst
# for abuse. The rate is that of the strictest large one (Exchange Online: 30 a minute).
LATE = timedelta(minutes=10)
RATE_SPAN = timedelta(minutes=1)
BACKLOG_RATE = 30

# Answers that begin with a 5 but speak of us, or of what heals: bad sequence, no login (RFC 4954
# 6), full mailbox (RFC 3463 calls it a persistent transient condition).
_HEALING = frozenset({503, 530, 534, 535, 538, 552})


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
    if is_over(created_at=created_at, now=now):
        return None
    return now + _spread(DELAYS[min(max(attempts, 1), len(DELAYS)) - 1], chance)


def due_after_death(
    *, attempts: int, created_at: datetime, now: datetime, chance: float
) -> datetime | None:
    """Return when a letter is due again whose process died while it was being sent.

    At once, as a rule. A letter at which process after process dies waits longer and longer, so
    that it cannot keep the others from leaving; None gives it up.
    """
    if attempts <= FORGIVEN_DEATHS:
        return now
    return due_again(
        attempts=attempts - FORGIVEN_DEATHS, created_at=created_at, now=now, chance=chance
    )


def is_over(*, created_at: datetime, now: datetime) -> bool:
    """Say whether a letter that has not left by now is to be given up."""
    return now - created_at >= GIVE_UP_AFTER


def pause(times: int, *, chance: float) -> timedelta:
    """Return how long to leave the server alone that was away `times` times running."""
    return _spread(PAUSES[min(max(times, 1), len(PAUSES)) - 1], chance)


def room_for_backlog(*, left_lately: int) -> int:
    """Return how many late letters may leave now, when so many left in the last minute."""
    return max(0, BACKLOG_RATE - left_lately)


def outcome(code: int | None, *, about_recipient: bool) -> Outcome:
    """Return what an SMTP answer means (RFC 5321 4.2.1): 5yz is for good, all else for now.

    Only an answer about the recipient or the letter itself is taken as final; trouble with the
    connection, the login or the sender is ours to mend, and the letter waits.
    """
    if about_recipient and code is not None and 500 <= code < 600 and code not in _HEALING:  # noqa: PLR2004
        return Outcome.REFUSED
    return Outcome.AGAIN


def _spread(delay: timedelta, chance: float) -> timedelta:
    return delay * (1 + SPREAD * (2 * chance - 1))
