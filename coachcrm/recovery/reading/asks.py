"""Reading the asks of the whole practice as plain values: three queries, however many clients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.clients.models import Client
from coachcrm.recovery.core import facts
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackRequest,
    JobSearch,
    StageEvent,
)


def of_practice(session: Session, coach_id: int) -> tuple[facts.Application, ...]:
    """Return every application that was asked about, with its stages and asks and no more."""
    a, s, q = ApplicationRow, StageEvent, FeedbackRequest
    ids = (
        select(a.id)
        .join(JobSearch, JobSearch.id == a.search_id)
        .join(Client, Client.id == JobSearch.client_id)
        .where(Client.coach_id == coach_id, a.id.in_(select(q.application_id)))
    )
    stages: dict[int, list[facts.Stage]] = defaultdict(list)
    told: Sequence[Any] = session.execute(
        select(s.application_id, s.stage, s.entered_on, s.result, s.told_on)
        .where(s.application_id.in_(ids), s.struck_at.is_(None))
        .order_by(s.id)
    ).all()
    for application_id, *values in told:
        stages[application_id].append(facts.Stage(*values))
    asks: dict[int, list[facts.Ask]] = defaultdict(list)
    sent: Sequence[Any] = session.execute(
        select(q.application_id, q.sent_on, q.reply, q.replied_on, q.asked_of, q.id, q.draft)
        .where(q.application_id.in_(ids))
        .order_by(q.sent_on, q.id)
    ).all()
    for application_id, *values in sent:
        asks[application_id].append(facts.Ask(*values))
    columns = (a.id, a.route, a.is_internal, a.outcome, a.closed_on)
    return tuple(
        facts.Application(
            row.id,
            route=row.route,
            is_internal=row.is_internal,
            outcome=row.outcome,
            closed_on=row.closed_on,
            stages=tuple(stages[row.id]),
            asks=tuple(asks[row.id]),
        )
        for row in session.execute(select(*columns).where(a.id.in_(ids)).order_by(a.id))
    )
