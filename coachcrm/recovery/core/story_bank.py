"""The bank of stories: what each is used by, and when it was last told. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coachcrm.recovery.core.facts import FitLine, Question, Story, Strength
from coachcrm.recovery.core.job_search import Application, Search


@dataclass(frozen=True, slots=True)
class Use:
    """What a story is used by; `last_used_on` is the newest day on which it was told."""

    story: Story
    questions: tuple[Question, ...] = ()
    requirements: tuple[tuple[Application, FitLine], ...] = ()
    strengths: tuple[Strength, ...] = ()
    last_used_on: date | None = None


def folded(text: str) -> str:
    """Return words as they are compared: without regard to case and to the spaces between."""
    return " ".join(text.split()).casefold()


def uses(search: Search, questions: Iterable[Question]) -> tuple[Use, ...]:
    """Return every story of a search with its uses; a question names its story by the title."""
    asked = tuple(questions)
    held = {r.id: r.held_on for a in search.applications for r in a.rounds}
    proven = [(a, row) for a in search.applications if a.fit for row in a.fit.rows]
    return tuple(_use(story, asked, held, proven, search.strengths) for story in search.stories)


def _use(
    story: Story,
    asked: Iterable[Question],
    held: dict[int, date | None],
    proven: Iterable[tuple[Application, FitLine]],
    strengths: Iterable[Strength],
) -> Use:
    title = folded(story.title)
    told = tuple(q for q in asked if title and folded(q.story_used) == title)
    days = [story.last_used_on, *(held.get(q.round_id or 0) for q in told)]
    return Use(
        story,
        told,
        tuple((a, row) for a, row in proven if row.story_id == story.id),
        tuple(strength for strength in strengths if strength.story_id == story.id),
        max((day for day in days if day), default=None),
    )
