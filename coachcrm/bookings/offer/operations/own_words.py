"""What the coach says on his page, and what clients say of him there."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from coachcrm.bookings.offer.core.page import STEPS, OwnWords, as_text, parts
from coachcrm.bookings.offer.models import SaidByClient
from coachcrm.bookings.offer.operations.pictures import page_row


def change_page(session: Session, coach_id: int, new: OwnWords) -> None:
    """Put this on the coach's page instead of what stood there; the usual steps are not kept."""
    row = page_row(session, coach_id)
    row.surname, row.line, row.hue = new.surname, new.line, new.hue
    row.site_url, row.profile_url = new.site_url, new.profile_url
    row.half_hour = as_text(parts(new.half_hour))
    steps = parts(new.steps)
    row.steps = "" if steps == STEPS else as_text(steps)
    session.execute(delete(SaidByClient).where(SaidByClient.coach_id == coach_id))
    session.add_all(
        SaidByClient(
            coach_id=coach_id,
            position=position,
            words=each.said.words,
            said_by=each.said.said_by,
            permitted_at=each.permitted_at,
        )
        for position, each in enumerate(new.words, 1)
    )
    session.flush()
