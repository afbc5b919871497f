"""Reading one client's record as plain values: so many queries, however many rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, bindparam, literal, select

from coachcrm.auth.models import Coach
from coachcrm.recovery import facts, rungs, search_facts
from coachcrm.recovery import vocabulary as v
from coachcrm.recovery.models import (
    Acceptance,
    Application,
    FeedbackItem,
    FeedbackRequest,
    FitAssessment,
    FitRow,
    InterviewRound,
    JobSearch,
    Question,
    Review,
    ReviewPoint,
    StageEvent,
)
from coachcrm.recovery.search_models import (
    Action,
    CheckIn,
    Criterion,
    ItemTheme,
    Method,
    Practice,
    Rung,
    SearchTheme,
    StepOverride,
    Story,
    Strength,
    TargetStatement,
    Theme,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from coachcrm.recovery.ladder import Ladder

    Query = Select[*tuple[Any, ...]]

Fact = TypeVar("Fact")
DEFAULT_GAMBLE = 70


def read_present(session: Session, coach_id: int, client_id: int) -> search_facts.Search:
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
    return _read(session, head) if head.search_id else search_facts.Search(ladder=head.ladder)


def read(session: Session, coach_id: int, search_id: int) -> search_facts.Search:
    """Return a job search with everything that hangs on it; the caller owns the right to it."""
    return _read(session, _head(session, coach_id, literal(search_id)))


def searches(session: Session, client_id: int) -> list[tuple[int, str, date, date | None]]:
    """Return (id, target, opened, closed) of each job search of a client, newest first."""
    rows = session.execute(
        select(JobSearch.id, JobSearch.target, JobSearch.opened_on, JobSearch.closed_on)
        .where(JobSearch.client_id == client_id)
        .order_by(JobSearch.id.desc())
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def application(
    session: Session, coach_id: int, row: Application
) -> tuple[search_facts.Search, facts.Application]:
    """Return an application as plain values, with the job search that it is of."""
    search = read(session, coach_id, row.search_id)
    return search, next(found for found in search.applications if found.id == row.id)


def competencies_asked(session: Session, search_id: int) -> list[str]:
    """Return the competencies that interviewers have asked about in a search, each once."""
    asked = select(Question.competency).where(
        Question.search_id == search_id, Question.competency != ""
    )
    return list(session.scalars(asked.distinct()))


@dataclass(frozen=True, slots=True)
class Head:
    """A search and what of the coach's own it is read with; `search_id` is None for no search."""

    search_id: int | None
    closed_on: date | None
    gamble_percent: int
    ladder: Ladder


def _head(session: Session, coach_id: int, wanted: Any) -> Head:
    """Return the head of the search with the id that is `wanted`, in one query."""
    rows = _rows(
        session,
        select(JobSearch.id, JobSearch.closed_on, Method.gamble_percent, *rungs.COLUMNS)
        .select_from(Coach)
        .outerjoin(JobSearch, JobSearch.id == wanted)
        .outerjoin(Method, Method.coach_id == Coach.id)
        .outerjoin(Rung, Rung.coach_id == Coach.id)
        .where(Coach.id == coach_id)
        .order_by(Rung.position),
    )
    search_id, closed_on, percent = rows[0][:3]
    ladder = rungs.made_of(row[3:] for row in rows if row[3] is not None)
    return Head(search_id, closed_on, DEFAULT_GAMBLE if percent is None else percent, ladder)


def _read(session: Session, head: Head) -> search_facts.Search:
    search_id = head.search_id or 0
    items = _items(session, search_id)
    of: dict[int | None, list[facts.Item]] = defaultdict(list)
    for item in items:
        of[item.application_id].append(item)
    return search_facts.Search(
        id=search_id,
        applications=_applications(session, search_id, of, head.ladder),
        loose_items=tuple(of[None]),
        themes=_themes(session, search_id),
        practices=_practices(session, search_id),
        actions=_actions(session, search_id),
        checkins=_checkins(session, search_id),
        strengths=_strengths(session, search_id),
        stories=_stories(session, search_id),
        targets=_targets(session, search_id),
        criteria=_criteria(session, search_id),
        overrides=_overrides(session, search_id),
        gamble_percent=head.gamble_percent,
        ladder=head.ladder,
        closed_on=head.closed_on,
    )


def questions(session: Session, search_id: int) -> tuple[facts.Question, ...]:
    """Return the questions that were asked in the interviews of a search, oldest first."""
    q = Question
    columns = (q.id, q.text, q.application_id, q.round_id, q.story_used)
    query = select(*columns, q.own_rating, q.coach_rating, q.is_surprise)
    return _all(session, facts.Question, query.where(q.search_id == search_id).order_by(q.id))


