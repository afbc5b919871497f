"""The verbs of the coach's own method: his texts and thresholds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from coachcrm.recovery.core import guard_rails
from coachcrm.recovery.models.search import (
    MethodRow,
)
from coachcrm.recovery.operations.rows import change
from coachcrm.recovery.reading import record


def method_of(session: Session, coach_id: int) -> MethodRow:
    """Return what the coach has set himself, or what holds until he does."""
    return session.get(MethodRow, coach_id) or MethodRow(
        coach_id=coach_id,
        unfair_text=guard_rails.UNFAIR_TEXT,
        low_text=guard_rails.LOW_TEXT,
        gamble_percent=record.DEFAULT_GAMBLE,
        offers_notes_request=False,
    )


def set_method(session: Session, coach_id: int, values: Mapping[str, Any]) -> None:
    """Store the coach's texts and thresholds; what is left empty is as we began."""
    row = session.merge(method_of(session, coach_id))
    new = dict(values)
    new["unfair_text"] = new.get("unfair_text") or guard_rails.UNFAIR_TEXT
    new["low_text"] = new.get("low_text") or guard_rails.LOW_TEXT
    if new.get("gamble_percent") is None:
        new["gamble_percent"] = record.DEFAULT_GAMBLE
    change(session, row, new)
