"""The coach's own list of themes: naming, defining, and merging two of one meaning."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from coachcrm.kit.errors import Refusal
from coachcrm.recovery.models.applications import FeedbackItem
from coachcrm.recovery.models.search import ActionRow, ItemTheme, PracticeRow, SearchTheme, ThemeRow
from coachcrm.recovery.operations.rows import Misfit, add, change


class ThemeNameTaken(Misfit):
    """Two themes of one name could not be told apart."""

    status = 409
    field = "name"
    title = "You have this theme already"
    sentence = "There is a theme of this name in your list already, and nothing was saved."
    what_next = "Please choose another name, or merge the two."


class SameTheme(Refusal):
    """A theme cannot be merged into itself."""

    title = "These are one theme already"
    sentence = "These are one theme already, and nothing was changed."
    what_next = "Please choose another theme to merge it into."


def save_theme(
    session: Session, coach_id: int, values: Mapping[str, Any], theme: ThemeRow | None = None
) -> ThemeRow:
    """Store a theme of the coach's list, new or changed. Raises `ThemeNameTaken`."""
    name = " ".join(values["name"].split())
    query = select(ThemeRow.id, ThemeRow.name).where(ThemeRow.coach_id == coach_id)
    for number, other in session.execute(query):
        if other.casefold() == name.casefold() and (theme is None or number != theme.id):
            raise ThemeNameTaken
    new = {**values, "name": name}
    return (
        add(session, ThemeRow, new, coach_id=coach_id)
        if theme is None
        else change(session, theme, new)
    )


def merge(session: Session, theme: ThemeRow, into: ThemeRow) -> None:
    """Put everything that hangs on one theme under another, and take the first off the list.

    Nothing is shared with a client by it that was not shared under both. Raises `SameTheme`.
    """
    if theme.id == into.id:
        raise SameTheme
    _drop_doubles(session, theme, into)
    for table in (ItemTheme, SearchTheme, PracticeRow, ActionRow):
        session.execute(update(table).where(table.theme_id == theme.id).values(theme_id=into.id))
    into.is_aside = into.is_aside and theme.is_aside
    into.definition = into.definition or theme.definition
    session.delete(theme)
    session.flush()


def _drop_doubles(session: Session, theme: ThemeRow, into: ThemeRow) -> None:
    """Leave one tag on an item and one place in a search that have both themes."""
    both = select(ItemTheme.item_id).where(ItemTheme.theme_id == into.id)
    session.execute(
        delete(ItemTheme)
        .where(ItemTheme.theme_id == theme.id, ItemTheme.item_id.in_(both))
        .execution_options(synchronize_session="fetch")
    )
    places = {
        place.search_id: place
        for place in session.scalars(select(SearchTheme).where(SearchTheme.theme_id == into.id))
    }
    for place in session.scalars(select(SearchTheme).where(SearchTheme.theme_id == theme.id)):
        kept = places.get(place.search_id)
        if kept is None:
            continue
        kept.priority = min((p for p in (kept.priority, place.priority) if p), default=None)
        kept.goal = "\n".join(filter(None, [kept.goal, place.goal]))
        kept.is_shared = kept.is_shared and place.is_shared
        session.delete(place)
    session.flush()


def counts(session: Session, coach_id: int) -> dict[int, int]:
    """Return how many feedback items each theme of the coach's list is tagged on."""
    query = (
        select(ItemTheme.theme_id, func.count())
        .join(FeedbackItem, FeedbackItem.id == ItemTheme.item_id)
        .join(ThemeRow, ThemeRow.id == ItemTheme.theme_id)
        .where(ThemeRow.coach_id == coach_id)
        .group_by(ItemTheme.theme_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
