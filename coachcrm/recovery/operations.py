"""The verbs of the record: searches, applications, stages, asks, feedback, and taking back.

What is optional is given by name as the columns of the row are called; `today` is the coach's
date. Days that cannot be are refused in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import func, select

from coachcrm.clients import operations as clients
from coachcrm.clients.models import Client
from coachcrm.kit.db import Base
from coachcrm.kit.errors import NotFound, Refusal
from coachcrm.recovery import vocabulary as v
from coachcrm.recovery.models import (
    Acceptance,
    Action,
    Application,
    CheckIn,
    Criterion,
    FeedbackItem,
    FeedbackRequest,
    FitAssessment,
    InterviewRound,
    ItemTheme,
    JobSearch,
    Practice,
    Question,
    SearchTheme,
    StageEvent,
    Story,
    Strength,
    Theme,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

Row = TypeVar("Row", bound=Base)

# What can be taken back, by the word that a link to it carries.
KINDS: dict[str, type[Base]] = {
    "application": Application,
    "stage": StageEvent,
    "round": InterviewRound,
    "question": Question,
    "ask": FeedbackRequest,
    "item": FeedbackItem,
    "tag": ItemTheme,
    "theme": SearchTheme,
    "practice": Practice,
    "action": Action,
    "acceptance": Acceptance,
    "strength": Strength,
    "story": Story,
    "checkin": CheckIn,
    "criterion": Criterion,
    "fit": FitAssessment,
}


class WrongDay(Refusal):
    """A day that cannot be."""

    status = 422
    title = "Please check the date"
    what_next = "Please go back, put the date right, and save again."


class Ended(Refusal):
    """The application is over; a stage cannot follow its end."""

    title = "This application has ended"
    sentence = "This application has ended, so no stage can follow."
    what_next = "If it goes on after all, set its outcome to open first."


@dataclass(frozen=True, slots=True)
class Rejection:
    """A no in four fields; any may be empty, but something must say which one it is."""

    employer: str = ""
    role: str = ""
    stage: str = "applied"
    told_on: date | None = None


# ------------------------------------------------------------------------------------- reaching


def mine(
    session: Session, coach_id: int, kind: type[Row], row_id: int, *, for_change: bool = False
) -> Row:
    """Return a row of the record of one of the coach's clients; others are not found (S44)."""
    row = session.get(kind, row_id, with_for_update=for_change or None)
    if row is None or _coach_of(session, row) != coach_id:
        raise NotFound
    return row


def search_of(session: Session, row: Base) -> JobSearch:
    """Return the job search that a row belongs to."""
    search = _search_of(session, row)
    if search is None:
        raise NotFound
    return search


def open_search(session: Session, coach_id: int, client_id: int, *, today: date) -> JobSearch:
    """Return the client's present job search, and begin one if there is none."""
    clients.get(session, coach_id, client_id, for_change=True)
    search = present_search(session, client_id)
    if search is None:
        search = JobSearch(client_id=client_id, opened_on=today)
        session.add(search)
        session.flush()
    return search


def present_search(session: Session, client_id: int) -> JobSearch | None:
    """Return the client's newest search that is not closed, or None."""
    return session.scalar(
        select(JobSearch)
        .where(JobSearch.client_id == client_id, JobSearch.closed_on.is_(None))
        .order_by(JobSearch.id.desc())
        .limit(1)
    )


def change(session: Session, row: Row, values: Mapping[str, Any]) -> Row:
    """Set columns of a row by name. Raises TypeError for what it does not have."""
    _set(row, values)
    session.flush()
    return row


def add(session: Session, kind: type[Row], values: Mapping[str, Any], **owner: Any) -> Row:
    """Store a new row of a kind under its owner (`search_id=` or `application_id=`)."""
    row = kind(**owner)
    _set(row, values)
    session.add(row)
    session.flush()
    return row


def remove(session: Session, coach_id: int, kind: str, row_id: int, *, now: datetime) -> None:
    """Take something back. A stage is struck out and stays; what is gone already is no trouble."""
    if (table := KINDS.get(kind)) is None:
        raise NotFound
    try:
        row = mine(session, coach_id, table, row_id, for_change=True)
    except NotFound:
        if session.get(table, row_id) is None:
            return
        raise
    if isinstance(row, StageEvent):
        row.struck_at = row.struck_at or now
    else:
        session.delete(row)
    session.flush()


# --------------------------------------------------------------------------------- applications


def add_application(
    session: Session, search: JobSearch, *, today: date, now: datetime, **more: Any
) -> Application:
    """Store an application; with a date of applying, its first stage too."""
    not_after(more.get("applied_on"), today, "The day of applying")
    application = add(session, Application, more, search_id=search.id, created_at=now)
    if application.applied_on:
        add(
            session,
            StageEvent,
            {"stage": "applied", "entered_on": application.applied_on},
            application_id=application.id,
            created_at=now,
        )
    return application


