"""Booking a client in by hand, as its page shows it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.clients import reading as clients
from coachcrm.kit.text.typed import has_unusable

MOST_FOUND = 12


def people_found(
    session: Session, coach_id: int, asked: str, *, kept: Mapping[str, str]
) -> dict[str, object]:
    """Return whom `asked` finds, each with the address at which that client is booked in.

    `kept` is what the address already says of the time.
    """
    q = "" if has_unusable(asked) else asked
    wanted = clients.ClientSearch(q=q)
    found = clients.search(session, coach_id, wanted, after=None, limit=MOST_FOUND) if q else []
    return {
        "q": q,
        "kept": kept.items(),
        "people": [
            (one.name, one.email, _new_url({**kept, "client": str(one.id)})) for one in found
        ],
        "other_url": _new_url(kept),
        "block_url": f"{url_for('desk.new_block')}?{urlencode(kept)}",
    }


def _new_url(query: Mapping[str, str]) -> str:
    return f"{url_for('desk.new_booking')}?{urlencode(query)}"
