"""The rows of a record as plain values, for the cores to judge. Pure.

The fields are named as the columns that they come from; what may be unknown is None or "". What
is gathered comes from other rows.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

# The draft of an ask that is none of the ladder: the request for the interview notes.
NOTES = "notes"
# Of a field that other rows fill than the fact's own.
GATHERED = {"gathered": True}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a statement rests on: a row of the record, and how people would name it."""

    kind: str
    id: int
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Something derived, in words, with what it rests on."""

    words: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that was entered, or how it ended. `result` is "" while that is open."""

    stage: str
    entered_on: date | None = None
    result: str = ""
    told_on: date | None = None
    is_form_letter: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """An interview, and whether it was gone through afterwards."""

    held_on: date | None
    debriefed_on: date | None = None
    own_rating: int | None = None
    number: int | None = None
    debriefed_before_news: bool = False
    id: int = 0
    hours_prepared: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was asked; `story_used` is the title of what was told, if it is known."""

    id: int
    text: str = ""
    application_id: int | None = None
    round_id: int | None = None
    story_used: str = ""
    own_rating: str = ""
    coach_rating: str = ""
    is_surprise: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """An ask for feedback. `reply` is "" while it is awaited; `draft` names the words it used."""

    sent_on: date
    reply: str = ""
    replied_on: date | None = None
    asked_of: str = ""
    id: int = 0
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was said; `themes` are ids of themes, the verdicts "" until judged.

    It may refer to a stage, an interview and a question of its application.
    """

    polarity: str
    source: str = "memory"
    specificity: int = 0
    is_decision: bool = False
    text: str = ""
    themes: tuple[int, ...] = field(default=(), metadata=GATHERED)
    client_verdict: str = ""
    coach_verdict: str = ""
    reason: str = ""
    judged_on: date | None = None
    heard_on: date | None = None
    source_label: str = ""
    application_id: int | None = None
    id: int = 0
    noted_on: date | None = None
    stage: str = ""
    round_id: int | None = None
    question_id: int | None = None

    @property
    def verdict(self) -> str:
        """The verdict that counts: the coach's, or the client's until there is one."""
        return self.coach_verdict or self.client_verdict

    @property
    def is_changeable(self) -> bool:
        """Whether it can be worked on now; what is out of hands or takes months cannot."""
        return self.verdict not in {"out", "later"}

    @property
    def as_evidence(self) -> Evidence:
        """The item, as what a statement rests on."""
        return Evidence("item", self.id, self.text)


@dataclass(frozen=True, slots=True)
class Point:
    """A line of a review; of kind `fact` it belongs to a stage."""

    kind: str
    stage: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The walk through one application."""

    created_on: date
    own_rating: int | None = None
    coach_rating: int | None = None
    points: tuple[Point, ...] = field(default=(), metadata=GATHERED)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How the file was closed, and how much it is still on the mind, 1 to 5."""

    accepted_on: date
    on_mind: int | None = None
    on_mind_later: int | None = None


@dataclass(frozen=True, slots=True)
class FitLine:
    """A requirement (`essential`, `desirable`) or a `want`, met at a level from 0 to 3."""

    side: str
    level: int
    weight: int = 1
    text: str = ""
    id: int = 0
    story_id: int | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """How one advert and the client match."""

    assessed_on: date
    is_hindsight: bool = False
    exception: str = ""
    rows: tuple[FitLine, ...] = field(default=(), metadata=GATHERED)


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

    @property
    def counts_from(self) -> date | None:
        """The earliest of made, due and done, so that what is typed later tells the same."""
        known = (self.created_on, self.due_on, self.done_on)
        return min((day for day in known if day), default=None)

    @property
    def is_dated(self) -> bool:
        """Whether it has a day beside that of its typing; without one it is a wish."""
        return self.due_on is not None or self.done_on is not None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A pulse; each answer from 1 to 5 or None."""

    taken_on: date
    answers: tuple[int | None, ...] = field(default=(), metadata=GATHERED)
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
