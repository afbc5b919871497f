"""The coach's own ladder, read."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from coachcrm.recovery.core.ladder import START, Ladder, Rung
from coachcrm.recovery.models.search import RungRow
from coachcrm.recovery.reading.by_name import AsFact

# No column says the place: it is that of the start, or none.
RUNG: AsFact[Rung | None] = AsFact(Rung, RungRow, place=null())


def ladder_of(session: Session, coach_id: int) -> Ladder:
    """Return the coach's ladder, in one query."""
    query = select(RUNG).where(RungRow.coach_id == coach_id).order_by(RungRow.position)
    return made_of(session.scalars(query))


def made_of(rungs: Iterable[Rung | None]) -> Ladder:
    """Return the ladder of rungs as they are stored, the first one first; of none, the start's."""
    found = tuple(_whole(rung) for rung in rungs if rung)
    return Ladder(found) if found else START


def _whole(rung: Rung) -> Rung:
    """Return a rung as it is read: what its row leaves empty is as the ladder began."""
    first = START[rung.key]
    return replace(
        rung,
        name=rung.name or first.name,
        kind=rung.kind or first.kind,
        place="" if rung.name else first.place,
    )
