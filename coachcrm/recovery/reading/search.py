"""Reading what goes across a search as plain values, a query for each kind of row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from coachcrm.recovery.core import search_facts
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.models.search import (
    ActionRow,
    CheckInRow,
    CriterionRow,
    PracticeRow,
    SearchTheme,
    StepOverride,
    StoryRow,
    StrengthRow,
    TargetStatement,
    ThemeRow,
)

Query = Select[*tuple[Any, ...]]


Fact = TypeVar("Fact")


def across(session: Session, search_id: int) -> dict[str, Any]:
    """Return what goes across a search, by the names of the fields of `search_facts.Search`."""
    return {
        "themes": _themes(session, search_id),
        "practices": _practices(session, search_id),
        "actions": _actions(session, search_id),
        "checkins": _checkins(session, search_id),
        "strengths": _strengths(session, search_id),
        "stories": _stories(session, search_id),
        "targets": _targets(session, search_id),
        "criteria": _criteria(session, search_id),
        "overrides": _overrides(session, search_id),
    }


def _themes(session: Session, search_id: int) -> tuple[search_facts.Theme, ...]:
    place = SearchTheme
    query = select(
        ThemeRow.id,
        ThemeRow.name,
        place.priority,
        place.goal,
        place.id,
        ThemeRow.category,
        place.is_shared,
        ThemeRow.polarity,
    ).join(place, place.theme_id == ThemeRow.id)
    return every(
        session, search_facts.Theme, query.where(place.search_id == search_id).order_by(ThemeRow.id)
    )


def _practices(session: Session, search_id: int) -> tuple[search_facts.Practice, ...]:
    p = PracticeRow
    columns = (p.theme_id, p.held_on, p.kind, p.own_rating, p.coach_rating, p.application_id, p.id)
    query = select(*columns).where(p.search_id == search_id)
    return every(session, search_facts.Practice, query.order_by(p.held_on, p.id))


def _actions(session: Session, search_id: int) -> tuple[search_facts.Action, ...]:
    a = ActionRow
    columns = (a.id, a.text, a.theme_id, a.due_on, a.done_on, a.step, a.created_at, a.is_shared)
    rows = rows_of(session, select(*columns).where(a.search_id == search_id).order_by(a.id))
    return tuple(build(search_facts.Action, *row[:6], row[6].date(), row[7]) for row in rows)


def _checkins(session: Session, search_id: int) -> tuple[search_facts.CheckIn, ...]:
    answers = [getattr(CheckInRow, name) for name in v.PULSE]
    query = select(CheckInRow.taken_on, CheckInRow.line, CheckInRow.id, *answers)
    rows = rows_of(
        session,
        query.where(CheckInRow.search_id == search_id).order_by(CheckInRow.taken_on, CheckInRow.id),
    )
    return tuple(search_facts.CheckIn(row[0], tuple(row[3:]), row[1], row[2]) for row in rows)


def _strengths(session: Session, search_id: int) -> tuple[search_facts.Strength, ...]:
    s = StrengthRow
    columns = (s.source, s.statement, s.id, s.quote, s.item_id, s.created_at, s.story_id)
    rows = rows_of(session, select(*columns).where(s.search_id == search_id).order_by(s.id))
    return tuple(build(search_facts.Strength, *row[:5], row[5].date(), row[6]) for row in rows)


def _stories(session: Session, search_id: int) -> tuple[search_facts.Story, ...]:
    s = StoryRow
    query = select(s.strength, s.is_setback, s.title, s.competency, s.id, s.last_used_on, s.landed)
    return every(session, search_facts.Story, query.where(s.search_id == search_id).order_by(s.id))


def _targets(session: Session, search_id: int) -> tuple[search_facts.Target, ...]:
    t = TargetStatement
    query = select(t.made_on, t.text, t.decision, t.version, t.review_on, t.reason)
    return every(
        session, search_facts.Target, query.where(t.search_id == search_id).order_by(t.version)
    )


def _criteria(session: Session, search_id: int) -> tuple[search_facts.Criterion, ...]:
    c = CriterionRow
    query = select(c.id, c.text, c.is_must, c.weight)
    return every(
        session, search_facts.Criterion, query.where(c.search_id == search_id).order_by(c.id)
    )


def _overrides(session: Session, search_id: int) -> tuple[search_facts.Override, ...]:
    o = StepOverride
    query = select(o.step, o.state, o.reason, o.made_at, o.application_id)
    return every(
        session, search_facts.Override, query.where(o.search_id == search_id).order_by(o.id)
    )


def every(session: Session, make: Callable[..., Fact], query: Query) -> tuple[Fact, ...]:
    """Return a fact for each row that a query finds, its columns in their order."""
    return tuple(make(*row) for row in rows_of(session, query))


def build(kind: Callable[..., Fact], *values: Any, **more: Any) -> Fact:
    """Make a fact of the columns of a row, in their order."""
    return kind(*values, **more)


def rows_of(session: Session, query: Query) -> Sequence[Any]:
    """Return the rows that a query finds."""
    return session.execute(query).all()