def _items(session: Session, search_id: int) -> list[facts.Item]:
    i = FeedbackItem
    rows = _rows(session,
        select(
            i.polarity, i.source, i.specificity, i.is_decision, i.text, i.client_verdict,
            i.coach_verdict, i.reason, i.judged_on, i.heard_on, i.source_label, i.application_id,
            i.id, i.created_at, i.stage, i.round_id, i.question_id, ItemTheme.theme_id,
        )
        .outerjoin(ItemTheme, ItemTheme.item_id == i.id)
        .where(i.search_id == search_id)
        .order_by(i.id, ItemTheme.id)
    )  # fmt: skip
    found: dict[int, facts.Item] = {}
    for *most, item_id, created_at, stage, round_id, question_id, theme_id in rows:
        p, s, sp, d, text, client, coach, reason, judged, heard, label, application_id = most
        item = found.get(item_id) or facts.Item(
            p, s, sp, d, text, (), client, coach, reason, judged, heard, label, application_id,
            item_id, created_at.date(), stage, round_id, question_id,
        )  # fmt: skip
        if theme_id is not None:
            item = replace(item, themes=(*item.themes, theme_id))
        found[item_id] = item
    return list(found.values())


def _applications(
    session: Session, search_id: int, items: dict[int | None, list[facts.Item]], ladder: Ladder
) -> tuple[facts.Application, ...]:
    a, r, c, f = Application, Review, Acceptance, FitAssessment
    rows = _rows(session,
        select(
            a.id, a.employer, a.role, a.applied_on, a.outcome, a.closed_on, a.next_interview_on,
            a.route, a.family, a.created_at,
            r.created_on, r.own_rating, r.coach_rating,
            c.accepted_on, c.on_mind, c.on_mind_later,
            f.id, f.assessed_on, f.is_hindsight, f.exception,
            a.recruiter, a.is_internal, a.asks_for_notes,
        )
        .outerjoin(r, r.application_id == a.id)
        .outerjoin(c, c.application_id == a.id)
        .outerjoin(f, f.application_id == a.id)
        .where(a.search_id == search_id)
        .order_by(a.id)
    )  # fmt: skip
    if not rows:
        return ()
    stages = _of_application(session, search_id, facts.Stage, _stages)
    rounds = _of_application(session, search_id, facts.Round, _rounds)
    asks = _of_application(session, search_id, facts.Ask, _asks)
    points = _of_application(session, search_id, facts.Point, _points)
    fit_rows = _fit_rows(session, search_id)
    return tuple(
        _build(
            facts.Application,
            *row[:10],
            stages=tuple(stages[row[0]]),
            rounds=tuple(rounds[row[0]]),
            asks=tuple(asks[row[0]]),
            items=tuple(items[row[0]]),
            review=_build(facts.Review, *row[10:13], tuple(points[row[0]])) if row[10] else None,
            acceptance=_build(facts.Acceptance, *row[13:16]) if row[13] else None,
            fit=_build(facts.Fit, *row[17:20], tuple(fit_rows[row[16]])) if row[16] else None,
            recruiter=row[20],
            is_internal=row[21],
            asks_for_notes=row[22],
            ladder=ladder,
        )
        for row in rows
    )


def _stages() -> Query:
    s = StageEvent
    columns = (s.stage, s.entered_on, s.result, s.told_on, s.is_form_letter, s.id)
    return select(s.application_id, *columns).where(s.struck_at.is_(None)).order_by(s.id)


def _rounds() -> Query:
    r = InterviewRound
    columns = (
        r.held_on, r.debriefed_on, r.own_rating, r.number, r.debriefed_before_news, r.id,
        r.hours_prepared, r.kind,
    )  # fmt: skip
    return select(r.application_id, *columns).order_by(r.held_on, r.id)


def _asks() -> Query:
    q = FeedbackRequest
    columns = (q.sent_on, q.reply, q.replied_on, q.asked_of, q.id, q.draft)
    return select(q.application_id, *columns).order_by(q.sent_on, q.id)


def _of_application(
    session: Session, search_id: int, make: Callable[..., Fact], query: Callable[[], Query]
) -> dict[int, list[Fact]]:
    """Return what hangs on each application; the first column of the query says on which."""
    found: dict[int, list[Fact]] = defaultdict(list)
    for application_id, *values in session.execute(_within(query), {"search_id": search_id}):
        found[application_id].append(make(*values))
    return found


@cache
def _within(query: Callable[[], Query]) -> Query:
    """Return a query held to one search; made once, for making it costs more than asking it."""
    made = query()
    made = made.join(Application, Application.id == made.selected_columns[0])
    return made.where(Application.search_id == bindparam("search_id"))


