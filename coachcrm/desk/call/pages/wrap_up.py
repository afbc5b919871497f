"""What the page after a call shows: the outcome, the stage, the actions and the letter."""

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.bookings.models import Booking
from coachcrm.clients.models import STAGES
from coachcrm.desk import meetings
from coachcrm.desk.call.operations import prices, summary_letter
from coachcrm.kit.time import words
from coachcrm.kit.web.site import Site
from coachcrm.notes.operations import notes, sharing

# Why people do not go on, each one tap; another reason is typed.
REASONS = (
    "Not the right time",
    "Too expensive",
    "Found work",
    "Goes on alone",
    "Chose somebody else",
    "No answer",
)


def shown(
    session: Session, coach: Coach, booking: Booking, *, site: Site, now: datetime
) -> dict[str, object]:
    """Return what is left to do after a call, in its order."""
    return {
        "meeting": meetings.meeting(booking, coach, {}, now=now),
        "status_words": meetings.STATE_WORDS[booking.status],
        "has_begun": now >= booking.starts_at,
        "version": booking.version,
        "stage": booking.client.stage,
        "stages": STAGES,
        "actions": summary_letter.open_actions(session, booking.client_id),
        "notes": [
            (words.when(note.created_at, coach.zone), url_for("notes.share", note_id=note.id))
            for note in notes.notes_of_booking(session, booking.id)
        ],
        "shared": sharing.shared_with(session, booking.client_id, booking_id=booking.id),
        "next_steps": summary_letter.NEXT_STEPS,
        "sent": words.when(summary_letter.last_sent_at(session, booking), coach.zone),
        "asked": words.when(booking.prices_asked_at, coach.zone),
        "offers": prices.offers(session, coach.id, site),
        "reasons": REASONS,
    }
