"""What is due across all searches that are open: so many questions, however many clients."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from coachcrm.clients.models import Client
from coachcrm.kit.data.db import Base
from coachcrm.recovery.core import facts
from coachcrm.recovery.core.job_search import Application
from coachcrm.recovery.models.applications import (
    AcceptanceRow,
    ApplicationRow,
    FeedbackItem,
    FeedbackRequest,
    InterviewRound,
    JobSearch,
    StageEvent,
)
from coachcrm.recovery.models.search import ActionRow, TargetStatement
from coachcrm.recovery.reading.by_name import AsFact, by_owner, day_of
from coachcrm.recovery.reading.ladder import ladder_of
from coachcrm.recovery.reading.news import NEWS_ON
from coachcrm.recovery.reading.record import ASKS, ROUNDS, STAGES

# A no that is older is asked about from the person's own page, not from a list of what is due.
ASKED_FOR = timedelta(days=60)
CALM_AFTER = timedelta(days=14)
MOST = 500
ITEMS = select(
    FeedbackItem.application_id,
    AsFact(facts.Item, FeedbackItem, noted_on=day_of(FeedbackItem.created_at)),
).order_by(FeedbackItem.id)


@dataclass(frozen=True, slots=True)
class Whose:
    """A client, as a list names them."""

    client_id: int
    name: str


@dataclass(frozen=True, slots=True)
class OpenAction:
    """Something agreed that is not done; shared ones are the client's to do, others the coach's."""

    whose: Whose
    id: int
    text: str
    due_on: date | None
    is_shared: bool


def rejections(session: Session, coach_id: int, *, today: date) -> list[tuple[Whose, Application]]:
    """Return the nos of the last 60 days in open searches, with their asks and what was said.

    One without a day counts from when it was written down.
    """
    since = today - ASKED_FOR
    wanted = (
        _of_open_searches(coach_id, ApplicationRow.id)
        .where(
            ApplicationRow.outcome == "rejected",
            or_(since <= NEWS_ON, and_(NEWS_ON.is_(None), ApplicationRow.applied_on.is_(None))),
        )
        .limit(MOST)
    )
    ids = list(session.scalars(wanted))
    if not ids:
        return []
    stages = by_owner(session.execute(STAGES.where(StageEvent.application_id.in_(ids))))
    asks = by_owner(session.execute(ASKS.where(FeedbackRequest.application_id.in_(ids))))
    rounds = by_owner(session.execute(ROUNDS.where(InterviewRound.application_id.in_(ids))))
    items: dict[int, tuple[facts.Item, ...]] = by_owner(
        session.execute(ITEMS.where(FeedbackItem.application_id.in_(ids)))
    )
    ladder = ladder_of(session, coach_id)
    rows = session.execute(
        select(Client.id, Client.name, AsFact(Application, ApplicationRow))
        .select_from(ApplicationRow)
        .join(JobSearch, JobSearch.id == ApplicationRow.search_id)
        .join(Client, Client.id == JobSearch.client_id)
        .where(ApplicationRow.id.in_(ids))
    )
    return [
        (
            Whose(client_id, name),
            replace(
                found,
                stages=stages[found.id],
                asks=asks[found.id],
                rounds=rounds[found.id],
                items=items[found.id],
                ladder=ladder,
            ),
        )
        for client_id, name, found in rows
    ]


def actions(session: Session, coach_id: int, *, until: date | None = None) -> list[OpenAction]:
    """Return what is agreed and not done, the first due first; with `until` what is due by then."""
    query = _of_open_searches(
        coach_id,
        Client.id, Client.name,
        ActionRow.id, ActionRow.text, ActionRow.due_on, ActionRow.is_shared,
        of=ActionRow,
    ).where(ActionRow.done_on.is_(None))  # fmt: skip
    if until is not None:
        query = query.where(ActionRow.due_on <= until)
    rows = session.execute(
        query.order_by(ActionRow.due_on.is_(None), ActionRow.due_on, ActionRow.id).limit(MOST)
    )
    return [OpenAction(Whose(client_id, name), *rest) for client_id, name, *rest in rows]


def interviews(
    session: Session, coach_id: int, first: date, last: date
) -> list[tuple[Whose, int, str, date]]:
    """Return the interviews of these days: whose, the application, the employer, the day."""
    rows = session.execute(
        _of_open_searches(
            coach_id,
            Client.id, Client.name,
            ApplicationRow.id, ApplicationRow.employer, ApplicationRow.next_interview_on,
        )
        .where(
            ApplicationRow.outcome == "open",
            ApplicationRow.next_interview_on.between(first, last),
        )
        .order_by(ApplicationRow.next_interview_on, ApplicationRow.id)
        .limit(MOST)
    )  # fmt: skip
    return [(Whose(client_id, name), *rest) for client_id, name, *rest in rows]


def check_backs(
    session: Session, coach_id: int, *, today: date
) -> list[tuple[Whose, int, str, date]]:
    """Return what was to be looked at again by now: whose, the row, what it is, the day.

    That is a target whose newest version has its day, and how much a no is on somebody's mind a
    fortnight after the file on it was closed.
    """
    newest = (
        select(func.max(TargetStatement.version))
        .where(TargetStatement.search_id == JobSearch.id)
        .correlate(JobSearch)
        .scalar_subquery()
    )
    targets = session.execute(
        _of_open_searches(
            coach_id,
            Client.id,
            Client.name,
            JobSearch.id,
            TargetStatement.review_on,
            of=TargetStatement,
        )
        .where(TargetStatement.review_on <= today, TargetStatement.version == newest)
        .limit(MOST)
    )
    accepted = session.execute(
        _of_open_searches(
            coach_id, Client.id, Client.name, ApplicationRow.id, AcceptanceRow.accepted_on
        )
        .join(AcceptanceRow, AcceptanceRow.application_id == ApplicationRow.id)
        .where(
            AcceptanceRow.asked_again_on.is_(None),
            AcceptanceRow.on_mind_later.is_(None),
            AcceptanceRow.accepted_on <= today - CALM_AFTER,
        )
        .limit(MOST)
    )
    return [
        *((Whose(of, name), row, "target", on) for of, name, row, on in targets),
        *((Whose(of, name), row, "mind", on + CALM_AFTER) for of, name, row, on in accepted),
    ]


def _of_open_searches(
    coach_id: int, *columns: Any, of: type[Base] = ApplicationRow
) -> Select[*tuple[Any, ...]]:
    """Select columns of a table of the record in the open searches of a coach's clients."""
    return (
        select(*columns)
        .select_from(of)
        .join(JobSearch, JobSearch.id == of.__table__.c.search_id)
        .join(Client, Client.id == JobSearch.client_id)
        .where(Client.coach_id == coach_id, JobSearch.closed_on.is_(None))
    )
