"""What is kept of a client's stages: from, to, when, and by whom or which rule."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.clients.core import lifecycle
from coachcrm.clients.models import StageChange

MOST = 200
BY = {
    "coach": "By you",
    "link": "By the client",
    lifecycle.BY_BOOKING: "By itself: a meeting was booked",
    lifecycle.BY_SECOND: "By itself: a second session",
    lifecycle.BY_OFFER: "By itself: an offer was accepted",
    lifecycle.BY_TIME: "By itself: 90 days after the offer",
    lifecycle.TAKEN_BACK: "By itself: what led to it was taken back",
    lifecycle.RULE_OF["completed"]: "By itself: the meeting took place",
    lifecycle.RULE_OF["no_show"]: "By itself: the client did not come",
    "rule: cancelled": "By itself: the meeting was cancelled",
}


def stages(session: Session, client_id: int) -> Sequence[StageChange]:
    """Return the newest moves of a client from stage to stage, newest first."""
    query = select(StageChange).where(StageChange.client_id == client_id)
    return session.scalars(query.order_by(StageChange.id.desc()).limit(MOST)).all()
