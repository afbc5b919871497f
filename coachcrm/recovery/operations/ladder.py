"""The coach's own ladder as rows: read, changed, and held while something is written with it.

Until he changes something there are no rows, and the ladder is the one that everybody starts with.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import select, union_all, update
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.clients.models import Client
from coachcrm.kit.errors import Refusal
from coachcrm.recovery.core import ladder
from coachcrm.recovery.core.ladder import START, Ladder
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackItem,
    JobSearch,
    ReviewPoint,
    ReviewRow,
    StageEvent,
)
from coachcrm.recovery.models.search import RungRow
from coachcrm.recovery.reading.ladder import ladder_of


class RungInUse(Refusal):
    """What was written with a rung would have no name."""

    title = "This stage is in use"
    sentence = "Something in your records is written with this stage, so it was not removed."
    what_next = "You can put it aside: it is then offered no more, and what is written stays."


class Gone(Refusal):
    """The rung was removed while somebody chose it."""

    title = "This stage is not there any more"
    sentence = "This stage was removed from your list, and nothing was saved."
    what_next = "Please go back, choose another one, and save again."


def change(session: Session, coach_id: int, deed: Callable[[Ladder], Ladder]) -> Ladder:
    """Store what `deed` makes of the coach's ladder; one change waits for the other."""
    _lock(session, coach_id)
    old = ladder_of(session, coach_id)
    new = deed(old)
    if new != old:
        _store(session, coach_id, new)
    return new


def remove(session: Session, coach_id: int, key: str) -> Ladder:
    """Take a rung of the coach's own off the ladder. Raises `RungInUse` and `StartRung`."""

    def deed(old: Ladder) -> Ladder:
        new = old.without(key)
        # Whoever is writing with this rung holds it; once it is ours, they have finished.
        session.execute(
            select(RungRow.id)
            .where(RungRow.coach_id == coach_id, RungRow.key == key)
            .with_for_update()
        )
        if key in used(session, coach_id, [key]):
            raise RungInUse
        return new

    return change(session, coach_id, deed)


def used(session: Session, coach_id: int, keys: Iterable[str]) -> set[str]:
    """Return which of these rungs something is written with, struck out or not."""
    application = (
        select(StageEvent.stage)
        .join(ApplicationRow, ApplicationRow.id == StageEvent.application_id)
        .join(JobSearch, JobSearch.id == ApplicationRow.search_id)
    )
    item = select(FeedbackItem.stage).join(JobSearch, JobSearch.id == FeedbackItem.search_id)
    point = (
        select(ReviewPoint.stage)
        .join(ReviewRow, ReviewRow.id == ReviewPoint.review_id)
        .join(ApplicationRow, ApplicationRow.id == ReviewRow.application_id)
        .join(JobSearch, JobSearch.id == ApplicationRow.search_id)
    )
    wanted = list(keys)
    found = union_all(
        *(
            query.join(Client, Client.id == JobSearch.client_id)
            .where(Client.coach_id == coach_id, column.in_(wanted))
            .distinct()
            for query, column in (
                (application, StageEvent.stage),
                (item, FeedbackItem.stage),
                (point, ReviewPoint.stage),
            )
        )
    )
    return set(session.scalars(found))


def hold(session: Session, application: ApplicationRow, key: str) -> None:
    """Keep a rung from being removed until this act is done. Raises `Gone` if it is no more."""
    if key in START:
        return
    rung = session.scalar(
        select(RungRow.id)
        .join(Client, Client.coach_id == RungRow.coach_id)
        .join(JobSearch, JobSearch.client_id == Client.id)
        .where(JobSearch.id == application.search_id, RungRow.key == key)
        .with_for_update(read=True, key_share=True, of=RungRow)
    )
    if rung is None:
        raise Gone


def _lock(session: Session, coach_id: int) -> None:
    session.execute(select(Coach.id).where(Coach.id == coach_id).with_for_update(key_share=True))


def _store(session: Session, coach_id: int, new: Ladder) -> None:
    rows = {r.key: r for r in session.scalars(select(RungRow).where(RungRow.coach_id == coach_id))}
    for key in rows.keys() - {rung.key for rung in new}:
        session.delete(rows.pop(key))
    # No two may stand at one place, not even in passing: all step out of the way first.
    session.flush()
    session.execute(
        update(RungRow)
        .where(RungRow.coach_id == coach_id)
        .values(position=RungRow.position + 10 * ladder.MOST_RUNGS)
    )
    for at, rung in enumerate(new, start=1):
        row = rows.get(rung.key) or RungRow(coach_id=coach_id, key=rung.key)
        row.name = rung.name if rung.is_own or rung.is_in_own_words else ""
        row.kind = rung.kind if rung.is_own else ""
        row.is_aside, row.position = rung.is_aside, at
        session.add(row)
    session.flush()