def log_rejection(
    session: Session, search: JobSearch, new: Rejection, *, today: date, now: datetime
) -> Application:
    """Store a rejection in four fields: who, what, how far, when they heard (today if unsaid)."""
    application = add_application(
        session, search, today=today, now=now, employer=new.employer, role=new.role
    )
    if new.stage != "applied":
        # Whoever was refused later has applied; when, nobody was asked.
        record_stage(session, application, stage="applied", result="passed", today=today, now=now)
    record_stage(
        session,
        application,
        stage=new.stage,
        result="rejected",
        told_on=new.told_on or today,
        today=today,
        now=now,
    )
    return application


def record_stage(
    session: Session,
    application: Application,
    *,
    stage: str,
    result: str = "",
    entered_on: date | None = None,
    told_on: date | None = None,
    told_by: str = "",
    is_form_letter: bool = False,
    today: date,
    now: datetime,
) -> StageEvent:
    """Write down that a stage was entered or how it ended; an end sets the outcome too.

    Raises `Ended` after the end and `WrongDay` for days that cannot be. The same again is
    harmless.
    """
    for day, what in ((entered_on, "The day of the stage"), (told_on, "The day of the news")):
        not_after(day, today, what)
        not_before(day, application.applied_on, what, "the day of applying")
    not_before(told_on, entered_on, "The day of the news", "the day of the stage")
    values = {
        "stage": stage,
        "entered_on": entered_on,
        "result": result,
        "told_on": told_on,
        "told_by": told_by,
        "is_form_letter": is_form_letter,
    }
    newest = session.scalar(
        select(StageEvent)
        .where(StageEvent.application_id == application.id, StageEvent.struck_at.is_(None))
        .order_by(StageEvent.id.desc())
        .limit(1)
    )
    if newest is not None and all(getattr(newest, name) == values[name] for name in values):
        return newest
    if application.outcome != "open":
        raise Ended
    event = add(session, StageEvent, values, application_id=application.id, created_at=now)
    if stage == "accepted" and not result:
        set_outcome(session, application, "accepted", on=entered_on, today=today)
    elif result in {"rejected", "silent", "withdrew", "cancelled"}:
        set_outcome(session, application, result, on=told_on, today=today)
    return event


def set_outcome(
    session: Session, application: Application, outcome: str, *, on: date | None, today: date
) -> Application:
    """Say how an application ended, or that it is open again; its stages stay as they are."""
    not_after(on, today, "The day of the end")
    not_before(on, application.applied_on, "The day of the end", "the day of applying")
    application.outcome = outcome
    application.closed_on = None if outcome == "open" else on or today
    session.flush()
    return application


def newest_application(session: Session, search: JobSearch) -> Application | None:
    """Return the application that talk is most likely about: the newest rejected, else newest."""
    return session.scalar(
        select(Application)
        .where(Application.search_id == search.id)
        .order_by(
            (Application.outcome != "rejected"),
            func.coalesce(Application.closed_on, Application.applied_on).desc(),
            Application.id.desc(),
        )
        .limit(1)
    )


# ------------------------------------------------------------------------------------- feedback


def add_ask(
    session: Session, application: Application, *, sent_on: date, today: date, **more: Any
) -> FeedbackRequest:
    """Store an ask for feedback; `reply` and `replied_on` may follow later."""
    not_after(sent_on, today, "The day of the ask")
    not_before(sent_on, application.applied_on, "The day of the ask", "the day of applying")
    not_after(more.get("replied_on"), today, "The day of the reply")
    not_before(more.get("replied_on"), sent_on, "The day of the reply", "the day of the ask")
    values = {**more, "sent_on": sent_on}
    return add(session, FeedbackRequest, values, application_id=application.id)


def add_item(
    session: Session,
    search: JobSearch,
    *,
    polarity: str,
    text: str,
    application_id: int | None = None,
    source: str = "memory",
    now: datetime,
    **more: Any,
) -> FeedbackItem:
    """Store one thing that was said, on an application of this search or on none."""
    _same_search(session, search, application_id)
    values = {**more, "polarity": polarity, "text": text, "source": source}
    values["application_id"] = application_id
    return add(session, FeedbackItem, values, search_id=search.id, created_at=now)


def add_question(
    session: Session,
    search: JobSearch,
    *,
    text: str,
    application_id: int | None = None,
    now: datetime,
    **more: Any,
) -> Question:
    """Store a question that was asked, as remembered."""
    _same_search(session, search, application_id)
    values = {**more, "text": text, "application_id": application_id}
    return add(session, Question, values, search_id=search.id, created_at=now)


def tag_item(session: Session, item: FeedbackItem, theme: Theme) -> ItemTheme:
    """Tag an item with a theme, and take the theme into the search; twice is harmless."""
    take_theme(session, item.search_id, theme)
    tag = session.scalar(
        select(ItemTheme).where(ItemTheme.item_id == item.id, ItemTheme.theme_id == theme.id)
    )
    return tag or add(session, ItemTheme, {}, item_id=item.id, theme_id=theme.id)


