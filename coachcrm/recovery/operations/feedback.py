"""What was said and what comes of it: feedback items, questions, themes, actions, strengths.

What is optional is given by name as the columns of the row are called.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coachcrm.kit.errors import NotFound
from coachcrm.recovery.core import vocabulary as v
from coachcrm.recovery.core.questions import HOMEWORK
from coachcrm.recovery.models.applications import (
    ApplicationRow,
    FeedbackItem,
    InterviewRound,
    JobSearch,
    QuestionRow,
)
from coachcrm.recovery.models.search import (
    ActionRow,
    ItemTheme,
    SearchTheme,
    StoryRow,
    StrengthRow,
    ThemeRow,
)
from coachcrm.recovery.operations.rows import Misfit, add

Placed = TypeVar("Placed", InterviewRound, QuestionRow)


class AnotherInterview(Misfit):
    """A question belongs to the interview in which it was asked."""

    field = "question_id"
    title = "Which interview was it?"
    sentence = "That question was asked in another interview, and nothing was saved."
    what_next = "Please choose another question, or the interview in which it was asked."


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
    check_place(session, application_id, more)
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
) -> QuestionRow:
    """Store a question that was asked, as remembered."""
    _same_search(session, search, application_id)
    check_place(session, application_id, more)
    values = {**more, "text": text, "application_id": application_id}
    return add(session, QuestionRow, values, search_id=search.id, created_at=now)


def check_place(session: Session, application_id: int | None, values: Mapping[str, Any]) -> None:
    """Refuse a round or a question of another application, and a question of another round.

    `values` has `round_id` and `question_id`, each an id or None. Raises `NotFound`, `Misfit`.
    """
    held = _on(session, InterviewRound, values.get("round_id"), application_id)
    asked = _on(session, QuestionRow, values.get("question_id"), application_id)
    if held and asked and asked.round_id not in {None, held.id}:
        raise AnotherInterview


def _on(
    session: Session, kind: type[Placed], row_id: int | None, application_id: int | None
) -> Placed | None:
    if row_id is None:
        return None
    row = session.get(kind, row_id)
    if application_id is None or row is None or row.application_id != application_id:
        raise NotFound
    return row


def check_story(session: Session, search_id: int, story_id: int | None) -> None:
    """Refuse a story of another search. Raises `NotFound`."""
    story = session.get(StoryRow, story_id) if story_id is not None else None
    if story_id is not None and (story is None or story.search_id != search_id):
        raise NotFound


def untag_item(session: Session, item: FeedbackItem, theme_id: int) -> None:
    """Take a theme off an item; the search keeps the theme. What is off already is no trouble."""
    session.execute(
        delete(ItemTheme).where(ItemTheme.item_id == item.id, ItemTheme.theme_id == theme_id)
    )


def tag_item(session: Session, item: FeedbackItem, theme: ThemeRow) -> ItemTheme:
    """Tag an item with a theme, and take the theme into the search; twice is harmless."""
    take_theme(session, item.search_id, theme)
    tag = session.scalar(
        select(ItemTheme).where(ItemTheme.item_id == item.id, ItemTheme.theme_id == theme.id)
    )
    return tag or add(session, ItemTheme, {}, item_id=item.id, theme_id=theme.id)


def take_theme(session: Session, search_id: int, theme: ThemeRow) -> SearchTheme:
    """Return the theme's place in a job search, made if it has none."""
    place = session.scalar(
        select(SearchTheme).where(
            SearchTheme.search_id == search_id, SearchTheme.theme_id == theme.id
        )
    )
    return place or add(session, SearchTheme, {}, search_id=search_id, theme_id=theme.id)


def themes(session: Session, coach_id: int) -> Sequence[ThemeRow]:
    """Return the coach's themes, group by group as he has them; those put aside too."""
    found = session.scalars(
        select(ThemeRow).where(ThemeRow.coach_id == coach_id).order_by(ThemeRow.id)
    )
    order = list(v.THEME_GROUPS)
    return sorted(found, key=lambda theme: (order.index(theme.category), theme.id))


def themes_in_use(session: Session, coach_id: int) -> list[tuple[int, str]]:
    """Return the themes that stand in some client's job search, as (id, name), by name."""
    taken = select(SearchTheme.theme_id).where(SearchTheme.theme_id == ThemeRow.id).exists()
    found = session.execute(
        select(ThemeRow.id, ThemeRow.name).where(ThemeRow.coach_id == coach_id, taken)
    )
    return sorted(((row[0], row[1]) for row in found), key=lambda theme: theme[1].casefold())


def find_theme(session: Session, coach_id: int, words: str) -> ThemeRow | None:
    """Return the theme that `words` name: the whole name, or else the one that begins so.

    One that was put aside is found by its whole name alone.
    """
    wanted = words.strip().casefold()
    named = {theme.name.casefold(): theme for theme in themes(session, coach_id)}
    if wanted in named:
        return named[wanted]
    near = [
        theme
        for name, theme in named.items()
        if wanted and name.startswith(wanted) and not theme.is_aside
    ]
    return near[0] if len(near) == 1 else None


def make_theme(
    session: Session, coach_id: int, name: str, *, category: str = "answers"
) -> ThemeRow:
    """Return the coach's theme of this name, made if there is none."""
    word = " ".join(name.split())[:80]
    theme = find_theme(session, coach_id, word)
    if theme is not None and theme.name.casefold() == word.casefold():
        return theme
    return add(session, ThemeRow, {"name": word, "category": category}, coach_id=coach_id)


def begin_list_of_themes(session: Session, coach_id: int) -> None:
    """Give a new coach the themes that a practice starts with."""
    for category, name, changeable in v.START_THEMES:
        session.add(
            ThemeRow(coach_id=coach_id, category=category, name=name, changeable=changeable)
        )
    session.flush()


def add_action(
    session: Session, search: JobSearch, *, text: str, now: datetime, **more: Any
) -> ActionRow:
    """Store something agreed to be done; a date of doing may lie ahead or behind."""
    return add(session, ActionRow, {**more, "text": text}, search_id=search.id, created_at=now)


def give_homework(
    session: Session, search: JobSearch, step: int, number: int, *, now: datetime
) -> ActionRow:
    """Store homework of a step, by its place in the list, as a private action.

    The same again returns the open one. Raises `NotFound` for what is not in the list.
    """
    texts = HOMEWORK.get(step, ())
    if number >= len(texts):
        raise NotFound
    present = session.scalar(
        select(ActionRow)
        .where(
            ActionRow.search_id == search.id,
            ActionRow.step == step,
            ActionRow.text == texts[number],
        )
        .where(ActionRow.done_on.is_(None))
        .limit(1)
    )
    return present or add_action(session, search, text=texts[number], step=step, now=now)


def add_strength(
    session: Session,
    search: JobSearch,
    *,
    statement: str,
    source: str = "coach",
    item_id: int | None = None,
    now: datetime,
    **more: Any,
) -> StrengthRow:
    """Store a strength; of one feedback item there is one at most, and twice is harmless."""
    if item_id is not None:
        present = session.scalar(select(StrengthRow).where(StrengthRow.item_id == item_id))
        if present is not None:
            return present
    check_story(session, search.id, more.get("story_id"))
    values = {**more, "statement": statement, "source": source, "item_id": item_id}
    return add(session, StrengthRow, values, search_id=search.id, created_at=now)


def _same_search(session: Session, search: JobSearch, application_id: int | None) -> None:
    if application_id is None:
        return
    application = session.get(ApplicationRow, application_id)
    if application is None or application.search_id != search.id:
        raise NotFound
