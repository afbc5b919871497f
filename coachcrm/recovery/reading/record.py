"""Reading one client's record as plain values: so many queries, however many rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, literal, select
from sqlalchemy.orm import Session

from coachcrm.auth.models import Coach
from coachcrm.recovery.core import facts, search_facts
from coachcrm.recovery.core.ladder import Ladder
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
from coachcrm.recovery.models.search import ItemTheme, MethodRow, RungRow
from coachcrm.recovery.reading import ladder as ladder_reading
from coachcrm.recovery.reading.search import Fact, across, build, every, rows_of

Query = Select[*tuple[Any, ...]]

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
    session: Session, coach_id: int, row: ApplicationRow
) -> tuple[search_facts.Search, facts.Application]:
    """Return an application as plain values, with the job search that it is of."""
    search = read(session, coach_id, row.search_id)
    return search, next(found for found in search.applications if found.id == row.id)


def competencies_asked(session: Session, search_id: int) -> list[str]:
    """Return the competencies that interviewers have asked about in a search, each once."""
    asked = select(QuestionRow.competency).where(
        QuestionRow.search_id == search_id, QuestionRow.competency != ""
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
    rows = rows_of(
        session,
        select(JobSearch.id, JobSearch.closed_on, MethodRow.gamble_percent, *ladder_reading.COLUMNS)
        .select_from(Coach)
        .outerjoin(JobSearch, JobSearch.id == wanted)
        .outerjoin(MethodRow, MethodRow.coach_id == Coach.id)
        .outerjoin(RungRow, RungRow.coach_id == Coach.id)
        .where(Coach.id == coach_id)
        .order_by(RungRow.position),
    )
    search_id, closed_on, percent = rows[0][:3]
    ladder = ladder_reading.made_of(row[3:] for row in rows if row[3] is not None)
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
        gamble_percent=head.gamble_percent,
        ladder=head.ladder,
        closed_on=head.closed_on,
        **across(session, search_id),
    )


def questions(session: Session, search_id: int) -> tuple[facts.Question, ...]:
    """Return the questions that were asked in the interviews of a search, oldest first."""
    q = QuestionRow
    columns = (q.id, q.text, q.application_id, q.round_id, q.story_used)
    query = select(*columns, q.own_rating, q.coach_rating, q.is_surprise)
    return every(session, facts.Question, query.where(q.search_id == search_id).order_by(q.id))


def _items(session: Session, search_id: int) -> list[facts.Item]:
    i = FeedbackItem
    rows = rows_of(session,
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
    a, r, c, f = ApplicationRow, ReviewRow, AcceptanceRow, FitAssessment
    rows = rows_of(session,
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
        build(
            facts.Application,
            *row[:10],
            stages=tuple(stages[row[0]]),
            rounds=tuple(rounds[row[0]]),
            asks=tuple(asks[row[0]]),
            items=tuple(items[row[0]]),
            review=build(facts.Review, *row[10:13], tuple(points[row[0]])) if row[10] else None,
            acceptance=build(facts.Acceptance, *row[13:16]) if row[13] else None,
            fit=build(facts.Fit, *row[17:20], tuple(fit_rows[row[16]])) if row[16] else None,
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
    made = made.join(ApplicationRow, ApplicationRow.id == made.selected_columns[0])
    return made.where(ApplicationRow.search_id == bindparam("search_id"))


def _points() -> Query:
    p = ReviewPoint
    query = select(ReviewRow.application_id, p.kind, p.stage, p.text)
    return query.join(ReviewRow, ReviewRow.id == p.review_id).order_by(p.id)


def _fit_rows(session: Session, search_id: int) -> dict[int, list[facts.FitLine]]:
    r = FitRow
    rows = rows_of(
        session,
        select(r.fit_id, r.side, r.level, r.weight, r.text, r.id, r.story_id)
        .join(FitAssessment, FitAssessment.id == r.fit_id)
        .join(ApplicationRow, ApplicationRow.id == FitAssessment.application_id)
        .where(ApplicationRow.search_id == search_id)
        .order_by(r.id),
    )
    found: dict[int, list[facts.FitLine]] = defaultdict(list)
    for fit_id, *values in rows:
        found[fit_id].append(facts.FitLine(*values))
    return found
