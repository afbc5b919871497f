"""Themes across rejections: how often one came, from how many sources, and its life. Pure."""

from dataclasses import dataclass
from datetime import date

from coachcrm.recovery.core.facts import Action, Evidence, Item, Practice, Theme
from coachcrm.recovery.core.job_search import Search
from coachcrm.recovery.core.vocabulary import INFERRED

RECURRING, STRONG = 2, 3
CLEAN_TESTS, GOOD_RATING = 2, 4

RECURRENCE = {"spotted": "Spotted", "recurring": "Recurring", "strong": "Strong"}
LIFE = {
    "spotted": "Spotted",
    "recurring": "Recurring",
    "in_work": "In work",
    "practised": "Practised",
    "tested": "Tested",
    "fixed": "Fixed",
    "relapsed": "Relapsed",
}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often a theme came: distinct sources, never comments."""

    sources: int
    word: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ThemeStanding:
    """A theme as it stands: its recurrence, its life, when it was first and last seen."""

    theme: Theme
    recurrence: Recurrence
    life: str
    first_seen: date | None
    last_seen: date | None
    fixed_on: date | None = None


def recurrence(search: Search, theme_id: int) -> Recurrence:
    """Count the distinct sources of what was said on a theme, in the way that the theme points.

    Each application counts once, each appraisal once, each mock interview once. What the coach
    or anybody infers is shown, but alone never makes a theme recurring. What is judged out of
    hands, or to take months, is no matter of practice and does not enter.
    """
    found = _said(search, theme_id)
    keys = {_source(item) for item in found if item.source not in INFERRED}
    number = len(keys)
    word = "strong" if number >= STRONG else "recurring" if number == RECURRING else "spotted"
    names = {a.id: a.name for a in search.applications}
    return Recurrence(
        number,
        word,
        tuple(Evidence("item", i.id, f"{_where(i, names)}: {i.text}") for i in found),
    )


def standings(search: Search) -> tuple[ThemeStanding, ...]:
    """Return every theme of a search, the most pressing first, then by sources and name."""
    found = [_standing(search, theme) for theme in search.themes]
    return tuple(
        sorted(found, key=lambda s: (s.theme.priority or 9, -s.recurrence.sources, s.theme.name))
    )


def _standing(search: Search, theme: Theme) -> ThemeStanding:
    counted = recurrence(search, theme.id)
    seen = [day for item in _said(search, theme.id) if (day := _day(search, item))]
    life, fixed_on = counted.word, None
    if theme.polarity == "negative":
        life, fixed_on = _life(search, theme.id, counted)
    return ThemeStanding(
        theme,
        counted,
        life,
        min(seen, default=None),
        max(seen, default=None),
        fixed_on,
    )


def _life(search: Search, theme_id: int, counted: Recurrence) -> tuple[str, date | None]:
    """Walk through what happened, day by day, and return where that leads.

    Fixed needs two tests in real interviews, each without a negative on the theme and with a
    rating of 4 or 5 or a positive on it; one interview written down twice is one. A negative that
    comes after makes it relapsed, and what is done about it then counts anew.
    """
    life = "recurring" if counted.sources >= RECURRING else "spotted"
    fixed_on: date | None = None
    clean: set[tuple[int | None, date]] = set()
    for day, kind, thing in _events(search, theme_id):
        if kind == "negative":
            clean.clear()
            if life == "fixed":
                life, fixed_on = "relapsed", None
        elif kind == "action" and life in {"spotted", "recurring", "relapsed"}:
            life = "in_work"
        elif kind == "practice" and life != "fixed":
            life = "practised" if life != "tested" else life
        elif kind == "test" and life != "fixed":
            if _is_clean(search, theme_id, thing):
                clean.add((getattr(thing, "application_id", None), day))
            else:
                clean.clear()
            life = "tested"
            if len(clean) == CLEAN_TESTS:
                life, fixed_on = "fixed", day
    return life, fixed_on


# On one day what was said comes first: it was said of the interview, which came before the work.
_ORDER = {"negative": 0, "action": 1, "practice": 2, "test": 3}


def _events(search: Search, theme_id: int) -> list[tuple[date, str, Action | Practice | Item]]:
    tests = {p.application_id for p in search.practices if _is_test(p, theme_id)}
    events: list[tuple[date, str, Action | Practice | Item]] = []
    for item in _said(search, theme_id):
        # A negative from the test itself makes that test unclean, and is no return of its own.
        if item.application_id is None or item.application_id not in tests:
            events.append((_day(search, item) or date.min, "negative", item))
        else:
            tested = [p.held_on for p in search.practices if _is_test_of(p, theme_id, item)]
            events.append((max(_day(search, item) or date.min, *tested), "negative", item))
    events += [
        (action.counts_from or date.min, "action", action)
        for action in search.actions
        if action.theme_id == theme_id and action.is_dated
    ]
    for practice in search.practices:
        if practice.theme_id != theme_id:
            continue
        if practice.kind == "interview":
            events.append((practice.held_on, "test", practice))
        elif practice.own_rating is not None or practice.coach_rating is not None:
            events.append((practice.held_on, "practice", practice))
    return sorted(events, key=lambda event: (event[0], _ORDER[event[1]]))


def _is_clean(search: Search, theme_id: int, test: Action | Practice | Item) -> bool:
    application_id = getattr(test, "application_id", None)
    on_it = [
        item
        for item in search.items
        if item.application_id == application_id and theme_id in item.themes
    ]
    if any(item.polarity == "negative" for item in on_it):
        return False
    rating = max(getattr(test, "own_rating", 0) or 0, getattr(test, "coach_rating", 0) or 0)
    return rating >= GOOD_RATING or any(item.polarity == "positive" for item in on_it)


def _is_test(practice: Practice, theme_id: int) -> bool:
    return practice.theme_id == theme_id and practice.kind == "interview"


def _is_test_of(practice: Practice, theme_id: int, item: Item) -> bool:
    return _is_test(practice, theme_id) and practice.application_id == item.application_id


def _said(search: Search, theme_id: int) -> list[Item]:
    """Return the negatives on a theme; of one that goes well, the positives."""
    polarity = next((t.polarity for t in search.themes if t.id == theme_id), "negative")
    return [
        item
        for item in search.items
        if item.polarity == polarity and theme_id in item.themes and item.is_changeable
    ]


def _source(item: Item) -> tuple[str, object]:
    # Without a name or a day two appraisals, or two mocks, cannot be told apart and count once.
    label = item.source_label.strip().casefold()
    if item.source == "appraisal":
        return item.source, label or item.heard_on
    if item.source == "mock":
        # Many are called alike; the day tells them apart.
        return item.source, item.heard_on or label
    if item.application_id is not None:
        return "application", item.application_id
    return item.source, label or item.heard_on


def _where(item: Item, names: dict[int, str]) -> str:
    if item.application_id is not None:
        return names.get(item.application_id, "An application")
    return item.source_label or item.source.capitalize()


def _day(search: Search, item: Item) -> date | None:
    """Return the day that an item speaks of, as near as it is known.

    A reply that comes after the news still speaks of what was before it. Of an application that is
    open, the day of writing down is the nearest; an old appraisal without a day has none.
    """
    of = next((a for a in search.applications if a.id == item.application_id), None)
    news = of.news_on if of else None
    known = [day for day in (item.heard_on, news) if day is not None]
    if known:
        return min(known)
    return None if item.source == "appraisal" else item.noted_on or (of.applied_on if of else None)
