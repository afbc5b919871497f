"""Applications by their news where only rows are asked for, as `job_search.by_news` puts them."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from coachcrm.recovery.models.applications import ApplicationRow, StageEvent

# When an application was last heard of.
NEWS_ON: ColumnElement[Any] = func.coalesce(
    ApplicationRow.closed_on,
    select(func.max(func.coalesce(StageEvent.told_on, StageEvent.entered_on)))
    .where(StageEvent.application_id == ApplicationRow.id, StageEvent.struck_at.is_(None))
    .correlate(ApplicationRow)
    .scalar_subquery(),
    ApplicationRow.applied_on,
)
# The newest first. Databases differ in where they put what has no day; this says it.
NEWEST_FIRST: tuple[ColumnElement[Any], ...] = (
    case(
        (and_(NEWS_ON.is_(None), ApplicationRow.outcome == "open"), 0),
        (NEWS_ON.is_(None), 2),
        else_=1,
    ),
    NEWS_ON.desc(),
    ApplicationRow.id.desc(),
)
