"""Applications by their news where only rows are asked for, as `job_search.by_news` puts them."""

from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, select
from sqlalchemy.orm import aliased

from coachcrm.recovery.models.applications import ApplicationRow, StageEvent

_event = aliased(StageEvent)
_HEARD = func.coalesce(_event.told_on, _event.entered_on, type_=Date)
_STANDS = and_(_event.application_id == ApplicationRow.id, _event.struck_at.is_(None))
# What was told of the end, by the stage that was noted last: `Application.news_on`.
_TOLD_END = (
    select(_event.told_on)
    .where(_STANDS, _event.told_on.is_not(None), _event.result == ApplicationRow.outcome)
    .order_by(_event.id.desc())
    .limit(1)
    .correlate(ApplicationRow)
    .scalar_subquery()
)
# The newest day of a stage, or that of applying where no stage is newer.
_NEWEST = (
    select(
        func.max(
            case(
                (ApplicationRow.applied_on.is_(None), _HEARD),
                (ApplicationRow.applied_on < _HEARD, _HEARD),
                else_=ApplicationRow.applied_on,
            )
        )
    )
    .where(_STANDS)
    .correlate(ApplicationRow)
    .scalar_subquery()
)
# When an application was last heard of: `Application.last_news_on`.
NEWS_ON: ColumnElement[Any] = func.coalesce(
    _TOLD_END, ApplicationRow.closed_on, _NEWEST, ApplicationRow.applied_on
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
