"""How much booking is let through from one place, for one person and in all (S60, S61)."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy.orm import Session

from coachcrm.bookings.core.rules import person
from coachcrm.kit.data import limits
from coachcrm.kit.data.limits import Limit
from coachcrm.kit.errors import TooMany

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FROM_ONE_PLACE = (Limit(5, 10 * _MINUTE), Limit(10, _HOUR), Limit(30, _DAY))
WHOLE_SITE = Limit(60, _HOUR)
LETTERS_TO_ONE_PERSON = Limit(5, _DAY)
LEAST_TIME = timedelta(seconds=2)
_HOME_NETWORK = 64  # the part of an IPv6 address that one household shares


def count_attempt(session: Session, *, address: str, now: datetime) -> None:
    """Count an attempt to book from a network address. Raises `TooMany`."""
    if wait := limits.hit(session, f"book {place(address)}", *FROM_ONE_PLACE, now=now):
        raise TooMany(
            "There were many attempts to book from your connection, and nothing was booked now.",
            retry_after=wait,
        )


def count_letter(session: Session, email: str, *, now: datetime) -> None:
    """Count a letter that a stranger causes to be sent to an address. Raises `TooMany`."""
    if wait := limits.hit(session, f"letters {person(email)}", LETTERS_TO_ONE_PERSON, now=now):
        raise TooMany(
            "I have written to this e-mail address several times today already, and nothing was "
            "booked now.",
            retry_after=wait,
        )


def is_flooded(session: Session, *, now: datetime) -> bool:
    """Count a booking of the whole site; say whether there are more than anybody would expect."""
    return limits.hit(session, "book anywhere", WHOLE_SITE, now=now) > 0


def place(address: str) -> str:
    """Return what tells one network address from another: an IPv6 household counts as one."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known.version == 4:  # noqa: PLR2004 - the older of the two
        return str(known)
    mapped = known.ipv4_mapped
    return str(mapped or ip_network(f"{known}/{_HOME_NETWORK}", strict=False).network_address)
