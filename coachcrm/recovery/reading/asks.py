"""Reading the asks of the whole practice as plain values: three queries, however many clients."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from coachcrm.clients.models import Client
from coachcrm.recovery.core.job_search import Application
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackRequest,
    JobSearch,
    StageEvent,
)
from coachcrm.recovery.reading.by_name import AsFact, by_owner
from coachcrm.recovery.reading.record import ASKS, STAGES


def of_practice(session: Session, coach_id: int) -> tuple[Application, ...]:
    """Return every application that was asked about, with its stages and asks and no more."""
    ids = (
        select(ApplicationRow.id)
        .join(JobSearch, JobSearch.id == ApplicationRow.search_id)
        .join(Client, Client.id == JobSearch.client_id)
        .where(
            Client.coach_id == coach_id,
            ApplicationRow.id.in_(select(FeedbackRequest.application_id)),
        )
    )
    stages = by_owner(session.execute(STAGES.where(StageEvent.application_id.in_(ids))))
    asks = by_owner(session.execute(ASKS.where(FeedbackRequest.application_id.in_(ids))))
    query = select(AsFact(Application, ApplicationRow)).where(ApplicationRow.id.in_(ids))
    return tuple(
        replace(found, stages=stages[found.id], asks=asks[found.id])
        for found in session.scalars(query.order_by(ApplicationRow.id))
    )