def _points() -> Query:
    p = ReviewPoint
    query = select(Review.application_id, p.kind, p.stage, p.text)
    return query.join(Review, Review.id == p.review_id).order_by(p.id)


def _fit_rows(session: Session, search_id: int) -> dict[int, list[facts.FitRow]]:
    r = FitRow
    rows = _rows(
        session,
        select(r.fit_id, r.side, r.level, r.weight, r.text, r.id, r.story_id)
        .join(FitAssessment, FitAssessment.id == r.fit_id)
        .join(Application, Application.id == FitAssessment.application_id)
        .where(Application.search_id == search_id)
        .order_by(r.id),
    )
    found: dict[int, list[facts.FitRow]] = defaultdict(list)
    for fit_id, *values in rows:
        found[fit_id].append(facts.FitRow(*values))
    return found


def _themes(session: Session, search_id: int) -> tuple[search_facts.Theme, ...]:
    place = SearchTheme
    query = select(
        Theme.id,
        Theme.name,
        place.priority,
        place.goal,
        place.id,
        Theme.category,
        place.is_shared,
        Theme.polarity,
    ).join(place, place.theme_id == Theme.id)
    return _all(
        session, search_facts.Theme, query.where(place.search_id == search_id).order_by(Theme.id)
    )


def _practices(session: Session, search_id: int) -> tuple[search_facts.Practice, ...]:
    p = Practice
    columns = (p.theme_id, p.held_on, p.kind, p.own_rating, p.coach_rating, p.application_id, p.id)
    query = select(*columns).where(p.search_id == search_id)
    return _all(session, search_facts.Practice, query.order_by(p.held_on, p.id))


def _actions(session: Session, search_id: int) -> tuple[search_facts.Action, ...]:
    a = Action
    columns = (a.id, a.text, a.theme_id, a.due_on, a.done_on, a.step, a.created_at, a.is_shared)
    rows = _rows(session, select(*columns).where(a.search_id == search_id).order_by(a.id))
    return tuple(_build(search_facts.Action, *row[:6], row[6].date(), row[7]) for row in rows)


def _checkins(session: Session, search_id: int) -> tuple[search_facts.CheckIn, ...]:
    answers = [getattr(CheckIn, name) for name in v.PULSE]
    query = select(CheckIn.taken_on, CheckIn.line, CheckIn.id, *answers)
    rows = _rows(
        session, query.where(CheckIn.search_id == search_id).order_by(CheckIn.taken_on, CheckIn.id)
    )
    return tuple(search_facts.CheckIn(row[0], tuple(row[3:]), row[1], row[2]) for row in rows)


def _strengths(session: Session, search_id: int) -> tuple[search_facts.Strength, ...]:
    s = Strength
    columns = (s.source, s.statement, s.id, s.quote, s.item_id, s.created_at, s.story_id)
    rows = _rows(session, select(*columns).where(s.search_id == search_id).order_by(s.id))
    return tuple(_build(search_facts.Strength, *row[:5], row[5].date(), row[6]) for row in rows)


def _stories(session: Session, search_id: int) -> tuple[search_facts.Story, ...]:
    s = Story
    query = select(s.strength, s.is_setback, s.title, s.competency, s.id, s.last_used_on, s.landed)
    return _all(session, search_facts.Story, query.where(s.search_id == search_id).order_by(s.id))


def _targets(session: Session, search_id: int) -> tuple[search_facts.Target, ...]:
    t = TargetStatement
    query = select(t.made_on, t.text, t.decision, t.version, t.review_on, t.reason)
    return _all(
        session, search_facts.Target, query.where(t.search_id == search_id).order_by(t.version)
    )


def _criteria(session: Session, search_id: int) -> tuple[search_facts.Criterion, ...]:
    c = Criterion
    query = select(c.id, c.text, c.is_must, c.weight)
    return _all(
        session, search_facts.Criterion, query.where(c.search_id == search_id).order_by(c.id)
    )


def _overrides(session: Session, search_id: int) -> tuple[search_facts.Override, ...]:
    o = StepOverride
    query = select(o.step, o.state, o.reason, o.made_at, o.application_id)
    return _all(
        session, search_facts.Override, query.where(o.search_id == search_id).order_by(o.id)
    )


def _all(session: Session, make: Callable[..., Fact], query: Query) -> tuple[Fact, ...]:
    return tuple(make(*row) for row in _rows(session, query))


def _build(kind: Callable[..., Fact], *values: Any, **more: Any) -> Fact:
    """Make a fact of the columns of a row, in their order."""
    return kind(*values, **more)


def _rows(session: Session, query: Query) -> Sequence[Any]:
    return session.execute(query).all()
