"""Where a client stands, as far as what happened says it by itself. Pure.

A rule names only a stage; who moves the client, and when, is kept with each move. That nothing
has happened for long is never more than a suggestion.
"""

from datetime import datetime, timedelta

BY_BOOKING = "rule: booked"
BY_SECOND = "rule: second session"
BY_OFFER = "rule: offer accepted"
BY_TIME = "rule: 90 days"
TAKEN_BACK = "rule: taken back"
RULE_OF = {"completed": "rule: attended", "no_show": "rule: no-show"}

SESSIONS = 2
ALUMNI_AFTER = timedelta(days=90)
QUIET_AFTER = timedelta(days=60)

# Who comes anew, or again after a parting.
_NEW = frozenset({"enquiry", "cancelled", "no-show", "not-proceeding", "alumni"})
# Once the two work together, one meeting more or less does not move a person back.
BEFORE_THE_WORK = frozenset({"enquiry", "booked", "consulted", "no-show", "cancelled"})
_UNDECIDED = BEFORE_THE_WORK | {"deciding", "paused"}
_HAS_ARRIVED = frozenset({"placed", "alumni"})


def after_booking(stage: str, *, held: int) -> tuple[str, str] | None:
    """Return the stage after a booking, and its rule, or None where it stays.

    `held` is how many sessions with this client took place; the second makes a client.
    """
    if held + 1 >= SESSIONS and stage in _UNDECIDED:
        return "active", BY_SECOND
    return ("booked", BY_BOOKING) if stage in _NEW else None


def after_meeting(stage: str, status: str, *, sessions: int) -> tuple[str, str] | None:
    """Return the stage after a meeting is `completed` or `no_show`, and its rule, or None.

    `sessions` is how many there are with this client, held or still to come, this one included.
    """
    if status == "completed" and sessions >= SESSIONS and stage in _UNDECIDED:
        return "active", BY_SECOND
    if stage not in BEFORE_THE_WORK:
        return None
    return {"completed": "consulted", "no_show": "no-show"}[status], RULE_OF[status]


def after_offer(stage: str) -> tuple[str, str] | None:
    """Return the stage after an accepted offer, and its rule, or None where it stays."""
    return None if stage in _HAS_ARRIVED else ("placed", BY_OFFER)


def is_alumnus(stage: str, *, since: datetime, now: datetime) -> bool:
    """Say whether somebody who was placed at `since` is an alumnus now."""
    return stage == "placed" and now - since >= ALUMNI_AFTER


def is_quiet(stage: str, *, last: datetime, now: datetime) -> bool:
    """Say whether nothing has happened with a client for so long that a pause is worth a thought.

    `last` is when something happened last; what is still to come is something too.
    """
    return stage == "active" and now - last >= QUIET_AFTER