def take_theme(session: Session, search_id: int, theme: Theme) -> SearchTheme:
    """Return the theme's place in a job search, made if it has none."""
    place = session.scalar(
        select(SearchTheme).where(
            SearchTheme.search_id == search_id, SearchTheme.theme_id == theme.id
        )
    )
    return place or add(session, SearchTheme, {}, search_id=search_id, theme_id=theme.id)


def themes(session: Session, coach_id: int) -> Sequence[Theme]:
    """Return the coach's themes, group by group as he has them."""
    found = session.scalars(select(Theme).where(Theme.coach_id == coach_id).order_by(Theme.id))
    order = list(v.THEME_GROUPS)
    return sorted(found, key=lambda theme: (order.index(theme.category), theme.id))


def find_theme(session: Session, coach_id: int, words: str) -> Theme | None:
    """Return the theme that `words` name: the whole name, or else the one that begins so."""
    wanted = words.strip().casefold()
    named = {theme.name.casefold(): theme for theme in themes(session, coach_id)}
    if wanted in named:
        return named[wanted]
    near = [theme for name, theme in named.items() if wanted and name.startswith(wanted)]
    return near[0] if len(near) == 1 else None


def make_theme(session: Session, coach_id: int, name: str, *, category: str = "answers") -> Theme:
    """Return the coach's theme of this name, made if there is none."""
    word = " ".join(name.split())[:80]
    theme = find_theme(session, coach_id, word)
    if theme is not None and theme.name.casefold() == word.casefold():
        return theme
    return add(session, Theme, {"name": word, "category": category}, coach_id=coach_id)


def begin_list_of_themes(session: Session, coach_id: int) -> None:
    """Give a new coach the themes that a practice starts with."""
    for category, name, changeable in v.START_THEMES:
        session.add(Theme(coach_id=coach_id, category=category, name=name, changeable=changeable))
    session.flush()


def add_action(
    session: Session,
    search: JobSearch,
    *,
    text: str,
    due_on: date | None = None,
    theme_id: int | None = None,
    step: int | None = None,
    is_shared: bool = False,
    now: datetime,
) -> Action:
    """Store something agreed to be done; a date of doing may lie ahead or behind."""
    values = {"text": text, "due_on": due_on, "theme_id": theme_id, "step": step}
    return add(
        session, Action, {**values, "is_shared": is_shared}, search_id=search.id, created_at=now
    )


def add_strength(
    session: Session,
    search: JobSearch,
    *,
    statement: str,
    source: str = "coach",
    quote: str = "",
    item_id: int | None = None,
    now: datetime,
) -> Strength:
    """Store a strength; of one feedback item there is one at most, and twice is harmless."""
    if item_id is not None:
        present = session.scalar(select(Strength).where(Strength.item_id == item_id))
        if present is not None:
            return present
    values = {"statement": statement, "source": source, "quote": quote, "item_id": item_id}
    return add(session, Strength, values, search_id=search.id, created_at=now)


# ------------------------------------------------------------------------------------------ days


def not_after(day: date | None, today: date, what: str) -> None:
    """Refuse a day that has not come."""
    if day is not None and day > today:
        raise WrongDay(f"{what} has not come yet, and nothing was saved.")


def not_before(day: date | None, first: date | None, what: str, other: str) -> None:
    """Refuse a day before another that must come first."""
    if day is not None and first is not None and day < first:
        raise WrongDay(f"{what} is before {other}, and nothing was saved.")


def _set(row: Base, values: Mapping[str, Any]) -> None:
    columns = type(row).__table__.columns
    for name, value in values.items():
        if name not in columns or name in {"id", "search_id"}:
            raise TypeError(f"{type(row).__name__} has no {name} to set")
        setattr(row, name, value)


def _same_search(session: Session, search: JobSearch, application_id: int | None) -> None:
    if application_id is None:
        return
    application = session.get(Application, application_id)
    if application is None or application.search_id != search.id:
        raise NotFound


def _search_of(session: Session, row: Base) -> JobSearch | None:
    if isinstance(row, JobSearch):
        return row
    if isinstance(row, ItemTheme):
        item = session.get(FeedbackItem, row.item_id)
        return _search_of(session, item) if item else None
    search_id = getattr(row, "search_id", None)
    if search_id is None:
        application = session.get(Application, getattr(row, "application_id", 0))
        search_id = application.search_id if application else 0
    return session.get(JobSearch, search_id)


def _coach_of(session: Session, row: Base) -> int | None:
    if isinstance(row, Theme):
        return row.coach_id
    search = _search_of(session, row)
    client = session.get(Client, search.client_id) if search else None
    return client.coach_id if client else None
