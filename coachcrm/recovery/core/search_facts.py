"""One job search, whole, as plain values for the cores to judge. Pure.

The fields are named as the columns that they come from; what may be unknown is None or "".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from coachcrm.recovery.core.facts import Application, Item
from coachcrm.recovery.core.ladder import START, Ladder


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme in a job search. `id` is the theme's own."""

    id: int
    name: str
    priority: int | None = None
    goal: str = ""
    place_id: int = 0
    category: str = ""
    is_shared: bool = False
    polarity: str = "negative"


@dataclass(frozen=True, slots=True)
class Practice:
    """Work on a theme; of kind `interview` it was put to the test in an application's interview."""

    theme_id: int
    held_on: date
    kind: str = "alone"
    own_rating: int | None = None
    coach_rating: int | None = None
    application_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """Something agreed."""

    id: int
    text: str = ""
    theme_id: int | None = None
    due_on: date | None = None
    done_on: date | None = None
    step: int | None = None
    created_on: date | None = None
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A pulse; each answer from 1 to 5 or None."""

    taken_on: date
    answers: tuple[int | None, ...] = ()
    line: str = ""
    id: int = 0

    @property
    def mean(self) -> float | None:
        """The mean of what was answered, or None."""
        given = [answer for answer in self.answers if answer is not None]
        return sum(given) / len(given) if given else None


@dataclass(frozen=True, slots=True)
class Strength:
    """A strength, and the kind of source that it comes from."""

    source: str
    statement: str = ""
    id: int = 0
    quote: str = ""
    item_id: int | None = None
    created_on: date | None = None
    story_id: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A story of the bank, with its strength from 1 to 5."""

    strength: int | None = None
    is_setback: bool = False
    title: str = ""
    competency: str = ""
    id: int = 0
    last_used_on: date | None = None
    landed: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A must-have or a want, with its weight from 1 to 3."""

    id: int = 0
    text: str = ""
    is_must: bool = False
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Target:
    """A version of what the search aims at."""

    made_on: date
    text: str = ""
    decision: str = ""
    version: int = 1
    review_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """The coach's own view of a step, with his reason; of one application, or of the search."""

    step: int
    state: str
    reason: str
    made_at: datetime
    application_id: int | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """One job search, whole. Applications and all else stand oldest first."""

    id: int = 0
    applications: tuple[Application, ...] = ()
    loose_items: tuple[Item, ...] = ()
    themes: tuple[Theme, ...] = ()
    practices: tuple[Practice, ...] = ()
    actions: tuple[Action, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    strengths: tuple[Strength, ...] = ()
    stories: tuple[Story, ...] = ()
    targets: tuple[Target, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    overrides: tuple[Override, ...] = ()
    gamble_percent: int = 70
    ladder: Ladder = START
    closed_on: date | None = None

    @property
    def rejections(self) -> tuple[Application, ...]:
        """The rejections by the day of the news, oldest first; those without a day come first."""
        found = [a for a in self.applications if a.is_rejection]
        return tuple(sorted(found, key=lambda a: (a.news_on or date.min, a.id)))

    @property
    def counted(self) -> tuple[Application, ...]:
        """The rejections with a human contact, oldest first."""
        return tuple(a for a in self.rejections if a.is_counted)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every feedback item, on an application or not."""
        return (*(i for a in self.applications for i in a.items), *self.loose_items)
