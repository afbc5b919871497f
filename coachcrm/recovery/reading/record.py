"""Reading one client's record as plain values: so many queries, however many rows.

The queries are made once, for making one costs more than asking it; each is told the search.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, literal, select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.kit.data.db import Base
from coachcrm.recovery.core import facts
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.job_search import Application, Search, by_news
from coachcrm.recovery.models.applications import (
    AcceptanceRow,
    ApplicationRow,
    FeedbackItem,
    FeedbackRequest,
    FitAssessment,
    FitRow,
    InterviewRound,
    JobSearch,
    QuestionRow,
    ReviewPoint,
    ReviewRow,
    StageEvent,
)
from coachcrm.recovery.models.search import (
    ActionRow,
    CheckInRow,
    CriterionRow,
    ItemTheme,
    MethodRow,
    PracticeRow,
    RungRow,
    SearchTheme,
    StepOverride,
    StoryRow,
    StrengthRow,
    TargetStatement,
    ThemeRow,
)
from coachcrm.recovery.reading.by_name import AsFact, Fact, by_owner, day_of
from coachcrm.recovery.reading.ladder import RUNG, made_of

DEFAULT_GAMBLE = 70
THE_SEARCH: BindParameter[int] = bindparam("search_id")


def _of_search(
    fact: Callable[..., Fact], table: type[Base], *order: Any, **elsewhere: Any
) -> Select[Fact]:
    """Return the query for what goes across a search, a fact for each row of a table."""
    query = select(AsFact(fact, table, **elsewhere)).select_from(table).order_by(*order)
    return query.where(table.__table__.c.search_id == THE_SEARCH)


THEMES = _of_search(
    facts.Theme, SearchTheme, ThemeRow.id, id=ThemeRow.id, place_id=SearchTheme.id,
    name=ThemeRow.name, category=ThemeRow.category, polarity=ThemeRow.polarity,
).join(ThemeRow, ThemeRow.id == SearchTheme.theme_id)  # fmt: skip
PRACTICES = _of_search(facts.Practice, PracticeRow, PracticeRow.held_on, PracticeRow.id)
ACTIONS = _of_search(facts.Action, ActionRow, ActionRow.id, created_on=day_of(ActionRow.created_at))
CHECKINS = _of_search(facts.CheckIn, CheckInRow, CheckInRow.taken_on, CheckInRow.id).add_columns(
    *(getattr(CheckInRow, answer) for answer in v.PULSE)
)
STRENGTHS = _of_search(
    facts.Strength, StrengthRow, StrengthRow.id, created_on=day_of(StrengthRow.created_at)
)
STORIES = _of_search(facts.Story, StoryRow, StoryRow.id)
TARGETS = _of_search(facts.Target, TargetStatement, TargetStatement.version)
CRITERIA = _of_search(facts.Criterion, CriterionRow, CriterionRow.id)
OVERRIDES = _of_search(facts.Override, StepOverride, StepOverride.id)
QUESTIONS = _of_search(facts.Question, QuestionRow, QuestionRow.id)
ITEMS = (
    _of_search(facts.Item, FeedbackItem, FeedbackItem.id, noted_on=day_of(FeedbackItem.created_at))
    .add_columns(ItemTheme.theme_id)
    .outerjoin(ItemTheme, ItemTheme.item_id == FeedbackItem.id)
    .order_by(ItemTheme.id)
)
REVIEW: AsFact[facts.Review | None] = AsFact(facts.Review, ReviewRow)
ACCEPTANCE: AsFact[facts.Acceptance | None] = AsFact(facts.Acceptance, AcceptanceRow)
FIT: AsFact[facts.Fit | None] = AsFact(facts.Fit, FitAssessment)
APPLICATIONS = (
    _of_search(Application, ApplicationRow, ApplicationRow.id)
    .add_columns(REVIEW, ACCEPTANCE, FIT)
    .outerjoin(ReviewRow, ReviewRow.application_id == ApplicationRow.id)
    .outerjoin(AcceptanceRow, AcceptanceRow.application_id == ApplicationRow.id)
    .outerjoin(FitAssessment, FitAssessment.application_id == ApplicationRow.id)
)

# What hangs on an application, each after the application's id.
STAGES = (
    select(StageEvent.application_id, AsFact(facts.Stage, StageEvent))
    .where(StageEvent.struck_at.is_(None))
    .order_by(StageEvent.id)
)
ROUNDS = select(InterviewRound.application_id, AsFact(facts.Round, InterviewRound)).order_by(
    InterviewRound.held_on, InterviewRound.id
)
ASKS = select(FeedbackRequest.application_id, AsFact(facts.Ask, FeedbackRequest)).order_by(
    FeedbackRequest.sent_on, FeedbackRequest.id
)
POINTS = (
    select(ReviewRow.application_id, AsFact(facts.Point, ReviewPoint))
    .select_from(ReviewPoint)
    .join(ReviewRow, ReviewRow.id == ReviewPoint.review_id)
    .order_by(ReviewPoint.id)
)
FIT_LINES = (
    select(FitAssessment.application_id, AsFact(facts.FitLine, FitRow))
    .select_from(FitRow)
    .join(FitAssessment, FitAssessment.id == FitRow.fit_id)
    .order_by(FitRow.id)
)


def read_present(session: Session, coach_id: int, client_id: int) -> Search:
    """Return the client's newest open search with everything on it.

    Where all are closed it is the newest of those, and without any an empty one.
    """
    newest = (
        select(JobSearch.id)
        .where(JobSearch.client_id == client_id)
        .order_by(JobSearch.closed_on.is_not(None), JobSearch.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    head = _head(session, coach_id, newest)
    return _read(session, head) if head.id else head


def read(session: Session, coach_id: int, search_id: int) -> Search:
    """Return a job search with everything that hangs on it; the caller owns the right to it."""
    return _read(session, _head(session, coach_id, literal(search_id)))


def searches(session: Session, client_id: int) -> Sequence[JobSearch]:
    """Return each job search of a client, newest first."""
    query = select(JobSearch).where(JobSearch.client_id == client_id)
    return session.scalars(query.order_by(JobSearch.id.desc())).all()


def application(session: Session, coach_id: int, row: ApplicationRow) -> tuple[Search, Application]:
    """Return an application as plain values, with the job search that it is of."""
    search = read(session, coach_id, row.search_id)
    return search, next(found for found in search.applications if found.id == row.id)


def questions(session: Session, search_id: int) -> tuple[facts.Question, ...]:
    """Return the questions that were asked in the interviews of a search, oldest first."""
    return _all(session, QUESTIONS, search_id)


def competencies_asked(session: Session, search_id: int) -> list[str]:
    """Return the competencies that interviewers have asked about in a search, each once."""
    asked = select(QuestionRow.competency).where(
        QuestionRow.search_id == search_id, QuestionRow.competency != ""
    )
    return list(session.scalars(asked.distinct()))


def _head(session: Session, coach_id: int, wanted: ColumnElement[int | None]) -> Search:
    """Return the search with the id that is `wanted`, as empty as one without an id, if none is.

    What of the coach's own it is read with stands in it: one query.
    """
    rows = session.execute(
        select(JobSearch.id, JobSearch.closed_on, MethodRow.gamble_percent, RUNG)
        .select_from(Coach)
        .outerjoin(JobSearch, JobSearch.id == wanted)
        .outerjoin(MethodRow, MethodRow.coach_id == Coach.id)
        .outerjoin(RungRow, RungRow.coach_id == Coach.id)
        .where(Coach.id == coach_id)
        .order_by(RungRow.position)
    ).all()
    first = rows[0]
    ladder = made_of(rung for *_, rung in rows)
    if first.id is None:
        return Search(ladder=ladder)
    percent = DEFAULT_GAMBLE if first.gamble_percent is None else first.gamble_percent
    return Search(id=first.id, closed_on=first.closed_on, gamble_percent=percent, ladder=ladder)


def _read(session: Session, head: Search) -> Search:
    """Return a search with everything on it."""
    items: dict[int | None, list[facts.Item]] = defaultdict(list)
    for item in _items(session, head.id):
        items[item.application_id].append(item)
    return replace(
        head,
        applications=_applications(session, head, items),
        loose_items=tuple(items[None]),
        themes=_all(session, THEMES, head.id),
        practices=_all(session, PRACTICES, head.id),
        actions=_all(session, ACTIONS, head.id),
        checkins=tuple(
            replace(taken, answers=tuple(answers))
            for taken, *answers in session.execute(CHECKINS, {"search_id": head.id})
        ),
        strengths=_all(session, STRENGTHS, head.id),
        stories=_all(session, STORIES, head.id),
        targets=_all(session, TARGETS, head.id),
        criteria=_all(session, CRITERIA, head.id),
        overrides=_all(session, OVERRIDES, head.id),
    )


def _all(session: Session, query: Select[Fact], search_id: int) -> tuple[Fact, ...]:
    return tuple(session.scalars(query, {"search_id": search_id}))


def _items(session: Session, search_id: int) -> Iterable[facts.Item]:
    """Return what was said, each with its themes in the order in which it was tagged."""
    found: dict[int, facts.Item] = {}
    for item, theme_id in session.execute(ITEMS, {"search_id": search_id}):
        before = found.get(item.id, item)
        tagged = () if theme_id is None else (theme_id,)
        found[item.id] = replace(before, themes=(*before.themes, *tagged))
    return found.values()


def _applications(
    session: Session, head: Search, items: Mapping[int | None, Sequence[facts.Item]]
) -> tuple[Application, ...]:
    rows = session.execute(APPLICATIONS, {"search_id": head.id}).all()
    if not rows:
        return ()
    stages = _by_application(session, STAGES, head.id)
    rounds = _by_application(session, ROUNDS, head.id)
    asks = _by_application(session, ASKS, head.id)
    points = _by_application(session, POINTS, head.id)
    fit_lines = _by_application(session, FIT_LINES, head.id)
    every = (
        replace(
            found,
            stages=stages[found.id],
            rounds=rounds[found.id],
            asks=asks[found.id],
            items=tuple(items[found.id]),
            review=replace(review, points=points[found.id]) if review else None,
            acceptance=acceptance,
            fit=replace(fit, rows=fit_lines[found.id]) if fit else None,
            ladder=head.ladder,
        )
        for found, review, acceptance, fit in rows
    )
    return tuple(sorted(every, key=by_news))


def _by_application(
    session: Session, query: Select[int, Fact], search_id: int
) -> dict[int, tuple[Fact, ...]]:
    return by_owner(session.execute(_within(query), {"search_id": search_id}))


@cache
def _within(query: Select[int, Fact]) -> Select[int, Fact]:
    """Return a query for what hangs on applications, held to those of one search."""
    query = query.join(ApplicationRow, ApplicationRow.id == query.selected_columns[0])
    return query.where(ApplicationRow.search_id == THE_SEARCH)
